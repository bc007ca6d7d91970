"""The ApplicationSet and AppProject of each environment that apply each cluster's configuration.

They are in the addons repository, so that authors of the clusters repository cannot change where
their configuration is applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.config_kinds import CLUSTER_SCOPED, IDENTITY_NAMESPACE, NAMESPACED
from dokaseca_compile.resolve.contract import label_key, label_template
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedEnvironment
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.targets.base import (
    EVERY_CLUSTER,
    PATIENT,
    Labels,
    app_project,
    application_set,
    configuration_project,
    named,
    ownership_labels,
    repository_source,
    repository_url,
    rolling_sync,
    sync_policy,
)

NAME = "cluster-applications"
_CONFIG = "cluster-config"
"""Prefix of the ApplicationSets' and suffix of the Applications' names."""


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a file for each environment with clusters: the AppProject, then the ApplicationSet.

    If any cluster has teams, every cluster is configured: so it is cleaned up after its last team.
    """
    if not resolved.has_teams:
        return
    used = {each.cluster.environment for each in resolved.clusters.values()}
    for name, environment in resolved.environments.items():
        if name not in used:
            continue
        project = _project(resolved, name)
        body = YamlBody((project, _application_set(resolved, layout, environment)))
        routes: list[Route] = [("repositories", "clusters"), ("environments", name)]
        if name in resolved.platform.policies:
            routes.append(("policies", name))
        yield Artifact(layout.cluster_config(name).file, body, Origin(NAME, tuple(routes)))


def _application_set(
    resolved: Resolved, layout: Layout, environment: ResolvedEnvironment
) -> dict[str, Any]:
    labels: Labels = {
        "config": "cluster",
        "environment": named("environments", environment.name),
        **ownership_labels(resolved),
    }
    template = {
        "metadata": {
            "name": f"{{{{ .nameNormalized }}}}-{_CONFIG}",
            "labels": {
                **labels,
                "cluster": "{{ .name }}",
                "region": label_template("region"),
                "cluster_type": label_template("cluster_type"),
            },
        },
        "spec": {
            "project": named("environments", environment.name).derive(
                configuration_project(environment.name)
            ),
            "source": repository_source("clusters", layout.cluster("{{ .name }}").path),
            "destination": {"name": "{{ .name }}", "namespace": IDENTITY_NAMESPACE},
            "syncPolicy": _sync_policy(environment),
        },
    }
    selector = {"matchLabels": {label_key("environment"): labels["environment"]}}
    return application_set(
        named("environments", environment.name).derive(f"{_CONFIG}-{environment.name}"),
        labels,
        [{"clusters": {"selector": selector}}],
        template,
        # Its namespaces contain everything of a team on a cluster: they always outlive it.
        preserve=True,
        strategy=rolling_sync(environment),
    )


def _sync_policy(environment: ResolvedEnvironment) -> Setting[dict[str, Any]]:
    """Return the environment's sync policy with many retries and pruning.

    The CRDs of Kyverno and External Secrets come with their addons, which takes time. Revoked
    access must be removed, even if addons in the environment are not pruned.
    """
    policy = sync_policy(environment, ["ServerSideApply=true"], PATIENT)
    if "automated" in policy.value:
        policy.value["automated"]["prune"] = True
    return policy


def _project(resolved: Resolved, environment: str) -> dict[str, Any]:
    """Return a project for the clusters repository, every cluster, and the kinds it contains."""
    spec = {
        "description": (
            f"What each cluster of the environment {environment} is configured with: "
            "namespaces, quotas, access and policies."
        ),
        "sourceRepos": [repository_url(resolved, "clusters")],
        # All namespaces: Argo CD deletes nothing in a namespace that its project no longer permits,
        # such as that of a deleted team.
        "destinations": [{"name": EVERY_CLUSTER, "namespace": "*"}],
        "clusterResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in CLUSTER_SCOPED
        ],
        "namespaceResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in NAMESPACED
        ],
    }
    labels: Labels = {
        "environment": named("environments", environment),
        **ownership_labels(resolved),
    }
    return app_project(configuration_project(environment), labels, spec)
