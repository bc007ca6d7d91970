"""Pass: apply the layers, weak to strong, to every addon for every kind of cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import AddonSettings, ComponentSettings, LayerSettings
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.resolved import (
    Install,
    Part,
    PartInstall,
    Profile,
    Resolved,
    ResolvedAddon,
)
from dokaseca_compile.resolve.setting import (
    DEFAULT,
    SECTIONS,
    SHARED_SCOPES,
    Layer,
    Scope,
    Setting,
    T,
    layers_of,
)

Step = tuple[Layer, Route, LayerSettings]
"""A layer, the route to its addon settings, and the settings."""
_UNCHANGED = ComponentSettings()


def layer_settings(resolved: Resolved) -> Resolved:
    """Fill in ``profiles``: one for each environment, region and type in use.

    Each cluster with settings of its own has another one. Layers that do not exist are left out; a
    rule reports them.
    """
    platform, layers = resolved.platform, layers_of(resolved.platform)
    defaults = {name: _default_install(addon) for name, addon in resolved.addons.items()}
    shared: dict[tuple[str, str, str], list[str]] = {}
    for name, cluster in platform.clusters.items():
        shared.setdefault((cluster.environment, cluster.region, cluster.type), []).append(name)
    profiles = []
    for key in sorted(shared):
        installs = _apply(defaults, resolved.addons, _steps(layers, key))
        alike = [name for name in shared[key] if not platform.clusters[name].addons]
        if alike:
            profiles.append(Profile(*key, installs, tuple(sorted(alike))))
        for name in sorted(set(shared[key]) - set(alike)):
            route: Route = ("clusters", name, "addons")
            step = (Layer("cluster", name), route, platform.clusters[name].addons)
            profiles.append(Profile(*key, _apply(installs, resolved.addons, [step]), (name,)))
    return replace(resolved, profiles=tuple(profiles))


def _steps(
    layers: Mapping[Scope, Mapping[str, LayerSettings]], names: tuple[str, ...]
) -> list[Step]:
    """Return the shared layers of one kind of cluster, weak to strong."""
    return [
        (Layer(scope, name), (SECTIONS[scope], name, "addons"), layers[scope][name])
        for scope, name in zip(SHARED_SCOPES, names, strict=True)
        if name in layers[scope]
    ]


def _apply(
    installs: Mapping[str, Install], addons: Mapping[str, ResolvedAddon], steps: Sequence[Step]
) -> Mapping[str, Install]:
    """Put layers over installs; an install that no layer changes stays the same object."""
    changed = dict(installs)
    for layer, route, settings in steps:
        for name, setting in settings.items():
            if name in addons:
                changed[name] = _override(
                    changed[name], addons[name], layer, (*route, name), setting
                )
    return changed


def _default_install(resolved: ResolvedAddon) -> Install:
    addon, route = resolved.addon, ("addons", resolved.name)
    return Install(
        resolved.name,
        Setting(addon.enabled, (*route, "enabled"), DEFAULT),
        Setting(addon.namespace, (*route, "namespace"), DEFAULT),
        tuple(_default_part(part, resolved, route) for part in resolved.parts),
    )


def _default_part(part: Part, resolved: ResolvedAddon, route: Route) -> PartInstall:
    addon = resolved.addon
    version = (
        _override_value(addon.version, (*route, "version"), DEFAULT) if part.versioned else None
    )
    values: Values = addon.values
    at: Route = (*route, "values")
    if part.component is not None:
        component = addon.components[part.component]
        at = (*route, "components", part.component)
        version = _override_value(component.version, (*at, "version"), DEFAULT, version)
        values, at = component.values, (*at, "values")
    return PartInstall(part, version, (Setting(values, at, DEFAULT),) if values else ())


def _override(
    install: Install, resolved: ResolvedAddon, layer: Layer, route: Route, setting: AddonSettings
) -> Install:
    """Put one layer's settings over an install."""
    enabled, namespace = install.enabled, install.namespace
    if setting.enabled is not None:
        # `kyverno: false` has no key `enabled`; a lookup of its line falls back to the entry.
        enabled = Setting(setting.enabled, (*route, "enabled"), layer, enabled)
    if setting.namespace is not None:
        namespace = Setting(setting.namespace, (*route, "namespace"), layer, namespace)
    parts = tuple(_override_part(each, resolved, layer, route, setting) for each in install.parts)
    return Install(install.addon, enabled, namespace, parts)


def _override_part(
    install: PartInstall,
    resolved: ResolvedAddon,
    layer: Layer,
    route: Route,
    setting: AddonSettings,
) -> PartInstall:
    """Put one layer's settings over a part.

    A component with a version of its own does not follow the addon's; within a layer its own wins.
    """
    part, version = install.part, install.version
    if part.versioned and not _has_own_version(part, resolved):
        version = _override_value(setting.version, (*route, "version"), layer, version)
    values = setting.values
    if part.component is not None:
        component = setting.components.get(part.component, _UNCHANGED)
        route = (*route, "components", part.component)
        version = _override_value(component.version, (*route, "version"), layer, version)
        values = component.values
    layers = install.values
    if values:
        layers = (*layers, Setting(values, (*route, "values"), layer))
    return PartInstall(part, version, layers)


def _has_own_version(part: Part, resolved: ResolvedAddon) -> bool:
    if part.component is None:
        return False
    return resolved.addon.components[part.component].version is not None


def _override_value(
    value: T | None, route: Route, layer: Layer, weaker: Setting[T] | None = None
) -> Setting[T] | None:
    """Return a setting over the weaker one, or the weaker one where the layer has no value."""
    return weaker if value is None else Setting(value, route, layer, weaker)
