"""Play External Secrets, Kyverno and an ingress controller: make the Secrets, and report that all is ready."""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import threading
from collections.abc import Sequence
from typing import Any

from live.clusters import Cluster
from live.kubernetes import ApiError

_PAUSE = 2.0
_EXTERNAL_SECRETS = "/apis/external-secrets.io/v1/externalsecrets"
_POLICIES = "/apis/kyverno.io/v1/clusterpolicies"
_INGRESSES = "/apis/networking.k8s.io/v1/ingresses"
_ADDRESS = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.9"}]}}}
_CONTENT = {"kubernetes.io/dockerconfigjson": '{"auths": {}}'}
"""Type of a Secret → what its values are, where Kubernetes looks at them."""


class StandIns:
    """A thread that serves all clusters. A context manager."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        # Their own connections: the runner's requests need not wait.
        self._clusters = [each.another_connection() for each in clusters]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> StandIns:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._ended.wait(_PAUSE):
            for cluster in self._clusters:
                try:
                    _serve_cluster(cluster)
                except (ApiError, OSError, http.client.HTTPException):
                    continue  # an object has gone meanwhile, or its namespace: next time


def _serve_cluster(cluster: Any) -> None:
    for each in cluster.list(_EXTERNAL_SECRETS):
        if not _is_ready(each):
            cluster.apply(_secret(each))
            _report_ready(cluster, _EXTERNAL_SECRETS, each)
    for each in cluster.list(_POLICIES):
        if not _is_ready(each):
            _report_ready(cluster, _POLICIES, each)
    for each in cluster.list(_INGRESSES):
        if not each.get("status", {}).get("loadBalancer", {}).get("ingress"):
            cluster.patch(_place(_INGRESSES, each) + "/status", _ADDRESS)


def _is_ready(document: dict[str, Any]) -> bool:
    conditions = document.get("status", {}).get("conditions", ())
    return any((each.get("type"), each.get("status")) == ("Ready", "True") for each in conditions)


def _report_ready(cluster: Any, listed: str, document: dict[str, Any]) -> None:
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ready = {"type": "Ready", "status": "True", "reason": "StandIn", "message": "", "lastTransitionTime": now}
    cluster.patch(_place(listed, document) + "/status", {"status": {"conditions": [ready]}})


def _place(listed: str, document: dict[str, Any]) -> str:
    start, _, plural = listed.rpartition("/")
    metadata = document["metadata"]
    folder = f"namespaces/{metadata['namespace']}/" if "namespace" in metadata else ""
    return f"{start}/{folder}{plural}/{metadata['name']}"


def _secret(external: dict[str, Any]) -> dict[str, Any]:
    """Return the Secret that an ExternalSecret asks for."""
    target, metadata = external["spec"]["target"], external["metadata"]
    kind = target.get("template", {}).get("type", "Opaque")
    value = base64.b64encode(_CONTENT.get(kind, "x").encode()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": kind,
        "metadata": {"name": target.get("name", metadata["name"]), "namespace": metadata["namespace"]},
        "data": {each["secretKey"]: value for each in external["spec"].get("data", ())},
    }
