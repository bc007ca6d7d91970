"""What a target is: a module that turns a resolved platform into artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from dokaseca_compile.formats.tree import Artifact
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.config_kinds import IDENTITY_NAMESPACE
from dokaseca_compile.resolve.contract import ENVIRONMENT_LABEL, TEAM_LABEL, repository_annotation
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedEnvironment, Tenant

IDENTITY_NAME = "cluster-identity"
KUSTOMIZATION: Mapping[str, Any] = {
    "apiVersion": "kustomize.config.k8s.io/v1beta1",
    "kind": "Kustomization",
}
# The operator of a kind may be on its way still: what else is applied must not wait for its CRD.
WITHOUT_CRD: Mapping[str, str] = {
    "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"
}

MARKER: Mapping[str, str] = {
    "dokaseca.dev/description": "Keeps this folder from becoming empty: Argo CD refuses an automated sync that would "
    "delete everything."
}
"""The annotation that says what a marker is for."""


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


def repository_source(key: RepositoryKey, path: str) -> dict[str, Any]:
    """A source of an Application: a folder of a repository of ours, at the revision that its cluster follows."""
    return {
        "repoURL": repository_annotation(key, "url"),
        "targetRevision": repository_annotation(key, "revision"),
        "path": path,
    }


def values_source(key: RepositoryKey) -> dict[str, Any]:
    """The source that holds an Application's values files, which name it ``$values``."""
    return {
        "repoURL": repository_annotation(key, "url"),
        "targetRevision": repository_annotation(key, "revision"),
        "ref": "values",
    }


PATIENT = 10
"""Attempts of what has to wait for other Applications, half an hour in all: a sync that has failed for the last time is
not tried again before the next commit (argo-cd ``autoSync``)."""


def sync_policy(
    environment: ResolvedEnvironment, options: Sequence[str], least: int = 0
) -> dict[str, Any]:
    """How Argo CD keeps the Applications of an environment at what Git says, with at ``least`` so many retries."""
    sync = environment.environment.sync
    policy: dict[str, Any] = {}
    if sync.automated:
        policy["automated"] = {"prune": sync.prune, "selfHeal": sync.self_heal}
    policy["syncOptions"] = list(options)
    if retries := max(sync.retries, least):
        policy["retry"] = retry(retries)
    return policy


def retry(limit: int) -> dict[str, Any]:
    """Return how often, and after which pauses, Argo CD retries a failed sync."""
    return {"limit": limit, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}


def rolling_sync(environment: ResolvedEnvironment) -> dict[str, Any] | None:
    """RollingSync: steps that select Applications by their labels."""
    steps = []
    for each in environment.environment.rollout:
        key, values = ("region", each.regions) if each.regions else ("cluster", each.clusters)
        step: dict[str, Any] = {
            "matchExpressions": [{"key": key, "operator": "In", "values": list(values)}]
        }
        if each.at_once is not None:
            step["maxUpdate"] = each.at_once
        steps.append(step)
    return {"type": "RollingSync", "rollingSync": {"steps": steps}} if steps else None


def marker_name(key: RepositoryKey) -> str:
    """The name of the object that keeps what hubs read of a repository from becoming empty."""
    return f"bootstrap-{key}-marker"


def app_project(
    name: str,
    labels: Mapping[str, str],
    spec: Mapping[str, Any],
) -> dict[str, Any]:
    """An AppProject, deleted after the last Application in it.

    Without its project an Application cannot be deleted: Argo CD could not tell what it may delete (argo-cd
    ``finalizeApplicationDeletion``). The finalizer keeps the project until then.

    It has no sync wave. A sync of several waves waits after each of them until all that it has pruned is gone, and
    until then no later commit is applied (gitops-engine ``syncContext.Sync``): a project whose Applications move to
    another project in the same commit, or stay for any other reason, would block its folder for ever. Within one wave
    nothing is waited for, and objects that are no Kubernetes kinds are applied in the order of their names.
    """
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {
            "name": name,
            "namespace": ARGOCD_NAMESPACE,
            "labels": dict(labels),
            "finalizers": ["resources-finalizer.argocd.argoproj.io"],
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


def team_project(team: str, environment: str) -> str:
    """The AppProject of a team in an environment: no name of either has a dot, so names stay distinct."""
    return f"team-{team}.{environment}"


def sorted_values(node: Any) -> Any:
    """The same values with sorted keys: the order in which they were typed changes no byte."""
    if isinstance(node, Mapping):
        return {key: sorted_values(node[key]) for key in sorted(node)}
    return [sorted_values(each) for each in node] if isinstance(node, list) else node


def remote_ref(key: str, field: str) -> dict[str, str]:
    """What an ExternalSecret reads: a field of an entry of the secret store.

    With the defaults of the CRD: Argo CD compares lists as they are, and would find what is stored another.
    """
    as_stored = {
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
    return {"key": key, "property": field, **as_stored}
