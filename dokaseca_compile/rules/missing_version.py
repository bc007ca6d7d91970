"""An enabled addon has no version on some clusters.

## Problem

An addon installs a Helm chart, a Kustomize path with `{version}` or a Kustomize path in another
Git repository, and no layer sets its version.

## Why

Argo CD rejects a chart without a version, and there would be nothing to promote from one
environment to the next.

## Fix

Set a default `version` for the addon, or pin one in each environment where it is enabled. A
component can have its own version.

## Example

```yaml
environments:
  production: {addons: {kyverno: {version: 3.3.7}}}
addons:
  kyverno: {chart: {…}}           # missing-version in every other environment
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import complete_profiles, placements
from dokaseca_compile.rules.shared.workload_versions import kind_of

SLUG = "missing-version"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each addon and each workload without a version in some environment."""
    yield from _addons(context)
    yield from _workloads(context)


def _addons(context: Context) -> Iterator[Diagnostic]:
    parts: dict[str, dict[str, None]] = {}
    profiles: dict[str, dict[Profile, None]] = {}
    for profile in complete_profiles(context):
        for install, each in profile.enabled_parts():
            if each.version is None and each.part.versioned:
                parts.setdefault(install.addon, {})[each.part.name] = None
                profiles.setdefault(install.addon, {})[profile] = None
    for addon in sorted(parts):
        yield _addon_fault(addon, parts[addon], profiles[addon])


def _addon_fault(addon: str, parts: Collection[str], profiles: Collection[Profile]) -> Diagnostic:
    what = f"addon `{addon}`" if addon in parts else f"{some(parts)} of addon `{addon}`"
    environments = {profile.environment for profile in profiles}
    return error(
        SLUG,
        f"{what} has no version on {some(clusters_of(profiles))} ({some(environments)})",
        Label(("addons", addon), At.KEY),
        help=f"set `version` in `addons.{addon}`, or in each of these environments",
    )


def _workloads(context: Context) -> Iterator[Diagnostic]:
    lacking: dict[tuple[str, str], list[str]] = {}
    for workload, placement in placements(context.resolved):
        if placement.version is None and kind_of(workload.workload) != "local chart":
            key = (workload.team, workload.name)
            lacking.setdefault(key, []).append(placement.environment)
    for (team, name), environments in lacking.items():
        yield error(
            SLUG,
            f"workload `{team}/{name}` has no version in {some(environments)}",
            Label(("workloads", team, name), At.KEY),
            help="set `version` in the workload, or in each of these environments",
        )
