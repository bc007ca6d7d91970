"""Put: the splices that replace a value, or add an entry."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.source.edit_target import (
    EditError,
    Splice,
    Spot,
    check_alone,
    check_key,
    check_unused,
    check_value,
    lines_behind,
    missing,
    named,
    opening_end,
)
from dokaseca_compile.source.spans import Entry, Spans
from dokaseca_compile.source.write import (
    WIDTH,
    block_lines,
    flow_text,
    key_text,
    literal_lines,
    nested_lines,
    one_line,
)


def put(spans: Spans, spot: Spot, rest: Route, value: Any) -> list[Splice]:
    """Return the splices that add ``value`` at ``rest`` below ``spot``.

    Without ``rest`` they replace the value of ``spot``. Raises ``EditError`` if that is impossible,
    ``TypeError`` for a value that is not plain data.
    """
    route = (*spot.route, *rest)
    if not route:
        raise EditError("the whole file cannot be replaced: name a key in it", route)
    check_value(value, route)
    check_alone(spans, spot, route)
    if rest:
        return _put_below(spans, spot, rest, value)
    check_unused(spans, spot, spot.number, route)
    return _replace(spans, spot, value)


def _put_below(spans: Spans, spot: Spot, rest: Route, value: Any) -> list[Splice]:
    route = (*spot.route, *rest)
    for part in rest:
        if isinstance(part, str):
            check_key(part, route)
    head, below = rest[0], _nested(rest[1:], value, route)
    if isinstance(head, str) and isinstance(spot.data, dict):
        return _add(spans, spot, f"{key_text(head)}:", below, route)
    if isinstance(spot.data, list) and head == len(spot.data):
        return _add(spans, spot, "", below, route)
    if spot.data is None and (isinstance(head, str) or head == 0):
        return _replace(spans, spot, _nested((head,), below, route))
    raise missing(spot, head, route)


def _nested(rest: Route, value: Any, route: Route) -> Any:
    """Return the value inside its missing parents: a mapping for a key, a list for the item 0."""
    for part in reversed(rest):
        if isinstance(part, str):
            value = {part: value}
        elif part == 0:
            value = [value]
        else:
            message = f"there is no list yet that has [{part}]: its first item is [0]"
            raise EditError(message, route)
    return value


# an existing value


def _replace(spans: Spans, spot: Spot, value: Any) -> list[Splice]:
    number = spot.number
    start, end = spans.content(number), spans.end(number)
    if start == end:
        return _fill(spans, spot, value)
    if spans.is_block_text(number):
        return _replace_block_text(spans, spot, value)
    if spans.is_block_collection(number, in_flow=spot.in_flow):
        return _replace_block(spans, spot, one_line(value, in_flow=False))
    quotes = spans.text[start] if spans.text[start] in "\"'" else ""
    if spans.text[start - 1 : start] == ":":
        quotes = '"'  # a value right after `"key":` is JSON, where every string has quotes
    lead = " " if spans.anchor_end(number) == start else ""
    text = one_line(value, quotes, in_flow=spot.in_flow)
    return [Splice(start, end, lead + text + spans.gap_before_comment(end))]


def _fill(spans: Spans, spot: Spot, value: Any) -> list[Splice]:
    """Write a value for a key or item that has none yet."""
    at, lead = _place_for_value(spans, spot)
    text = one_line(value, in_flow=spot.in_flow)
    is_long = spans.column(at) + len(lead) + len(text) > WIDTH
    is_filled_collection = bool(value) and isinstance(value, dict | list)
    if is_long and is_filled_collection and spot.key is not None and not spot.in_flow:
        pad = " " * (spans.column(spans.start(spot.key)) + 2)
        line_end = spans.line_end(at)
        return [Splice(line_end, line_end, _as_lines(nested_lines(pad, value)))]
    return [Splice(at, at, lead + text + spans.gap_before_comment(at))]


def _place_for_value(spans: Spans, spot: Spot) -> tuple[int, str]:
    """Return the offset for a value that is not written yet, and the text to write before it."""
    anchor = spans.anchor_end(spot.number)
    if anchor is not None:
        return anchor, " "
    at = spans.entry_end(Entry(spot.key, spot.number))
    if spot.key is None or spans.colon_end(spot.key) is not None:
        return at, " "
    if not spot.in_flow or "\n" in spans.text[spans.start(spot.key) : at]:
        message = f"{named(spot.route)} has no `:` after its key; write it as `key: value` first"
        raise EditError(message, spot.route)
    return at, ": "


def _replace_block(spans: Spans, spot: Spot, text: str) -> list[Splice]:
    """Replace a block collection; the line of its key keeps its comment."""
    start, end = spans.content(spot.number), spans.end(spot.number)
    opening = opening_end(spans, spot)
    if "\n" in spans.text[opening:start]:
        return [Splice(opening, opening, f" {text}"), lines_behind(spans, opening, end)]
    # It starts on the line of its dash. If it has more lines, the last comment belongs to it.
    return [Splice(start, spans.line_end(end) if "\n" in spans.text[start:end] else end, text)]


def _replace_block_text(spans: Spans, spot: Spot, value: Any) -> list[Splice]:
    """Replace a ``|`` or ``>`` scalar; the line of its header keeps its comment."""
    number = spot.number
    start, end = spans.content(number), spans.end(number)
    header_end = spans.block_header_end(number)
    gap = spans.gap_before_comment(header_end)
    pad = " " * spans.block_text_column(number)
    if isinstance(value, str) and pad and end < len(spans.text):
        literal = literal_lines(value, pad)
        if literal:
            header, lines = literal
            body = Splice(spans.line_end(header_end), end, f"\n{lines}")
            return [Splice(start, header_end, header + gap), body]
    text = one_line(value, '"', in_flow=False) + gap
    if spot.parent is not None and spans.starts_line(start):
        # A scalar must be indented deeper than its parent; a header need not be.
        parent = spans.column(spans.content(spot.parent.number))
        text = " " * (parent + 1 - spans.column(start)) + text
    return [Splice(start, header_end, text), lines_behind(spans, header_end, end)]


# a new entry


def _add(spans: Spans, spot: Spot, head: str, value: Any, route: Route) -> list[Splice]:
    """Add an entry, where ``head`` is its key with the colon, or an item without ``head``."""
    number = spot.number
    if spans.is_block_collection(number, in_flow=spot.in_flow):
        return _add_line(spans, number, head, value, route)
    entry = f"{head} {flow_text(value)}".lstrip(" ")
    if not spans.has_brackets(number):  # `a: 1` in `[a: 1]`
        start = spans.content(number)
        last = spans.entries(number)[-1]
        return [Splice(start, start, "{"), _after_entry(spans, last, f"{entry}}}")]
    entries = spans.entries(number)
    if entries:
        return [_after_entry(spans, entries[-1], entry)]
    start, end = spans.content(number) + 1, spans.end(number) - 1
    inside = spans.text[start:end]
    if inside.strip(" "):  # line ends or comments
        return [Splice(start, start, entry + spans.gap_before_comment(start))]
    padding = " " if inside else ""
    return [Splice(start, end, f"{padding}{entry}{padding}")]


def _after_entry(spans: Spans, last: Entry, entry: str) -> Splice:
    at = spans.entry_end(last)
    # A comma right after a colon would be part of the value.
    lead = " , " if spans.text[at - 1] == ":" else ", "
    return Splice(at, at, f"{lead}{entry}{spans.gap_before_comment(at)}")


def _add_line(spans: Spans, number: int, head: str, value: Any, route: Route) -> list[Splice]:
    last = spans.last_inside(number)
    at = spans.line_end(spans.entry_end(spans.entries(number)[-1]))
    if at == len(spans.text) and spans.is_block_text(last):
        message = (
            "the text block above has no line end, and would get one: end the file with a line "
            "end first"
        )
        raise EditError(message, route)
    pad = " " * spans.column(spans.content(number))
    return [Splice(at, at, _as_lines(block_lines(f"{pad}{head or '-'}", value)))]


def _as_lines(lines: list[str]) -> str:
    return "".join(f"\n{line}" for line in lines)
