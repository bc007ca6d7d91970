"""What the rules on layers that change nothing share: what repeats a weaker layer, leaves of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Install, Said, T
from dokaseca_compile.rules.shared.base import Context

MISSING = object()
"""What ``value_at`` gives where there is nothing: ``None`` is a value."""


def installs(context: Context) -> Iterator[Install]:
    """Every install of every profile, once: profiles share most of them."""
    seen = {
        id(each): each
        for profile in context.resolved.profiles
        for each in profile.installs.values()
    }
    return iter(seen.values())


def repetitions(context: Context) -> dict[Route, Route]:
    """The places of layers that repeat a weaker one on every cluster, with the place they repeat."""
    overrides = _Overrides()
    for install in installs(context):
        overrides.look(install)
    return {route: weaker for route, weaker in overrides.found.items() if weaker is not None}


class _Overrides:
    """Every place of a layer, with the place it repeats; ``None`` once it changed something somewhere."""

    def __init__(self) -> None:
        self.found: dict[Route, Route | None] = {}
        self._stacks: set[tuple[int, ...]] = set()

    def look(self, install: Install) -> None:
        """Compare every saying of an install with what it beat."""
        self._chain(install.enabled)
        self._chain(install.namespace)
        for part in install.parts:
            if part.version is not None:
                self._chain(part.version)
            self._values(part.values)

    def _chain(self, said: Said[T]) -> None:
        for link in said.chain():
            if link.layer.scope != "default":
                weaker = link.beaten
                repeats = weaker is not None and weaker.value == link.value
                self._note(link.route, weaker.route if weaker and repeats else None)

    def _values(self, layers: tuple[Said[Values], ...]) -> None:
        """Compare each layer's values with the weaker ones merged; profiles share most of these stacks."""
        merged: dict[str, Any] = {}
        for depth, layer in enumerate(layers):
            stack = tuple(id(each.value) for each in layers[: depth + 1])
            if layer.layer.scope != "default" and stack not in self._stacks:
                self._stacks.add(stack)
                for path, leaf in leaves(layer.value):
                    equal = _same(value_at(merged, path), leaf)
                    self._note(
                        (*layer.route, *path), _giver(layers[:depth], path) if equal else None
                    )
            merged = merge_values(merged, layer.value)

    def _note(self, route: Route, weaker: Route | None) -> None:
        if weaker is None or route not in self.found:
            self.found[route] = weaker


def _giver(weaker: tuple[Said[Values], ...], path: Route) -> Route:
    """Where the strongest of the weaker layers gives the value at ``path``."""
    return next(
        (*each.route, *path)
        for each in reversed(weaker)
        if value_at(each.value, path) is not MISSING
    )


def leaves(values: Mapping[str, Any], path: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Every scalar, list and empty mapping with the keys that lead to it."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def value_at(values: Any, path: Route) -> Any:
    """What stands at ``path``, or ``MISSING``."""
    for key in path:
        values = values.get(key, MISSING) if isinstance(values, Mapping) else MISSING
    return values


def _same(below: Any, leaf: Any) -> bool:
    """Whether putting ``leaf`` over ``below`` changes nothing: ``1``, ``true`` and ``1.0`` differ."""
    if isinstance(leaf, Mapping) and not leaf:
        return isinstance(below, Mapping)
    if type(below) is not type(leaf):
        return False
    if isinstance(leaf, list):
        return len(leaf) == len(below) and all(map(_alike, below, leaf))
    return bool(below == leaf)


def _alike(one: Any, other: Any) -> bool:
    """Whether two items of lists, which replace each other whole, are the same."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and bool(one == other)
