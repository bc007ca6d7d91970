"""A cluster's API server uses a private certificate authority that is not configured.

## Problem

A cluster has a `server` and no `certificateAuthority`, and its certificate cannot come from a
public authority, for one of these reasons:

- Its `distribution` creates an authority for each cluster (EKS, AKS, GKE, k3s, kind, OpenShift
  …).
- The host is an IP address, or a host name of EKS, AKS or a similar service.
- The host is a name that public authorities do not certify (`.internal`, `.local`, a single
  word).

## Why

Argo CD rejects certificates of unknown authorities: `x509: certificate signed by unknown
authority` (argo-cd#13987). All Applications of the cluster would have the status Unknown.

## Fix

Copy `certificate-authority-data` from a kubeconfig of the cluster. It is not secret. If a proxy
with a public certificate is in front of the API server, such as GKE's DNS endpoint (`.gke.goog`),
Rancher or Teleport, set its host as the `server` and leave out `distribution`.

## Example

```yaml
clusters:
  edge:
    server: https://ABC.gr7.eu-west-1.eks.amazonaws.com    # missing-certificate-authority
    auth: {awsIam: {clusterName: edge}}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.core.urls import host_of
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.rules.shared.base import Context

SLUG = "missing-certificate-authority"

_OWN_AUTHORITY = frozenset({
    "aks", "aro", "crc", "doks", "eks", "eks-anywhere", "gke", "k0s", "k3d", "k3s", "kind",
    "kops", "kubeadm", "kubespray", "lke", "microk8s", "microshift", "minikube", "oke", "okd",
    "openshift", "rke", "rke2", "rosa", "talos", "tkg", "vcluster",
})  # fmt: skip
"""The distributions that create an authority for each cluster by default."""
_PUBLIC_HOSTS = (".gke.goog", ".googleapis.com")
"""GKE's DNS endpoint and Connect gateway, with certificates of Google's public authority."""
_PRIVATE_HOSTS = (
    ".eks.amazonaws.com",
    ".eks.amazonaws.com.cn",
    ".api.aws",
    ".azmk8s.io",
    ".azmk8s.us",
    ".azk8s.cn",
    ".k8s.ondigitalocean.com",
    ".linodelke.net",
    ".k8s.ovh.net",
    ".k8s.civo.com",
    ".scw.cloud",
    ".vultr-k8s.com",
)
# Names for private use (RFC 6762, RFC 8375, ICANN's `internal`) and other non-public domains.
_PRIVATE_NAME = re.compile(
    r"[^.]+|.*\.(?:corp|home|home\.arpa|internal|intranet|lab|lan|local|localdomain|private|svc)"
)
_ADDRESS = re.compile(r"[0-9.]+|\[.*")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster whose API server has an unknown private authority."""
    for name, cluster in context.platform.clusters.items():
        if cluster.server is None or cluster.certificate_authority is not None:
            continue
        why = _own_authority(cluster, host_of(cluster.server))
        if why:
            yield warning(
                SLUG,
                f"cluster `{name}` has no `certificateAuthority`, but the certificate of its API "
                f"server is not from a public authority: {why}",
                Label(("clusters", name, "server")),
                help="set it to the `certificate-authority-data` of the cluster's kubeconfig",
            )


def _own_authority(cluster: Cluster, name: str) -> str:
    """Return why the certificate is not from a public authority; empty if it may be."""
    if name.endswith(_PUBLIC_HOSTS):
        return ""
    if name.endswith(_PRIVATE_HOSTS):
        domain = name.partition(".")[2]
        return f"clusters below `{domain}` have a private authority"
    if cluster.distribution in _OWN_AUTHORITY:
        return f"`{cluster.distribution}` creates an authority for each cluster"
    if _ADDRESS.fullmatch(name):
        return "the server is an IP address"
    if _PRIVATE_NAME.fullmatch(name):
        return f"`{name}` is not a public DNS name"
    return ""
