"""A manual as people read it: in the terminal, and as a page of ``docs/``."""

from __future__ import annotations

import re
from collections.abc import Callable
from textwrap import dedent

_BLOCK = re.compile(r"^( *)\.\. code-block:: (\w+)\n\n((?:\1    .*(?:\n|\Z)|\n)+)", re.MULTILINE)


def plain(slug: str, manual: str) -> str:
    """A manual for the terminal: the slug as title, code indented as it is, without directives."""
    return f"{slug}\n{'=' * len(slug)}\n\n{_walk(manual, lambda _, code: code)}"


def markdown(slug: str, manual: str) -> str:
    """A manual as a Markdown page: its headings, its code blocks, its literals."""
    summary, _, rest = manual.partition("\n")
    parts = re.split(r"^([A-Z][a-z]+)\n", rest, flags=re.MULTILINE)[1:]
    page = f"# `{slug}`\n\n{inline(summary)}\n"
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        page += f"\n## {heading}\n\n{_walk(dedent(body).strip(), _fenced).strip()}\n"
    return page


def summary(manual: str) -> str:
    """The first line: what is found."""
    return inline(manual.split("\n", 1)[0])


def inline(text: str) -> str:
    """Literals with single backticks."""
    return text.replace("``", "`")


def _fenced(language: str, code: str) -> str:
    return f"```{language}\n{dedent(code).strip()}\n```\n\n"


def _walk(text: str, code: Callable[[str, str], str]) -> str:
    """Prose with plain literals, and each code block as ``code`` shows it."""
    shown, position = "", 0
    for block in _BLOCK.finditer(text):
        shown += inline(text[position : block.start()]) + code(block[2], block[3])
        position = block.end()
    return shown + inline(text[position:])
