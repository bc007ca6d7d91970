"""Edits of a source file that keep comments, order, quotes, the byte order mark and line ends.

An edit becomes a few splices of the text. Each result is read again: its data must be the old data
with the edit, or no bytes are returned.
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
from dokaseca_compile.source.edit_target import EditError, Splice, Spot, follow, has_part
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.put import put
from dokaseca_compile.source.remove import remove
from dokaseca_compile.source.spans import Spans
from dokaseca_compile.source.text import decode, shown

__all__ = ["EditError", "MisreadEditError", "edit"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_END_OF_NAME = re.compile(r"[^&*A-Za-z0-9_-]")
# Readers allow such a line only after a plain scalar.
_TAB = re.compile(r"^ *\t[ \t]*(?:#|$)", re.MULTILINE)
_LIMITS = frozenset(("file-too-large", "too-deep", "alias-bomb"))
"""Faults that a valid edit may cause; any other fault of its result is a bug of ours."""


class MisreadEditError(Exception):
    """The edited text does not have the expected data: a bug of ours, never a user's fault."""


def edit(raw: bytes, file: str, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of ``file`` after ``edits``, each applied to the result of the one before.

    All or nothing: raises ``EditError`` if the file has an error or an edit cannot be made,
    ``TypeError`` for a value that is not plain data, and ``MisreadEditError`` for a bug of ours.
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
            # One edit may depend on another, which removes the last alias for example.
            count //= 2
        else:
            rest, count = rest[count:], 0
    return source.raw


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it is on the disk, and its content."""

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
    message = f"{shown(file)}:{at}{faults[0].message}: fix the file first"
    raise EditError(message)


def _first_error(faults: list[Diagnostic]) -> Diagnostic | None:
    return next((fault for fault in faults if fault.severity is Severity.ERROR), None)


def _independent(data: Any, edits: list[Edit]) -> int:
    """Count the edits, from the first, that can be made at once: they replace different scalars.

    None of them moves, adds or removes a node, so a large file is read once for all of them.
    """
    routes: set[Route] = set()
    for each in edits:
        if each.route in routes or not _replaces_scalar(data, each):
            break
        routes.add(each.route)
    return max(1, len(routes))


def _replaces_scalar(data: Any, change: Edit) -> bool:
    if not isinstance(change, Put) or isinstance(change.value, dict | list):
        return False
    return _has_scalar(data, change.route)


def _has_scalar(data: Any, route: Route) -> bool:
    for part in route:
        if not has_part(data, part):
            return False
        data = data[part]
    return not isinstance(data, dict | list)


def _edited(source: _Source, edits: list[Edit]) -> _Source:
    document = source.document
    spans = Spans(document)
    splices: list[Splice] = []
    removed: list[range] = []
    for each in edits:
        spot, rest = follow(document, spans, each.route)
        needed = _splices(spans, spot, rest, each)
        if not _is_already_set(spot, rest, each):
            splices += filter(_changes_text, needed)
            removed.append(_removed(spans, spot, rest, each))
    if not splices:
        return source
    splices.sort(key=_position)
    return _verified(source, edits, splices, removed)


def _changes_text(splice: Splice) -> bool:
    return bool(splice.text) or splice.end > splice.start


def _splices(spans: Spans, spot: Spot, rest: Route, change: Edit) -> list[Splice]:
    if isinstance(change, Put):
        return put(spans, spot, rest, change.value)
    return remove(spans, spot, rest)


def _is_already_set(spot: Spot, rest: Route, change: Edit) -> bool:
    if rest or not isinstance(change, Put):
        return False
    return _text_of(spot.data) == _text_of(change.value)


def _removed(spans: Spans, spot: Spot, rest: Route, change: Edit) -> range:
    """Return the text whose anchors and aliases may be removed: the value, or the whole entry."""
    if rest:
        return range(0)
    start = spans.content(spot.number) if isinstance(change, Put) else spans.start(spot.first)
    return range(start, spans.end(spot.number))


def _position(splice: Splice) -> tuple[int, int]:
    return splice.start, splice.end


# from text with `\n` line ends to the bytes of the file


def _spliced(raw: bytes, splices: list[Splice]) -> bytes:
    """Make the splices, whose offsets count ``\\n`` for every line end, in the bytes of a file."""
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    text = raw[len(mark) :].decode("utf-8")
    pairs = [each.start() - index for index, each in enumerate(re.finditer("\r\n", text))]
    parts, done = [], 0
    for splice in splices:
        start = splice.start + bisect_left(pairs, splice.start)
        end = splice.end + bisect_left(pairs, splice.end)
        if not splice.text:
            start, end = _without_new_pair(text, start, end)
        parts.append(text[done:start])
        parts.append(_with_line_ends(splice.text, text, start))
        done = end
    parts.append(text[done:])
    return mark + "".join(parts).encode("utf-8")


def _without_new_pair(text: str, start: int, end: int) -> tuple[int, int]:
    """Move a cut that would join a lone CR and a lone LF to one line end.

    The CR is removed instead, and the last line end inside the cut is kept.
    """
    if text[start - 1 : start] == "\r" and text[end - 1 : end + 1] == "\n\n":
        return start - 1, end - len(_line_end_before(text, end))
    return start, end


def _with_line_ends(new: str, text: str, at: int) -> str:
    """Give new text the line ends of the text around ``at``."""
    return new.replace("\n", _line_end(text, at)) if "\n" in new else new


def _line_end(text: str, at: int) -> str:
    """Return the line end of the line at ``at``, or of the line before if it has none."""
    found = _LINE_END.search(text, at)
    if found:
        return found.group()
    last = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at))
    return _line_end_before(text, last + 1) if last >= 0 else "\n"


def _line_end_before(text: str, at: int) -> str:
    """Return the line end that ends at ``at``."""
    return "\r\n" if text[max(0, at - 2) : at] == "\r\n" else text[at - 1]


# the check of the result


def _verified(
    source: _Source, edits: list[Edit], splices: list[Splice], removed: list[range]
) -> _Source:
    """Make the splices and read the result; raise unless it has the expected data."""
    route = edits[-1].route
    raw = _spliced(source.raw, splices)
    file = source.document.file
    text, faults = decode(raw, file)
    document, more = parse(text, file)
    fault = _first_error(faults or more)
    if fault:
        _check_user_fault(fault, text, route)
    problem = fault.message if fault else _difference(source.document, document, edits, removed)
    if problem:
        where = f"`{format_route(route)}` in {shown(file)}"
        message = f"editing {where} went wrong, and nothing is written: {problem}"
        raise MisreadEditError(message)
    return _Source(raw, document)


def _check_user_fault(fault: Diagnostic, text: str, route: Route) -> None:
    """Raise ``EditError`` for a fault of the result that is not a bug of ours."""
    if fault.slug in _LIMITS:
        raise EditError(fault.message, route)
    if _TAB.search(text):
        message = "a line is indented with a tab, which not every place allows: use blanks"
        raise EditError(message, route)


def _difference(old: Document, new: Document, edits: list[Edit], removed: list[range]) -> str:
    """Name the difference between the new document and the expected one; ``""`` if none."""
    expected = old.data
    for each in edits:
        expected = _with(expected, each.route, each)
    if _text_of(expected) != _text_of(new.data):
        return "it would be read as something else"
    if _names(old, removed) != _names(new, []):
        return "an anchor or an alias would be lost"
    return ""


def _text_of(data: Any) -> str:
    """Return data as text for a strict comparison: of types (1, 1.0, true) and of key order."""
    return json.dumps(data)


def _with(data: Any, route: Route, change: Edit) -> Any:
    """Return plain data with a change; ``data`` itself is not modified."""
    if not route:
        return change.value if isinstance(change, Put) else None
    part, *rest = route
    collection: Any = dict if isinstance(part, str) else list
    changed = collection(data or ())
    if not rest and not isinstance(change, Put):
        del changed[part]
        return changed
    known = changed[part] if has_part(changed, part) else None
    value = _with(known, tuple(rest), change)
    if isinstance(part, str):
        changed[part] = value
    else:
        changed[part : part + 1] = [value]  # at the end of the list, this appends
    return changed


def _names(document: Document, removed: list[range]) -> list[str]:
    """Return the anchors and aliases in the order of the text, without those in ``removed``."""
    if "&" not in document.text:
        return []
    text, nodes = document.text, document.nodes
    starts = {start for start in nodes.starts if text.startswith("&", start)}
    starts.update(nodes.starts[alias] for alias in nodes.aliases)
    left = (start for start in sorted(starts) if not any(start in each for each in removed))
    return [_END_OF_NAME.split(text[start : start + 1000], maxsplit=1)[0] for start in left]
