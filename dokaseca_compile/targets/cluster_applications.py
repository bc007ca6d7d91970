"""What applies to every cluster its folder of the clusters repository: an ApplicationSet for each environment.

It stands in the addons repository: addons apply the configuration of clusters, so that who writes
that configuration cannot say where it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.formats.body import Origins, Rows, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.config_kinds import CLUSTER_SCOPED, IDENTITY_NAMESPACE, NAMESPACED
from dokaseca_compile.resolve.contract import label_key, label_template
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedEnvironment, Setting
from dokaseca_compile.targets.base import (
    PATIENT,
    Labels,
    app_project,
    application_set,
    named,
    ownership_labels,
    repository_source,
    repository_url,
    rolling_sync,
    sync_policy,
)

NAME = "cluster-applications"
_CONFIG = "cluster-config"
"""What the AppProject is called, and how the names of ApplicationSets begin and those of Applications end."""


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield one file: the AppProject, then an ApplicationSet for each environment that has clusters.

    Every cluster is configured where teams work on any: one that its last team leaves is tidied up.
    """
    if not resolved.has_teams:
        return
    used = {each.cluster.environment for each in resolved.clusters.values()}
    sets = [
        _application_set(resolved, layout, each)
        for each in resolved.environments.values()
        if each.name in used
    ]
    body = YamlBody((_project(resolved), *sets))
    routes = [("environments", name) for name in resolved.environments]
    routes += [
        ("policies", name) for name in resolved.environments if name in resolved.platform.policies
    ]
    yield Artifact(
        layout.cluster_config().file, body, Origin(NAME, (("repositories", "clusters"), *routes))
    )


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
            "project": _CONFIG,
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
        # Its namespaces hold all that a team has on a cluster: they outlive the Application in every environment.
        preserve=True,
        strategy=rolling_sync(environment),
    )


def _sync_policy(environment: ResolvedEnvironment) -> Setting[dict[str, Any]]:
    """Kyverno's and External Secrets' kinds come with their addons, so it tries long; and it always prunes: access that
    is taken away must not stay where addons are to keep what Git no longer has.
    """
    policy = sync_policy(environment, ["ServerSideApply=true"], PATIENT)
    if "automated" in policy.value:
        policy.value["automated"]["prune"] = True
    return policy


def _origins(row: Mapping[str, str]) -> Origins:
    return {"name": named("clusters", row["name"])}


def _project(resolved: Resolved) -> dict[str, Any]:
    """The clusters repository alone, every cluster, and the kinds that govern them."""
    clusters = list(resolved.clusters)
    spec = {
        "description": "What each cluster is configured with: namespaces, quotas, access and policies.",
        "sourceRepos": [repository_url(resolved, "clusters")],
        # Every namespace: Argo CD deletes nothing where its project no longer allows it, as that of a deleted team.
        "destinations": Rows(_origins, name=clusters, namespace=["*"] * len(clusters)),
        "clusterResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in CLUSTER_SCOPED
        ],
        "namespaceResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in NAMESPACED
        ],
    }
    return app_project(_CONFIG, ownership_labels(resolved), spec)
