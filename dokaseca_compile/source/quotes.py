"""Find a quote that is never closed: the reader uses the next opening quote as its end."""

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
    """Return the fault of the first quoted text before ``stop`` that contains other entries.

    A quoted text may have several lines. Its end is really the opening quote of another text in two
    cases: one of its lines looks like an entry that is indented no deeper than the first line, or
    it has an entry in it and more text follows without a blank.
    """
    for token in _quoted(text):
        start, end = token.start_mark, token.end_mark
        if start.line + 1 > stop.line:
            return None
        lines = text.split("\n")[start.line : end.line + 1]
        if _contains_entries(lines) or _meets_text(token.value, text[end.index : end.index + 1]):
            place = Place(stop.file, start.line + 1, start.column + 1)
            last = Label(text="it ends here", place=Place(stop.file, end.line + 1, end.column))
            message, advice = "this quote is never closed", "add the closing quote"
            return error("yaml-syntax", message, Label(place=place), last, help=advice)
    return None


def _quoted(text: str) -> Iterator[Any]:
    """Yield the quoted scalars up to the token that cannot be read."""
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if getattr(token, "style", None) in {"'", '"'}:
                yield token
    except yaml.YAMLError:
        return


def _contains_entries(lines: list[str]) -> bool:
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    entries = (_ENTRY.match(line) for line in lines[1:])
    return any(found is not None and len(found[1]) <= indent for found in entries)


def _meets_text(value: str, following: str) -> bool:
    return ": " in value and following.isalnum()
