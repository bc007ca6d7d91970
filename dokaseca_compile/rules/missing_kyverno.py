"""An environment has Kyverno policies, and a cluster of it no Kyverno.

## Problem

`policies.<environment>.kyverno.policies` lists a policy, and no addon on a cluster of the
environment has the chart `kyverno`.

## Why

Once teams work on any cluster, every cluster of the environment gets its policies. Without
Kyverno there is no such kind: the sync of what is applied to the cluster fails, and nothing is
enforced.

## Fix

Install Kyverno there, as an addon whose main chart is called `kyverno`; or drop the policies.

## Example

```yaml
policies: {dev: {kyverno: {policies: [disallow-latest-tag]}}}   # missing-kyverno
addons: {kyverno: {enabled: false}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import installs, sound_profiles

SLUG = "missing-kyverno"
UNSURE_WITHOUT = frozenset({"addons", "environments", "regions"})
_NAME = "kyverno"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each environment with a cluster that lacks Kyverno."""
    if len(context.names("addons")) > len(context.platform.addons):
        return  # one with a schema fault may be Kyverno
    if not context.resolved.has_teams:
        return  # nothing is applied to clusters
    governed = {name for name, each in context.platform.policies.items() if each.kyverno.policies}
    without = [
        each
        for each in sound_profiles(context)
        if each.environment in governed and not installs(each, _NAME)
    ]
    for environment in context.platform.policies:
        clusters = clusters_of(profile for profile in without if profile.environment == environment)
        if clusters:
            yield warning(
                SLUG,
                f"the Kyverno policies of `{environment}` reach {some(clusters)}, where no `{_NAME}` is",
                Label(("policies", environment, "kyverno", "policies"), At.KEY),
                Label(("clusters", clusters[0]), At.KEY, text="of this environment"),
                help=f"enable an addon with the chart `{_NAME}` there, or drop the policies",
            )
