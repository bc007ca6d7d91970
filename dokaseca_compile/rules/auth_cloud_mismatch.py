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

from collections.abc import Iterator, Mapping

from pydantic.alias_generators import to_camel

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.model.clusters import Cloud, Cluster
from dokaseca_compile.rules.shared.base import Context

SLUG = "auth-cloud-mismatch"
_CLOUDS: Mapping[str, Cloud] = {
    "aws_iam": "aws",
    "azure_workload_identity": "azure",
    "gcp_workload_identity": "gcp",
}
"""The authentication methods that belong to a cloud. A cluster has one method."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster whose authentication and cloud do not fit."""
    for name, cluster in context.platform.clusters.items():
        for method in cluster.auth.given(*_CLOUDS):
            if cluster.cloud != _CLOUDS[method]:
                yield _fault(name, cluster, to_camel(method), _CLOUDS[method])


def _fault(name: str, cluster: Cluster, method: str, cloud: str) -> Diagnostic:
    message = f"cluster `{name}` authenticates with `{method}`, but its cloud is `{cluster.cloud}`"
    auth = Label(("clusters", name, "auth"), text=f"an authentication method of `{cloud}`")
    advice = f"set `cloud: {cloud}`, or correct `auth`"
    if "cloud" in cluster.model_fields_set:
        return warning(SLUG, message, Label(("clusters", name, "cloud")), auth, help=advice)
    return warning(SLUG, f"{message} by default", auth, help=advice)
