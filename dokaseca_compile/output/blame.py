"""Which place of the source a difference in a generated file comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.diagnostics import At, Label
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.formats.body import TfvarsBody, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.contract import TEAM_LABEL
from dokaseca_compile.resolve.resolved import SECTIONS, Resolved, layers_of

_URLS = ("https://", "http://", "ssh://", "git@")
_DISTINCT = (
    4  # letters: a shorter text, or a number, stands in too many places to be found by itself
)
_NAMED = ("clusters", "addons", "environments", "regions", "teams", "workloads", "policies")


class Causes:
    """Finds causes in one compilation, keeping what it looked up: what clusters share is gone through once.

    Most values stand in the source as they stand in the output, so the place is looked up by the value, in what
    the file is made from.
    """

    def __init__(self, compilation: Compilation) -> None:
        self._resolved = compilation.resolved
        self._data: Any = compilation.sources.data
        self._places: dict[Route, dict[str, list[Route]]] = {}

    def of(
        self, artifact: Artifact | None, change: Change | None = None, before: str = ""
    ) -> Label | None:
        """The most telling place: where the new value is said, else the unit that the file speaks of.

        ``before`` is the text of the file that is there: a name that is new to it tells more than one it has already.
        ``None`` for a file that says nothing of any unit.
        """
        if self._resolved is None or artifact is None:
            return None
        origin, route = artifact.origin, None
        if change is not None and change.kind is Kind.REMOVED:
            route = _ungoverned(origin, change) or _user(artifact, change)
        elif change is not None:
            leaves = list(_leaves(change.new, change.new_route))
            fresh = [leaf for leaf in leaves if str(leaf[1]) not in before] or leaves
            route = (
                _below(origin, change, self._data)
                or _switch(self._resolved, origin, change)
                or _policy(artifact, change)
                or _user(artifact, change)
                or self._said(_starts(self._resolved, artifact, change), fresh)
                or _unit(fresh, self._data)
            )
        found = route or next((each for each in origin.routes if each), None)
        there = _existing(found, self._data) if found else None
        if not there:
            return None
        return Label(
            there, At.KEY if isinstance(at(self._data, there), Mapping | list) else At.VALUE
        )

    def _said(self, starts: Sequence[Route], leaves: Sequence[tuple[Route, Any]]) -> Route | None:
        """The scalar with a new value in what the file is made from.

        Under the same key anything may be it, that with the most keys in common before others; under another one only
        what the file is made from by itself, or a text that is not to be found anywhere.
        """
        for route, scalar in leaves:
            text, key = str(scalar), _folded(route)
            if text.startswith("../"):  # a folder has the name of what it is for
                text = text.rpartition("/")[2]
            found = [place for start in starts for place in self._index(start).get(text, ())]
            like = [place for place in found if key.endswith(_folded(place))]
            if like:
                return max(like, key=lambda place: _in_common(route, place))
            if exact := next((place for place in found if place in starts), None):
                return exact
            if found and isinstance(scalar, str) and len(text) >= _DISTINCT:
                return found[0]
            if text.startswith(_URLS) and (longer := self._beginning(text)):
                return longer
        return None

    def _beginning(self, text: str) -> Route | None:
        """The place of a URL that a longer one begins with, as the organization's."""
        places = self._index(("repositories",))
        return next(
            (found[0] for url, found in places.items() if url.startswith(_URLS) and url in text),
            None,
        )

    def _index(self, start: Route) -> Mapping[str, Sequence[Route]]:
        """Scalar as text → every place below a route that has it."""
        if start not in self._places:
            places = self._places[start] = {}
            for route, scalar in _leaves(at(self._data, start), start):
                places.setdefault(str(scalar), []).append(route)
        return self._places[start]


def _policy(artifact: Artifact, change: Change) -> Route | None:
    """A sync or deletion policy: that of the environment of the ApplicationSet."""
    words = {str(part) for part in change.new_route}
    if not words & {"syncPolicy", "preserveResourcesOnDeletion"} or not isinstance(
        artifact.body, YamlBody
    ):
        return None
    document = artifact.body.documents[int(change.new_route[0])] if change.new_route else {}
    environment = at(document, ("metadata", "labels", "environment"))
    section = "deletion" if "preserveResourcesOnDeletion" in words else "sync"
    return ("environments", environment, section) if isinstance(environment, str) else None


