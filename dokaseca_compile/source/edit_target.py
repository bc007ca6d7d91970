"""The node that an edit changes, and the checks that the edit changes no other place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.core.text import survives_float64
from dokaseca_compile.source.anchors import MAX_DEPTH
from dokaseca_compile.source.document import Document
from dokaseca_compile.source.scalars import text_fault
from dokaseca_compile.source.spans import Entry, Spans
from dokaseca_compile.source.text import shown

_LONGEST_KEY = 1000  # readers look for the colon of a key within 1,024 characters only


class EditError(Exception):
    """The reason why an edit cannot be made; ``route`` is ``()`` for the whole file."""

    def __init__(self, message: str, route: Route = ()) -> None:
        super().__init__(message)
        self.route = route


@dataclass(frozen=True, slots=True)
class Splice:
    """The text from offset ``start`` to ``end`` becomes ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A node on the way of a route. ``in_flow`` is true between brackets."""

    route: Route
    number: int
    data: Any
    key: int | None = None
    parent: Spot | None = None
    in_flow: bool = False

    @property
    def first(self) -> int:
        """The first node of its entry: its key, if it has one."""
        return self.number if self.key is None else self.key


def follow(document: Document, spans: Spans, route: Route) -> tuple[Spot, Route]:
    """Follow ``route`` as far as nodes exist; return the last node and the rest of the route.

    Raises ``EditError`` for a way through an alias.
    """
    nodes = document.nodes
    spot = Spot((), 0, document.data)
    for step, part in enumerate(route):
        number, data = spot.number, spot.data
        if number in nodes.aliases:
            alias = shown(document.text[nodes.starts[number] : spans.end(number)])
            message = (
                f"{named(spot.route)} repeats another part of the file (`{alias}`): edit that part"
            )
            raise EditError(message, route)
        if not has_part(data, part):
            return spot, route[step:]
        if isinstance(part, str):
            key = nodes.keys(number, data)[part]
            entry = Entry(key, nodes.value_of(key))
        else:
            entry = spans.entries(number)[part]
        in_flow = spot.in_flow or spans.has_brackets(number)
        spot = Spot(route[: step + 1], entry.value, data[part], entry.key, spot, in_flow)
    return spot, ()


def has_part(data: Any, part: str | int) -> bool:
    """Return whether data is a mapping with the key ``part``, or a list with that item."""
    if isinstance(part, str):
        return isinstance(data, dict) and part in data
    return isinstance(data, list) and 0 <= part < len(data)


def opening_end(spans: Spans, spot: Spot) -> int:
    """Return the end of the anchor, the colon or the dash before a node in block style.

    It is 0 at the root.
    """
    anchor = spans.anchor_end(spot.number)
    if anchor is not None:
        return anchor
    if spot.key is not None:
        return spans.colon_end(spot.key) or 0
    if spot.parent is None:
        return 0
    index = spans.entries(spot.parent.number).index(Entry(None, spot.number))
    return spans.entry_start(spot.parent.number, index) + 1


def lines_behind(spans: Spans, at: int, end: int) -> Splice:
    """Remove the lines after the line of ``at``, up to that of ``end``."""
    first, last = spans.line_end(at), spans.line_end(end)
    if last < len(spans.text):
        return Splice(first + 1, last + 1, "")
    # At the end of the file, without a line end, the line end before the lines is removed.
    return Splice(first, last, "")


def check_alone(spans: Spans, spot: Spot, route: Route) -> None:
    """Raise ``EditError`` if an alias elsewhere repeats ``spot`` or a collection around it."""
    at: Spot | None = spot
    while at is not None and at.number not in spans.repeated:
        at = at.parent
    if at is not None:
        message = (
            f"{named(at.route)} has an anchor and is repeated elsewhere, so an edit would "
            "change both places"
        )
        raise EditError(message, route)


def check_unused(spans: Spans, spot: Spot, first: int, route: Route) -> None:
    """Raise ``EditError`` if an alias elsewhere repeats a node from ``first`` to ``spot``'s end."""
    if spans.aliases_from_outside(first, spans.last_inside(spot.number)):
        message = f"{named(spot.route)} holds an anchor that is used elsewhere"
        raise EditError(message, route)


def missing(spot: Spot, part: str | int, route: Route) -> EditError:
    """Return the error that there is no ``part`` below ``spot``."""
    return EditError(f"{named(spot.route)} {_problem(spot, part)}", route)


def _problem(spot: Spot, part: str | int) -> str:
    if isinstance(spot.data, dict):
        if isinstance(part, str):
            return f"has no key `{shown(part)}`"
        return f"is a mapping: use a key instead of [{part}]"
    if isinstance(spot.data, list):
        if isinstance(part, str):
            return f"is a list: use an item, such as {format_route((*spot.route, 0))}"
        count = len(spot.data)
        return f"has {count} item{'' if count == 1 else 's'}, and no [{part}]"
    if spot.data is None:
        return "has no value"
    return "is a single value: nothing can be below it"


def check_value(value: Any, route: Route, levels: int = 0) -> None:
    """Raise ``EditError`` for a value or key that is not allowed in a source.

    Raises ``TypeError`` for a value that is not plain data.
    """
    if levels > MAX_DEPTH:
        message = f"the value is nested deeper than {MAX_DEPTH} levels"
        raise EditError(message, route)
    if type(value) is dict:
        for key, each in value.items():
            check_key(key, route)
            check_value(each, route, levels + 1)
    elif type(value) is list:
        for each in value:
            check_value(each, route, levels + 1)
    elif type(value) is str:
        _check_text(value, route)
    elif type(value) in (int, float):
        _check_number(value, route)
    elif value is not None and type(value) is not bool:
        message = f"not plain data: {value!r}"
        raise TypeError(message)


def check_key(key: object, route: Route) -> None:
    """Raise ``EditError`` for a key that is not allowed, ``TypeError`` if it is not a string."""
    if type(key) is not str:
        message = f"not a key: {key!r}"
        raise TypeError(message)
    _check_text(key, route)
    if len(key) > _LONGEST_KEY:
        message = f"the key `{shown(key)}` has more than {_LONGEST_KEY} characters"
        raise EditError(message, route)


def _check_text(text: str, route: Route) -> None:
    fault = text_fault(text)
    if fault:
        message = f"{fault.message}: {fault.help}"
        raise EditError(message, route)


def _check_number(value: float, route: Route) -> None:
    fits = -(2**63) <= value < 2**63 if isinstance(value, int) else math.isfinite(value)
    if not fits:
        message = (
            "a number is beyond 64 bits, infinite or not a number: not every reader can hold it"
        )
        raise EditError(message, route)
    if not survives_float64(value, repr(value)):
        message = (
            f"the number {value} has more digits than Helm and Argo CD keep of a number: make it "
            "a string"
        )
        raise EditError(message, route)


def named(route: Route) -> str:
    """Return a route for a message."""
    return f"`{format_route(route)}`" if route else "the file"
