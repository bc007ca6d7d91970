"""Checks the cluster Secrets of each hub."""

from __future__ import annotations

from collections.abc import Sequence

from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.proof.expected import Expected
from dokaseca_compile.proof.mismatch import SharedParts, check_equal
from dokaseca_compile.resolve.resolved import ResolvedCluster


def check_clusters(
    expected: Expected, shared: SharedParts, hub: Hub, members: Sequence[ResolvedCluster]
) -> None:
    """Check name, server, connection, labels and annotations of every cluster Secret of a hub."""
    names = [each.name for each in members]
    check_equal(f"the clusters of {hub.name}", [each.name for each in hub.clusters], names)
    for secret, cluster in zip(hub.clusters, members, strict=True):
        where = f"the Secret of {cluster.name}"
        check_equal(f"{where}: name", secret.secret, cluster.name)
        check_equal(f"{where}: server", secret.server, cluster.server)
        check_equal(f"{where}: project", secret.project, "")
        check_equal(f"{where}: config", secret.config, expected.config(cluster))
        shared.check(f"{where}: label", secret.labels, expected.labels(cluster))
        shared.check(f"{where}: annotation", secret.annotations, expected.annotations(cluster))
