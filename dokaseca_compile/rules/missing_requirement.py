"""An addon is installed on a cluster without an addon that it requires.

## Problem

`addons.<name>.requires` lists an addon that is disabled on a cluster where `<name>` is enabled.

## Why

Argo CD does not know about requirements. It applies the addon, whose Pods wait for a Secret, a
CRD or a webhook that never appears. At best, the Application becomes Degraded.

## Fix

Enable the required addon on these clusters, disable the other one, or remove the requirement if
it is wrong.

## Accept

If something else provides the required component, such as a managed addon of the cloud.

## Example

```yaml
addons:
  cert-manager: {enabled: false}
  kyverno: {requires: [cert-manager]}   # missing-requirement on every cluster
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.resolve.resolved import Profile
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import (
    blamed,
    complete_profiles,
    enabled_addons,
    strongest,
)

SLUG = "missing-requirement"
UNSURE_WITHOUT = frozenset({"addons"})
_MOST_PLACES = 3

Requirement = tuple[str, int, str]
"""An addon, the index in its `requires`, and the addon that it requires there."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each unmet requirement, once for all clusters."""
    requirements = list(_requirements(context))
    unmet: dict[Requirement, list[Profile]] = {}
    for profile in complete_profiles(context):
        on = enabled_addons(profile)
        for requirement in requirements:
            name, _, need = requirement
            if name in on and need not in on:
                unmet.setdefault(requirement, []).append(profile)
    for requirement, profiles in sorted(unmet.items()):
        yield _fault(*requirement, profiles)


def _requirements(context: Context) -> Iterator[Requirement]:
    """Yield each requirement once; other findings report unknown and faulty addons."""
    addons = context.resolved.addons
    for name, resolved in addons.items():
        requires = resolved.addon.requires
        for need in dict.fromkeys(requires):
            if need in addons:
                yield name, requires.index(need), need


def _fault(name: str, index: int, need: str, profiles: Sequence[Profile]) -> Diagnostic:
    """Point at the strongest layer that causes the fault, else at the requirement."""
    on = [profile.installs[name].enabled for profile in profiles]
    off = [profile.installs[need].enabled for profile in profiles]
    cause = strongest(*on, *off)
    entry = Label(("addons", name, "requires", index))
    shared_cause = None
    if cause is not None and cause is strongest(*off):
        # A setting that disables an addon is one fault, however many addons require it.
        shared_cause = (format_route(cause.route), need)
    return error(
        SLUG,
        f"addon `{name}` requires `{need}`, which is not enabled on {some(clusters_of(profiles))}",
        *blamed([*on, *off], entry, f"`{name}` requires it"),
        *_disabled(need, off, cause),
        help=f"enable `{need}` there, or disable `{name}`",
        cause=shared_cause,
    )


def _disabled(
    need: str, off: Sequence[Setting[bool]], cause: Setting[bool] | None
) -> Iterator[Label]:
    """Yield the first places other than the cause that disable the required addon."""
    routes = dict.fromkeys(setting.route for setting in off)
    if cause is not None:
        routes.pop(cause.route, None)
    for route in islice(routes, _MOST_PLACES):
        yield Label(route, text=f"`{need}` is disabled")
