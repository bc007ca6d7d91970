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

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.resolve.resolved import Profile, Setting
from dokaseca_compile.rules.shared.base import Context, clusters_of, some
from dokaseca_compile.rules.shared.profiles import complete_profiles, strongest

SLUG = "missing-requirement"
UNSURE_WITHOUT = frozenset({"addons"})
_MOST_PLACES = 3


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each unmet requirement, once for all clusters."""
    addons = context.resolved.addons
    # Other findings report unknown addons and those with a schema fault.
    needs = [
        (name, index, need)
        for name, resolved in addons.items()
        for index, need in enumerate(resolved.addon.requires)
        if need in addons and need not in resolved.addon.requires[:index]
    ]
    unmet: dict[tuple[str, int, str], list[Profile]] = {}
    for profile in complete_profiles(context):
        on = {install.addon for install in profile.enabled()}
        for name, index, need in needs:
            if name in on and need not in on:
                unmet.setdefault((name, index, need), []).append(profile)
    for (name, index, need), profiles in sorted(unmet.items()):
        yield _fault(name, index, need, profiles)


def _fault(name: str, index: int, need: str, profiles: Sequence[Profile]) -> Diagnostic:
    """Point at the strongest layer that causes the fault, else at the requirement."""
    entry = Label(("addons", name, "requires", index), text=f"`{name}` requires it")
    on = strongest(*(profile.installs[name].enabled for profile in profiles))
    off = strongest(*(profile.installs[need].enabled for profile in profiles))
    settings = [setting for setting in (on, off) if setting is not None]
    cause = strongest(*settings) if settings else None
    labels = [Label(entry.route)] if cause is None else [Label(cause.route), entry]
    # A setting that disables an addon is one fault, however many addons require it.
    disabled_by = off if cause is off else None
    return error(
        SLUG,
        f"addon `{name}` requires `{need}`, which is not enabled on {some(clusters_of(profiles))}",
        *labels,
        *_disabled(need, profiles, cause),
        help=f"enable `{need}` there, or disable `{name}`",
        cause=(format_route(disabled_by.route), need) if disabled_by is not None else None,
    )


def _disabled(need: str, profiles: Sequence[Profile], cause: Setting[bool] | None) -> list[Label]:
    """Return the first places other than the cause that disable the required addon."""
    routes = dict.fromkeys(profile.installs[need].enabled.route for profile in profiles)
    others = [route for route in routes if cause is None or route != cause.route]
    return [Label(route, text=f"`{need}` is disabled") for route in others[:_MOST_PLACES]]
