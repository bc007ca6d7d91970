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
from dokaseca_compile.rules.shared.profiles import layers
from dokaseca_compile.rules.shared.unused import (
    LAYER_NOUNS,
    customizes,
    has_all_layers,
    shared_layers,
)

SLUG = "dead-setting"
UNSURE_WITHOUT = frozenset({"addons", "clusters", "environments", "regions"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each addon that a layer changes for nobody."""
    if not has_all_layers(context):
        return
    enabled, example = _enabled(context)
    for route, settings in layers(context.platform):
        layer = (str(route[0]), str(route[1]))
        for name, setting in settings.items():
            if name not in context.resolved.addons or not customizes(setting):
                continue
            if layer[0] == "clusters":
                profile: Profile | None = context.resolved.clusters[layer[1]].profile
                alive = profile is None or profile.installs[name].enabled.value
            else:
                profile = example.get(
                    layer
                )  # none where the layer has no cluster: another rule's fault
                alive = profile is None or name in enabled[layer]
            if profile is not None and not alive:
                yield _fault(layer, name, profile)


def _enabled(
    context: Context,
) -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], Profile]]:
    """The addons enabled anywhere in a shared layer, and one of its profiles."""
    enabled: dict[tuple[str, str], set[str]] = {}
    example: dict[tuple[str, str], Profile] = {}
    for profile in context.resolved.profiles:
        names = {install.addon for install in profile.enabled()}
        for layer in shared_layers(profile):
            enabled.setdefault(layer, set()).update(names)
            example.setdefault(layer, profile)
    return enabled, example


def _fault(layer: tuple[str, str], addon: str, profile: Profile) -> Diagnostic:
    section, name = layer
    if section == "clusters":
        message = f"cluster `{name}` changes `{addon}`, which is not enabled on it"
    else:
        message = f"{LAYER_NOUNS[section]} `{name}` changes `{addon}`, which is enabled on none of its clusters"
    return error(
        SLUG,
        message,
        Label((section, name, "addons", addon), At.KEY),
        Label(profile.installs[addon].enabled.route, text="switched off here"),
        help=f"enable `{addon}` here, or delete the setting",
    )
