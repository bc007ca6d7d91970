"""A cluster needs secrets from the secret store but does not install External Secrets.

## Problem

No addon on a cluster has the chart `external-secrets`, and the cluster is one of these: a hub
that registers a cluster whose credential is in the secret store (`bearerToken` or
`clientCertificate`), or a cluster with a team in an environment with `secrets`.

## Why

Git contains an ExternalSecret from which the operator creates the Secret. Without the operator
its CRD is missing and the sync fails: Argo CD never registers the cluster, and the Pods of the
team wait for their Secret.

## Fix

Install External Secrets on the cluster, as an addon whose main chart is named `external-secrets`.

## Example

```yaml
clusters:
  hub: {type: hub, auth: in-cluster}               # missing-external-secrets
  edge: {hub: hub, auth: {bearerToken: {key: clusters/edge}}}
addons: {external-secrets: {enabled: false}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import by_external_secret
from dokaseca_compile.rules.shared.profiles import complete_profiles, has_operator

SLUG = "missing-external-secrets"
UNSURE_WITHOUT = frozenset({"addons", "environments", "regions"})
_NAME = "external-secrets"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each hub and each environment whose Secrets need the operator."""
    if len(context.names("addons")) > len(context.platform.addons):
        return  # an addon with a schema fault may be the operator
    lacking: set[str] = set()
    for profile in complete_profiles(context):
        if not has_operator(profile, _NAME):
            lacking.update(profile.clusters)
    for hub, clusters in _external(context).items():
        if hub in lacking:
            yield _for_hub(hub, clusters)
    for environment, names in _with_secrets(context).items():
        if not names.isdisjoint(lacking):
            yield _for_teams(environment, sorted(names & lacking))


def _for_hub(hub: str, clusters: list[str]) -> Diagnostic:
    return warning(
        SLUG,
        f"hub `{hub}` does not install `{_NAME}`, which creates the cluster Secret of "
        f"{some(clusters)}",
        Label(("clusters", hub), At.KEY),
        Label(("clusters", clusters[0], "auth"), text="its credential is in the secret store"),
        help=f"enable an addon with the chart `{_NAME}` on `{hub}`",
    )


def _for_teams(environment: str, clusters: list[str]) -> Diagnostic:
    return warning(
        SLUG,
        f"environment `{environment}` has secrets, but `{_NAME}`, which creates them, "
        f"is not installed on {some(clusters)}",
        Label(("environments", environment, "secrets"), At.KEY),
        Label(("clusters", clusters[0]), At.KEY, text="teams work here"),
        help=f"enable an addon with the chart `{_NAME}` there",
    )


def _external(context: Context) -> dict[str, list[str]]:
    """Return the clusters that an ExternalSecret registers, by known hub."""
    clusters = context.resolved.clusters
    found: dict[str, list[str]] = {}
    for name, each in clusters.items():
        if by_external_secret(each) and each.hub in clusters:
            found.setdefault(str(each.hub), []).append(name)
    return found


def _with_secrets(context: Context) -> dict[str, set[str]]:
    """Return the clusters where a team gets a secret, by environment."""
    found: dict[str, set[str]] = {}
    for tenant in context.resolved.tenants.values():
        if tenant.secrets:
            found.setdefault(tenant.environment, set()).update(tenant.clusters)
    return found
