"""A cluster's credential cannot come from where its registration needs it.

## Problem

The cluster authenticates by `bearerToken` or `clientCertificate`, whose value only the
secret store has, and either it is registered by Terraform, or `integrations.secretStore` is
not declared. Or it authenticates by `kind`, or runs an Argo CD of its own, and is
registered by Git.

## Why

A credential must be in no file. GitOps registration writes an ExternalSecret that fetches it
from the store. Terraform would need the value itself, in its variables and in its state. The
certificate of a Kind cluster is known only to the Terraform run that makes the cluster. An
Argo CD reads the clusters repository once it knows its own cluster, so that cannot stand there.

## Fix

Use `registration: gitops` and declare `integrations.secretStore`, or authenticate by
`awsIam`, `azureWorkloadIdentity` or `gcpWorkloadIdentity`, which need no secret. With
`kind`, and on a hub or standalone cluster, remove `registration`.

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
