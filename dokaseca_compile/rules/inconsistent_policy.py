"""Settings of a policy set contradict each other, or one of them has no effect.

## Problem

`policies.<environment>` contains one of these:

- `registries` or `labels` without the policy that uses them, or the policy without them
- an `action` without policies
- a registry that is inside another one in the list
- a `warn` or `audit` level that is lower than `enforce`

## Why

A restriction seems to be active but is not. A policy without its list would allow nothing, a list
without its policy restricts nothing, and of two nested registries the wider one decides. A `warn`
or `audit` level below `enforce` never reports anything.

## Fix

Add the missing setting, or delete the one without effect.

## Example

```yaml
policies:
  dev:
    podSecurity: {enforce: restricted, warn: baseline}           # inconsistent-policy
    kyverno: {policies: [], registries: [ghcr.io/acme]}          # inconsistent-policy
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.policies import (
    REQUIRE_LABELS,
    RESTRICT_REGISTRIES,
    Kyverno,
    Level,
    PodSecurity,
)
from dokaseca_compile.rules.shared.base import Context

SLUG = "inconsistent-policy"
_LEVELS = get_args(Level)
_READERS = {"labels": REQUIRE_LABELS, "registries": RESTRICT_REGISTRIES}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each part of a policy set that contradicts another or has no effect."""
    for environment, policies in context.platform.policies.items():
        route: Route = ("policies", environment)
        if policies.pod_security is not None:
            yield from _levels(policies.pod_security, (*route, "podSecurity"))
        yield from _lists(policies.kyverno, (*route, "kyverno"))
        yield from _within(policies.kyverno.registries, (*route, "kyverno", "registries"))


def _levels(security: PodSecurity, route: Route) -> Iterator[Diagnostic]:
    enforced = _LEVELS.index(security.enforce)
    for mode, level in (("warn", security.warn), ("audit", security.audit)):
        if level is None or _LEVELS.index(level) >= enforced:
            continue
        yield error(
            SLUG,
            f"`{mode}: {level}` has no effect: `enforce: {security.enforce}` already refuses "
            f"everything that breaks `{level}`",
            Label((*route, mode)),
            help=f"delete `{mode}`, or set a stricter level than that of `enforce`",
        )


def _lists(kyverno: Kyverno, route: Route) -> Iterator[Diagnostic]:
    for key, policy in _READERS.items():
        listed = bool(getattr(kyverno, key))
        if listed and policy not in kyverno.policies:
            message = f"`{key}` has no effect without the policy `{policy}`"
            yield error(
                SLUG,
                message,
                Label((*route, key), At.KEY),
                help=f"add `{policy}` to `policies`, or delete `{key}`",
            )
        elif not listed and policy in kyverno.policies:
            place = Label((*route, "policies", kyverno.policies.index(policy)))
            yield error(
                SLUG,
                f"the policy `{policy}` needs a list of `{key}`",
                place,
                help=f"add `{key}: […]`",
            )
    if "action" in kyverno.model_fields_set and not kyverno.policies:
        message = f"`action: {kyverno.action}` has no effect: there are no Kyverno `policies`"
        yield error(
            SLUG,
            message,
            Label((*route, "action"), At.KEY),
            help="add `policies: […]`, or delete `action`",
        )


def _within(registries: tuple[str, ...], route: Route) -> Iterator[Diagnostic]:
    """Yield a fault for each registry that another one in the list covers."""
    for index, name in enumerate(registries):
        for place, wider in enumerate(registries):
            if name.startswith(f"{wider}/"):
                other = Label((*route, place), text="listed here")
                message = f"`{wider}` already covers the registry `{name}`"
                advice = "delete one of them"
                yield error(SLUG, message, Label((*route, index)), other, help=advice)
                break
