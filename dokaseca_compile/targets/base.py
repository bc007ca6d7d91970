"""What a target is: a module that turns a resolved platform into artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Traced, TracedList
from dokaseca_compile.formats.tree import Artifact
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.config_kinds import IDENTITY_NAMESPACE
from dokaseca_compile.resolve.contract import ENVIRONMENT_LABEL, TEAM_LABEL, repository_annotation
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    Resolved,
    ResolvedEnvironment,
    Setting,
    Tenant,
    declared,
)

Labels: TypeAlias = "Mapping[str, str | Setting[str]]"
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


def traced(node: Any) -> Any:
    """Unwrap every setting in new data, and keep it as the origin of its place.

    Targets put settings themselves into dicts and lists; what is ``Shared`` or in another container of ours has been
    unwrapped before.
    """
    if isinstance(node, Setting):
        return traced(node.value)
    if type(node) is dict:
        entries = {key: traced(value) for key, value in node.items()}
        origins = {key: value for key, value in node.items() if isinstance(value, Setting)}
        return Traced(entries, origins) if origins else entries
    if type(node) is list:
        items = [traced(each) for each in node]
        places = {at: each for at, each in enumerate(node) if isinstance(each, Setting)}
        return TracedList(items, places) if places else items
    return node


def traced_values(values: Setting[Values]) -> Traced:
    """Return a values file: the same keys lead to the same values in the setting, whatever their order."""
    document = sorted_values(values.value)
    return Traced(document, {key: declared(None, *values.route, key) for key in document})


class Target(Protocol):
    """The members of a target module."""

    NAME: str

    def emit(self, resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
        """Yield every file of this kind, as data."""
        ...


def application_set(
    name: str | Setting[str],
    labels: Labels,
    generators: list[Any],
    template: Mapping[str, Any],
    *,
    preserve: bool | Setting[bool],
    strategy: Setting[Any] | None = None,
) -> dict[str, Any]:
    """An ApplicationSet in the only shape that is emitted.

    Go templates with ``missingkey=error``, so that a gap halts instead of deploying ``<no value>``;
    the deletion policy is the ApplicationSet's ``spec.syncPolicy``, since an Application has no such
    field and the API server drops it silently. There is no sync wave: one ApplicationSet with an
    error is Degraded (Argo CD's ``ApplicationSet/health.lua``) and would hold up all later waves.
    """
    document = {
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
            **({"strategy": strategy} if strategy else {}),
            "generators": generators,
            "template": dict(template),
        },
    }
    return cast("dict[str, Any]", traced(document))


def repository_source(key: RepositoryKey, path: str | Setting[str]) -> dict[str, Any]:
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
    environment: ResolvedEnvironment, options: Sequence[str | Setting[str]], least: int = 0
) -> Setting[dict[str, Any]]:
    """Return how Argo CD syncs the Applications of an environment, with ``least`` retries or more."""
    sync = environment.environment.sync
    route: Route = ("environments", environment.name, "sync")
    policy: dict[str, Any] = {}
    if sync.automated:
        policy["automated"] = {
            "prune": Setting(sync.prune, (*route, "prune")),
            "selfHeal": Setting(sync.self_heal, (*route, "selfHeal")),
        }
    policy["syncOptions"] = list(options)
    retries = max(sync.retries, least)
    if retries:
        policy["retry"] = retry(Setting(retries, (*route, "retries")))
    return Setting(policy, route)


def retry(limit: int | Setting[int]) -> dict[str, Any]:
    """Return how often, and after which pauses, Argo CD retries a failed sync."""
    return {"limit": limit, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}


def rolling_sync(environment: ResolvedEnvironment) -> Setting[Any] | None:
    """Return a RollingSync: steps that select Applications by their labels."""
    rollout: Route = ("environments", environment.name, "rollout")
    steps = []
    for at, each in enumerate(environment.environment.rollout):
        key, section = ("region", "regions") if each.regions else ("cluster", "clusters")
        values = Setting(list(each.regions or each.clusters), (*rollout, at, section))
        step: dict[str, Any] = {
            "matchExpressions": [{"key": key, "operator": "In", "values": values}]
        }
        if each.at_once is not None:
            step["maxUpdate"] = Setting(each.at_once, (*rollout, at, "maxUpdate"))
        steps.append(step)
    if not steps:
        return None
    return Setting({"type": "RollingSync", "rollingSync": {"steps": steps}}, rollout)


def preserves(environment: ResolvedEnvironment) -> Setting[bool]:
    """Return whether resources outlive the Applications of an environment."""
    preserve = environment.environment.deletion == "preserve"
    return declared(preserve, "environments", environment.name, "deletion")


def marker_name(key: RepositoryKey) -> str:
    """The name of the object that keeps what hubs read of a repository from becoming empty."""
    return f"bootstrap-{key}-marker"


def app_project(
    name: str | Setting[str],
    labels: Labels,
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
    document = {
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
    return cast("dict[str, Any]", traced(document))


def ownership_labels(resolved: Resolved) -> dict[str, str | Setting[str]]:
    """Return the labels of every Argo CD object we write: which platform it is part of, and who manages it."""
    return {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": declared(resolved.platform.metadata.name, "metadata", "name"),
    }


def tenant_labels(resolved: Resolved, tenant: Tenant) -> dict[str, str | Setting[str]]:
    """Return the labels of what a team has in an environment."""
    return {
        **ownership_labels(resolved),
        ENVIRONMENT_LABEL: named("environments", tenant.environment),
        TEAM_LABEL: named("teams", tenant.team),
    }


def named(section: str, name: str) -> Setting[str]:
    """Return the name of an environment, a team and the like: the key that declares it."""
    return declared(name, section, name)


def repository_url(resolved: Resolved, key: RepositoryKey) -> Setting[str]:
    """Return the URL of a repository."""
    repository = resolved.repositories[key]
    return Setting(repository.url, repository.url_route)


def namespace_of(tenant: Tenant) -> Setting[str]:
    """Return the namespace of a team."""
    return declared(tenant.namespace, "teams", tenant.team, "namespace")


def quotas_of(resolved: Resolved, tenant: Tenant) -> dict[str, Setting[str]]:
    """Return the quotas of a team in an environment: its own, then those of the environment's policies."""
    own = resolved.platform.teams[tenant.team].quotas
    return {
        resource: declared(amount, "teams", tenant.team, "quotas", resource)
        if resource in own
        else declared(amount, "policies", tenant.environment, "quotas", resource)
        for resource, amount in tenant.quotas.items()
    }


def identity(literals: Sequence[Any], *, first: bool = False) -> list[dict[str, Any]]:
    """Return the generator of the ConfigMap about the cluster; each level adds ``name=value`` to the ``first`` one.

    Without the suffix of a hash, which would delete and create it at each change.
    """
    return [
        {
            "name": IDENTITY_NAME,
            "namespace": IDENTITY_NAMESPACE,
            "behavior": "create" if first else "merge",
            "literals": literals,
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


def remote_ref(key: str | Setting[str], field: str | Setting[str]) -> dict[str, Any]:
    """What an ExternalSecret reads: a field of an entry of the secret store.

    With the defaults of the CRD: Argo CD compares lists as they are, and would find what is stored another.
    """
    as_stored = {
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
    return {"key": key, "property": field, **as_stored}


def store_reference(resolved: Resolved) -> dict[str, Any] | None:
    """Return how an ExternalSecret names the platform's secret store; ``None`` without one."""
    store = resolved.platform.integrations.secret_store
    if store is None:
        return None
    route: Route = ("integrations", "secretStore")
    reference = {
        "name": Setting(store.name, (*route, "name")),
        "kind": Setting(store.kind, (*route, "kind")),
    }
    return cast("dict[str, Any]", traced(reference))
