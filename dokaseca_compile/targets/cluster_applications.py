"""What applies to every cluster its folder of the clusters repository: an ApplicationSet for each environment.

It stands in the addons repository: addons apply the configuration of clusters, so that who writes
that configuration cannot say where it goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.config_kinds import IDENTITY_NAMESPACE, config_kinds, config_namespaces
from dokaseca_compile.resolve.contract import label_key, label_template
from dokaseca_compile.resolve.resolved import Resolved, ResolvedEnvironment
from dokaseca_compile.targets.base import (
    PATIENT,
    app_project,
    application_set,
    ownership_labels,
    repository_source,
    rolling_sync,
    sync_policy,
)
from dokaseca_compile.tree import Artifact, Origin

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
    sets = [_application_set(resolved, layout, each) for each in resolved.environments.values() if each.name in used]
    body = YamlBody((_project(resolved), *sets))
    routes = [("environments", name) for name in resolved.environments]
    routes += [("policies", name) for name in resolved.environments if name in resolved.platform.policies]
    yield Artifact(layout.cluster_config().file, body, Origin(NAME, (("repositories", "clusters"), *routes)))


def _application_set(resolved: Resolved, layout: Layout, environment: ResolvedEnvironment) -> dict[str, Any]:
    labels = {"config": "cluster", "environment": environment.name, **ownership_labels(resolved)}
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
            # Kyverno's and External Secrets' kinds come with their addons.
            "syncPolicy": sync_policy(environment, ["ServerSideApply=true"], PATIENT),
        },
    }
    selector = {"matchLabels": {label_key("environment"): environment.name}}
    return application_set(
        f"{_CONFIG}-{environment.name}",
        labels,
        [{"clusters": {"selector": selector}}],
        template,
        # Its namespaces hold all that a team has on a cluster: they outlive the Application in every environment.
        preserve=True,
        strategy=rolling_sync(environment),
    )


def _project(resolved: Resolved) -> dict[str, Any]:
    """The clusters repository alone, the namespaces of each cluster's teams, and the kinds that govern them."""
    kinds = config_kinds(resolved)
    spec = {
        "description": "What each cluster is configured with: namespaces, quotas, access and policies.",
        "sourceRepos": [resolved.repositories["clusters"].url],
        "destinations": [
            {"name": name, "namespace": namespace}
            for name, cluster in resolved.clusters.items()
            for namespace in config_namespaces(resolved, cluster)
        ],
        "clusterResourceWhitelist": [{"group": group, "kind": kind} for group, kind in kinds.cluster_scoped],
        "namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in kinds.namespaced],
    }
    return app_project(_CONFIG, ownership_labels(resolved), spec)
