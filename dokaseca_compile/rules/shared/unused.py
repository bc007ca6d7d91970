"""Helpers of the rules about settings and declarations that have no effect."""

from __future__ import annotations

from collections.abc import Mapping

from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.model.platform import NAMED_SECTIONS, RECORDS
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.resolve.setting import SCOPES, SECTIONS
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import complete_profiles

LAYER_NOUNS: Mapping[str, str] = {
    SECTIONS[scope]: {"type": "cluster type"}.get(scope, scope)
    for scope in SCOPES
    if scope != "default"
}
"""Section → how messages call one of its layers."""


def is_complete(context: Context) -> bool:
    """Return whether no cluster, environment, addon … was left out because of a schema fault.

    In an incomplete platform nothing can be called unused: a unit that was left out may use it.
    """
    platform, declared = context.platform, NAMED_SECTIONS.keys() - RECORDS
    return all(
        len(context.names(key)) == len(getattr(platform, NAMED_SECTIONS[key])) for key in declared
    )


def has_all_layers(context: Context) -> bool:
    """Return whether the platform is complete and every layer that a cluster names is declared.

    While the environment of a cluster is misspelt, no setting of an environment can be called
    unused.
    """
    return is_complete(context) and len(complete_profiles(context)) == len(
        context.resolved.profiles
    )


def customizes(setting: AddonSettings) -> bool:
    """Return whether a layer does more with an addon than enable or disable it."""
    return any((setting.version, setting.namespace, setting.values, setting.components))


def shared_layers(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return the layers that a profile shares with others, as section and name."""
    return tuple((SECTIONS[layer.scope], layer.name) for layer in profile.layers())
