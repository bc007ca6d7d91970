"""The manifests that start a hub: its app-of-apps for addons, clusters and workloads, and their AppProject.

GitOps Bridge applies each file as one mapping, so each holds one document. Every Application is
named after its hub: with two hubs a constant name would be a duplicate, and Argo CD drops both
Applications (``validateGeneratedApplications``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dokaseca_compile.formats.body import CommentStyle, TextBody, YamlBody
from dokaseca_compile.layout import Layout
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.contract import label_key, repository_annotation
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets.base import ARGOCD_NAMESPACE, app_project, application_set, ownership_labels
from dokaseca_compile.tree import Artifact, Origin

NAME = "bootstrap"
PROJECT = "bootstrap"
# Git keeps no empty folder, and an Application whose path is missing fails.
_READMES: dict[RepositoryKey, str] = {
    "addons": "# Addons\n\nThe ApplicationSets of each addon, by category, and the AppProject of each category.\n",
    "workloads": "# Applications\n\nOne folder for each team: `<team>/<application>/`.\n",
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the AppProject and an ApplicationSet for each repository that a hub reads."""
    hubs = [hub.name for hub in resolved.hubs()]
    registering = sorted(
        {each.hub for each in resolved.clusters.values() if each.hub and each.registration == "gitops"}
    )
    routes = tuple(("clusters", name) for name in hubs)
    applications: list[tuple[RepositoryKey, list[str], dict[str, Any]]] = [
        ("addons", hubs, {"directory": {"recurse": True, "include": "*.yaml"}}),
        ("clusters", registering, {}),
        ("workloads", hubs, {"directory": {"recurse": True, "include": "*.yaml"}}),
    ]
    applications = [each for each in applications if each[1]]
    project = _project(resolved, hubs, [key for key, _, _ in applications])
    yield Artifact(layout.bootstrap("project").file, YamlBody((project,)), Origin(NAME, routes))
    for key, names, how in applications:
        body = YamlBody((_application_set(resolved, key, names, how),))
        yield Artifact(layout.bootstrap(key).file, body, Origin(NAME, (("repositories", key), *routes)))
    for key, text in _READMES.items():
        origin = Origin(NAME, (("repositories", key),))
        yield Artifact(layout.readme(key).file, TextBody(text, CommentStyle.HTML), origin)


def _application_set(
    resolved: Resolved, key: RepositoryKey, hubs: Sequence[str], how: dict[str, Any]
) -> dict[str, Any]:
    selector = {"matchExpressions": [{"key": label_key("cluster_name"), "operator": "In", "values": list(hubs)}]}
    path = repository_annotation(key, "basepath") + repository_annotation(key, "path")
    if key == "clusters":
        path += "/{{ .name }}"
    template = {
        "metadata": {
            "name": f"bootstrap-{key}-{{{{ .nameNormalized }}}}",
            "labels": {"cluster": "{{ .name }}", "repository": key, **ownership_labels(resolved)},
        },
        "spec": {
            "project": PROJECT,
            "source": {
                "repoURL": repository_annotation(key, "url"),
                "targetRevision": repository_annotation(key, "revision"),
                "path": path,
                **how,
            },
            "destination": {"name": "{{ .name }}", "namespace": ARGOCD_NAMESPACE},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True},
                # Server-side apply keeps a Secret's content out of the last-applied annotation.
                "syncOptions": ["ServerSideApply=true"],
                "retry": {"limit": 10, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}},
            },
        },
    }
    name = f"bootstrap-{key}"
    return application_set(
        name, ownership_labels(resolved), [{"clusters": {"selector": selector}}], template, preserve=True
    )


def _project(resolved: Resolved, hubs: Sequence[str], keys: Sequence[RepositoryKey]) -> dict[str, Any]:
    """Exactly the repositories that hubs read, Argo CD's own namespace on the hubs, and the kinds we write there."""
    repositories = resolved.repositories
    kinds = (
        ("", "Secret"),
        ("argoproj.io", "AppProject"),
        ("argoproj.io", "ApplicationSet"),
        ("external-secrets.io", "ExternalSecret"),
    )
    spec = {
        "description": "What starts a hub: the repositories of addons, clusters and workloads.",
        "sourceRepos": sorted({repositories[key].url for key in keys}),
        "destinations": [{"name": hub, "namespace": ARGOCD_NAMESPACE} for hub in hubs],
        "namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in kinds],
    }
    return app_project(PROJECT, ownership_labels(resolved), spec)
