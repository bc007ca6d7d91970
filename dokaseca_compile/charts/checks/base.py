"""Shared code of the checks: contradictions, and safe access to values of any shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dokaseca_compile.core.data import sequence
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.policies import amount

CONTAINER = "app"
"""The only container of the chart's Pods."""
TMP = "tmp"
"""The chart's own volume, if ``tmp.enabled`` is set."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Values that Kubernetes refuses together, or that make it ignore one of them.

    ``route`` is the value to change, ``other`` the value that it contradicts, and ``message`` ends
    a sentence about the workload. With ``ignored`` the output is valid and the value has no
    effect: a fault only if no stronger layer sets ``other`` on purpose.
    """

    route: Route
    message: str
    help: str
    other: Route = ()
    ignored: bool = False


def items(node: Any, *route: str | int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the mappings in the list at a route, with their indices."""
    for index, each in enumerate(sequence(node, *route)):
        if isinstance(each, Mapping):
            yield index, each


def strings(node: Any, *route: str | int) -> list[str]:
    """Return the texts in the list at a route."""
    return [each for each in sequence(node, *route) if isinstance(each, str)]


def given(node: Mapping[str, Any], among: Iterable[str] | None = None) -> list[str]:
    """Return the keys, or those ``among`` some, that have a value: to Kubernetes null is none."""
    keys = node if among is None else among
    return [key for key in keys if node.get(key) is not None]


def parse_quantity(quantity: Any) -> Decimal | None:
    """Return the amount of a Kubernetes quantity, or ``None`` if it is invalid."""
    if not isinstance(quantity, str | int | float) or isinstance(quantity, bool):
        return None
    try:
        return amount(str(quantity))
    except (ArithmeticError, KeyError):
        return None


def one_of(
    route: Route,
    node: Mapping[str, Any],
    choices: tuple[str, ...],
    what: str,
) -> Iterator[Contradiction]:
    """Check that exactly one of several fields is set. Report the second, or all if none is."""
    chosen = given(node, choices)
    if len(chosen) > 1:
        first, second = chosen[:2]
        message = f"sets both `{first}` and `{second}` for {what}"
        yield Contradiction((*route, second), message, "keep one of them", (*route, first))
    elif not chosen:
        listed = ", ".join(f"`{each}`" for each in choices[:-1])
        help_ = f"add one of {listed} and `{choices[-1]}`"
        yield Contradiction(route, f"sets no source for {what}", help_)


def repeated(names: Iterator[tuple[Route, Any]], what: str, help_: str) -> Iterator[Contradiction]:
    """Check that names of one kind are unique. Report each but the first."""
    first: dict[str, Route] = {}
    for route, name in names:
        if not isinstance(name, str):
            continue
        if name in first:
            yield Contradiction(route, f"has {what} `{name}` twice", help_, first[name])
        first.setdefault(name, route)
