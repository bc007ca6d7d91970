"""Edits of a source file that keep every comment, the order, the quotes, the byte order mark and the line ends.

Nothing is written anew: an edit becomes a few splices of the text. Each result is read again, and must hold
what the edit means and nothing else, or no bytes are given.
"""

from __future__ import annotations

import codecs
import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.diagnostics import Diagnostic, Severity
from dokaseca_compile.core.routes import Edit, Put, Route, format_route
from dokaseca_compile.source.document import Document
from dokaseca_compile.source.edit_target import EditError, Splice, Spot, follow
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.put import put
from dokaseca_compile.source.remove import remove
from dokaseca_compile.source.spans import Spans
from dokaseca_compile.source.text import decode, shown

__all__ = ["EditError", "MisreadEditError", "edit"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_TAB = re.compile(
    r"^ *\t[ \t]*(?:#|$)", re.MULTILINE
)  # readers let it pass behind a plain scalar only
_LIMITS = frozenset(("file-too-large", "too-deep", "alias-bomb"))
"""What an edit may rightly run into; any other fault of its result is a fault of ours."""


class MisreadEditError(Exception):
    """The edited text does not hold what the edit means: a bug of ours, never a user's fault."""


def edit(raw: bytes, file: str, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of ``file`` after ``edits``, each applied to the result of the one before.

    All or nothing: raises ``EditError`` when the file cannot be read without an error or one of the edits
    cannot be made, ``TypeError`` for a value that is no plain data, ``MisreadEditError`` for a bug of ours.
    """
    source = _read(raw, file)
    rest = list(edits)
    count = 0
    while rest:
        count = count or _independent(source.document.data, rest)
        try:
            source = _edited(source, rest[:count])
        except EditError:
            if count == 1:
                raise
            count //= 2  # what one of them needs may be what another one does: to take the last alias away
        else:
            rest, count = rest[count:], 0
    return source.raw


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it is on the disk, and what it says."""

    raw: bytes
    document: Document


def _read(raw: bytes, file: str) -> _Source:
    text, faults = decode(raw, file)
    if not faults:
        document, faults = parse(text, file)
        first = _first_error(faults)
        if first is None:
            return _Source(raw, document)
        faults = [first]
    place = faults[0].primary.place
    at = f"{place.line}:{place.column}: " if place else ""
    message = f"{shown(file)}:{at}{faults[0].message}: mend the file first"
    raise EditError(message)


def _first_error(faults: list[Diagnostic]) -> Diagnostic | None:
    return next((fault for fault in faults if fault.severity is Severity.ERROR), None)


def _independent(data: Any, edits: list[Edit]) -> int:
    """Count the edits, from the first, that put one scalar for another: these can be made in one go.

    None of them moves, adds or removes a node, so each still finds its own; a large file is read once for all.
    """
    routes: set[Route] = set()
    for each in edits:
        is_scalar = isinstance(each, Put) and not isinstance(each.value, dict | list)
        if not is_scalar or each.route in routes or not _has_scalar(data, each.route):
            break
        routes.add(each.route)
    return max(1, len(routes))


def _has_scalar(data: Any, route: Route) -> bool:
    for part in route:
        is_item = isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data)
        if not is_item and not (isinstance(data, dict) and part in data):
            return False
        data = data[part]
    return not isinstance(data, dict | list)


def _edited(source: _Source, edits: list[Edit]) -> _Source:
    document = source.document
    spans = Spans(document)
    splices: list[Splice] = []
    gone: list[range] = []
    for each in edits:
        spot, rest = follow(document, spans, each.route)
        needed = (
            put(spans, spot, rest, each.value)
            if isinstance(each, Put)
            else remove(spans, spot, rest)
        )
        if rest or not isinstance(each, Put) or _text_of(spot.data) != _text_of(each.value):
            splices += needed
            gone.append(_gone(spans, spot, rest, each))
    splices = sorted(
        (each for each in splices if each.text or each.end > each.start), key=_position
    )
    return _proved(source, edits, splices, gone) if splices else source


def _gone(spans: Spans, spot: Spot, rest: Route, change: Edit) -> range:
    """Return the stretch of text whose anchors and aliases may go: the value, or the whole entry."""
    if rest:
        return range(0)
    first = spot.number if spot.key is None else spot.key
    start = spans.content(spot.number) if isinstance(change, Put) else spans.start(first)
    return range(start, spans.end(spot.number))


def _position(splice: Splice) -> tuple[int, int]:
    return splice.start, splice.end


# from text with `\n` line ends to the bytes of the file


def _spliced(raw: bytes, splices: list[Splice]) -> bytes:
    """Make the splices, whose offsets count ``\\n`` for every line end, in the bytes of a file."""
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    text = raw[len(mark) :].decode("utf-8")
    pairs = (
        [each.start() - index for index, each in enumerate(re.finditer("\r\n", text))]
        if "\r\n" in text
        else []
    )
    parts, done = [], 0
    for splice in splices:
        start, end = (at + bisect_left(pairs, at) for at in (splice.start, splice.end))
        if (
            not splice.text
            and text[start - 1 : start] == "\r"
            and text[end - 1 : end + 1] == "\n\n"
        ):
            # CR and LF would meet and be one line end: the CR goes, and the last line end of the cut stays.
            start, end = start - 1, end - len(_line_end_before(text, end))
        parts.append(text[done:start])
        parts.append(
            splice.text.replace("\n", _line_end(text, start))
            if "\n" in splice.text
            else splice.text
        )
        done = end
    parts.append(text[done:])
    return mark + "".join(parts).encode("utf-8")


def _line_end(text: str, at: int) -> str:
    """Return the line end of the line at ``at``; of the line before, if it has none."""
    found = _LINE_END.search(text, at)
    if found:
        return found.group()
    last = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
    return _line_end_before(text, last + 1) if last >= 0 else "\n"


def _line_end_before(text: str, at: int) -> str:
    """Return the line end that ends at ``at``."""
    return "\r\n" if text[max(0, at - 2) : at] == "\r\n" else text[at - 1]


# the proof


def _proved(
    source: _Source, edits: list[Edit], splices: list[Splice], gone: list[range]
) -> _Source:
    """Make the splices and read the result; raise unless it is what the edits mean."""
    route = edits[-1].route
    raw = _spliced(source.raw, splices)
    file = source.document.file
    text, faults = decode(raw, file)
    document, more = parse(text, file)
    fault = _first_error(faults or more)
    if fault and fault.slug in _LIMITS:
        raise EditError(fault.message, route)
    if fault and _TAB.search(text):
        raise EditError(
            "a line is indented with a tab, which not every place allows: use blanks", route
        )
    expected = source.document.data
    for each in edits:
        expected = _with(expected, each.route, each)
    if fault:
        problem = fault.message
    elif _text_of(expected) != _text_of(document.data):
        problem = "it would be read as something else"
    elif _names(source.document, gone) != _names(document, []):
        problem = "an anchor or an alias would be lost"
    else:
        return _Source(raw, document)
    message = f"editing `{format_route(route)}` in {shown(file)} went wrong, and nothing is written: {problem}"
    raise MisreadEditError(message)


def _text_of(data: Any) -> str:
    """Make data comparable, strictly: 1 is not 1.0 or true here, and the order of keys counts."""
    return json.dumps(data)


def _with(data: Any, route: Route, change: Edit) -> Any:
    """Apply a change to plain data; ``data`` itself stays as it is."""
    if not route:
        return change.value if isinstance(change, Put) else None
    part, rest = route[0], route[1:]
    if isinstance(part, str):
        entries = dict(data or {})
        if rest or isinstance(change, Put):
            entries[part] = _with(entries.get(part), rest, change)
        else:
            del entries[part]
        return entries
    items = list(data or [])
    old = items[part : part + 1]
    items[part : part + 1] = (
        [_with(old[0] if old else None, rest, change)] if rest or isinstance(change, Put) else []
    )
    return items


def _names(document: Document, gone: list[range]) -> list[str]:
    """Return the anchors and aliases in the order of the text, without those that stand in what is gone."""
    if "&" not in document.text:
        return []
    text, nodes = document.text, document.nodes
    starts = {start for start in nodes.starts if text[start : start + 1] == "&"}
    starts.update(nodes.starts[alias] for alias in nodes.aliases)
    kept = (start for start in sorted(starts) if not any(start in each for each in gone))
    return [
        re.split(r"[^&*A-Za-z0-9_-]", text[start : start + 1000], maxsplit=1)[0] for start in kept
    ]
