"""Read scenarios, and apply their edits to the platform. Pure, but for reading the files.

A folder of ``scenarios/`` is a push: the scenarios in it change the platform together, and must not touch each other. A
scenario is a file with the edit, and nothing else; what is expected comes from ``plan``::

    title: An addon is switched off where deletion is `delete`
    set: {environments.dev.addons.beacon: false}   # route → value
    delete: [environments.dev.addons.beacon]       # routes
    rename: {clusters.dev-a: dev-b}                # route → its new name
    order: [addons, clusters]                      # which repository Argo CD reads first, for the whole push
    known: the project narrows first               # why the result is not yet what `plan` says
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROLES = ("control-plane", "addons", "clusters", "workloads", "charts")
SERVER = "http://live.example"
"""The server of repositories and charts, in the platform and in scenarios. Its real address is new in each run."""
_KEYS = {"title", "set", "delete", "rename", "order", "known"}


class InvalidScenarioError(Exception):
    """A scenario that cannot be run, with its place."""


@dataclass(frozen=True)
class Scenario:
    """An edit of the platform."""

    name: str
    title: str
    set: Mapping[str, Any]
    delete: Sequence[str]
    rename: Mapping[str, str]
    order: tuple[str, ...]
    known: str

    def applied(self, platform: Mapping[str, Any]) -> dict[str, Any]:
        """Return the platform after the edit: renames first, then deletions, then new values."""
        result = copy.deepcopy(dict(platform))
        for route, name in self.rename.items():
            parent, key = self._parent(result, route)
            _rename(parent, key, name)
        for route in self.delete:
            parent, key = self._parent(result, route)
            del parent[key]
        for route, value in self.set.items():
            *parents, key = route.split(".")
            node = result
            for each in parents:
                node = node.setdefault(each, {})
            node[key] = copy.deepcopy(value)
        return result

    def _parent(self, platform: dict[str, Any], route: str) -> tuple[dict[str, Any], str]:
        """Return the mapping that has the last key of a route; the key must exist."""
        *parents, key = route.split(".")
        node: Any = platform
        for each in parents:
            node = node.get(each, {})
        if key not in node:
            message = f"{self.name}: the platform has no {route}"
            raise InvalidScenarioError(message)
        return node, key


@dataclass(frozen=True)
class Push:
    """The scenarios that are committed together."""

    name: str
    scenarios: tuple[Scenario, ...]

    @property
    def stages(self) -> list[list[str]]:
        """The repositories in the order in which Argo CD reads them; those without an order come last, together."""
        order = next((each.order for each in self.scenarios if each.order), ())
        rest = [role for role in ROLES if role not in order]
        return [[role] for role in order] + ([rest] if rest else [])

    def applied(self, platform: Mapping[str, Any]) -> dict[str, Any]:
        """Return the platform after all edits."""
        result = dict(platform)
        for each in self.scenarios:
            result = each.applied(result)
        return result


def read_pushes(folder: Path, url: str = SERVER) -> list[Push]:
    """Read every push, in the order of their names; ``url`` takes the place of ``SERVER``."""
    return [_read_push(each, url) for each in sorted(folder.iterdir()) if each.is_dir()]


def between(pushes: Sequence[Push], first: str, last: str) -> tuple[list[Push], list[Push]]:
    """Return the pushes before ``first``, and those from it to ``last``, by the start of their names."""
    early = [each for each in pushes if each.name < first]
    chosen = [each for each in pushes if first <= each.name and (each.name < last or each.name.startswith(last))]
    return early, chosen


def _read_push(folder: Path, url: str) -> Push:
    texts = {path.stem: path.read_text().replace(SERVER, url) for path in sorted(folder.glob("*.yaml"))}
    push = Push(folder.name, tuple(read_scenario(name, text) for name, text in texts.items()))
    if len({each.order for each in push.scenarios if each.order}) > 1:
        message = f"{folder.name}: the scenarios have different orders"
        raise InvalidScenarioError(message)
    return push


def read_scenario(name: str, text: str) -> Scenario:
    """Read a scenario; raise ``InvalidScenarioError`` for an unknown key or repository, or a missing title."""
    data = yaml.safe_load(text)
    unknown = sorted(data.keys() - _KEYS) + sorted(set(data.get("order", ())) - set(ROLES))
    if unknown or not data.get("title"):
        message = f"{name}: unknown: {', '.join(unknown)}" if unknown else f"{name}: no title"
        raise InvalidScenarioError(message)
    return Scenario(
        name=name,
        title=data["title"],
        set=data.get("set", {}),
        delete=tuple(data.get("delete", ())),
        rename=data.get("rename", {}),
        order=tuple(data.get("order", ())),
        known=data.get("known", ""),
    )


def _rename(parent: dict[str, Any], key: str, name: str) -> None:
    """Give a key another name in its place."""
    items = [(name if each == key else each, value) for each, value in parent.items()]
    parent.clear()
    parent.update(items)
