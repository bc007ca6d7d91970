"""A network policy may block DNS on an unknown Kubernetes distribution.

## Problem

`policies.<environment>.network` is `default-deny`, a team works on a cluster of the environment,
and the compiler does not know how Pods reach DNS on its `distribution`.

## Why

With `default-deny`, the Pods of a team can reach each other and DNS: CoreDNS or kube-dns with the
label `k8s-app: kube-dns`, NodeLocal DNSCache at 169.254.20.10, Cloud DNS for GKE, and the DNS
operator of OpenShift. On a distribution with other DNS, no Pod of a team could resolve names, and
no error shows the cause (OCPBUGS-94072).

## Fix

Correct the spelling of `distribution`. If it is correct, test a DNS lookup in the namespace of a
team, and add a NetworkPolicy for the DNS of the distribution if the lookup fails.

## Example

```yaml
clusters:
  edge: {distribution: homemade, teams: [payments], environment: dev, …}
policies: {dev: {network: default-deny}}                                  # unknown-dns
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, did_you_mean, warning
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unknown-dns"
_KNOWN = (
    "ack", "aks", "aro", "crc", "doks", "eks", "eks-anywhere", "gke", "iks", "k0s", "k3d", "k3s",
    "kind", "kops", "kubeadm", "kubespray", "kubernetes", "lke", "microk8s", "microshift",
    "minikube", "oke", "okd", "openshift", "rancher", "rke", "rke2", "rosa", "talos", "tkg",
    "vcluster", "vke",
)  # fmt: skip
"""Distributions whose DNS the policy ``allow-dns`` allows: labelled as kube-dns, or OpenShift."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each distribution, however many clusters."""
    found: dict[str, list[str]] = {}
    for tenant in context.resolved.tenants.values():
        if context.resolved.policies(tenant.environment).network != "default-deny":
            continue
        for name in tenant.clusters:
            distribution = context.platform.clusters[name].distribution
            if distribution is not None and distribution not in _KNOWN:
                found.setdefault(distribution, []).append(name)
    for distribution, clusters in found.items():
        names = list(dict.fromkeys(clusters))
        environment = context.platform.clusters[names[0]].environment
        yield warning(
            SLUG,
            f"`default-deny` may block DNS on {some(names)}: the DNS of the distribution"
            f" `{distribution}` is unknown",
            Label(("clusters", names[0], "distribution")),
            Label(("policies", environment, "network"), text="blocks all other traffic"),
            help=did_you_mean(distribution, _KNOWN),
        )
