"""A cluster authenticates by one cloud and runs in another.

## Problem

`auth` is `awsIam`, `azureWorkloadIdentity` or `gcpWorkloadIdentity`, and `cloud` is
not the cloud of that name. A cluster that gives no `cloud` is `local`.

## Why

`cloud` is a label of the cluster Secret, by which ApplicationSets choose cloud-specific
addons. Where it is wrong, the cluster gets another cloud's, or none.

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
        way, cloud = _cloud(cluster.auth)
        if not cloud or cluster.cloud == cloud:
            continue
        message = f"cluster `{name}` authenticates by `{way}`, but its cloud is {cluster.cloud}"
        way_of = Label(("clusters", name, "auth"), text=f"a way of {cloud}")
        advice = f"write `cloud: {cloud}`, or correct `auth`"
        if "cloud" in cluster.model_fields_set:
            yield warning(SLUG, message, Label(("clusters", name, "cloud")), way_of, help=advice)
        else:
            yield warning(SLUG, f"{message} by default", way_of, help=advice)


def _cloud(auth: Auth) -> tuple[str, str]:
    """The way of authentication and the cloud it is of; empty where it is of none."""
    if auth.aws_iam is not None:
        return "awsIam", "aws"
    if auth.azure_workload_identity is not None:
        return "azureWorkloadIdentity", "azure"
    if auth.gcp_workload_identity is not None:
        return "gcpWorkloadIdentity", "gcp"
    return "", ""
