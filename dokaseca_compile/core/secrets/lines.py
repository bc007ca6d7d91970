"""Source lines with masked secrets, and the place to mark in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dokaseca_compile.core.secrets.known import Known
from dokaseca_compile.core.secrets.shapes import MASK
from dokaseca_compile.core.secrets.texts import mask, unescape

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line without secrets. ``start`` (from 0) and ``length`` are the part of it to mark."""

    text: str
    start: int
    length: int


def shown_line(
    line: str, column: int, length: int, known: Known, *, hidden: bool = False
) -> ShownLine:
    """Return a line without secrets, with a mark at ``column`` (from 1) of ``length``.

    ``hidden`` lines are inside a secret of several lines: they are masked as a whole.
    """
    indent = line[: len(line) - len(line.lstrip())]
    text = indent + MASK if hidden else known.hide(mask(_without_escaped(line, known)))
    start, long = extent(column - 1, length, line, text)
    return ShownLine(text, start, long)


def extent(start: int, length: int, text: str, shown: str) -> tuple[int, int]:
    """Return the part of the shown line to mark: its first character, from 0, and its length.

    Marks, and lengths for programs, must not reveal the length of a secret: a mask has its own.
    """
    end = start + length
    if text.startswith(shown):  # nothing is masked, but a very long line may be cut
        return min(start, len(shown)), length if end <= len(shown) else 1
    pairs = enumerate(zip(text, shown, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), len(text))
    masked = min(shown.find(MASK), same)
    if end <= masked:
        return start, length
    if start <= masked:
        return start, masked + len(MASK) - start
    rest = text[start:]
    if MASK not in rest and shown.endswith(rest):  # after the mask, nothing else is masked
        return len(shown) - len(rest), length
    return 0, len(shown)


def _without_escaped(line: str, known: Known) -> str:
    """Mask each quoted text whose escapes spell a known secret."""
    if not known or "\\" not in line:
        return line
    return _QUOTED.sub(lambda found: MASK if known.finds(unescape(found[0])) else found[0], line)
