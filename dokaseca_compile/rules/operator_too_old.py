"""An operator is too old for the objects that are generated for it.

## Problem

An addon installs a version of External Secrets, Kyverno or Argo CD on a cluster, and this version
does not support the API or the fields that the generated objects use.

## Why

The result depends on the operator:

- External Secrets serves `external-secrets.io/v1` since 0.16.0 (external-secrets#4662). An older
  version creates no Secret, and the sync fails.
- Kyverno supports `failureAction` of a rule since 1.13, chart 3.3.0 (kyverno#10633). An older
  version silently drops it and only reports what should be enforced.
- Argo CD supports `goTemplateOptions` since 2.8, chart 5.43.0. An older version deploys `<no
  value>` where a key is missing.

## Fix

Upgrade the addon on these clusters.

## Example

```yaml
environments: {dev: {secrets: {db: {key: dev/db, data: {password: password}}}}}
addons:
  external-secrets:
    chart: {name: external-secrets, repository: https://charts.external-secrets.io}
    version: 0.15.1                                                # operator-too-old
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import is_older
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import by_external_secret
from dokaseca_compile.rules.shared.profiles import complete_profiles

SLUG = "operator-too-old"


@dataclass(frozen=True, slots=True)
class _Operator:
    """A chart, the first version that supports the compiled objects, and what they use."""

    chart: str
    first: str
    uses: str


_EXTERNAL_SECRETS = _Operator(
    "external-secrets", "0.16.0", "the compiled ExternalSecrets use `external-secrets.io/v1`"
)
_KYVERNO = _Operator(
    "kyverno", "3.3.0", "the compiled policies set `failureAction` for each rule (Kyverno 1.13)"
)
_ARGO_CD = _Operator(
    "argo-cd", "5.43.0", "the compiled ApplicationSets use `goTemplateOptions` (Argo CD 2.8)"
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place that sets such a version, however many clusters."""
    for operator, clusters in (
        (_EXTERNAL_SECRETS, _with_external_secrets(context)),
        (_KYVERNO, _with_policies(context)),
        (_ARGO_CD, _hubs(context)),
    ):
        found: dict[Route, tuple[Setting[str], list[str]]] = {}
        for version, names in _too_old(context, operator, clusters):
            found.setdefault(version.route, (version, []))[1].extend(names)
        for version, names in found.values():
            yield _fault(operator, version, names)


def _too_old(
    context: Context, operator: _Operator, clusters: frozenset[str]
) -> Iterator[tuple[Setting[str], list[str]]]:
    """Yield each version of an operator that is too old, with its clusters."""
    for profile in complete_profiles(context):
        names = [name for name in profile.clusters if name in clusters]
        if not names:
            continue
        for version in _versions(profile, operator.chart):
            if is_older(version.value, operator.first):
                yield version, names


def _versions(profile: Profile, chart: str) -> Iterator[Setting[str]]:
    for _, part in profile.enabled_parts():
        if part.part.chart == chart and part.version is not None:
            yield part.version


def _with_external_secrets(context: Context) -> frozenset[str]:
    """Return the clusters that get ExternalSecrets: hubs, and clusters of teams with secrets."""
    found: set[str] = set()
    for cluster in context.resolved.clusters.values():
        if by_external_secret(cluster):
            found.add(cluster.hub or cluster.name)
    for tenant in context.resolved.tenants.values():
        if tenant.secrets:
            found.update(tenant.clusters)
    return frozenset(found)


def _with_policies(context: Context) -> frozenset[str]:
    """Return the clusters that get Kyverno's policies."""
    resolved = context.resolved
    if not resolved.has_teams:
        return frozenset()
    return frozenset(
        name
        for name, cluster in resolved.clusters.items()
        if resolved.policies(cluster.cluster.environment).kyverno.policies
    )


def _hubs(context: Context) -> frozenset[str]:
    """Return the clusters that run an Argo CD."""
    clusters = context.platform.clusters
    return frozenset(name for name, each in clusters.items() if each.type != "spoke")


def _fault(operator: _Operator, version: Setting[str], clusters: list[str]) -> Diagnostic:
    return error(
        SLUG,
        f"version {version.value} of `{operator.chart}` on {some(clusters)} is too old:"
        f" {operator.uses}",
        Label(version.route),
        help=f"upgrade it to {operator.first} or newer",
    )
