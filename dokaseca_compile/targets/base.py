"""What a target is: a module that turns a resolved platform into artifacts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import takewhile
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
from dokaseca_compile.resolve.resolved import Resolved, ResolvedEnvironment, Tenant
from dokaseca_compile.resolve.setting import Setting, declared

Labels: TypeAlias = "Mapping[str, str | Setting[str]]"
IDENTITY_NAME = "cluster-identity"
KUSTOMIZATION: Mapping[str, Any] = {
    "apiVersion": "kustomize.config.k8s.io/v1beta1",
    "kind": "Kustomization",
}
# The operator of a kind may not be installed yet: other objects must not wait for its CRD.
WITHOUT_CRD: Mapping[str, str] = {
    "argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"
}

MARKER: Mapping[str, str] = {
    "dokaseca.dev/description": "Keeps this folder from becoming empty: "
    "Argo CD refuses an automated sync that would delete everything."
}
"""The annotation that explains a marker."""


EVERY_CLUSTER = "*"
"""The destination of an AppProject that allows every cluster of its Argo CD."""
VALUES_DIGEST = "dokaseca.dev/values-digest"
"""The annotation of an ApplicationSet with a rollout that changes with its values."""


def traced(node: Any) -> Any:
    """Unwrap every setting in new data, and keep it as the origin of its entry.

    Targets put settings directly into plain dicts and lists; ``Shared`` mappings and the other
    containers of bodies were unwrapped when they were made.
    """
    if type(node) is dict:
        origins: dict[Any, Setting[Any]] = {}
        # Most entries are texts, and this runs for each entry of a fleet.
        entries = {
            key: value if type(value) is str else _entry(key, value, origins)
            for key, value in node.items()
        }
        return Traced(entries, origins) if origins else entries
    if type(node) is list:
        origins = {}
        items = [_entry(index, value, origins) for index, value in enumerate(node)]
        return TracedList(items, origins) if origins else items
    return traced(node.value) if type(node) is Setting else node


def _entry(key: Any, value: Any, origins: dict[Any, Setting[Any]]) -> Any:
    """Return an entry without its setting, which is added to the origins."""
    kind = type(value)
    if kind is Setting:
        origins[key] = value
        value = value.value
        kind = type(value)
    return traced(value) if kind is dict or kind is list or kind is Setting else value


def traced_values(values: Setting[Values]) -> Traced:
    """Return a values file, sorted; each key has the same route as in the setting."""
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
    values: Iterable[Setting[Values]] = (),
) -> dict[str, Any]:
    """Return an ApplicationSet. ``values`` are the layers of the values files that it lists.

    Go templates use ``missingkey=error``, so that a missing key fails instead of deploying
    ``<no value>``. The deletion policy is in the ApplicationSet's ``spec.syncPolicy``: an
    Application has no such field, and the API server drops it silently. There is no sync wave: one
    ApplicationSet with an error is Degraded (Argo CD's ``ApplicationSet/health.lua``) and would
    block all later waves.
    """
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {
            "name": name,
            "namespace": ARGOCD_NAMESPACE,
            "labels": dict(labels),
            **_wakes(strategy, values),
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


def _wakes(
    strategy: Setting[Any] | None, values: Iterable[Setting[Values]]
) -> dict[str, dict[str, Setting[str]]]:
    """Return an annotation that changes with the values, so that a rollout notices a new commit.

    With a rollout, the ApplicationSet controller starts every sync. It looks at an Application when
    its health, sync status, operation or spec changes, but not when only its revision does (Argo
    CD 3.5 and 3.6, ``shouldRequeueForApplication``): one that is OutOfSync already would not get
    the commit that repairs it. It looks at all Applications of a set when an annotation of the set
    changes (``shouldRequeueForApplicationSet``).
    """
    layers = {(each.layer.scope, each.layer.name): each for each in values}
    if strategy is None or not layers:
        return {}
    rows = [[*layer, layers[layer].value] for layer in sorted(layers)]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    digest = sha256(text.encode()).hexdigest()[:16]
    route = _common([each.route for each in layers.values()]) or strategy.route
    return {"annotations": {VALUES_DIGEST: Setting(digest, route)}}


def _common(routes: Sequence[Route]) -> Route:
    """Return the part with which all routes begin."""
    equal = takewhile(lambda parts: len(set(parts)) == 1, zip(*routes, strict=False))
    return tuple(parts[0] for parts in equal)


def repository_source(key: RepositoryKey, path: str | Setting[str]) -> dict[str, Any]:
    """Return a source: a folder of a platform repository, at the revision of the cluster."""
    return {
        "repoURL": repository_annotation(key, "url"),
        "targetRevision": repository_annotation(key, "revision"),
        "path": path,
    }


def values_source(key: RepositoryKey) -> dict[str, Any]:
    """Return the source of an Application's values files, whose paths begin with ``$values``."""
    return {
        "repoURL": repository_annotation(key, "url"),
        "targetRevision": repository_annotation(key, "revision"),
        "ref": "values",
    }


PATIENT = 10
"""Retries of Applications that wait for others, half an hour in all: after the last failed attempt,
Argo CD does not sync before the next commit (argo-cd ``autoSync``)."""


def sync_policy(
    environment: ResolvedEnvironment, options: Sequence[str | Setting[str]], least: int = 0
) -> Setting[dict[str, Any]]:
    """Return the sync policy of an environment's Applications, with at least ``least`` retries."""
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
        key, names = "cluster", each.clusters
        if each.regions:
            key, names = "region", each.regions
        values = Setting(list(names), (*rollout, at, f"{key}s"))
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


def marker_name(key: RepositoryKey, environment: str) -> str:
    """Return the name of the object that keeps an environment's files from becoming empty."""
    return f"bootstrap-{key}-{environment}-marker"


def app_project(
    name: str | Setting[str],
    labels: Labels,
    spec: Mapping[str, Any],
) -> dict[str, Any]:
    """Return an AppProject that is deleted after the last Application in it.

    An Application cannot be deleted without its project, which permits the deletion of its objects
    (argo-cd ``finalizeApplicationDeletion``). The finalizer keeps the project until then.

    It has no sync wave. A sync with several waves waits after each of them until all pruned objects
    are deleted, and no later commit is applied until then (gitops-engine ``syncContext.Sync``): a
    project whose Applications move to another project in the same commit, or remain for any other
    reason, would block its folder forever. Within one wave Argo CD does not wait, and custom
    resources are applied in the order of their names.
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
    """Return the labels of every generated Argo CD object: its platform, and its manager."""
    return {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": declared(resolved.platform.metadata.name, "metadata", "name"),
    }


def tenant_labels(resolved: Resolved, tenant: Tenant) -> dict[str, str | Setting[str]]:
    """Return the labels of a team's objects in an environment."""
    return {
        **ownership_labels(resolved),
        ENVIRONMENT_LABEL: named("environments", tenant.environment),
        TEAM_LABEL: named("teams", tenant.team),
    }


def named(section: str, name: str) -> Setting[str]:
    """Return the name of an environment, a team etc. as a setting: the key that declares it."""
    return declared(name, section, name)


def repository_url(resolved: Resolved, key: RepositoryKey) -> Setting[str]:
    """Return the URL of a repository."""
    repository = resolved.repositories[key]
    return Setting(repository.url, repository.url_route)


def namespace_of(tenant: Tenant) -> Setting[str]:
    """Return the namespace of a team."""
    return declared(tenant.namespace, "teams", tenant.team, "namespace")


def quotas_of(resolved: Resolved, tenant: Tenant) -> dict[str, Setting[str]]:
    """Return the quotas of a team in an environment: its own override the environment's."""
    own = resolved.platform.teams[tenant.team].quotas
    quotas = {}
    for resource, amount in tenant.quotas.items():
        owner: Route = ("policies", tenant.environment)
        if resource in own:
            owner = ("teams", tenant.team)
        quotas[resource] = declared(amount, *owner, "quotas", resource)
    return quotas


def identity(literals: Sequence[Any], *, first: bool = False) -> list[dict[str, Any]]:
    """Return the generator of the cluster's identity ConfigMap; levels add ``name=value`` pairs.

    It has no hash suffix, which would delete and create the ConfigMap at each change.
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


def addons_project(category: str, environment: str) -> str:
    """Return the AppProject of a category: ``a/b`` in ``dev`` → ``addons-a.b.dev``.

    Neither categories nor environments have a dot, so names are unique; the prefix distinguishes
    them from teams' projects.
    """
    return f"addons-{category.replace('/', '.')}.{environment}"


def configuration_project(environment: str) -> str:
    """Return the AppProject of the configuration of clusters.

    Argo CD applies custom resources by name: it comes before ``cluster-config-<environment>``, the
    ApplicationSet that needs it.
    """
    return f"cluster-conf.{environment}"


def team_project(team: str, environment: str) -> str:
    """Return the AppProject of a team in an environment; neither has a dot, so names are unique."""
    return f"team-{team}.{environment}"


def sorted_values(node: Any) -> Any:
    """Return values with sorted keys, so that their order in the source changes no byte."""
    if isinstance(node, Mapping):
        return {key: sorted_values(node[key]) for key in sorted(node)}
    if isinstance(node, list):
        return [sorted_values(each) for each in node]
    return node


def remote_ref(key: str | Setting[str], field: str | Setting[str]) -> dict[str, Any]:
    """Return a reference of an ExternalSecret: a field of an entry of the secret store.

    It has the defaults of the CRD: Argo CD compares lists without them, and would see a difference.
    """
    as_stored = {
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
    return {"key": key, "property": field, **as_stored}


def store_reference(resolved: Resolved) -> dict[str, Any] | None:
    """Return an ExternalSecret's reference to the platform's secret store; ``None`` without one."""
    store = resolved.platform.integrations.secret_store
    if store is None:
        return None
    route: Route = ("integrations", "secretStore")
    reference = {
        "name": Setting(store.name, (*route, "name")),
        "kind": Setting(store.kind, (*route, "kind")),
    }
    return cast("dict[str, Any]", traced(reference))
