"""Pass: go through the layers, weak to strong, and settle every addon for every kind of cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import AddonSettings, LayerSettings
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.resolved import (
    DEFAULT,
    SECTIONS,
    SHARED_SCOPES,
    Install,
    Layer,
    Part,
    PartInstall,
    Profile,
    Resolved,
    ResolvedAddon,
    Scope,
    Setting,
    T,
    layers_of,
)

Step = tuple[Layer, Route, LayerSettings]
"""A layer, where its addon settings stand, and what they are."""


def layer_settings(resolved: Resolved) -> Resolved:
    """Fill in ``profiles``: one for each environment, region and type in use, one more for each cluster
    with settings of its own. Layers that do not exist are left out; a rule reports them.
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
            step = (
                Layer("cluster", name),
                ("clusters", name, "addons"),
                platform.clusters[name].addons,
            )
            profiles.append(Profile(*key, _apply(installs, resolved.addons, [step]), (name,)))
    return replace(resolved, profiles=tuple(profiles))


def _steps(
    layers: Mapping[Scope, Mapping[str, LayerSettings]], names: tuple[str, ...]
) -> list[Step]:
    """The shared layers of one kind of cluster, weak to strong."""
    return [
        (Layer(scope, name), (SECTIONS[scope], name, "addons"), layers[scope][name])
        for scope, name in zip(SHARED_SCOPES, names, strict=True)
        if name in layers[scope]
    ]


def _apply(
    installs: Mapping[str, Install], addons: Mapping[str, ResolvedAddon], steps: Sequence[Step]
) -> Mapping[str, Install]:
    """Put layers over installs; an install that no layer speaks of stays the same object."""
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
    """One layer's settings over an install."""
    enabled, namespace = install.enabled, install.namespace
    if setting.enabled is not None:
        # `kyverno: false` has no key `enabled` of its own; the place falls back to the entry.
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
    """A component with a version of its own does not follow the addon's; within a layer its own wins."""
    part, version = install.part, install.version
    values, at = setting.values, (*route, "values")
    own = (
        part.component is not None and resolved.addon.components[part.component].version is not None
    )
    if part.versioned and not own:
        version = _override_value(setting.version, (*route, "version"), layer, version)
    if part.component is not None:
        component = setting.components.get(part.component)
        at = (*route, "components", part.component, "values")
        values = component.values if component is not None else {}
        if component is not None:
            version = _override_value(component.version, (*at[:-1], "version"), layer, version)
    layers = (*install.values, Setting(values, at, layer)) if values else install.values
    return PartInstall(part, version, layers)


def _override_value(
    value: T | None, route: Route, layer: Layer, weaker: Setting[T] | None = None
) -> Setting[T] | None:
    """Return a setting over the weaker one, or the weaker one where the layer has no value."""
    return weaker if value is None else Setting(value, route, layer, weaker)
