"""Settings that repeat a weaker layer, and the leaves of Helm values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Install
from dokaseca_compile.resolve.setting import DEFAULT, Setting, T
from dokaseca_compile.rules.shared.base import Context

MISSING = object()
"""The result of ``value_at`` when there is no value; ``None`` is a value."""


def installs(context: Context) -> Iterator[Install]:
    """Return every install of every profile, once: profiles share most of them."""
    seen = {
        id(each): each
        for profile in context.resolved.profiles
        for each in profile.installs.values()
    }
    return iter(seen.values())


def settings_of(install: Install) -> Iterator[Setting[Any]]:
    """Yield its switch, its namespace, and the version of each part that has one."""
    yield install.enabled
    yield install.namespace
    for part in install.parts:
        if part.version is not None:
            yield part.version


def repetitions(context: Context) -> dict[Route, Route]:
    """Return the settings that repeat a weaker one on every cluster, with the one they repeat."""
    overrides = _Overrides()
    for install in installs(context):
        overrides.add(install)
    return {route: weaker for route, weaker in overrides.found.items() if weaker is not None}


class _Overrides:
    """Every setting of a layer, with the one it repeats.

    That is ``None`` once the setting has changed something on any cluster.
    """

    def __init__(self) -> None:
        self.found: dict[Route, Route | None] = {}
        self._compared: set[tuple[int, ...]] = set()

    def add(self, install: Install) -> None:
        """Compare every setting of an install with the one that it overrides."""
        for setting in settings_of(install):
            self._chain(setting)
        for part in install.parts:
            self._values(part.values)

    def _chain(self, setting: Setting[T]) -> None:
        for link in setting.chain():
            if link.layer == DEFAULT:
                continue
            weaker = link.overridden
            if weaker is not None and weaker.value == link.value:
                self._note(link.route, weaker.route)
            else:
                self._note(link.route, None)

    def _values(self, layers: tuple[Setting[Values], ...]) -> None:
        """Compare each layer's values with the merged weaker ones.

        Profiles share most sequences of layers, so each sequence is compared once.
        """
        merged: dict[str, Any] = {}
        for depth, layer in enumerate(layers):
            sequence = tuple(id(each.value) for each in layers[: depth + 1])
            if layer.layer != DEFAULT and sequence not in self._compared:
                self._compared.add(sequence)
                self._compare(layer, layers[:depth], merged)
            merged = merge_values(merged, layer.value)

    def _compare(
        self, layer: Setting[Values], weaker: tuple[Setting[Values], ...], merged: Values
    ) -> None:
        """Compare each value of a layer with the one in ``merged``, the weaker layers."""
        for path, leaf in leaves(layer.value):
            route = (*layer.route, *path)
            if _same(value_at(merged, path), leaf):
                self._note(route, _setting_at(weaker, path))
            else:
                self._note(route, None)

    def _note(self, route: Route, weaker: Route | None) -> None:
        if weaker is None or route not in self.found:
            self.found[route] = weaker


def _setting_at(weaker: tuple[Setting[Values], ...], path: Route) -> Route:
    """Return where the strongest of the weaker layers sets the value at ``path``."""
    return next(
        (*each.route, *path)
        for each in reversed(weaker)
        if value_at(each.value, path) is not MISSING
    )


def leaves(values: Mapping[str, Any], path: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Yield every scalar, list and empty mapping with the keys that lead to it."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def value_at(values: Any, path: Route) -> Any:
    """Return the value at ``path``, or ``MISSING``."""
    return at(values, path, MISSING)


def _same(below: Any, leaf: Any) -> bool:
    """Return whether ``leaf`` over ``below`` changes nothing; ``1``, ``true``, ``1.0`` differ."""
    if isinstance(leaf, Mapping):  # an empty one, which merges with any other
        return isinstance(below, Mapping)
    return _alike(below, leaf)


def _alike(one: Any, other: Any) -> bool:
    """Return whether two list items are the same: a list replaces another as a whole."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)
