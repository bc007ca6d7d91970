"""What the rules on things that have no effect share."""

from __future__ import annotations

from collections.abc import Mapping, Sized

from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.resolve.resolved import SCOPES, SECTIONS, Profile
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import sound_profiles

WORDS: Mapping[str, str] = {
    SECTIONS[scope]: {"type": "cluster type"}.get(scope, scope)
    for scope in SCOPES
    if scope != "default"
}
"""What a message calls a layer of each section."""


def is_whole(context: Context) -> bool:
    """Tell whether no cluster, environment, addon … was left out for a schema fault.

    In a platform with gaps nothing can be said to be unused: what is missing may have used it.
    """
    platform = context.platform
    sections: dict[str, Sized] = {
        "environments": platform.environments,
        "regions": platform.regions,
        "clusterTypes": platform.cluster_types,
        "clusters": platform.clusters,
        "addons": platform.addons,
        "teams": platform.teams,
        "workloads": platform.workloads,
        "policies": platform.policies,
    }
    return all(len(context.names(name)) == len(units) for name, units in sections.items())


def is_settled(context: Context) -> bool:
    """Tell whether the platform is whole and every cluster has the layers it names.

    While a cluster's environment is misspelt, nobody can say what the real one changes on no cluster.
    """
    return is_whole(context) and len(sound_profiles(context)) == len(context.resolved.profiles)


def changes(setting: AddonSettings) -> bool:
    """Tell whether a layer does more with an addon than switch it."""
    return bool(setting.version or setting.namespace or setting.values or setting.components)


def shared_layers(profile: Profile) -> tuple[tuple[str, str], ...]:
    """The shared layers of a profile, as section and name."""
    return tuple((SECTIONS[layer.scope], layer.name) for layer in profile.layers())
