"""A layer configures an addon that is enabled on none of its clusters.

## Problem

An environment, region, cluster type or cluster sets `version`, `namespace`, `values` or
`components` of an addon that is enabled on no cluster of this layer.

## Why

The setting looks active but has no effect. Usually the addon was not enabled, or was enabled in
another layer.

## Fix

Enable the addon in this layer, or delete the setting. A layer that only enables or disables an
addon (`kyverno: false`) is never reported.

## Example

```yaml
regions:
  eu: {addons: {velero: {values: {region: eu-west-1}}}}    # dead-setting
addons: {velero: {enabled: false}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_settings, enabled_addons
from dokaseca_compile.rules.shared.unused import (
    LAYER_NOUNS,
    customizes,
    has_all_layers,
    shared_layers,
)

SLUG = "dead-setting"
UNSURE_WITHOUT = frozenset({"addons", "clusters", "environments", "regions"})

Unit = tuple[str, str]
"""A layer, as section and name."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each addon that a layer configures and no cluster of it enables."""
    if not has_all_layers(context):
        return
    enabled, example = _enabled(context)
    for layer, addon in _configured(context):
        section, name = layer
        if section == "clusters":
            profile = context.resolved.clusters[name].profile
            if not profile.installs[addon].enabled.value:
                yield _fault(layer, addon, profile)
        elif layer in example and addon not in enabled[layer]:
            # `unused-declaration` reports a layer without clusters, which has no example.
            yield _fault(layer, addon, example[layer])


def _configured(context: Context) -> Iterator[tuple[Unit, str]]:
    """Yield every layer with each known addon that it configures."""
    for (section, name, *_), addon, setting in addon_settings(context.platform):
        if addon in context.resolved.addons and customizes(setting):
            yield (str(section), str(name)), addon


def _enabled(context: Context) -> tuple[dict[Unit, set[str]], dict[Unit, Profile]]:
    """Return the addons that any profile of a shared layer enables, and one of its profiles."""
    enabled: dict[Unit, set[str]] = {}
    example: dict[Unit, Profile] = {}
    for profile in context.resolved.profiles:
        names = enabled_addons(profile)
        for layer in shared_layers(profile):
            enabled.setdefault(layer, set()).update(names)
            example.setdefault(layer, profile)
    return enabled, example


def _fault(layer: Unit, addon: str, profile: Profile) -> Diagnostic:
    section, name = layer
    where = "on it" if section == "clusters" else "on any of its clusters"
    message = f"{LAYER_NOUNS[section]} `{name}` configures `{addon}`, which is not enabled {where}"
    return error(
        SLUG,
        message,
        Label((section, name, "addons", addon), At.KEY),
        Label(profile.installs[addon].enabled.route, text="disabled here"),
        help=f"enable `{addon}` here, or delete the setting",
    )
