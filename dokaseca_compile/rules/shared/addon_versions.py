"""Every version of an addon as written, with the parts that follow it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.model.addons import AddonSettings, Component, ComponentSettings
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon
from dokaseca_compile.rules.shared.profiles import layers

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")


@dataclass(frozen=True, slots=True)
class Pin:
    """A version as written in one place; ``parts`` are the parts that it pins, if any."""

    addon: str
    text: str
    route: Route
    parts: tuple[Part, ...]


def pins(resolved: Resolved) -> Iterator[Pin]:
    """Yield every version of every addon in every layer, overridden or not, the defaults first."""
    for name, addon in resolved.addons.items():
        yield from _pins(addon, ("addons", name), addon.addon.version, addon.addon.components)
    for route, settings in layers(resolved.platform):
        for name, setting in settings.items():
            if name in resolved.addons:
                yield from _layer_pins(resolved.addons[name], (*route, name), setting)


def is_exact(version: str) -> bool:
    """Return whether a text is an exact SemVer version, not a range or part of one."""
    parsed = parse_version(version)
    return parsed is not None and parsed.exact


def is_fixed(revision: str) -> bool:
    """Return whether a revision is a tag (a SemVer version, with or without ``v``) or a commit."""
    return is_exact(revision) or bool(_COMMIT.match(revision))


def is_listed_branch(revision: str, branches: Mapping[str, str]) -> bool:
    """Return whether the branching rules list a branch.

    They list it by name, or by a pattern with one trailing ``*``.
    """
    revision = revision.removeprefix("refs/heads/")
    if revision in branches:
        return True
    for pattern in branches:
        prefix, star, rest = pattern.partition("*")
        if star and not rest and revision.startswith(prefix):
            return True
    return False


def _layer_pins(addon: ResolvedAddon, route: Route, setting: AddonSettings) -> Iterator[Pin]:
    if setting.version is not None or setting.components:
        yield from _pins(addon, route, setting.version, setting.components)


def _pins(
    addon: ResolvedAddon,
    route: Route,
    version: str | None,
    components: Mapping[str, Component | ComponentSettings],
) -> Iterator[Pin]:
    if version is not None:
        yield Pin(addon.name, version, (*route, "version"), _followers(addon))
    for name, component in components.items():
        if component.version is None or name not in addon.addon.components:
            continue
        place = (*route, "components", name, "version")
        parts = tuple(part for part in addon.parts if part.component == name and part.versioned)
        yield Pin(addon.name, component.version, place, parts)


def _followers(addon: ResolvedAddon) -> tuple[Part, ...]:
    """Return the parts that follow the addon's version: all without a version of their own."""
    components = addon.addon.components.items()
    own = {name for name, component in components if component.version is not None}
    return tuple(part for part in addon.parts if part.versioned and part.component not in own)
