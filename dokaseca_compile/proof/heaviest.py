"""Find the setting that makes a file or a document so large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.formats.origins import documents, trace
from dokaseca_compile.formats.tree import Artifact

_SAMPLE = 500
"""The entries of a mapping or list that are weighed; of more, some are skipped evenly."""


def heaviest_setting(artifact: Artifact, index: int, data: Any) -> Route:
    """Return the place in the source that adds most to a document; empty if there is none.

    ``index`` is the number of the document in its file, and ``data`` the source. It is the most
    specific place with at least half of the document: what 10,000 clusters add is ``clusters``.
    """
    weights: Counter[Route] = Counter()
    document = documents(artifact.body)[index]
    for route, weight in _leaves((index,), document, 1):
        found = trace(artifact.body, route)
        setting = found[0].route if found is not None else ()
        for length in range(len(setting) + 1):
            weights[setting[:length]] += weight
    half = weights[()] / 2
    heaviest = max((route for route in weights if weights[route] >= half), key=len)
    return heaviest_of((heaviest,) if heaviest else artifact.origin.routes, data)


def heaviest_of(routes: Iterable[Route], data: Any) -> Route:
    """Return the heaviest place at or below the heaviest of some routes; it may be empty.

    It has at least half of the place above it.
    """
    route = max(filter(None, routes), key=lambda each: _weight(at(data, each)), default=())
    node = at(data, route)
    while entries := _entries(node) if route else {}:
        key = max(entries, key=lambda each: _weight(entries[each]))
        if _weight(entries[key]) * 2 < _weight(node):
            break
        route, node = (*route, key), entries[key]
    return route


def _leaves(route: Route, node: Any, times: int) -> Iterator[tuple[Route, int]]:
    """Yield the route and the weight of each scalar below a node.

    ``times`` is the number of nodes for which this one is weighed.
    """
    entries = _entries(node)
    if not entries:
        yield route, _weight(node) * times
    step = len(entries) // _SAMPLE + 1
    for key in list(entries)[::step]:
        yield from _leaves((*route, key), entries[key], times * step)


def _entries(node: Any) -> Mapping[Any, Any]:
    if isinstance(node, Mapping):
        return node
    is_list = isinstance(node, Sequence) and not isinstance(node, str)
    return dict(enumerate(node)) if is_list else {}


def _weight(data: Any) -> int:
    return len(repr(data))
