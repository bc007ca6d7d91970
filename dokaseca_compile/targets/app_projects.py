"""The AppProjects of the addons: one for each category in each environment.

A project allows the namespaces of its addons on every cluster of its hub, whether an addon is
switched on or not. Argo CD leaves alone what the project of an Application no longer allows
(``getPermittedAppLiveObjects``), so a project must not lose a namespace together with the
Application that is deleted there. It is small, too: it does not grow with the fleet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.resolve.intended_changes import kept_namespaces
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Part, PartInstall, Profile, Resolved
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import (
    EVERY_CLUSTER,
    Labels,
    addons_project,
    app_project,
    named,
    ownership_labels,
    repository_url,
)

NAME = "app-projects"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject for each category with an addon that an environment installs."""
    members: dict[str, list[str]] = {}
    for name, addon in resolved.addons.items():
        members.setdefault(addon.addon.category, []).append(name)
    by_environment: dict[str, list[Profile]] = {}
    for profile in resolved.profiles:
        by_environment.setdefault(profile.environment, []).append(profile)
    for environment, profiles in by_environment.items():
        for category, addons in sorted(members.items()):
            if _is_used(profiles, addons):
                document = _project(resolved, environment, category, addons, profiles)
                routes = tuple(("addons", name) for name in addons)
                path = layout.project(category, environment).file
                yield Artifact(path, YamlBody((document,)), Origin(NAME, routes))


def _is_used(profiles: Sequence[Profile], addons: Sequence[str]) -> bool:
    """Return whether some cluster installs one of the addons."""
    return any(profile.installs[name].enabled.value for profile in profiles for name in addons)


def _project(
    resolved: Resolved,
    environment: str,
    category: str,
    addons: Sequence[str],
    profiles: Sequence[Profile],
) -> dict[str, Any]:
    spec = {
        "description": f"Addons of the category {category} in the environment {environment}.",
        "sourceRepos": _sources(resolved, addons, profiles),
        "destinations": [
            {"name": EVERY_CLUSTER, "namespace": each}
            for each in _namespaces(resolved, environment, addons, profiles)
        ],
        "clusterResourceWhitelist": _kinds(resolved, addons),
    }
    labels: Labels = {
        "environment": named("environments", environment),
        **ownership_labels(resolved),
    }
    return app_project(addons_project(category, environment), labels, spec)


def _namespaces(
    resolved: Resolved, environment: str, addons: Sequence[str], profiles: Sequence[Profile]
) -> list[Setting[str]]:
    """Return the namespaces that the addons are or were installed into or write to, by name."""
    found = dict(kept_namespaces(resolved, "addon", environment))
    for name in addons:
        for at, namespace in enumerate(resolved.addons[name].addon.namespaces):
            found.setdefault(namespace, declared(namespace, "addons", name, "namespaces", at))
        for profile in profiles:
            namespace_of = profile.installs[name].namespace
            found.setdefault(namespace_of.value, namespace_of)
    return [found[namespace] for namespace in sorted(found)]


def _sources(
    resolved: Resolved, addons: Sequence[str], profiles: Sequence[Profile]
) -> list[Setting[str]]:
    """Return every URL that the addons of a category read, by name."""
    found: dict[str, Setting[str]] = {}
    for part in _enabled_parts(addons, profiles):
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


def _enabled_parts(addons: Sequence[str], profiles: Sequence[Profile]) -> Iterator[PartInstall]:
    for profile in profiles:
        for name in addons:
            install = profile.installs[name]
            if install.enabled.value:
                yield from install.parts


def _kinds(resolved: Resolved, addons: Sequence[str]) -> list[dict[str, Any]]:
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
