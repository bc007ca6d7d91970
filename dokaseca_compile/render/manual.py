"""A manual page for the terminal, and as a Markdown document of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import fill, indent

_CODE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = "## "
_ITEM = "- "


def markdown(slug: str, page: str) -> str:
    """Return a page as a document: its slug is the title."""
    return f"# `{slug}`\n\n{page}\n"


def summary(page: str) -> str:
    """Return the first line of a page: what is wrong."""
    return page.partition("\n")[0]


def plain(slug: str, page: str, width: int) -> str:
    """Return a page for the terminal: text is wrapped at ``width``, code keeps its lines."""
    return f"{slug}\n{'=' * len(slug)}\n\n{''.join(_blocks(page, width)).rstrip()}\n"


def _blocks(page: str, width: int) -> Iterator[str]:
    """Yield each heading, paragraph, list and code block with the space that follows it."""
    yield f"{fill(summary(page), width)}\n\n"
    for number, part in enumerate(_CODE.split(page.partition("\n")[2])):
        if number % 2:  # `split` alternates between text and code
            yield indent(part, " " * 8) + "\n"
            continue
        for block in part.strip().split("\n\n"):
            if block.startswith(_HEADING):
                yield block.removeprefix(_HEADING) + "\n"
            elif block:
                yield "\n".join(_wrapped(block, width)) + "\n\n"


def _wrapped(block: str, width: int) -> Iterator[str]:
    """Yield the lines of a paragraph or of a list."""
    for item in re.split(rf"\n(?={_ITEM})", block):
        hanging = "  " if item.startswith(_ITEM) else ""
        yield fill(
            " ".join(item.split()),
            width,
            initial_indent=" " * 4,
            subsequent_indent=" " * 4 + hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
