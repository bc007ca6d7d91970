"""The manifests that start a hub: an app-of-apps with an AppProject for each repository it reads.

Each folder of ApplicationSets has a marker, an ApplicationSet without Applications, so that it is
never empty on purpose: Argo CD refuses an automated sync that would delete everything
(``autoSync``, unless ``allowEmpty``). So the last addon or workload can be removed, and a folder
that is emptied by accident still deletes nothing.

GitOps Bridge applies each file as one mapping, so each holds one document. Every Application is
named after its hub: with two hubs a constant name would be a duplicate, and Argo CD drops both
Applications (``validateGeneratedApplications``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dokaseca_compile.formats.body import CommentStyle, TextBody, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.contract import label_key, repository_annotation
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, Setting
from dokaseca_compile.targets.base import (
    MARKER,
    PATIENT,
    app_project,
    application_set,
    marker_name,
    named,
    ownership_labels,
    repository_url,
    retry,
)

NAME = "bootstrap"
# The kinds that each repository may add to Argo CD's namespace: authors of workloads must not
# register clusters.
_KINDS: dict[RepositoryKey, tuple[tuple[str, str], ...]] = {
    "addons": (("argoproj.io", "AppProject"), ("argoproj.io", "ApplicationSet")),
    "clusters": (("", "Secret"), ("external-secrets.io", "ExternalSecret")),
    "workloads": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")),
}
# Git keeps no empty folder, and an Application whose path is missing fails.
_READMES: dict[RepositoryKey, str] = {
    "addons": "# Addons\n\n"
    "The ApplicationSets of each addon, by category, and the AppProject of each category.\n",
    "workloads": "# Applications\n\n"
    "One folder for each team: `<team>/<application>/`, with Applications and\n"
    "ApplicationSets. Argo CD applies every `*.yaml` below this folder; other kinds are refused.\n",
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject and an ApplicationSet for each repository that a hub reads."""
    hubs = [hub.name for hub in resolved.hubs()]
    routes = tuple(("clusters", name) for name in hubs)
    applications: list[tuple[RepositoryKey, list[str], dict[str, Any]]] = [
        ("addons", hubs, {"directory": {"recurse": True, "include": "*.yaml"}}),
        ("clusters", resolved.registering_hubs(), {}),
        ("workloads", hubs, {"directory": {"recurse": True, "include": "*.yaml"}}),
    ]
    for key, names, how in applications:
        if names:
            origin = Origin(NAME, (("repositories", key), *routes))
            project = YamlBody((_project(resolved, key, names),))
            yield Artifact(layout.bootstrap(f"{key}-project").file, project, origin)
            body = YamlBody((_application_set(resolved, key, names, how),))
            yield Artifact(layout.bootstrap(key).file, body, origin)
    for key, text in _READMES.items():
        origin = Origin(NAME, (("repositories", key),))
        yield Artifact(layout.readme(key).file, TextBody(text, CommentStyle.HTML), origin)
        yield Artifact(layout.marker(key).file, YamlBody((_marker(resolved, layout, key),)), origin)


def _application_set(
    resolved: Resolved, key: RepositoryKey, hubs: Sequence[str], how: dict[str, Any]
) -> dict[str, Any]:
    selector = {
        "matchExpressions": [
            {"key": label_key("cluster_name"), "operator": "In", "values": _hubs(hubs)}
        ]
    }
    path = repository_annotation(key, "basepath") + repository_annotation(key, "path")
    if key == "clusters":
        path += "/{{ .name }}"
    template = {
        "metadata": {
            "name": f"bootstrap-{key}-{{{{ .nameNormalized }}}}",
            "labels": {"cluster": "{{ .name }}", "repository": key, **ownership_labels(resolved)},
        },
        "spec": {
            "project": f"bootstrap-{key}",
            "source": {
                "repoURL": repository_annotation(key, "url"),
                "targetRevision": repository_annotation(key, "revision"),
                "path": path,
                **how,
            },
            "destination": {"name": "{{ .name }}", "namespace": ARGOCD_NAMESPACE},
            "syncPolicy": {
                # Never `allowEmpty`: each folder has a marker, so only a mistake can empty it.
                "automated": {"prune": True, "selfHeal": True},
                # Server-side apply keeps a Secret's content out of the last-applied annotation.
                "syncOptions": ["ServerSideApply=true"],
                "retry": retry(PATIENT),
            },
        },
    }
    name = f"bootstrap-{key}"
    return application_set(
        name,
        ownership_labels(resolved),
        [{"clusters": {"selector": selector}}],
        template,
        preserve=True,
    )


def _hubs(names: Sequence[str]) -> list[Setting[str]]:
    return [named("clusters", name) for name in names]


def _marker(resolved: Resolved, layout: Layout, key: RepositoryKey) -> dict[str, Any]:
    """An ApplicationSet without a generator: it makes no Application."""
    name = marker_name(key)
    template = {
        "metadata": {"name": name},
        "spec": {
            "project": f"bootstrap-{key}",
            "source": {"repoURL": repository_url(resolved, key), "path": layout.marker(key).path},
            "destination": {"namespace": ARGOCD_NAMESPACE},
        },
    }
    document = application_set(name, ownership_labels(resolved), [], template, preserve=True)
    document["metadata"]["annotations"] = MARKER
    return document


def _project(resolved: Resolved, key: RepositoryKey, hubs: Sequence[str]) -> dict[str, Any]:
    """Return a project for one repository and Argo CD's namespace on the hubs that read it."""
    spec = {
        "description": f"What a hub reads of the {key} repository.",
        "sourceRepos": [repository_url(resolved, key)],
        "destinations": [{"name": hub, "namespace": ARGOCD_NAMESPACE} for hub in _hubs(hubs)],
        "namespaceResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in _KINDS[key]
        ],
    }
    return app_project(f"bootstrap-{key}", ownership_labels(resolved), spec)
