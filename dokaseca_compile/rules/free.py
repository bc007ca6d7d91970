"""Where the source holds what charts and people choose: Helm values and annotations."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.routes import Route
from dokaseca_compile.rules.base import Context

FreeNode = tuple[Any, Route]
"""A mapping, list or text, and where it is."""

_NODES = (dict, list)


def free_nodes(context: Context) -> list[FreeNode]:
    """Return the outermost Helm values and annotations, in order; an alias repeats them."""
    return context.once(_free_nodes)


def _free_nodes(context: Context) -> list[FreeNode]:
    found: list[FreeNode] = []
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
    """Return the mappings and lists of a node, and its values and annotations whatever they are."""
    below: list[tuple[Any, Route, bool]] = []
    for key, value in node.items() if type(node) is dict else enumerate(node):
        if isinstance(value, _NODES):
            below.append((value, (*route, key), _is_free(route, key)))
        elif type(value) is str and _is_free(route, key):
            below.append((value, (*route, key), True))
    return below


def _is_free(route: Route, key: str | int) -> bool:
    """Whether a key begins Helm values or annotations: not the name of an addon or a component."""
    if key not in ("values", "annotations") or len(route) < 2:
        return False
    return route[-1] not in ("addons", "components")
