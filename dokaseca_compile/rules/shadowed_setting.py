"""A setting has no effect, because stronger layers override it on every cluster.

## Problem

`enabled`, `version`, `namespace` or a value of an environment, region, cluster type or cluster
has no effect: wherever the addon is installed, a stronger layer overrides it.

## Why

The setting looks active but is not. A version that is raised there reaches no cluster, and
nothing shows that a stronger layer overrides it.

## Fix

Delete the setting, or the stronger one if that is the mistake. If the stronger setting is only
needed on some clusters, move it to those clusters.

## Example

```yaml
environments:
  dev: {addons: {kyverno: {version: 3.4.0}}}    # shadowed-setting
regions:
  eu: {addons: {kyverno: {version: 3.3.7}}}     # all of dev's clusters are in eu
```
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.resolved import Install
from dokaseca_compile.resolve.setting import DEFAULT, Setting, T
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.overrides import (
    MISSING,
    installs,
    leaves,
    repetitions,
    settings_of,
    value_at,
)
from dokaseca_compile.rules.shared.profiles import addon_settings
from dokaseca_compile.rules.shared.unused import customizes, has_all_layers

SLUG = "shadowed-setting"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each setting that is overridden everywhere."""
    if not has_all_layers(context) or not _Settings.of(context, ()).shadowed():
        return
    # A setting that repeats a weaker layer is reported by another rule. Once it is deleted, the
    # weaker setting takes effect.
    settings = _Settings.of(context, repetitions(context))
    reported_elsewhere = set(_switches(context)) - settings.on
    for route, stronger in settings.shadowed().items():
        if route not in settings.repeated and route not in reported_elsewhere:
            yield warning(
                SLUG,
                f"`{format_route(route)}` has no effect: a stronger layer overrides it on every"
                " cluster",
                Label(route, At.KEY),
                Label(stronger, At.KEY, text="overrides it"),
                help="delete it, or the overriding setting if that is the mistake",
            )


def _switches(context: Context) -> Iterator[Route]:
    """Yield every ``enabled`` beside other settings.

    If the addon is then enabled nowhere, another rule reports those settings.
    """
    for route, _, setting in addon_settings(context.platform):
        if customizes(setting):
            yield (*route, "enabled")


@dataclass(slots=True)
class _Settings:
    """The settings of all layers: those with an effect somewhere, and what overrides the others."""

    repeated: Container[Route]
    effective: set[Route] = field(default_factory=set)
    overridden: dict[Route, Route] = field(default_factory=dict)
    """Each setting that is overridden somewhere, with one that overrides it."""
    on: set[Route] = field(default_factory=set)
    """Every ``enabled``, overridden or not, of addons that are enabled somewhere."""
    _seen: set[tuple[int, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, context: Context, repeated: Container[Route]) -> _Settings:
        """Collect the settings of a platform, without those in ``repeated``."""
        settings = cls(repeated)
        for install in installs(context):
            settings.add(install)
        return settings

    def shadowed(self) -> dict[Route, Route]:
        """Return the settings without effect, each with one that overrides it."""
        return {
            route: stronger
            for route, stronger in self.overridden.items()
            if route not in self.effective
        }

    def add(self, install: Install) -> None:
        """Note what takes effect. Settings of a disabled addon are left to another rule."""
        self._chain(install.enabled)
        if not install.enabled.value:
            return
        self.on.update(link.route for link in install.enabled.chain())
        for setting in settings_of(install):
            self._chain(setting)
        for part in install.parts:
            self._values(part.values)

    def _chain(self, setting: Setting[T]) -> None:
        strongest, *weaker = (link for link in setting.chain() if link.route not in self.repeated)
        self.effective.add(strongest.route)
        for link in reversed(weaker):
            if link.layer != DEFAULT:
                self.overridden.setdefault(link.route, strongest.route)

    def _values(self, layers: tuple[Setting[Values], ...]) -> None:
        """Find each leaf in the stronger layers. Profiles share most layers: look once at each."""
        key = tuple(id(each.value) for each in layers)
        if key in self._seen:
            return
        self._seen.add(key)
        for depth, layer in enumerate(layers):
            if layer.layer == DEFAULT:
                continue
            for path, leaf in leaves(layer.value):
                self._leaf((*layer.route, *path), path, leaf, layers[depth + 1 :])

    def _leaf(
        self, route: Route, path: Route, leaf: object, stronger: tuple[Setting[Values], ...]
    ) -> None:
        if route in self.effective:
            return
        winner = self._winner(path, leaf, stronger)
        if winner is None:
            self.effective.add(route)
        else:
            self.overridden.setdefault(route, winner)

    def _winner(
        self, path: Route, leaf: object, stronger: tuple[Setting[Values], ...]
    ) -> Route | None:
        # An empty mapping only makes sure that there is one: nothing overrides it.
        if isinstance(leaf, Mapping):
            return None
        for layer in stronger:
            place = _replaces(layer, path, leaf)
            if place is not None and place not in self.repeated:
                return place
        return None


def _replaces(layer: Setting[Values], path: Route, leaf: object) -> Route | None:
    """Return where a layer replaces the value at ``path``. Only mappings merge."""
    for length in range(1, len(path) + 1):
        found = value_at(layer.value, path[:length])
        if found is MISSING:
            return None
        if isinstance(found, Mapping):
            continue
        if length == len(path) and found == leaf:
            return None  # the same value
        return (*layer.route, *path[:length])
    return None
