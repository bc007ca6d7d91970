"""Argo CD on a hub: its own controllers and repo-server as processes, its CRDs and configuration on the API server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from live.clusters import SHARED_TOKEN, Cluster
from live.places import BIN, HERE, RUN, SHARE
from live.processes import Processes, free_ports
from live.waiting import wait_until_none

NAMESPACE = "argocd"
_POLL = "60s"
"""How often Argo CD looks for commits by itself. Normally the runner tells it, as a webhook does."""
_KINDS = ("applications", "applicationsets", "appprojects")


def start(processes: Processes, hubs: Sequence[Cluster]) -> None:
    """Start an Argo CD on each hub, with its CRDs and its configuration."""
    (redis,) = free_ports(1)
    redis_command = ("redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    processes.start("redis", *redis_command, "--databases", str(len(hubs)))
    with ThreadPoolExecutor() as pool:
        list(pool.map(_install, hubs))
    for number, hub in enumerate(hubs):
        _start_hub(processes, hub, f"127.0.0.1:{redis}", number)


def _install(hub: Cluster) -> None:
    hub.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for document in _built("crds"):
        hub.api.create(document)
    for document in _built("config"):
        document["metadata"]["namespace"] = NAMESPACE
        hub.api.create(document)
    secret = {"server.secretkey": "live", "admin.password": "x", "admin.passwordMtime": "2026-01-01T00:00:00Z"}
    hub.api.patch(f"/api/v1/namespaces/{NAMESPACE}/secrets/argocd-secret", {"stringData": secret})
    wait_until_none(lambda: _unknown_kinds(hub), f"Argo CD's kinds on {hub.name}")


def _built(folder: str) -> list[dict[str, Any]]:
    """Return what Kustomize builds from a folder of Argo CD's own manifests."""
    command = [str(BIN / "kustomize"), "build", str(SHARE / "argocd" / folder)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [each for each in yaml.safe_load_all(text) if each]


def _unknown_kinds(hub: Cluster) -> list[str]:
    known = {each.plural for each in hub.api.resources(again=True)}
    return [each for each in _KINDS if each not in known]


def _start_hub(processes: Processes, hub: Cluster, redis: str, number: int) -> None:
    server, server_metrics, controller_metrics, set_metrics, set_probe, webhook = map(str, free_ports(6))
    environment = _environment(hub)
    common = ("--redis", redis, "--redisdb", str(number), "--logformat", "text")

    def program(name: str, *arguments: str) -> None:
        binary = {"ARGOCD_BINARY_NAME": f"argocd-{name}"}
        processes.start(f"{hub.name}-{name}", str(BIN / "argocd"), *arguments, env=environment | binary)

    program(
        "repo-server",
        *("--address", "127.0.0.1", "--port", server),
        *("--metrics-address", "127.0.0.1", "--metrics-port", server_metrics, *common),
    )
    program(
        "application-controller",
        *("--namespace", NAMESPACE, "--repo-server", f"127.0.0.1:{server}"),
        *("--metrics-port", controller_metrics, *common),
    )
    program(
        "applicationset-controller",
        *("--namespace", NAMESPACE, "--argocd-repo-server", f"127.0.0.1:{server}"),
        *("--metrics-addr", f"127.0.0.1:{set_metrics}", "--probe-addr", f"127.0.0.1:{set_probe}"),
        *("--webhook-addr", f"127.0.0.1:{webhook}", "--enable-progressive-syncs", "--logformat", "text"),
    )


def _environment(hub: Cluster) -> dict[str, str]:
    own = RUN / f"{hub.name}-argocd"
    folders = {name: _made(own / name) for name in ("home", "tmp", "tls", "ssh", "keys", "source", "plugins")}
    path = [BIN, SHARE / "argocd" / "bin", HERE / "stubs"]
    return {
        "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]]),
        "HOME": folders["home"],
        "TMPDIR": folders["tmp"],
        "KUBECONFIG": str(hub.kubeconfig),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LIVE_TOKEN": SHARED_TOKEN.read_text(),
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "ARGOCD_TLS_DATA_PATH": folders["tls"],
        "ARGOCD_SSH_DATA_PATH": folders["ssh"],
        "ARGOCD_GNUPGHOME": folders["keys"],
        "ARGOCD_GPG_DATA_PATH": folders["source"],
        "ARGOCD_PLUGINSOCKFILEPATH": folders["plugins"],
        "ARGOCD_RECONCILIATION_TIMEOUT": _POLL,
        "ARGOCD_RECONCILIATION_JITTER": "2s",
    }


def _made(folder: Path) -> str:
    folder.mkdir(parents=True)
    return str(folder)
