"""Find a quote that is never closed: the reader takes the next opening quote for its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENTRY = re.compile(r"( *)(?:- |[^\s:#'\"\[\]{},]+:(?: |$))")
"""A line that looks like an entry of a mapping or a list."""


def open_quote(text: str, stop: Place) -> Diagnostic | None:
    """Return the fault of the first quoted text before ``stop`` that swallows other entries.

    A text in quotes may have several lines. Where one of these looks like an entry that is indented no
    deeper than the line of the quote, its closing quote was to open another text. So was that of a text
    with an entry in it, where more text follows without a blank.
    """
    for token in _tokens(text):
        start, end = token.start_mark, token.end_mark
        if start.line + 1 > stop.line:
            return None
        if not getattr(token, "style", None) or token.style not in "'\"":
            continue
        lines = text.split("\n")[start.line : end.line + 1]
        if _swallows_entries(lines) or _meets_text(token.value, text[end.index : end.index + 1]):
            place = Place(stop.file, start.line + 1, start.column + 1)
            last = Label(text="it ends here", place=Place(stop.file, end.line + 1, end.column))
            message, advice = "this quote is never closed", "add the closing quote"
            return error("yaml-syntax", message, Label(place=place), last, help=advice)
    return None


def _tokens(text: str) -> Iterator[Any]:
    """Yield the tokens up to the one that cannot be read."""
    try:
        yield from yaml.scan(text, Loader=_LOADER)
    except yaml.YAMLError:
        return


def _swallows_entries(lines: list[str]) -> bool:
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    entries = (_ENTRY.match(line) for line in lines[1:])
    return any(found is not None and len(found[1]) <= indent for found in entries)


def _meets_text(value: str, following: str) -> bool:
    return ": " in value and following.isalnum()
