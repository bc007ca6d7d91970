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
`azureWorkloadIdentity` or `gcpWorkloadIdentity`, which need no secret. With `auth: kind`, and on
hubs and standalone clusters, remove `registration`.

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
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unregistrable-cluster"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each such cluster of Terraform, and one for the missing secret store."""
    storeless = []
    for name, cluster in context.platform.clusters.items():
        if cluster.type != "spoke" and cluster.registration == "gitops":
            yield error(
                SLUG,
                f"Git cannot register `{name}`: its Argo CD reads Git only once it knows its own cluster",
                Label(("clusters", name, "registration")),
                Label(("clusters", name, "type"), text="runs an Argo CD"),
                help="remove `registration`: Terraform registers it",
            )
        elif cluster.auth.kind is not None and cluster.registration == "gitops":
            yield error(
                SLUG,
                f"Git cannot register `{name}`: only the Terraform that makes it has its certificate",
                Label(("clusters", name, "registration")),
                Label(("clusters", name, "auth"), text="the certificate that Kind makes"),
                help="remove `registration`, or authenticate by what the secret store has",
            )
        if cluster.auth.external is None:
            continue
        if cluster.registration == "terraform":
            yield error(
                SLUG,
                f"Terraform cannot register `{name}`: it would need the credential's value",
                Label(("clusters", name, "registration")),
                Label(("clusters", name, "auth"), text="only the secret store has it"),
                help="write `registration: gitops`, or authenticate without a secret",
            )
        elif context.platform.integrations.secret_store is None:
            storeless.append(name)
    if storeless:
        yield error(
            SLUG,
            f"no secret store is declared, and the credentials of {some(storeless)} come from one",
            Label(("clusters", storeless[0], "auth")),
            help="add `integrations: {secretStore: {name: …}}`",
            cause=("integrations", "secretStore"),
        )
