"""Find the place in the source that causes a difference, by the origins that targets record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.diagnostics import At, Label
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.formats.body import Body
from dokaseca_compile.formats.origins import trace
from dokaseca_compile.formats.tree import Artifact


class Causes:
    """Finds the causes of differences in the source of one compilation."""

    def __init__(self, compilation: Compilation) -> None:
        self._data: Any = compilation.sources.data

    def of(
        self, artifact: Artifact | None, change: Change | None = None, before: str = ""
    ) -> Label | None:
        """Return the setting that decides the changed part, else the unit of the file.

        A unit is a cluster, an addon and so on. ``before`` is the text of the existing file: of
        several values, one that is not in it is the cause. ``None`` if no setting decides the file.
        """
        if artifact is None:
            return None
        routes = [*artifact.origin.routes]
        # A whole document comes from the unit of the file, and a part of one from a setting.
        if change is not None and len(change.new_route) > 1:
            routes = [*self._settings(artifact.body, change, before), *routes]
        for route in routes:
            existing = _existing(route, self._data)
            if existing:
                is_container = isinstance(at(self._data, existing), Mapping | list)
                return Label(existing, At.KEY if is_container else At.VALUE)
        return None

    def _settings(self, body: Body, change: Change, before: str) -> Iterator[Route]:
        """Yield the routes of the settings of a change, the most specific first."""
        if change.kind is not Kind.REMOVED:
            leaves = list(_leaves(change.new, change.new_route))
            fresh = [leaf for leaf in leaves if str(leaf[1]) not in before]
            found = [self.origin(body, *leaf) for leaf in fresh or leaves]
            routes = [route for route in found if route is not None]
            # The name of a unit, such as a cluster, is a key: a value is more specific.
            yield from sorted(routes, key=lambda route: isinstance(at(self._data, route), Mapping))
        container = trace(body, change.new_route)
        if container is not None:
            yield container[0].route

    def origin(self, body: Body, route: Route, leaf: Any) -> Route | None:
        """Return the route in the source of a scalar of a body; ``None`` if no setting decides it.

        In a list or mapping that is copied as a whole, it is the same place, or the equal item.
        """
        found = trace(body, route)
        if found is None:
            return None
        start, rest = found[0].route, found[1]
        if at(self._data, (*start, *rest)) == leaf:
            return (*start, *rest)
        items = at(self._data, start)
        if rest and isinstance(items, list) and leaf in items:
            return (*start, items.index(leaf))
        return start


def _leaves(node: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    """Yield every scalar below a node, with its route."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, (*route, str(key)))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from _leaves(value, (*route, index))
    elif node is not None:
        yield route, node


def _existing(route: Route, data: Any) -> Route:
    """Return the longest part of a route that exists in the source; it may be empty."""
    node = data
    for length, part in enumerate(route):
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return route[:length]
    return route
