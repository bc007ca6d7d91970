"""The registration of a cluster cannot get its credential.

## Problem

One of these is the case:

- The cluster authenticates with `bearerToken` or `clientCertificate`, whose value is only in the
  secret store, and it is registered by Terraform or `integrations.secretStore` is not declared.
- The cluster authenticates with `kind`, or runs its own Argo CD, and is registered by Git.

## Why

Credentials must not be in files. With `registration: gitops`, an ExternalSecret reads the
credential from the store; Terraform would need the value in its variables and its state. The
certificate of a Kind cluster is only known to the Terraform run that creates the cluster. An Argo
CD can only read the clusters repository after its own cluster is registered, so its own
registration cannot be in that repository.

## Fix

Use `registration: gitops` and declare `integrations.secretStore`, or authenticate with `awsIam`,
`azure-workload-identity` or `gcp-workload-identity`, which need no secret. With `auth: kind`, and
on hubs and standalone clusters, remove `registration`.

## Example

```yaml
clusters:
  edge:
    registration: terraform                          # unregistrable-cluster
    auth: {bearerToken: {key: clusters/edge}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.model.clusters import Cluster
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unregistrable-cluster"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster that cannot be registered, and one for a missing store."""
    storeless = []
    for name, cluster in context.platform.clusters.items():
        if cluster.registration == "gitops":
            yield from _through_git(name, cluster)
        if cluster.auth.external is None:
            continue
        if cluster.registration == "terraform":
            yield error(
                SLUG,
                f"Terraform cannot register `{name}`: its credential is only in the secret store",
                Label(("clusters", name, "registration")),
                Label(("clusters", name, "auth"), text="the credential"),
                help="set `registration: gitops`, or use an `auth` method without a secret",
            )
        elif context.platform.integrations.secret_store is None:
            storeless.append(name)
    if storeless:
        yield error(
            SLUG,
            f"no secret store is declared, but the credentials of {some(storeless)} are in one",
            Label(("clusters", storeless[0], "auth")),
            help="add `integrations: {secretStore: {name: …}}`",
            cause=("integrations", "secretStore"),
        )


def _through_git(name: str, cluster: Cluster) -> Iterator[Diagnostic]:
    label = Label(("clusters", name, "registration"))
    if cluster.type != "spoke":
        yield error(
            SLUG,
            f"`{name}` cannot be registered through Git: its Argo CD reads Git only after its own"
            " cluster is registered",
            label,
            Label(("clusters", name, "type"), text="runs an Argo CD"),
            help="delete `registration`: Terraform then registers it",
        )
    elif cluster.auth.kind is not None:
        yield error(
            SLUG,
            f"`{name}` cannot be registered through Git: only Terraform, which creates it, has its"
            " certificate",
            label,
            Label(("clusters", name, "auth"), text="the certificate of Kind"),
            help="delete `registration`, or use an `auth` method with the secret store",
        )
