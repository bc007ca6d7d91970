"""The AppProjects that the platform means: exactly what its Applications use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.proof.expected.addons import AddonApplications
from dokaseca_compile.proof.expected.bootstrap import BOOTSTRAP_KINDS, started
from dokaseca_compile.proof.expected.common import addons_project, owned
from dokaseca_compile.proof.expected.workloads import WorkloadApplications
from dokaseca_compile.resolve.config_kinds import CLUSTER_SCOPED, NAMESPACED
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

Kinds = tuple[tuple[str, str], ...]

_NOT_A_TEAMS: Kinds = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("external-secrets.io", "*"),
    ("generators.external-secrets.io", "*"),
    ("kyverno.io", "PolicyException"),
    ("policies.kyverno.io", "PolicyException"),
)
"""What governs a team, and the door to the secret store."""
_ACCESS: Kinds = (
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""Not a team's either, unless the platform trusts it with them."""
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "viewer": ("applications, get", "logs, get"),
    "editor": ("applications, get", "applications, sync", "applications, action/*", "logs, get"),
    "admin": ("applications, *", "exec, create", "logs, get"),
}


@dataclass(frozen=True, slots=True)
class MeantProject:
    """An AppProject: URLs it may read, cluster → namespaces it may deploy to (all sorted), kinds, roles, labels.

    ``cluster_kinds`` and ``namespace_kinds`` are ``None`` where there is no list. A role is its name, its policies and
    its groups.
    """

    sources: Sequence[str]
    destinations: Mapping[str, Sequence[str]]
    cluster_kinds: Kinds | None
    namespace_kinds: Kinds | None
    labels: Mapping[str, str]
    refused_kinds: Kinds = ()
    roles: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = ()


def projects(
    resolved: Resolved,
    hubs: Mapping[str, Sequence[ResolvedCluster]],
    addons: AddonApplications,
    workloads: WorkloadApplications,
) -> dict[str, MeantProject]:
    """Every AppProject by name; ``hubs`` has the clusters of each."""
    return {
        **dict(_of_addons(resolved, addons)),
        **dict(_of_teams(resolved, workloads)),
        **dict(_of_hubs(resolved, hubs)),
        **({"cluster-config": _of_clusters(resolved)} if resolved.has_teams else {}),
    }


def _of_addons(resolved: Resolved, addons: AddonApplications) -> Iterator[tuple[str, MeantProject]]:
    sources: dict[str, set[str]] = {}
    places: dict[str, dict[str, list[str]]] = {}
    for profile in resolved.profiles:
        namespaces: dict[str, set[str]] = {}
        for install in profile.enabled():
            addon = resolved.addons[install.addon].addon
            project = addons_project(addon.category)
            namespaces.setdefault(project, set()).update(
                (install.namespace.value, *addon.namespaces)
            )
            sources.setdefault(project, set()).update(
                url for part in install.parts for url in addons.urls(part)
            )
        for project, found in namespaces.items():
            places.setdefault(project, {}).update(dict.fromkeys(profile.clusters, sorted(found)))
    for project, of in places.items():
        members = [
            each.addon
            for each in resolved.addons.values()
            if addons_project(each.addon.category) == project
        ]
        own = {(each.group, each.kind) for addon in members for each in addon.cluster_resources}
        kinds = tuple(sorted(own | {*KUBERNETES_KINDS}))
        destinations = {name: of[name] for name in sorted(of)}
        yield (
            project,
            MeantProject(sorted(sources[project]), destinations, kinds, None, owned(resolved)),
        )


def _of_teams(
    resolved: Resolved, workloads: WorkloadApplications
) -> Iterator[tuple[str, MeantProject]]:
    own = {resolved.repositories["charts"].url, resolved.repositories["workloads"].url}
    sources: dict[tuple[str, str], set[str]] = {}
    clusters: dict[tuple[str, str], set[str]] = {}
    for cluster in resolved.clusters.values():
        for team in cluster.cluster.teams:
            clusters.setdefault((team, cluster.cluster.environment), set()).add(cluster.name)
    for workload in resolved.workloads.values():
        for place in workload.places.values():
            if place.clusters:
                found = sources.setdefault((workload.team, place.environment), set())
                found.update(workloads.urls(workload, place))
    for (team, environment), names in clusters.items():
        unit, project = resolved.platform.teams[team], f"team-{team}.{environment}"
        role = unit.roles.get(environment, "")
        policies = tuple(
            f"p, proj:{project}:{role}, {each}, {project}/*, allow"
            for each in _ACTIONS.get(role, ())
        )
        groups = tuple(f'"{each}"' if "," in each else each for each in unit.groups)
        yield (
            project,
            MeantProject(
                sorted(own | sources.get((team, environment), set())),
                dict.fromkeys(sorted(names), (unit.namespace or team,)),
                None,
                None,
                {"team": team, "environment": environment, **owned(resolved)},
                _NOT_A_TEAMS if unit.own_rbac else (*_NOT_A_TEAMS, *_ACCESS),
                [(role, policies, groups)] if role and groups else [],
            ),
        )


def _of_hubs(
    resolved: Resolved, hubs: Mapping[str, Sequence[ResolvedCluster]]
) -> Iterator[tuple[str, MeantProject]]:
    for key, kinds in BOOTSTRAP_KINDS.items():
        if names := [name for name in sorted(hubs) if key in started(hubs[name])]:
            url = resolved.repositories[key].url
            destinations = dict.fromkeys(names, ("argocd",))
            yield (
                f"bootstrap-{key}",
                MeantProject([url], destinations, None, kinds, owned(resolved)),
            )


def _of_clusters(resolved: Resolved) -> MeantProject:
    """Applications that configure clusters: their own repository, on every cluster.

    That no other kind is written is seen in what is written (``agreement.kustomizations``).
    """
    return MeantProject(
        [resolved.repositories["clusters"].url],
        dict.fromkeys(resolved.clusters, ("*",)),
        CLUSTER_SCOPED,
        NAMESPACED,
        owned(resolved),
    )
