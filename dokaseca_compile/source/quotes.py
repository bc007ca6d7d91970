"""Find a quote that is never closed: the reader takes the next opening quote, lines below, for its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from dokaseca_compile.diagnostics import Diagnostic, Label, Place, error

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENTRY = re.compile(r"( *)(?:- |[^\s:#'\"\[\]{},]+:(?: |$))")
"""A line that looks like an entry of a mapping or a list."""


def open_quote(text: str, stop: Place) -> Diagnostic | None:
    """Return the fault of the first quoted text before ``stop`` that swallows other entries.

    A text in quotes may have several lines. Where one of these looks like an entry that is indented no
    deeper than the line of the quote, its closing quote was to open another text.
    """
    for token in _tokens(text):
        first, last = token.start_mark.line, token.end_mark.line
        if first + 1 > stop.line:
            return None
        if not getattr(token, "style", None) or first == last or token.style not in "'\"":
            continue
        lines = text.split("\n")[first : last + 1]
        if _swallows_entries(lines):
            place = Place(stop.file, first + 1, token.start_mark.column + 1)
            end = Label(text="it ends here", place=Place(stop.file, last + 1, token.end_mark.column))
            return error(
                "yaml-syntax",
                f"this quote is not closed before line {last + 1}",
                Label(place=place),
                end,
                help="add the closing quote",
            )
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
