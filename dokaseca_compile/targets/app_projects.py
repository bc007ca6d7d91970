"""The AppProjects of the addons: one for each category, with its sources and destinations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.formats.body import Origins, Rows, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    Part,
    PartInstall,
    Profile,
    Resolved,
    Setting,
    declared,
)
from dokaseca_compile.targets.base import (
    addons_project,
    app_project,
    named,
    ownership_labels,
    repository_url,
)

NAME = "app-projects"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject for each category with an addon that is installed on some cluster."""
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
            "sourceRepos": _sources(resolved, addons),
            "destinations": destinations,
            "clusterResourceWhitelist": _kinds(resolved, addons),
        }
        document = app_project(project, ownership_labels(resolved), spec)
        routes = tuple(("addons", name) for name in addons)
        yield Artifact(layout.project(category).file, YamlBody((document,)), Origin(NAME, routes))


def _destinations(resolved: Resolved, addons: list[str]) -> Rows:
    """Return the namespaces on each cluster that addons of a category are installed into or use."""
    namespaces = {
        id(profile): _namespaces(resolved, addons, profile) for profile in resolved.profiles
    }
    names: list[str] = []
    used: list[str] = []
    for name, cluster in resolved.clusters.items():
        found = namespaces[id(cluster.profile)]
        names += [name] * len(found)
        used += found

    def origins(row: Mapping[str, str]) -> Origins:
        name = row["name"]
        profile = resolved.clusters[name].profile
        return {
            "name": named("clusters", name),
            "namespace": namespaces[id(profile)][row["namespace"]],
        }

    return Rows(origins, name=names, namespace=used)


def _namespaces(resolved: Resolved, addons: list[str], profile: Profile) -> dict[str, Setting[str]]:
    """Return the namespaces of a category's addons on the clusters of a profile, by name."""
    found: dict[str, Setting[str]] = {}
    for name in addons:
        install = profile.installs[name]
        if not install.enabled.value:
            continue
        for at, namespace in enumerate(resolved.addons[name].addon.namespaces):
            found.setdefault(namespace, declared(namespace, "addons", name, "namespaces", at))
        found[install.namespace.value] = install.namespace
    return {namespace: found[namespace] for namespace in sorted(found)}


def _sources(resolved: Resolved, addons: list[str]) -> list[Setting[str]]:
    """Return every URL that the addons of a category read, by name."""
    found: dict[str, Setting[str]] = {}
    for part in _enabled_parts(resolved, addons):
        source = _source(resolved, part.part)
        found.setdefault(source.value, source)
        if part.values:
            values = repository_url(resolved, "addons")
            found.setdefault(values.value, values)
    return [found[url] for url in sorted(found)]


def _source(resolved: Resolved, part: Part) -> Setting[str]:
    if part.kind == "local-chart":
        return repository_url(resolved, "charts")
    url = part.git_repository if part.kind == "kustomize" else part.repository
    if not url:
        return repository_url(resolved, "addons")
    return Setting(url, part.repository_route)


def _enabled_parts(resolved: Resolved, addons: list[str]) -> Iterator[PartInstall]:
    for profile in resolved.profiles:
        for name in addons:
            install = profile.installs[name]
            if install.enabled.value:
                yield from install.parts


def _kinds(resolved: Resolved, addons: list[str]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], Any] = {
        (group, kind): {"group": group, "kind": kind} for group, kind in KUBERNETES_KINDS
    }
    for name in addons:
        for at, each in enumerate(resolved.addons[name].addon.cluster_resources):
            key = (each.group, each.kind)
            if key not in found:
                entry = {"group": each.group, "kind": each.kind}
                found[key] = declared(entry, "addons", name, "clusterResources", at)
    return [found[key] for key in sorted(found)]
