"""The registration of each cluster that Git registers: a cluster Secret, or an ExternalSecret that makes it.

The Secret is what Terraform's GitOps Bridge module would write for the same cluster. Where only a
secret store has the credential, an ExternalSecret's template yields the same Secret, so that no
credential is ever in Git.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.formats.body import Joined, Shared, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.clusters import BearerToken, ClientCertificate
from dokaseca_compile.model.platform import SecretStore
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.contract import (
    addon_switches,
    own_annotations,
    own_labels,
    repository_annotations,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster
from dokaseca_compile.targets.base import (
    KUSTOMIZATION,
    MARKER,
    WITHOUT_CRD,
    marker_name,
    ownership_labels,
    remote_ref,
)

NAME = "cluster-registrations"
_FILES = ("cluster-secret", "external-secret")


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the registration of every cluster registered by GitOps, and each hub's list of them."""
    shared = _SharedMetadata(resolved)
    bases = {
        file: YamlBody((Shared({**KUSTOMIZATION, "resources": [f"{file}.yaml"]}),))
        for file in _FILES
    }
    # Every hub has a list, and a marker in it: without them nothing would take the Secret of its last cluster away.
    by_hub: dict[str, list[str]] = {name: [] for name in resolved.registering_hubs()}
    for name, cluster in resolved.clusters.items():
        if cluster.registration != "gitops":
            continue
        by_hub.setdefault(cluster.hub or name, []).append(name)
        origin = Origin(NAME, (("clusters", name),))
        external = cluster.cluster.auth.external
        metadata = {"labels": shared.labels(cluster), "annotations": shared.annotations(cluster)}
        if external is None:
            file, document = "cluster-secret", _secret(cluster, metadata)
        else:
            store = resolved.platform.integrations.secret_store
            file, document = "external-secret", _external_secret(cluster, metadata, external, store)
        yield Artifact(layout.registration(name, file).file, YamlBody((document,)), origin)
        yield Artifact(layout.registration(name, "kustomization").file, bases[file], origin)
    marker = YamlBody((_marker(resolved),))
    for hub, names in sorted(by_hub.items()):
        origin = Origin(NAME, (("clusters", hub),))
        resources = ["marker.yaml", *(layout.hub_to_registration(name) for name in names)]
        body = YamlBody(({**KUSTOMIZATION, "namespace": ARGOCD_NAMESPACE, "resources": resources},))
        yield Artifact(layout.hub(hub).file, body, origin)
        yield Artifact(layout.marker("clusters", hub).file, marker, origin)


def _marker(resolved: Resolved) -> dict[str, Any]:
    """A Secret without data, which registers no cluster. Argo CD refuses an automated sync that would delete
    everything, so without it the last cluster of a hub could not be removed.
    """
    name, labels = marker_name("clusters"), ownership_labels(resolved)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": ARGOCD_NAMESPACE,
            "labels": labels,
            "annotations": MARKER,
        },
        "type": "Opaque",
    }


class _SharedMetadata:
    """The labels and annotations of clusters; what many have in common is one object, written once."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._switches = {
            id(profile): Shared(
                {
                    key: str(enabled).lower()
                    for key, enabled in addon_switches(resolved, profile).items()
                }
            )
            for profile in resolved.profiles
        }
        self._repositories: dict[int, Shared] = {}

    def labels(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        return Joined(own_labels(self._resolved, cluster), self._switches[id(cluster.profile)])

    def annotations(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        key = id(cluster.repositories)
        if key not in self._repositories:
            self._repositories[key] = Shared(repository_annotations(cluster.repositories))
        return Joined(own_annotations(self._resolved, cluster), self._repositories[key])


def _secret(cluster: ResolvedCluster, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": cluster.name, "namespace": ARGOCD_NAMESPACE, **metadata},
        "type": "Opaque",
        "stringData": _data(cluster),
    }


def _data(cluster: ResolvedCluster) -> dict[str, Any]:
    """The three keys that GitOps Bridge writes; Argo CD reads more, and they mean what their absence means."""
    return {"name": cluster.name, "server": cluster.server, "config": cluster.config}


def _external_secret(
    cluster: ResolvedCluster,
    metadata: Mapping[str, Any],
    credential: BearerToken | ClientCertificate,
    store: SecretStore | None,
) -> dict[str, Any]:
    if store is None:
        message = f"{cluster.name} needs a secret store, and a rule should have said so"
        raise ValueError(message)
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {
            "name": cluster.name,
            "namespace": ARGOCD_NAMESPACE,
            "annotations": WITHOUT_CRD,
        },
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"name": store.name, "kind": store.kind},
            "target": {
                "name": cluster.name,
                "creationPolicy": "Owner",
                "template": {
                    "engineVersion": "v2",
                    "type": "Opaque",
                    "metadata": dict(metadata),
                    "data": _data(cluster),
                },
            },
            "data": [
                {"secretKey": key, "remoteRef": remote_ref(credential.key, field)}
                for key, field in _fields(credential).items()
            ],
        },
    }


def _fields(credential: BearerToken | ClientCertificate) -> dict[str, str]:
    """The template's names for what the store holds (``cluster_config`` uses them) → the entry's property."""
    if isinstance(credential, BearerToken):
        return {"token": credential.property}
    return {"certificate": credential.certificate_property, "key": credential.key_property}
