"""The registrations of clusters by Git: a cluster Secret, or an ExternalSecret that creates it.

The Secret is the same as Terraform's GitOps Bridge module would write for the cluster. If the
credential is in a secret store, an ExternalSecret's template creates the same Secret, so that Git
never has a credential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from dokaseca_compile.formats.body import Joined, Shared, Traced, TracedList, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.clusters import BearerToken, ClientCertificate
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.cluster_origins import (
    ClusterOrigins,
    annotation_origins,
    label_origins,
)
from dokaseca_compile.resolve.contract import (
    Read,
    connection,
    name_of,
    own_annotations,
    own_labels,
    repository_annotation_settings,
    server,
    switch_settings,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Profile, Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import (
    KUSTOMIZATION,
    MARKER,
    WITHOUT_CRD,
    marker_name,
    named,
    ownership_labels,
    remote_ref,
    store_reference,
    traced,
)

NAME = "cluster-registrations"
_FILES = ("cluster-secret", "external-secret")
_DATA_READERS: Mapping[Any, Read] = {"name": name_of, "server": server, "config": connection}


def _external(key: str) -> Read:
    """Read a setting of the credential that a secret store has."""

    def read(_: Resolved, each: ResolvedCluster) -> Setting[Any]:
        bearer = each.cluster.auth.bearer_token is not None
        return declared(
            None,
            "clusters",
            each.name,
            "auth",
            "bearerToken" if bearer else "clientCertificate",
            key,
        )

    return read


_REFERENCE_READERS: Mapping[str, Mapping[Any, Read]] = {
    "token": {"key": _external("key"), "property": _external("property")},
    "certificate": {"key": _external("key"), "property": _external("certificateProperty")},
    "key": {"key": _external("key"), "property": _external("keyProperty")},
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the registration of every cluster registered by GitOps, and each hub's list of them."""
    shared, store = _SharedMetadata(resolved), store_reference(resolved)
    bases = {
        file: YamlBody((Shared({**KUSTOMIZATION, "resources": [f"{file}.yaml"]}),))
        for file in _FILES
    }
    # Every list has a marker: without it the Secret of the last cluster would remain.
    listed: dict[tuple[str, str], list[str]] = {
        (hub, environment): []
        for hub in resolved.registering_hubs()
        for environment in resolved.served[hub]
    }
    for name, cluster in resolved.clusters.items():
        if cluster.registration != "gitops":
            continue
        listed[cluster.hub or name, cluster.cluster.environment].append(name)
        origin = Origin(NAME, (("clusters", name),))
        external = cluster.cluster.auth.external
        metadata = {"labels": shared.labels(cluster), "annotations": shared.annotations(cluster)}
        facts = ClusterOrigins(resolved, cluster, _DATA_READERS)
        if external is None:
            file, document = "cluster-secret", _secret(cluster, metadata, facts)
        else:
            file = "external-secret"
            references = _references(resolved, cluster, external)
            document = _external_secret(cluster, metadata, references, store, facts)
        yield Artifact(layout.registration(name, file).file, YamlBody((document,)), origin)
        yield Artifact(layout.registration(name, "kustomization").file, bases[file], origin)
    for (hub, environment), names in listed.items():
        origin = Origin(NAME, (("clusters", hub),))
        marker = YamlBody((_marker(resolved, environment),))
        folders = [layout.hub_to_registration(name) for name in names]
        resources = TracedList(["marker.yaml", *folders], _Registered(names))
        body = YamlBody(({**KUSTOMIZATION, "namespace": ARGOCD_NAMESPACE, "resources": resources},))
        yield Artifact(layout.hub(hub, environment).file, body, origin)
        yield Artifact(layout.hub(hub, environment, "marker.yaml").file, marker, origin)


@dataclass(frozen=True, slots=True)
class _Registered:
    """The origins of a hub's list: the clusters that it registers, after its marker."""

    names: Sequence[str]

    def get(self, at: int, /) -> Setting[str] | None:
        """Return the cluster of an entry."""
        return named("clusters", self.names[at - 1]) if at else None


def _marker(resolved: Resolved, environment: str) -> dict[str, Any]:
    """Return a Secret without data, which registers no cluster.

    Argo CD refuses an automated sync that would delete everything, so without it the last cluster
    of an environment could not be removed.
    """
    name, labels = marker_name("clusters", environment), ownership_labels(resolved)
    marker = {
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
    return cast("dict[str, Any]", traced(marker))


class _SharedMetadata:
    """The labels and annotations of clusters; common parts are one object, written once."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._switches = {id(each): _switches(resolved, each) for each in resolved.profiles}
        self._repositories: dict[int, Shared] = {}

    def labels(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        own = Traced(own_labels(self._resolved, cluster), label_origins(self._resolved, cluster))
        return Joined(own, self._switches[id(cluster.profile)])

    def annotations(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        key = id(cluster.repositories)
        if key not in self._repositories:
            settings = repository_annotation_settings(cluster.repositories)
            self._repositories[key] = Shared(traced(settings))
        own = Traced(
            own_annotations(self._resolved, cluster), annotation_origins(self._resolved, cluster)
        )
        return Joined(own, self._repositories[key])


def _switches(resolved: Resolved, profile: Profile) -> Shared:
    """Return the labels of the addons of a profile."""
    settings = switch_settings(resolved, profile)
    labels = {key: each.derive(str(each.value).lower()) for key, each in settings.items()}
    return Shared(traced(labels))


def _secret(
    cluster: ResolvedCluster, metadata: Mapping[str, Any], facts: ClusterOrigins
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": Traced(
            {"name": cluster.name, "namespace": ARGOCD_NAMESPACE, **metadata}, facts
        ),
        "type": "Opaque",
        "stringData": _data(cluster, facts),
    }


def _data(cluster: ResolvedCluster, facts: ClusterOrigins) -> dict[str, Any]:
    """Return the three keys that GitOps Bridge writes; for the others, defaults are right."""
    data = {"name": cluster.name, "server": cluster.server, "config": cluster.config}
    return Traced(data, facts)


def _external_secret(
    cluster: ResolvedCluster,
    metadata: Mapping[str, Any],
    references: list[dict[str, Any]],
    store: Mapping[str, Any] | None,
    facts: ClusterOrigins,
) -> dict[str, Any]:
    if store is None:
        message = f"{cluster.name} needs a secret store: a rule should have refused it"
        raise ValueError(message)
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": Traced(
            {
                "name": cluster.name,
                "namespace": ARGOCD_NAMESPACE,
                "annotations": WITHOUT_CRD,
            },
            facts,
        ),
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": store,
            "target": Traced(
                {
                    "name": cluster.name,
                    "creationPolicy": "Owner",
                    "template": {
                        "engineVersion": "v2",
                        "type": "Opaque",
                        "metadata": dict(metadata),
                        "data": _data(cluster, facts),
                    },
                },
                facts,
            ),
            "data": references,
        },
    }


def _references(
    resolved: Resolved, cluster: ResolvedCluster, credential: BearerToken | ClientCertificate
) -> list[dict[str, Any]]:
    """Return the references to the store, with the names that ``cluster_config`` uses."""
    if isinstance(credential, BearerToken):
        fields = {"token": credential.property}
    else:
        fields = {"certificate": credential.certificate_property, "key": credential.key_property}
    return [
        {
            "secretKey": key,
            "remoteRef": Traced(
                remote_ref(credential.key, field),
                ClusterOrigins(resolved, cluster, _REFERENCE_READERS[key]),
            ),
        }
        for key, field in fields.items()
    ]
