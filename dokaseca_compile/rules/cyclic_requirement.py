"""Addons require each other in a cycle.

## Problem

Following `requires` from an addon leads back to the same addon.

## Why

Required addons are created first, and a cycle has no first addon. Usually one requirement has the
wrong direction.

## Fix

Remove one requirement of the cycle. Keep those that an addon needs to start, and drop those that
it only uses later.

## Example

```yaml
addons:
  cert-manager: {requires: [kyverno]}
  kyverno: {requires: [cert-manager]}   # cert-manager → kyverno → cert-manager
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "cyclic-requirement"
_LONGEST = 6
_MOST_PLACES = 3

Graph = Mapping[str, Sequence[str]]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield one fault, with a shortest cycle, for each set of addons that require each other."""
    addons = context.platform.addons
    graph: dict[str, list[str]] = {}
    for name in sorted(addons):
        graph[name] = [need for need in addons[name].requires if need in addons]
    for group in _components(graph):
        first = group[0]
        if len(group) > 1 or first in graph[first]:
            yield _fault(_cycle(graph, group), context)


def _fault(cycle: Sequence[str], context: Context) -> Diagnostic:
    addons = context.platform.addons
    labels = [
        Label(
            ("addons", name, "requires", addons[name].requires.index(need)),
            text=f"`{name}` requires `{need}`",
        )
        for name, need in pairwise(cycle)
    ]
    first, *others = labels
    if not others:
        message = f"addon `{cycle[0]}` requires itself"
        return error(SLUG, message, Label(first.route), help="remove the requirement")
    return error(
        SLUG,
        f"addons require each other: {_shown(cycle)}",
        Label(first.route),
        *others[:_MOST_PLACES],
        help="remove one of these requirements",
    )


def _shown(cycle: Sequence[str]) -> str:
    """Write a cycle as ``a → b → a``, and shorten a long one in the middle."""
    names = list(cycle)
    if len(names) > _LONGEST + 1:
        names[_LONGEST - 1 : -1] = [f"… {len(cycle) - _LONGEST} more …"]
    return " → ".join(names)


def _cycle(graph: Graph, group: Sequence[str]) -> list[str]:
    """Return a shortest path from the first name of a group back to it."""
    start, inside = min(group), set(group)
    came_from: dict[str, str] = {}
    front = [start]
    while start not in came_from:
        ahead: list[str] = []
        for name in front:
            for need in graph[name]:
                if need in inside and need not in came_from:
                    came_from[need] = name
                    ahead.append(need)
        front = ahead
    path = [start, came_from[start]]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def _components(graph: Graph) -> Iterator[list[str]]:
    """Yield the strongly connected components (Kosaraju), without recursion for deep graphs."""
    backwards: dict[str, list[str]] = {name: [] for name in graph}
    for name, needs in graph.items():
        for need in needs:
            backwards[need].append(name)
    seen: set[str] = set()
    for root in reversed(_finished(graph)):
        if root not in seen:
            yield _reachable(backwards, root, seen)


def _reachable(graph: Graph, root: str, seen: set[str]) -> list[str]:
    """Return a name and the unseen names that it leads to; add them to ``seen``."""
    group: list[str] = []
    waiting = [root]
    seen.add(root)
    while waiting:
        name = waiting.pop()
        group.append(name)
        for need in graph[name]:
            if need not in seen:
                seen.add(need)
                waiting.append(need)
    return group


def _finished(graph: Graph) -> list[str]:
    """Return all names in postorder: each after the names that it leads to."""
    finished: list[str] = []
    entered: set[str] = set()
    for root in graph:
        if root in entered:
            continue
        entered.add(root)
        calls = [(root, iter(graph[root]))]
        while calls:
            name, needs = calls[-1]
            need = next((each for each in needs if each not in entered), None)
            if need is None:
                calls.pop()
                finished.append(name)
            else:
                entered.add(need)
                calls.append((need, iter(graph[need])))
    return finished
