"""Plain data, as read from YAML and JSON, of which nothing is known: each part may be anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route, at

Node = tuple[Any, Route]
"""A mapping, list or scalar, and its route."""


def mapping(node: Any, *route: str | int) -> Mapping[str, Any]:
    """Return the mapping at a route, or an empty one if there is something else."""
    found = at(node, route)
    return found if isinstance(found, Mapping) else {}


def sequence(node: Any, *route: str | int) -> list[Any]:
    """Return the list at a route, or an empty one if there is something else."""
    found = at(node, route)
    return found if isinstance(found, list) else []


def entries(node: Any) -> Iterable[tuple[Any, Any]]:
    """Return the values in a mapping or list, with their keys or indices; a scalar has none."""
    if isinstance(node, dict):
        return node.items()
    return enumerate(node) if isinstance(node, list) else ()


def scalars(nodes: Iterable[Node], below: Callable[[Any, Route], Iterable[Node]]) -> Iterator[Node]:
    """Yield every scalar in some nodes, in order; a mapping or list is entered once.

    ``below`` returns the nodes of interest in a mapping or list.
    """
    stack = [*nodes][::-1]
    seen: set[int] = set()
    while stack:
        node, route = stack.pop()
        if not isinstance(node, dict | list):
            yield node, route
        elif id(node) not in seen:
            seen.add(id(node))
            stack += reversed([*below(node, route)])
