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
    blocks = [line for block in body.blocks if (line := "\n".join(_block(block)))]
    return ("\n\n".join(["\n".join(top), *blocks] if top else blocks) + "\n").encode()


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
            fence = "`" * max(3, *(len(run) + 1 for run in _TICKS.findall(block.text)), 3)
            yield f"{fence}{block.language}"
            yield block.text.rstrip("\n")
            yield fence


def _row(cells: Sequence[Inline]) -> str:
    return "".join(f"| {text} " if (text := _inline(cell)) else "| " for cell in cells) + "|"


def _inline(text: Inline) -> str:
    """One line: a line break would end a table's row, or begin another block."""
    match text:
        case str():
            return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", text))
        case Mono():
            plain = _BREAKS.sub(" ", text.text).replace("|", "\\|")
            fence = "`" * (1 + max((len(run) for run in _TICKS.findall(plain)), default=0))
            blank = " " if plain.startswith("`") or plain.endswith("`") else ""
            return f"{fence}{blank}{plain}{blank}{fence}" if plain else ""
        case Link():
            return f"[{_inline(text.text)}]({_UNLINKABLE.sub('', text.target)})"
        case _:
            return "".join(_inline(each) for each in text)
