"""What a target is: a module that turns a resolved platform into artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.config_kinds import IDENTITY_NAMESPACE
from dokaseca_compile.resolve.resolved import Resolved, Tenant
from dokaseca_compile.tree import Artifact

ARGOCD_NAMESPACE = "argocd"
IDENTITY_NAME = "cluster-identity"
TEAM_LABEL = "dokaseca.dev/team"
ENVIRONMENT_LABEL = "dokaseca.dev/environment"
KUSTOMIZATION: Mapping[str, Any] = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
# The operator of a kind may be on its way still: what else is applied must not wait for its CRD.
WITHOUT_CRD: Mapping[str, str] = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}


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


def tenant_labels(resolved: Resolved, tenant: Tenant) -> dict[str, str]:
    """The labels of what a team has in an environment."""
    return {
        **ownership_labels(resolved),
        ENVIRONMENT_LABEL: tenant.environment,
        TEAM_LABEL: tenant.team,
    }


def identity(**facts: str | None) -> list[dict[str, Any]]:
    """What a Kustomization says of the cluster in its ConfigMap; a level above another adds to it.

    Without the suffix of a hash, which would delete and create it at each change.
    """
    return [
        {
            "name": IDENTITY_NAME,
            "namespace": IDENTITY_NAMESPACE,
            "behavior": "create" if "platform" in facts else "merge",
            "literals": [f"{name}={value}" for name, value in facts.items() if value is not None],
            "options": {"disableNameSuffixHash": True},
        }
    ]


def addons_project(category: str) -> str:
    """The AppProject of a category of addons: ``observability/logs`` → ``addons-observability.logs``.

    No category has a dot, so names stay distinct; the prefix keeps them apart from teams' projects.
    """
    return f"addons-{category.replace('/', '.')}"
