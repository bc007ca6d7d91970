"""Markdown documents: headings, paragraphs, tables, lists and code, with every text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dokaseca_compile.formats.body import (
    Bullets,
    CodeBlock,
    Heading,
    Inline,
    Link,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_TICKS = re.compile("`+")
_UNLINKABLE = re.compile(r"[^A-Za-z0-9._~:/?#@!$&*+,;=%-]")
_BREAKS = re.compile(r"\s+")


def render(body: MarkdownBody, header: tuple[str, ...] = ()) -> bytes:
    """Render a document, the header as a comment on top."""
    top = [f"<!-- {line} -->" for line in header]
    paragraphs = ["\n".join(top), *("\n".join(_block(block)) for block in body.blocks)]
    return ("\n\n".join(filter(None, paragraphs)) + "\n").encode()


def _block(block: Heading | Paragraph | Table | Bullets | CodeBlock) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_inline(block.text)}"
        case Paragraph():
            yield _inline(block.text)
        case Bullets():
            yield from (f"- {_inline(each)}" for each in block.items)
        case Table():
            yield _row(block.columns)
            yield f"|{'---|' * len(block.columns)}"
            yield from (_row(row) for row in block.rows)
        case CodeBlock():
            fence = code_fence(block.text)
            yield f"{fence}{block.language}"
            yield block.text.rstrip("\n")
            yield fence


def _row(cells: Sequence[Inline]) -> str:
    texts = [f"| {_inline(cell)}".rstrip(" ") for cell in cells]
    return " ".join([*texts, "|"])


def _inline(text: Inline) -> str:
    """Render on one line: a line break would end a table's row, or begin another block."""
    match text:
        case str():
            return escape(_BREAKS.sub(" ", text))
        case Mono():
            plain = _BREAKS.sub(" ", text.text).replace("|", "\\|")
            return code(plain) if plain else ""
        case Link():
            return f"[{_inline(text.text)}]({_UNLINKABLE.sub('', text.target)})"
        case _:
            return "".join(_inline(each) for each in text)


def escape(text: str) -> str:
    """Escape text so that Markdown shows it unchanged."""
    return _SPECIAL.sub(r"\\\1", text)


def code(text: str) -> str:
    """Format text on one line as code, whatever backticks are in it."""
    fence = "`" * (_ticks(text) + 1)
    blank = " " if "`" in text else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def code_fence(text: str) -> str:
    """Return the fence for a block of code: longer than any row of backticks in it."""
    return "`" * max(3, _ticks(text) + 1)


def _ticks(text: str) -> int:
    """Return the length of the longest row of backticks."""
    return max(map(len, _TICKS.findall(text)), default=0)
