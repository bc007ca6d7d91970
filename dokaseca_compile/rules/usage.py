"""What the rules on things that have no effect share."""

from __future__ import annotations

from collections.abc import Sized

from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.base import Context


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
    }
    return all(len(context.names(name)) == len(units) for name, units in sections.items())


def layers_of(profile: Profile) -> tuple[tuple[str, str], ...]:
    """The shared layers of a profile, as section and name."""
    return (
        ("environments", profile.environment),
        ("regions", profile.region),
        ("clusterTypes", profile.type),
    )
