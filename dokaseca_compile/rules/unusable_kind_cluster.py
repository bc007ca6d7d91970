"""A Kind cluster cannot be created as declared, or `auth: kind` is set on another cluster.

## Problem

A cluster with `cloud: local` and `distribution: kind` has a name with more than 49 characters, or
a `kubernetesVersion` without a patch version. Or a cluster with `auth: kind` does not have
`cloud: local` and `distribution: kind`.

## Why

Terraform creates such a cluster with Kind. Kind names the node `<cluster>-control-plane`, and a
host name can have at most 63 characters. Kind images are tagged with complete versions: there is
no `kindest/node:v1.33`. `auth: kind` uses the certificate that Kind creates for the cluster.

## Fix

Shorten the name. Write the complete version, such as `"1.33.4"`, or none to use the default of
Kind. For a cluster that already exists, use another authentication method.

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
    """Yield a fault for each name, version and `auth` method that cannot work."""
    for name, cluster in context.platform.clusters.items():
        if cluster.made_by_terraform:
            yield from _made(name, cluster)
        elif cluster.auth.kind is not None:
            yield error(
                SLUG,
                f"`{name}` uses `auth: kind`, but is not a local Kind cluster",
                Label(("clusters", name, "auth")),
                help="set `cloud: local` and `distribution: kind`, or use another `auth` method",
            )


def _made(name: str, cluster: Cluster) -> Iterator[Diagnostic]:
    if len(name) > _LONGEST:
        message = (
            f"the name of Kind cluster `{name}` has {len(name)} characters: the host name of its"
            f" node, `<name>{_NODE}`, would be too long"
        )
        label = Label(("clusters", name), At.KEY)
        yield error(SLUG, message, label, help=f"use at most {_LONGEST} characters")
    version = cluster.kubernetes_version
    if version is not None and version.count(".") < 2:
        message = (
            f"Kind has no image for Kubernetes {version}: its images are tagged with full versions"
        )
        label = Label(("clusters", name, "kubernetesVersion"))
        advice = f'add the patch version, such as `"{version}.1"`, or delete it'
        yield error(SLUG, message, label, help=advice)
