"""The authentication method of a cluster belongs to another cloud.

## Problem

`auth` is `awsIam`, `azureWorkloadIdentity` or `gcpWorkloadIdentity`, and `cloud` is a different
cloud. The default of `cloud` is `local`.

## Why

`cloud` is a label of the cluster Secret that ApplicationSets use to select addons for a cloud.
With the wrong cloud, the cluster gets the addons of another cloud, or none.

## Fix

Correct `cloud` or `auth`.

## Example

```yaml
clusters:
  edge: {cloud: gcp, auth: {awsIam: {clusterName: edge}}}   # auth-cloud-mismatch
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.model.clusters import Auth
from dokaseca_compile.rules.shared.base import Context

SLUG = "auth-cloud-mismatch"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster whose authentication and cloud do not fit."""
    for name, cluster in context.platform.clusters.items():
        method, cloud = _cloud(cluster.auth)
        if not cloud or cluster.cloud == cloud:
            continue
        message = (
            f"cluster `{name}` authenticates with `{method}`, but its cloud is `{cluster.cloud}`"
        )
        auth = Label(("clusters", name, "auth"), text=f"an authentication method of `{cloud}`")
        advice = f"set `cloud: {cloud}`, or correct `auth`"
        if "cloud" in cluster.model_fields_set:
            yield warning(SLUG, message, Label(("clusters", name, "cloud")), auth, help=advice)
        else:
            yield warning(SLUG, f"{message} by default", auth, help=advice)


def _cloud(auth: Auth) -> tuple[str, str]:
    """Return the authentication method and its cloud; empty if it belongs to no cloud."""
    if auth.aws_iam is not None:
        return "awsIam", "aws"
    if auth.azure_workload_identity is not None:
        return "azureWorkloadIdentity", "azure"
    if auth.gcp_workload_identity is not None:
        return "gcpWorkloadIdentity", "gcp"
    return "", ""
