"""Which place of the source a difference in a generated file comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.compare import Change, Kind
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.diagnostics import At, Label
from dokaseca_compile.resolve.resolved import SECTIONS, Resolved
from dokaseca_compile.routes import Route
from dokaseca_compile.tree import Origin

_NAMED = ("clusters", "addons", "environments", "regions", "teams")


class Causes:
    """Finds causes in one compilation, keeping what it looked up: what clusters share is gone through once.

    Most values stand in the source as they stand in the output, so the place is looked up by the value, in what
    the file is made from.
    """

    def __init__(self, compilation: Compilation) -> None:
        self._resolved = compilation.resolved
        self._data: Any = compilation.sources.data
        self._places: dict[Route, dict[str, list[Route]]] = {}

    def of(self, origin: Origin, change: Change | None = None) -> Label | None:
        """The most telling place: where the new value is said, else the unit that the file speaks of.

        ``None`` for a file that says nothing of any unit.
        """
        if self._resolved is None:
            return None
        route = None
        if change is not None:
            route = (
                _below(origin, change, self._data)
                or _switch(self._resolved, origin, change)
                or self._said(self._resolved, origin, change)
                or _unit(change, self._data)
            )
        route = route or next((_existing(each, self._data) for each in origin.routes if each), None)
        if not route:
            return None
        return Label(route, At.KEY if isinstance(_at(route, self._data), Mapping | list) else At.VALUE)

    def _said(self, resolved: Resolved, origin: Origin, change: Change) -> Route | None:
        """The scalar with the new value in what the file is made from; one of the same key before any other."""
        wanted = [str(each) for each in _scalars(change.new) if each not in {"", "true", "false", None}]
        if not wanted or change.kind is Kind.REMOVED:
            return None
        key = str(change.new_route[-1]).lower() if change.new_route else ""
        found = [route for start in _speaks_of(resolved, origin) for route in self._index(start).get(wanted[0], ())]
        return next((route for route in found if str(route[-1]).lower() in key), found[0] if found else None)

    def _index(self, start: Route) -> Mapping[str, Sequence[Route]]:
        """Scalar as text → every place below a route that has it."""
        if start not in self._places:
            places = self._places[start] = {}
            for route, scalar in _leaves(_at(start, self._data), start):
                places.setdefault(str(scalar), []).append(route)
        return self._places[start]


def _below(origin: Origin, change: Change, data: Any) -> Route | None:
    """A values file is a piece of the source: the same keys lead to the same value."""
    if origin.target != "helm-values" or not origin.routes:
        return None
    route = (*origin.routes[0], *change.new_route[1:])
    return _existing(route, data)


def _switch(resolved: Resolved, origin: Origin, change: Change) -> Route | None:
    """A switch of an addon, as label or as variable: where the cluster's settings switch it."""
    clusters = [route[1] for route in origin.routes if route[:1] == ("clusters",) and len(route) > 1]
    cluster = resolved.clusters.get(str(clusters[0])) if clusters else None
    key = str(change.new_route[-1]) if change.new_route else ""
    addon = next((each for each in resolved.addons.values() if each.key == key), None)
    if cluster is None or addon is None or change.kind is Kind.REMOVED:
        return None
    said = cluster.profile.installs[addon.name].enabled
    # `enabled` is seldom written at the addon itself: then the addon is what is new.
    return said.route if said.layer.scope != "default" else ("addons", addon.name)


def _unit(change: Change, data: Any) -> Route | None:
    """A unit of the platform whose name is new (or gone) in the file, as a cluster among destinations."""
    for scalar in _scalars(change.new if change.kind is not Kind.REMOVED else None):
        for section in _NAMED:
            units = data.get(section)
            if isinstance(scalar, str) and isinstance(units, Mapping) and scalar in units:
                return (section, scalar)
    return None


def _speaks_of(resolved: Resolved, origin: Origin) -> Iterator[Route]:
    """Everything that a file is made from: its units, their settings in each layer, their repositories."""
    for route in origin.routes:
        yield route
        if route[:1] == ("addons",) and len(route) > 1:
            for section in SECTIONS.values():
                units = getattr(resolved.platform, _attribute(section))
                yield from ((section, name, "addons", route[1]) for name in units if section != "addons")
        elif route[:1] == ("clusters",) and len(route) > 1 and route[1] in resolved.clusters:
            cluster = resolved.clusters[str(route[1])].cluster
            yield ("environments", cluster.environment)
            yield from (("teams", team) for team in cluster.teams)
            yield ("repositories",)
            yield ("metadata",)


def _attribute(section: str) -> str:
    return {"clusterTypes": "cluster_types"}.get(section, section)


def _leaves(node: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, (*route, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*route, index))
    elif node is not None:
        yield route, node


def _scalars(value: Any) -> list[Any]:
    return [scalar for _, scalar in _leaves(value, ())]


def _existing(route: Route, data: Any) -> Route | None:
    """The route as far as it leads; ``None`` when not even its first key does."""
    node, there = data, 0
    for part in route:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        there += 1
    return route[:there] or None


def _at(route: Route, data: Any) -> Any:
    node = data
    for part in route:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return None
    return node
