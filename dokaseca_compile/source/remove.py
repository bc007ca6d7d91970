"""Remove: the splices that remove an entry or an item, and keep the text around it."""

from __future__ import annotations

from dokaseca_compile.core.routes import Route
from dokaseca_compile.source.edit_target import (
    EditError,
    Splice,
    Spot,
    check_alone,
    check_unused,
    lines_behind,
    missing,
    opening_end,
)
from dokaseca_compile.source.spans import Spans


def remove(spans: Spans, spot: Spot, rest: Route) -> list[Splice]:
    """Return the splices that remove ``spot``. Raises ``EditError`` if there is a ``rest``."""
    route = (*spot.route, *rest)
    if rest:
        raise missing(spot, rest[0], route)
    parent = spot.parent
    if parent is None:
        raise EditError("the whole file cannot be removed: name a key in it", route)
    check_alone(spans, parent, route)
    check_unused(spans, spot, spot.first, route)
    entries = spans.entries(parent.number)
    index = [entry.value for entry in entries].index(spot.number)
    start, end = spans.entry_start(parent.number, index), spans.entry_end(entries[index])
    if not spans.is_block_collection(parent.number, in_flow=parent.in_flow):
        return _from_flow(spans, parent, index, start, end)
    if len(entries) == 1:
        return _empty(spans, parent, start, end)
    if not spans.starts_line(start):
        return [_behind_dash(spans, parent.number, start, end)]
    return [_lines(spans, spot, start, end)]


# block style


def _empty(spans: Spans, parent: Spot, start: int, end: int) -> list[Splice]:
    """Replace the only entry of ``parent`` by ``{}`` or ``[]``; keep comments above the entry."""
    text = "{}" if isinstance(parent.data, dict) else "[]"
    opening = opening_end(spans, parent)
    is_root = parent.parent is None and opening == 0
    if is_root or "\n" not in spans.text[opening:start]:
        return [Splice(start, spans.line_end(end), text)]
    empty = Splice(opening, opening, f" {text}")
    return [empty, lines_behind(spans, spans.line_start(start) - 1, end)]


def _behind_dash(spans: Spans, parent: int, start: int, end: int) -> Splice:
    """Remove the first entry, on the line of a dash: the next one moves up to the dash.

    With a comment between them, it stays on its own line.
    """
    following = spans.entry_start(parent, 1)
    line_end = spans.line_end(end)
    if "#" in spans.text[line_end:following]:
        return Splice(spans.blanks_start(start), line_end, "")
    return Splice(start, following, "")


def _lines(spans: Spans, spot: Spot, start: int, end: int) -> Splice:
    """Remove the lines of an entry."""
    first, stop = spans.line_start(start), min(spans.line_end(end) + 1, len(spans.text))
    above = spot.first - 1
    if spans.is_block_text(above) and "#" not in spans.text[spans.end(above) : start]:
        return Splice(first, _below_text(spans, above, stop, spot.route), "")
    return lines_behind(spans, first - 1, end) if first else Splice(first, stop, "")


def _below_text(spans: Spans, above: int, at: int, route: Route) -> int:
    """Return the start of the lines from ``at`` on that may follow the text block ``above``.

    After ``+`` blank lines may not. Raises ``EditError`` for comments that are indented so far that
    they would become text.
    """
    if "+" in spans.text[spans.content(above) : spans.block_header_end(above)]:
        while at < len(spans.text) and spans.line_end(at) == spans.blanks_end(at):
            at = min(spans.line_end(at) + 1, len(spans.text))
    _check_indentation(spans.text[at:], spans.block_indent(above), route)
    return at


def _check_indentation(below: str, indent: int, route: Route) -> None:
    """Check that the first lines of ``below`` would not become part of a text block.

    These are blank lines, up to the first other line, if that is a comment.
    """
    for line in below.split("\n"):
        rest = line.lstrip(" ")
        is_comment = rest.startswith("#")
        if rest and not is_comment:
            return
        if len(line) - len(rest) + is_comment > indent:
            message = (
                "the line below it is indented so far that it would become part of the text "
                "block above"
            )
            raise EditError(message, route)
        if is_comment:
            return


# flow style


def _from_flow(spans: Spans, parent: Spot, index: int, start: int, end: int) -> list[Splice]:
    number = parent.number
    entries = spans.entries(number)
    inside, close = spans.content(number), spans.end(number)
    if not spans.has_brackets(number):  # `a: 1` in `[a: 1]`
        return [Splice(inside, close, "{}")]
    if len(entries) == 1 and "#" not in spans.text[inside:start] + spans.text[end:close]:
        return [Splice(inside + 1, close - 1, "")]
    comma = spans.comma(end)
    if comma is None and index:
        return _last(spans, spans.entry_end(entries[index - 1]), start, end)
    if comma is None:
        return [_own_lines(spans, start, end) or Splice(start, end, "")]
    return _with_comma(spans, start, end, comma, is_last=index == len(entries) - 1)


def _own_lines(spans: Spans, start: int, end: int) -> Splice | None:
    """Remove whole lines, if nothing else is on them but a comment at the end."""
    if spans.starts_line(start) and spans.ends_line(end):
        return Splice(spans.line_start(start), spans.line_end(end) + 1, "")
    return None


def _last(spans: Spans, before: int, start: int, end: int) -> list[Splice]:
    """Remove the last entry and the comma before it; ``before`` is the end of the entry before."""
    comma = spans.comma(before) or before
    if "#" not in spans.text[comma:start]:
        cut = _own_lines(spans, comma, end)
        if cut:
            return [cut]
    cut = _own_lines(spans, start, end)
    if cut or "#" in spans.text[before:start]:
        without_comma = Splice(comma, comma + 1, spans.gap_before_comment(comma + 1))
        return [without_comma, cut or Splice(start, end, "")]
    gap = spans.gap_before_comment(end)
    if spans.text[before - 1] == ":":
        gap = " "  # a bracket right after a colon would be part of the value
    return [Splice(before, end, gap)]


def _with_comma(spans: Spans, start: int, end: int, comma: int, *, is_last: bool) -> list[Splice]:
    """Remove an entry and the comma after it."""
    cut = _own_lines(spans, start, comma + 1)
    if cut:
        return [cut]
    stop = spans.blanks_end(comma + 1)
    if spans.text[stop] == "#":
        stop = comma + 1
    if is_last and spans.text[stop] in "]}":
        start, stop = spans.blanks_start(start), comma + 1
    if "#" in spans.text[end:comma]:
        if not spans.starts_line(start):
            start = spans.blanks_start(start)
        return [Splice(start, end, ""), Splice(comma, stop, "")]
    return [Splice(start, stop, "")]
