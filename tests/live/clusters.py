"""Clusters: real API servers, controller managers and schedulers; kwok plays their nodes and Pods."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from live import certificates
from live.kubernetes import Api
from live.places import BIN, RUN, SHARE
from live.processes import Processes, free_ports
from live.waiting import wait_until_none

HOST = socket.gethostname()
"""The API servers' name. Not ``localhost``: for a Pod of a hub that would be the Pod (``unreachable-server``)."""
SHARED_TOKEN = RUN / "shared-token"
"""The token by which Argo CD reaches spokes. What the cloud would give: see ``stubs/argocd-k8s-auth``."""
_NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": "node-1",
        "labels": {"kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux"},
        "annotations": {"kwok.x-k8s.io/node": "fake"},
    },
    "status": {kind: {"cpu": "64", "memory": "256Gi", "pods": "500"} for kind in ("capacity", "allocatable")},
}


class Cluster:
    """An API server with its controllers. ``name`` is its own, which the platform may change for its cluster."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.port = name, port
        self.server = f"https://{HOST}:{port}"
        self.kubeconfig = RUN / f"{name}.kubeconfig"
        self._token = secrets.token_hex(16)
        self.api = self.another_connection()

    def another_connection(self) -> Api:
        """Return a connection that another thread may keep busy."""
        return Api(HOST, self.port, self._token, certificates.AUTHORITY)

    def write_credentials(self) -> Path:
        """Write the kubeconfig of an administrator, and return the file with the tokens that the server knows."""
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": self.name, "cluster": self._address()}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            # The compiled Terraform root finds a cluster by this name of a context.
            "contexts": [{"name": f"kind-{self.name}", "context": {"cluster": self.name, "user": "admin"}}],
            "current-context": f"kind-{self.name}",
        }
        self.kubeconfig.write_text(json.dumps(config))
        tokens = RUN / f"{self.name}.tokens.csv"
        shared = SHARED_TOKEN.read_text()
        tokens.write_text(f"{self._token},admin,admin,system:masters\n{shared},argocd,argocd,system:masters\n")
        return tokens

    def _address(self) -> dict[str, str]:
        authority = certificates.encoded(certificates.AUTHORITY)
        return {"server": self.server, "certificate-authority-data": authority}


def start(processes: Processes, names: Sequence[str]) -> list[Cluster]:
    """Start a cluster of each name, and return them when they are ready."""
    certificates.make(HOST)
    SHARED_TOKEN.write_text(secrets.token_hex(16))
    etcd, peers, *ports = free_ports(len(names) + 2)
    _start_etcd(processes, etcd, peers)
    clusters = [Cluster(name, port) for name, port in zip(names, ports, strict=True)]
    for each in clusters:
        _start_api_server(processes, each, etcd)
    wait_until_none(
        lambda: processes.ended() + [f"API server {each.name}" for each in clusters if not each.api.is_ready()],
        "API servers",
    )
    stages = _stages()
    for each in clusters:
        _start_controllers(processes, each, stages)
        each.api.create(_NODE)
    return clusters


def _start_etcd(processes: Processes, port: int, peers: int) -> None:
    clients, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peers}"
    processes.start(
        "etcd",
        str(BIN / "etcd"),
        f"--data-dir={RUN / 'etcd'}",
        *(f"--listen-client-urls={clients}", f"--advertise-client-urls={clients}"),
        *(f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=default={peer}"),
        *("--unsafe-no-fsync", "--log-level=warn"),
    )


def _start_api_server(processes: Processes, cluster: Cluster, etcd: int) -> None:
    address = socket.gethostbyname(HOST)
    processes.start(
        f"{cluster.name}-apiserver",
        str(BIN / "kube-apiserver"),
        *(f"--etcd-servers=http://127.0.0.1:{etcd}", f"--etcd-prefix=/{cluster.name}"),
        *(f"--bind-address={address}", f"--advertise-address={address}", f"--secure-port={cluster.port}"),
        *(f"--tls-cert-file={certificates.SERVER}", f"--tls-private-key-file={certificates.SERVER_KEY}"),
        f"--client-ca-file={certificates.AUTHORITY}",
        f"--token-auth-file={cluster.write_credentials()}",
        f"--service-account-key-file={certificates.ACCOUNTS}",
        f"--service-account-signing-key-file={certificates.ACCOUNTS_KEY}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        "--endpoint-reconciler-type=none",
        "--event-ttl=30m",
    )


def _start_controllers(processes: Processes, cluster: Cluster, stages: Path) -> None:
    own = f"--kubeconfig={cluster.kubeconfig}"
    processes.start(
        f"{cluster.name}-controller-manager",
        *(str(BIN / "kube-controller-manager"), own, "--leader-elect=false", "--secure-port=0"),
        f"--service-account-private-key-file={certificates.ACCOUNTS_KEY}",
        f"--root-ca-file={certificates.AUTHORITY}",
    )
    processes.start(
        f"{cluster.name}-scheduler", str(BIN / "kube-scheduler"), own, "--leader-elect=false", "--secure-port=0"
    )
    processes.start(f"{cluster.name}-kwok", str(BIN / "kwok"), own, f"--config={stages}", "--manage-all-nodes")


def _stages() -> Path:
    """Write the stages that ship with kwok into one file: nodes become ready, Pods run and go at once."""
    documents: list[Any] = [yaml.safe_load(path.read_text()) for path in sorted((SHARE / "kwok").iterdir())]
    place = RUN / "kwok.yaml"
    place.write_text(yaml.safe_dump_all(documents))
    return place
