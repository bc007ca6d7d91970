"""The free-form parts of the source, without a schema of ours: Helm values and annotations."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.core.data import Node, entries
from dokaseca_compile.core.routes import Route
from dokaseca_compile.rules.shared.base import Context

_KEYS = frozenset({"values", "annotations"})
_NODES = (dict, list)


def free_nodes(context: Context) -> list[Node]:
    """Return the outermost Helm values and annotations, in order; an alias repeats a node."""
    return context.once(_free_nodes)


def _free_nodes(context: Context) -> list[Node]:
    found: list[Node] = []
    stack: list[tuple[Any, Route, bool]] = [(context.data, (), False)]
    seen: set[int] = set()
    while stack:
        node, route, is_free = stack.pop()
        if is_free:
            found.append((node, route))
        elif id(node) not in seen:
            seen.add(id(node))
            below = list(_below(node, route))
            stack += reversed(below)
    return found


def _below(node: Any, route: Route) -> list[tuple[Any, Route, bool]]:
    """Return the mappings and lists in a node, and its values and annotations of any type."""
    below: list[tuple[Any, Route, bool]] = []
    for key, value in entries(node):
        if not value:
            continue
        is_free = key in _KEYS and begins_values(route)
        if isinstance(value, _NODES) or (is_free and type(value) is str):
            below.append((value, (*route, key), is_free))
    return below


def begins_values(route: Route) -> bool:
    """Return whether the key ``values`` holds Helm values: it may be the name of an addon, too."""
    return len(route) > 1 and route[-1] not in ("addons", "components")
