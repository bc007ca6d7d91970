"""An environment has Kyverno policies, but one of its clusters does not install Kyverno.

## Problem

`policies.<environment>.kyverno.policies` lists a policy, and no addon on a cluster of the
environment has the chart `kyverno`.

## Why

As soon as a team works on a cluster of the environment, the policies are applied to all of its
clusters. Without Kyverno its CRDs are missing: the sync fails, and nothing is enforced.

## Fix

Install Kyverno on the cluster, as an addon whose main chart is named `kyverno`, or remove the
policies.

## Example

```yaml
policies: {dev: {kyverno: {policies: [disallow-latest-tag]}}}   # missing-kyverno
addons: {kyverno: {enabled: false}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import complete_profiles, has_operator

SLUG = "missing-kyverno"
UNSURE_WITHOUT = frozenset({"addons", "environments", "regions"})
_NAME = "kyverno"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment with policies and a cluster without Kyverno."""
    if len(context.names("addons")) > len(context.platform.addons):
        return  # an addon with a schema fault may be Kyverno
    if not context.resolved.has_teams:
        return  # clusters get no policies
    without: dict[str, list[Profile]] = {}
    for profile in complete_profiles(context):
        if not has_operator(profile, _NAME):
            without.setdefault(profile.environment, []).append(profile)
    for environment, policies in context.platform.policies.items():
        if environment in without and policies.kyverno.policies:
            yield _fault(environment, clusters_of(without[environment]))


def _fault(environment: str, clusters: list[str]) -> Diagnostic:
    return warning(
        SLUG,
        f"environment `{environment}` has Kyverno policies, but `{_NAME}` is not installed "
        f"on {some(clusters)}",
        Label(("policies", environment, "kyverno", "policies"), At.KEY),
        Label(("clusters", clusters[0]), At.KEY, text="in this environment"),
        help=f"enable an addon with the chart `{_NAME}` there, or delete the policies",
    )
