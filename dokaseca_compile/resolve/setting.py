"""Settings: values with their origin, and the layers that set them, weak to strong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast, get_args

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import LayerSettings
from dokaseca_compile.model.platform import Platform

T = TypeVar("T")
U = TypeVar("U")
Scope = Literal["default", "environment", "region", "type", "cluster"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Every scope, weak to strong: the one place that orders the layers."""

SHARED_SCOPES: tuple[Scope, ...] = SCOPES[1:-1]
"""The scopes whose layers several clusters share, in the order of a profile's names."""

NARROW_SCOPES: tuple[Scope, ...] = SCOPES[2:]
"""The scopes below an environment."""

SECTIONS: Mapping[Scope, str] = {
    "default": "addons",
    "environment": "environments",
    "region": "regions",
    "type": "clusterTypes",
    "cluster": "clusters",
}
"""The section of ``platform.yaml`` that holds the layers of a scope."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of settings: its scope and the name of the environment, region, type or cluster."""

    scope: Scope
    name: str = ""

    @property
    def rank(self) -> int:
        """Return the precedence: the layer with the higher rank wins."""
        return SCOPES.index(self.scope)


def is_in_layer(route: Route) -> bool:
    """Return whether a route leads to the settings of an addon in a layer, or into them."""
    return len(route) > 3 and route[0] in SECTIONS.values() and route[2] == "addons"


DEFAULT = Layer("default")


def layers_of(platform: Platform) -> Mapping[Scope, Mapping[str, LayerSettings]]:
    """Return the addon settings of every layer by scope (weak to strong) and name; no defaults."""
    units: Mapping[Scope, Mapping[Any, Any]] = {
        "environment": platform.environments,
        "region": platform.regions,
        "type": platform.cluster_types,
        "cluster": platform.clusters,
    }
    return {
        scope: {str(name): unit.addons for name, unit in units[scope].items()}
        for scope in SCOPES[1:]
    }


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value, its route in the platform, its layer, and the weaker setting that it overrides."""

    value: T
    route: Route
    layer: Layer = DEFAULT
    overridden: Setting[T] | None = None

    def chain(self) -> Iterator[Setting[T]]:
        """Yield this setting and all that it overrides, strongest first."""
        link: Setting[T] | None = self
        while link is not None:
            yield link
            link = link.overridden

    def derive(self, value: U) -> Setting[U]:
        """Return a setting of the same origin with a value that is computed from this one."""
        overridden = cast("Setting[U] | None", self.overridden)
        return Setting(value, self.route, self.layer, overridden)


def declared(value: T, *route: str | int) -> Setting[T]:
    """Return the setting of a value without layers."""
    return Setting(value, route)
