"""A later environment runs a newer version than an earlier one.

## Problem

According to the defaults and the pins of environments, clusters of an environment run a newer
version of an addon than clusters of the previous environment in the order of promotion.

## Why

By the order of `environments`, a version is tested in one environment before it is promoted to
the next. Here the later environment is the test. Usually a pin was forgotten when the default was
raised.

## Fix

Pin the newer version in the earlier environment, or the older version in the later one. Clusters
whose version is pinned by a region, a cluster type or the cluster itself are exceptions and are
not compared.

## Example

```yaml
environments:
  dev: {addons: {kyverno: {version: 3.3.7}}}
  production: {}                          # promotion-order: uses the default, 3.8.2
addons: {kyverno: {version: 3.8.2}}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.resolve.resolved import NARROW_SCOPES, Install, Said
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import sound_profiles

SLUG = "promotion-order"
UNSURE_WITHOUT = frozenset({"addons", "environments"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each addon or workload and pair of environments in the wrong order."""
    told: set[tuple[Route, Route]] = set()
    for name, steps in (_steps(context) | _workloads(context)).items():
        for (before, weak), (after, strong) in pairwise(steps):
            earlier, later = parse_version(weak.value), parse_version(strong.value)
            # Several parts may follow one version: it is told once.
            places = (weak.route, strong.route)
            if earlier is None or later is None or later <= earlier or places in told:
                continue
            told.add(places)
            yield warning(
                SLUG,
                f"`{after}` runs `{name}` {strong.value}, newer than {weak.value} in `{before}` before it",
                Label(strong.route),
                Label(weak.route, text=f"`{before}` runs {weak.value}"),
                help=f"promote {strong.value} to `{before}` first, or pin {weak.value} in `{after}`",
            )


def _workloads(context: Context) -> dict[str, list[tuple[str, Said[str]]]]:
    """The versions of workloads where they run, in the order of promotion."""
    return {
        f"{team}/{name}": [
            (place.environment, place.version)
            for place in each.places.values()
            if place.clusters and place.version is not None
        ]
        for (team, name), each in context.resolved.workloads.items()
    }


def _steps(context: Context) -> dict[str, list[tuple[str, Said[str]]]]:
    """The versions that clusters run by default or by their environment, by part, in the order of promotion."""
    found: dict[str, dict[str, Said[str]]] = {}
    seen: set[tuple[str, int]] = set()
    for profile in sound_profiles(context):
        for install in profile.enabled():
            if (profile.environment, id(install)) not in seen:
                seen.add((profile.environment, id(install)))
                for name, said in _wide(install):
                    found.setdefault(name, {})[profile.environment] = said
    order = context.resolved.environments
    return {
        name: [(each, said[each]) for each in order if each in said] for name, said in found.items()
    }


def _wide(install: Install) -> Iterator[tuple[str, Said[str]]]:
    """The versions that neither a region, a cluster type nor the cluster itself decides."""
    for part in install.parts:
        if part.version is not None and part.version.layer.scope not in NARROW_SCOPES:
            yield part.part.name, part.version
