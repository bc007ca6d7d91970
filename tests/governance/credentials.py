"""The ExternalSecrets that register clusters: which store and which entries they read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.model.clusters import BearerToken
from dokaseca_compile.proof.mismatch import check_equal, check_mapping
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from governance.files import only_document

# A new hub has no External Secrets yet, and must not wait for it.
_WITHOUT_CRD = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}


def check_credentials(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Check that each credential comes from the declared entry of the secret store."""
    for path, expected in _expected(resolved, layout):
        document = only_document(output, path)
        spec, metadata = document["spec"], document["metadata"]
        actual = {"store": spec.get("secretStoreRef"), "data": spec.get("data")}
        check_mapping(path, actual, expected)
        check_equal(f"{path}: name", metadata.get("name"), spec["target"].get("name"))
        check_mapping(f"{path}: annotation", metadata.get("annotations", {}), _WITHOUT_CRD)


def _expected(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, dict[str, Any]]]:
    store = resolved.platform.integrations.secret_store
    stored = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
    for name, cluster in resolved.clusters.items():
        credential = cluster.cluster.auth.external
        if credential is None or store is None or cluster.registration != "gitops":
            continue
        properties = (
            {"token": credential.property}
            if isinstance(credential, BearerToken)
            else {
                "certificate": credential.certificate_property,
                "key": credential.key_property,
            }
        )
        data = [
            {"secretKey": key, "remoteRef": {"key": credential.key, "property": each, **stored}}
            for key, each in properties.items()
        ]
        path = layout.registration(name, "external-secret").file
        yield path, {"store": {"name": store.name, "kind": store.kind}, "data": data}
