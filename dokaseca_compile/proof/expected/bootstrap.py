"""The Applications that start a hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.proof.expected.common import owned, retried
from dokaseca_compile.resolve.layout import Layout, join
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

BOOTSTRAP_KINDS: Mapping[RepositoryKey, tuple[tuple[str, str], ...]] = {
    "addons": (("argoproj.io", "AppProject"), ("argoproj.io", "ApplicationSet")),
    "clusters": (("", "Secret"), ("external-secrets.io", "ExternalSecret")),
    "workloads": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")),
}
"""Repository → the kinds that a hub takes from it. Who writes workloads must not register clusters."""


_KEEPS = "Keeps this folder from becoming empty: Argo CD refuses an automated sync that would delete everything."


def markers(
    resolved: Resolved, layout: Layout, hubs: Mapping[str, Sequence[ResolvedCluster]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of every marker, and the marker: an object that does nothing, so that what a hub reads is never
    empty on purpose. ``hubs`` has the clusters of each.
    """
    folders: tuple[RepositoryKey, ...] = ("addons", "workloads")
    for key in folders:
        path, name = layout.marker(key), f"bootstrap-{key}-marker"
        source = {"repoURL": resolved.repositories[key].url, "path": path.path}
        spec = {
            "project": f"bootstrap-{key}",
            "source": source,
            "destination": {"namespace": "argocd"},
        }
        yield (
            path.file,
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "ApplicationSet",
                "metadata": _marked(resolved, name),
                "spec": {
                    "goTemplate": True,
                    "goTemplateOptions": ["missingkey=error"],
                    "syncPolicy": {"preserveResourcesOnDeletion": True},
                    "generators": [],
                    "template": {"metadata": {"name": name}, "spec": spec},
                },
            },
        )
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": _marked(resolved, "bootstrap-clusters-marker"),
    }
    for hub, members in hubs.items():
        if "clusters" in started(members):
            yield layout.marker("clusters", hub).file, {**secret, "type": "Opaque"}


def _marked(resolved: Resolved, name: str) -> Mapping[str, Any]:
    annotations = {"dokaseca.dev/description": _KEEPS}
    return {
        "name": name,
        "namespace": "argocd",
        "labels": owned(resolved),
        "annotations": annotations,
    }


def started(members: Sequence[ResolvedCluster]) -> Iterator[RepositoryKey]:
    """The repositories that a hub of these clusters reads: clusters only where Git may register some."""
    registers = any(each.registration == "gitops" or each.cluster.type == "hub" for each in members)
    return (key for key in BOOTSTRAP_KINDS if key != "clusters" or registers)


def starting(
    resolved: Resolved, key: RepositoryKey, cluster: ResolvedCluster, hub: str
) -> Application:
    """The Application of a hub, as if it was called ``hub``, for a repository."""
    bound = cluster.repositories[key]
    return Application(
        name=f"bootstrap-{key}-{hub}",
        application_set=f"bootstrap-{key}",
        project=f"bootstrap-{key}",
        cluster=hub,
        namespace="argocd",
        labels={"cluster": hub, "repository": key, **owned(resolved)},
        repository=bound.url,
        chart="",
        path=join(bound.basepath, bound.path, hub if key == "clusters" else ""),
        version=bound.revision.value,
        release="",
        values_repository="",
        values_revision="",
        value_files=(),
        sync={
            "automated": {"prune": True, "selfHeal": True},
            "syncOptions": ["ServerSideApply=true"],
            "retry": retried(10),
        },
        cascades=False,
        annotations={},
        directory={} if key == "clusters" else {"recurse": True, "include": "*.yaml"},
    )