def _user(artifact: Artifact, change: Change) -> Route | None:
    """In the index of charts: the addon or workload that uses one anew, no more, or on other clusters."""
    if artifact.origin.target != "chart-index" or not isinstance(artifact.body, YamlBody):
        return None
    node: Any = list(artifact.body.documents)
    nodes = [node := at(node, (part,)) for part in change.new_route if node is not None]
    for each in (*reversed(nodes), change.old):
        for kind in ("addon", "workload") if isinstance(each, Mapping) else ():
            if kind in each:
                return (f"{kind}s", *str(each[kind]).split("/"))
    return None


def _below(origin: Origin, change: Change, data: Any) -> Route | None:
    """A values file is a piece of the source: the same keys lead to the same value. That of a workload has its version
    besides.
    """
    if (
        origin.target not in {"helm-values", "workloads"}
        or not origin.routes
        or origin.routes[0][-1] != "values"
    ):
        return None
    route = (*origin.routes[0], *change.new_route[1:])
    there = _existing(route, data)
    return there if there == route or origin.target == "helm-values" else None


def _switch(resolved: Resolved, origin: Origin, change: Change) -> Route | None:
    """A switch of an addon, as label or as variable: where the cluster's settings switch it."""
    clusters = [
        route[1] for route in origin.routes if route[:1] == ("clusters",) and len(route) > 1
    ]
    cluster = resolved.clusters.get(str(clusters[0])) if clusters else None
    key = str(change.new_route[-1]) if change.new_route else ""
    addon = next((each for each in resolved.addons.values() if each.key == key), None)
    if cluster is None or addon is None:
        return None
    said = cluster.profile.installs[addon.name].enabled
    # `enabled` is seldom written at the addon itself: then the addon is what is new.
    return said.route if said.layer.scope != "default" else ("addons", addon.name)


def _unit(leaves: Sequence[tuple[Route, Any]], data: Any) -> Route | None:
    """A unit of the platform that the file names anew, as a cluster among destinations."""
    for _, scalar in leaves:
        for section in _NAMED:
            units = data.get(section)
            if isinstance(scalar, str) and isinstance(units, Mapping) and scalar in units:
                return (section, scalar)
    return None


def _ungoverned(origin: Origin, change: Change) -> Route | None:
    """The policies of the environment, where something goes that they have said of teams' namespaces."""
    governed = next((route for route in origin.routes if route[0] == "policies"), None)
    if governed is None or len(change.old_route) < 2:
        return None
    label = str(change.old_route[-1]).startswith("pod-security.")
    return governed if change.old_route[1] == "spec" or label else None


def _starts(resolved: Resolved, artifact: Artifact, change: Change) -> Sequence[Route]:
    """What a file is made from, the most telling first: without teams that the change is not about, and beginning
    with what is said of its environment.
    """
    document: Any = {}
    if isinstance(artifact.body, YamlBody) and change.new_route:
        document = artifact.body.documents[int(change.new_route[0])]
    labels = at(document, ("metadata", "labels"))
    labels = labels if isinstance(labels, Mapping) else {}
    team = labels.get(TEAM_LABEL)
    if (
        isinstance(artifact.body, TfvarsBody)
        and change.new_route[1:2] == ("teams",)
        and len(change.new_route) > 2
    ):
        team = change.new_route[2]
    found = [
        route
        for route in _speaks_of(resolved, artifact.origin)
        if team is None or route[0] != "teams" or route[1] == team
    ]
    environment = labels.get("environment")
    return (
        sorted(found, key=lambda route: environment not in route)
        if environment is not None
        else found
    )


def _speaks_of(resolved: Resolved, origin: Origin) -> Iterator[Route]:
    """Everything that a file is made from: its units, their settings in each layer, their repositories."""
    yield from origin.routes
    for route in origin.routes:
        if route[:1] == ("addons",) and len(route) > 1:
            for scope, units in layers_of(resolved.platform).items():
                yield from ((SECTIONS[scope], name, "addons", route[1]) for name in units)
        elif route[:1] == ("workloads",) and (
            workload := resolved.workloads.get((str(route[1]), str(route[2])))
        ):
            yield from ((*route[:3], "environments", each) for each in workload.places)
        elif route[:1] == ("clusters",) and len(route) > 1 and route[1] in resolved.clusters:
            cluster = resolved.clusters[str(route[1])].cluster
            yield ("environments", cluster.environment)
            yield from (("teams", team) for team in cluster.teams)
            yield ("repositories",)
            yield ("metadata",)


def _leaves(node: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _leaves(value, (*route, str(key)))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from _leaves(value, (*route, index))
    elif node is not None:
        yield route, node


def _folded(route: Route) -> str:
    """The last key of a route, so that `kubernetes_version` and `kubernetesVersion` are one."""
    return str(route[-1]).lower().replace("_", "") if route else ""


def _in_common(one: Route, other: Route) -> int:
    """How many keys at their ends are the same."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


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
