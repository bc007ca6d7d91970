"""What a target is: a module that turns a resolved platform into artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.tree import Artifact

ARGOCD_NAMESPACE = "argocd"


class Target(Protocol):
    """The members of a target module."""

    NAME: str

    def emit(self, resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
        """Yield every file of this kind, as data."""
        ...


def application_set(
    name: str,
    labels: Mapping[str, str],
    generators: list[Any],
    template: Mapping[str, Any],
    *,
    preserve: bool,
    strategy: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An ApplicationSet in the only shape that is emitted.

    Go templates with ``missingkey=error``, so that a gap halts instead of deploying ``<no value>``;
    the deletion policy is the ApplicationSet's ``spec.syncPolicy``, since an Application has no such
    field and the API server drops it silently. There is no sync wave: one ApplicationSet with an
    error is Degraded (Argo CD's ``ApplicationSet/health.lua``) and would hold up all later waves.
    """
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {
            "name": name,
            "namespace": ARGOCD_NAMESPACE,
            "labels": dict(labels),
        },
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "syncPolicy": {"preserveResourcesOnDeletion": preserve},
            **({"strategy": dict(strategy)} if strategy else {}),
            "generators": generators,
            "template": dict(template),
        },
    }


def app_project(
    name: str,
    labels: Mapping[str, str],
    spec: Mapping[str, Any],
) -> dict[str, Any]:
    """An AppProject, created before the ApplicationSets that use it."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {
            "name": name,
            "namespace": ARGOCD_NAMESPACE,
            "labels": dict(labels),
            "annotations": {"argocd.argoproj.io/sync-wave": "-1"},
        },
        "spec": dict(spec),
    }


def ownership_labels(resolved: Resolved) -> dict[str, str]:
    """The labels of every Argo CD object we write: which platform it is part of, and who manages it."""
    return {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": resolved.platform.metadata.name,
    }


def addons_project(category: str) -> str:
    """The AppProject of a category of addons: ``observability/logs`` → ``addons-observability.logs``.

    No category has a dot, so names stay distinct; the prefix keeps them apart from teams' projects.
    """
    return f"addons-{category.replace('/', '.')}"


def sorted_values(node: Any) -> Any:
    """The same values with sorted keys: the order in which they were typed changes no byte."""
    if isinstance(node, Mapping):
        return {key: sorted_values(node[key]) for key in sorted(node)}
    return [sorted_values(each) for each in node] if isinstance(node, list) else node
