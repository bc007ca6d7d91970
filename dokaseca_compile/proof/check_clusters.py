"""Every cluster: its Secret, the credential in it, and what Terraform is told."""

from __future__ import annotations

from collections.abc import Sequence

from dokaseca_compile.argo.hubs import Hub, Output
from dokaseca_compile.proof.difference import DisagreementError, Shares, same, same_mapping
from dokaseca_compile.proof.expected import Intent, whole
from dokaseca_compile.resolve.contract import bridge_metadata
from dokaseca_compile.resolve.resolved import ResolvedCluster

# A new hub has no External Secrets yet, and must not wait for it.
_WITHOUT_CRD = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}


def check_clusters(
    intent: Intent, shares: Shares, hub: Hub, members: Sequence[ResolvedCluster]
) -> None:
    """Every Secret of a hub has the name, server, connection, labels and annotations that the model means."""
    same(
        f"the clusters of {hub.name}",
        [each.name for each in hub.clusters],
        [each.name for each in members],
    )
    for secret, cluster in zip(hub.clusters, members, strict=True):
        where = f"the Secret of {cluster.name}"
        same(f"{where}: name", secret.secret, cluster.name)
        same(f"{where}: server", secret.server, cluster.server)
        same(f"{where}: project", secret.project, "")
        same(f"{where}: config", secret.config, intent.config(cluster))
        shares.same(f"{where}: label", secret.labels, intent.labels(cluster))
        shares.same(f"{where}: annotation", secret.annotations, intent.annotations(cluster))


def check_credentials(intent: Intent, output: Output) -> None:
    """A credential comes from the entry of the secret store that the model names."""
    for path, meant in intent.credentials():
        (document,) = output.documents(path)
        spec = document["spec"]
        found = {"store": spec.get("secretStoreRef"), "data": spec.get("data")}
        same_mapping(path, found, meant)
        metadata = document["metadata"]
        same(f"{path}: name", metadata.get("name"), spec["target"].get("name"))
        same_mapping(f"{path}: annotation", metadata.get("annotations", {}), _WITHOUT_CRD)


def check_variables(intent: Intent, shares: Shares, output: Output) -> None:
    """Terraform is told the same of every cluster, and would write its very labels and annotations.

    The latter follows from the former; it is looked at once for clusters with one profile.
    """
    seen: set[int] = set()
    for path, cluster, meant in intent.variables():
        if path not in output:
            message = f"{path} is not written"
            raise DisagreementError(message)
        (variables,) = output.documents(path)
        shares.same(path, variables, meant)
        if id(cluster.profile) not in seen:
            seen.add(id(cluster.profile))
            labels, annotations = bridge_metadata(variables)
            same_mapping(f"{path}: label", labels, whole(intent.labels(cluster)))
            same_mapping(f"{path}: annotation", annotations, whole(intent.annotations(cluster)))
