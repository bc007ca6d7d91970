"""Parts that all expected Applications have: labels, sync policy, names of AppProjects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster


def ownership(resolved: Resolved) -> dict[str, str]:
    """Return the labels of every object of Argo CD."""
    return {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": resolved.platform.metadata.name,
    }


def location(cluster: ResolvedCluster, name: str) -> dict[str, str]:
    """Return the labels for the location of an Application, with ``name`` for the cluster."""
    return {
        "cluster": name,
        "environment": cluster.cluster.environment,
        "region": cluster.cluster.region,
        "cluster_type": cluster.cluster.type,
    }


def sync_policy(
    resolved: Resolved, environment: str, options: Sequence[str], least: int = 0
) -> dict[str, Any]:
    """Return the sync policy of an environment's Applications, with at least ``least`` retries."""
    sync = resolved.environments[environment].environment.sync
    policy: dict[str, Any] = {"syncOptions": sorted(options)}
    if sync.automated:
        policy["automated"] = {"prune": sync.prune, "selfHeal": sync.self_heal}
    if sync.retries or least:
        policy["retry"] = retry(max(sync.retries, least))
    return policy


def retry(limit: int) -> dict[str, Any]:
    """Return how often a failed sync is retried."""
    return {"limit": limit, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}


def cascades(resolved: Resolved, environment: str) -> bool:
    """Return whether Argo CD deletes what an Application deployed together with it."""
    return resolved.environments[environment].environment.deletion != "preserve"


def addons_project(category: str, environment: str) -> str:
    """Return the name of the AppProject of a category of addons in an environment."""
    return f"addons-{category.replace('/', '.')}.{environment}"
