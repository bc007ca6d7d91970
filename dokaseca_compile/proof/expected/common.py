"""What every Application that the platform means has: who owns it, and how it is synced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster


def owned(resolved: Resolved) -> dict[str, str]:
    """The labels of every object of Argo CD that is written."""
    return {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": resolved.platform.metadata.name,
    }


def places(cluster: ResolvedCluster, name: str) -> dict[str, str]:
    """The labels that say where an Application is, on a cluster as if it was called ``name``."""
    return {
        "cluster": name,
        "environment": cluster.cluster.environment,
        "region": cluster.cluster.region,
        "cluster_type": cluster.cluster.type,
    }


def synced(
    resolved: Resolved, environment: str, options: Sequence[str], least: int = 0
) -> dict[str, Any]:
    """The sync policy of an environment's Applications; ``least`` retries for those that wait for others."""
    wanted = resolved.environments[environment].environment.sync
    policy: dict[str, Any] = {"syncOptions": sorted(options)}
    if wanted.automated:
        policy["automated"] = {"prune": wanted.prune, "selfHeal": wanted.self_heal}
    if wanted.retries or least:
        policy["retry"] = retried(max(wanted.retries, least))
    return policy


def retried(limit: int) -> dict[str, Any]:
    """How often a failed sync is tried again."""
    return {"limit": limit, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}


def addons_project(category: str) -> str:
    """The AppProject of a category of addons."""
    return f"addons-{category.replace('/', '.')}"
