"""The AppProjects of the addons: one for each category, with exactly the sources and destinations in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dokaseca_compile.formats.body import Rows, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import PartInstall, Resolved
from dokaseca_compile.targets.base import addons_project, app_project, ownership_labels

NAME = "app-projects"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject for each category that some cluster installs something of."""
    members: dict[str, list[str]] = {}
    for name, addon in resolved.addons.items():
        members.setdefault(addon.addon.category, []).append(name)
    for category in sorted(members):
        addons = members[category]
        destinations = _destinations(resolved, addons)
        if not destinations:
            continue
        project = addons_project(category)
        spec = {
            "description": f"Addons of the category {category}.",
            "sourceRepos": sorted(_sources(resolved, addons)),
            "destinations": destinations,
            "clusterResourceWhitelist": _kinds(resolved, addons),
        }
        document = app_project(project, ownership_labels(resolved), spec)
        routes = tuple(("addons", name) for name in addons)
        yield Artifact(layout.project(category).file, YamlBody((document,)), Origin(NAME, routes))


def _destinations(resolved: Resolved, addons: list[str]) -> Rows:
    """Every (cluster, namespace) that an addon of the category is installed into or writes to, by cluster."""
    namespaces: dict[int, list[str]] = {}
    for profile in resolved.profiles:
        enabled = [
            profile.installs[name] for name in addons if profile.installs[name].enabled.value
        ]
        further = {
            each for install in enabled for each in resolved.addons[install.addon].addon.namespaces
        }
        namespaces[id(profile)] = sorted(further | {install.namespace.value for install in enabled})
    of_clusters = [
        (name, namespaces[id(cluster.profile)]) for name, cluster in resolved.clusters.items()
    ]
    return Rows(
        name=[name for name, used in of_clusters for _ in used],
        namespace=[namespace for _, used in of_clusters for namespace in used],
    )


def _sources(resolved: Resolved, addons: list[str]) -> set[str]:
    repositories = resolved.repositories
    found: set[str] = set()
    for part in _enabled_parts(resolved, addons):
        source = part.part
        if source.kind == "local-chart":
            found.add(repositories["charts"].url)
        elif source.kind == "kustomize":
            found.add(source.git_repository or repositories["addons"].url)
        elif source.repository is not None:
            found.add(source.repository)
        if part.values:
            found.add(repositories["addons"].url)
    return found


def _enabled_parts(resolved: Resolved, addons: list[str]) -> Iterable[PartInstall]:
    return (
        part
        for profile in resolved.profiles
        for name in addons
        if profile.installs[name].enabled.value
        for part in profile.installs[name].parts
    )


def _kinds(resolved: Resolved, addons: list[str]) -> list[dict[str, Any]]:
    own = {
        (kind.group, kind.kind)
        for name in addons
        for kind in resolved.addons[name].addon.cluster_resources
    }
    return [{"group": group, "kind": kind} for group, kind in sorted(own | set(KUBERNETES_KINDS))]
