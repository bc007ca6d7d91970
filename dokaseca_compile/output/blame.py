"""Which place of the source a difference in a generated file comes from, by the origins that targets record."""

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
        """Return the setting that decides what changed, else the unit that the file is about.

        ``before`` is the text of the file that is there: of several values, one that is new to it is the cause.
        ``None`` for a file that no setting decides.
        """
        if artifact is None:
            return None
        routes = [*artifact.origin.routes]
        # A whole document comes with the unit that the file is about; a part of one has a setting.
        if change is not None and len(change.new_route) > 1:
            routes = [*self._settings(artifact.body, change, before), *routes]
        existing = (_existing(route, self._data) for route in routes)
        there = next(filter(None, existing), None)
        if there is None:
            return None
        is_container = isinstance(at(self._data, there), Mapping | list)
        return Label(there, At.KEY if is_container else At.VALUE)

    def _settings(self, body: Body, change: Change, before: str) -> Iterator[Route]:
        """Yield the routes of the settings of a change, the most telling first."""
        if change.kind is not Kind.REMOVED:
            leaves = list(_leaves(change.new, change.new_route))
            fresh = [leaf for leaf in leaves if str(leaf[1]) not in before]
            found = [self.origin(body, *leaf) for leaf in fresh or leaves]
            routes = [route for route in found if route is not None]
            # The name of a unit, as of a cluster, is a key in the source: a value tells more.
            yield from sorted(routes, key=lambda route: isinstance(at(self._data, route), Mapping))
        container = trace(body, change.new_route)
        if container is not None:
            yield container[0].route

    def origin(self, body: Body, route: Route, leaf: Any) -> Route | None:
        """Return the route in the source of a scalar of a body; ``None`` for one that no setting decides.

        Of a list or mapping that is taken over as a whole, it is the same place in it, or the equal item.
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


def _existing(route: Route, data: Any) -> Route | None:
    """Return a route as far as it leads; ``None`` when not even its first key does."""
    node, there = data, 0
    for part in route:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        there += 1
    return route[:there] or None
