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

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from dokaseca_compile.core.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import is_older
from dokaseca_compile.resolve.resolved import Install
from dokaseca_compile.resolve.setting import NARROW_SCOPES, Setting
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import enabled_installs, placements

SLUG = "promotion-order"
UNSURE_WITHOUT = frozenset({"addons", "environments"})


class _Step(NamedTuple):
    """The version that an environment runs."""

    environment: str
    version: Setting[str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each addon or workload and pair of environments in the wrong order."""
    reported: set[tuple[Route, Route]] = set()
    for name, steps in (_addons(context) | _workloads(context)).items():
        for earlier, later in pairwise(steps):
            # Several parts may follow one version, which is reported once.
            places = (earlier.version.route, later.version.route)
            if places not in reported and is_older(earlier.version.value, later.version.value):
                reported.add(places)
                yield _fault(name, earlier, later)


def _fault(name: str, earlier: _Step, later: _Step) -> Diagnostic:
    before, older = earlier.environment, earlier.version.value
    after, newer = later.environment, later.version.value
    return warning(
        SLUG,
        f"`{after}` runs `{name}` {newer}, newer than {older} in the earlier environment"
        f" `{before}`",
        Label(later.version.route),
        Label(earlier.version.route, text=f"`{before}` runs {older}"),
        help=f"promote {newer} to `{before}` first, or pin {older} in `{after}`",
    )


def _workloads(context: Context) -> dict[str, list[_Step]]:
    """Return the steps of each workload where it runs, in the order of promotion."""
    found: dict[str, list[_Step]] = {}
    for each, place in placements(context.resolved):
        if place.clusters and place.version is not None:
            step = _Step(place.environment, place.version)
            found.setdefault(f"{each.team}/{each.name}", []).append(step)
    return found


def _addons(context: Context) -> dict[str, list[_Step]]:
    """Return the steps of each part of an addon, in the order of promotion."""
    found: dict[str, dict[str, _Step]] = {}
    seen: set[tuple[str, int]] = set()
    for profile, install in enabled_installs(context):
        key = (profile.environment, id(install))
        if key in seen:
            continue
        seen.add(key)
        for name, version in _wide(install):
            step = _Step(profile.environment, version)
            found.setdefault(name, {})[profile.environment] = step
    order = context.resolved.environments
    return {name: _in_order(steps, order) for name, steps in found.items()}


def _in_order(steps: Mapping[str, _Step], order: Iterable[str]) -> list[_Step]:
    return [steps[environment] for environment in order if environment in steps]


def _wide(install: Install) -> Iterator[tuple[str, Setting[str]]]:
    """Yield the versions that are a default or set by the environment, by part."""
    for part in install.parts:
        if part.version is not None and part.version.layer.scope not in NARROW_SCOPES:
            yield part.part.name, part.version
