"""The Kind configuration of each local cluster, which Terraform's module and ``kind`` itself read.

No port of the machine is mapped: two clusters cannot have the same one, and the platform has no
setting for it. A Service of type LoadBalancer (MetalLB) or a forwarded port reaches a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import declared
from dokaseca_compile.targets.base import named, traced

NAME = "kind-clusters"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield ``kind/<cluster>.yaml`` for every cluster that Terraform makes."""
    for name, cluster in resolved.clusters.items():
        if cluster.cluster.made_by_terraform:
            body = YamlBody((_config(cluster),))
            yield Artifact(layout.kind(name).file, body, Origin(NAME, (("clusters", name),)))


def _config(cluster: ResolvedCluster) -> dict[str, Any]:
    """Return a configuration with one node, by default with Kind's version of Kubernetes."""
    node: dict[str, Any] = {"role": "control-plane"}
    version = cluster.cluster.kubernetes_version
    if version is not None:
        image = f"kindest/node:v{version}"
        node["image"] = declared(image, "clusters", cluster.name, "kubernetesVersion")
    config = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "name": named("clusters", cluster.name),
        "nodes": [node],
    }
    return cast("dict[str, Any]", traced(config))
