"""A Kind cluster cannot be made as it is declared, or one that Kind does not make relies on it.

## Problem

A cluster with `cloud: local` and `distribution: kind` has a name of more than 49
characters, or a `kubernetesVersion` without a patch. Or `auth: kind` stands on a cluster
that is none.

## Why

Terraform makes such a cluster with Kind. Kind calls the node `<cluster>-control-plane`, and a
host name ends at 63 characters. Its images are tagged with full versions: there is no
`kindest/node:v1.33`. `auth: kind` means the certificate that Kind makes for the cluster.

## Fix

Shorten the name; write the patch, `"1.33.4"`, or no version for Kind's default; give a
cluster that exists already another way to authenticate.

## Example

```yaml
clusters:
  lab: {cloud: local, distribution: kind, kubernetesVersion: "1.33"}   # unusable-kind-cluster
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.rules.shared.base import Context

SLUG = "unusable-kind-cluster"
_NODE = "-control-plane"
_LONGEST = 63 - len(_NODE)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each name, version and way to authenticate that cannot work."""
    for name, cluster in context.platform.clusters.items():
        if cluster.made_by_terraform:
            yield from _made(name, cluster)
        elif cluster.auth.kind is not None:
            yield error(
                SLUG,
                f"`{name}` authenticates by Kind's certificate, and is no local Kind cluster",
                Label(("clusters", name, "auth")),
                help="write `cloud: local` and `distribution: kind`, or another way to authenticate",
            )


def _made(name: str, cluster: Cluster) -> Iterator[Diagnostic]:
    if len(name) > _LONGEST:
        message = f"the name of Kind cluster `{name}` has {len(name)} characters: its node's would be no host name"
        yield error(
            SLUG, message, Label(("clusters", name), At.KEY), help=f"{_LONGEST} characters at most"
        )
    version = cluster.kubernetes_version
    if version is not None and version.count(".") < 2:
        message = f"Kind has no image for Kubernetes {version}: its images have full versions"
        label = Label(("clusters", name, "kubernetesVersion"))
        yield error(
            SLUG, message, label, help=f'write the patch too, as `"{version}.1"`, or no version'
        )
