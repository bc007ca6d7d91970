"""Components of a cluster that make an object of a workload healthy, and what brings them.

An addon brings a component if its chart, its name or its folder is listed here. A distribution
brings one if each of its clusters has it by default; the sources are the documentations of the
distributions.
"""

from __future__ import annotations

from dataclasses import dataclass

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.clusters import Cluster

_OPENSHIFT = frozenset({"aro", "okd", "openshift", "rosa"})
_K3S = frozenset({"k3d", "k3s", "rancher"})
_RANCHER = _K3S | {"rke", "rke2"}


@dataclass(frozen=True, slots=True)
class Component:
    """A component, the value of the web-service chart that needs it, and what brings it.

    ``need`` and ``health`` complete a message: what the workload has, and the health that Argo CD
    gives to it without the component. The first of ``addons`` is the usual one.
    """

    name: str
    value: Route
    is_needed_by: object
    need: str
    health: str
    addons: tuple[str, ...]
    distributions: frozenset[str]
    of_clouds: bool = False

    def is_built_in(self, cluster: Cluster) -> bool:
        """Return whether the distribution or the cloud of a cluster brings the component."""
        return cluster.distribution in self.distributions or (
            self.of_clouds and cluster.cloud != "local"
        )


COMPONENTS = (
    Component(
        "the metrics API",
        ("autoscaling", "enabled"),
        True,
        "an autoscaler",
        "Degraded",
        ("metrics-server", "prometheus-adapter"),
        _OPENSHIFT | _RANCHER | {"ack", "aks", "gke", "iks", "k0s", "tkg"},
    ),
    Component(
        "an ingress controller",
        ("ingress", "enabled"),
        True,
        "an Ingress",
        "Progressing",
        (
            "ingress-nginx", "traefik", "alb-controller", "apisix", "aws-load-balancer-controller",
            "cilium", "contour", "emissary-ingress", "gloo", "haproxy-ingress", "higress",
            "ingress", "ingress-azure", "istio", "istiod", "kong", "kubernetes-ingress",
            "nginx-ingress", "nginx-ingress-controller", "ngrok-operator", "pomerium", "skipper",
            "tailscale-operator", "voyager",
        ),
        _OPENSHIFT | _RANCHER | {"crc", "gke", "iks", "microshift"},
    ),
    Component(
        "a controller of the Gateway API",
        ("httpRoute", "enabled"),
        True,
        "an HTTPRoute",
        "Progressing",
        (
            "gateway-helm", "envoy-gateway", "kgateway", "agentgateway", "alb-controller",
            "apisix", "aws-gateway-controller-chart", "aws-load-balancer-controller", "cilium",
            "contour", "gloo", "higress", "istio", "istiod", "kong", "nginx-gateway-fabric",
            "ngrok-operator", "traefik",
        ),
        _OPENSHIFT | {"gke"},
    ),
    Component(
        "a load balancer",
        ("service", "type"),
        "LoadBalancer",
        "a Service of type `LoadBalancer`",
        "Progressing",
        (
            "metallb", "cilium", "kube-vip", "kube-vip-cloud-provider", "openelb", "purelb",
            "tailscale-operator",
        ),
        _K3S | {"ack", "crc", "doks", "iks", "lke", "oke", "tkg", "vke"},
        of_clouds=True,
    ),
)  # fmt: skip
"""In the order of the chart's values: what an object of the web-service chart can wait for."""
