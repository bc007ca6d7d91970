"""A later environment runs a newer version than an earlier one.

Problem
    By the defaults and the environments' own pins, an environment resolves a newer version of an
    addon than the environment before it in the order of promotion.

Why
    The order of ``environments`` says that a version is proved in one before it reaches the next.
    Here the later one is the test: usually a pin was forgotten when the default was raised.

Fix
    Pin the newer version in the earlier environment too, or the older one in the later. Versions
    pinned by regions, cluster types and clusters are exceptions and do not count.

Example
    .. code-block:: yaml

        environments:
          dev: {addons: {kyverno: {version: 3.3.7}}}
          production: {}                          # promotion-order: runs 3.8.2
        addons: {kyverno: {version: 3.8.2}}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dokaseca_compile.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.resolve.resolved import Install, PartInstall, Said
from dokaseca_compile.routes import Route
from dokaseca_compile.rules.base import Context
from dokaseca_compile.rules.fleet import sound_profiles
from dokaseca_compile.versions import parse_version

SLUG = "promotion-order"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each addon and pair of environments in the wrong order."""
    told: set[tuple[Route, Route]] = set()
    for name, steps in _steps(context).items():
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


def _steps(context: Context) -> dict[str, list[tuple[str, Said[str]]]]:
    """The versions of each part by environment, in the order of promotion, where it is enabled."""
    enabled: dict[str, dict[str, Install]] = {}
    for profile in sound_profiles(context):
        installs = enabled.setdefault(profile.environment, {})
        for install in profile.enabled():
            installs.setdefault(install.addon, install)
    steps: dict[str, list[tuple[str, Said[str]]]] = {}
    for environment in context.resolved.environments:
        for install in enabled.get(environment, {}).values():
            for part in install.parts:
                said = _of_environment(part)
                if said is not None:
                    steps.setdefault(part.part.name, []).append((environment, said))
    return steps


def _of_environment(part: PartInstall) -> Said[str] | None:
    chain = part.version.chain() if part.version is not None else ()
    return next((link for link in chain if link.layer.scope in {"default", "environment"}), None)
