"""What the rules on versions share: every version as it is written, and the parts that follow it."""

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
    """A version as written in one place; ``parts`` are those it pins, none when nothing follows it."""

    addon: str
    text: str
    route: Route
    parts: tuple[Part, ...]


def pins(resolved: Resolved) -> Iterator[Pin]:
    """Every version of every addon in every layer, beaten or not, the defaults first."""
    for name, addon in resolved.addons.items():
        yield from _of(addon, ("addons", name), addon.addon.version, addon.addon.components)
    for route, settings in layers(resolved.platform):
        for name, setting in settings.items():
            if name in resolved.addons:
                yield from _of_layer(resolved.addons[name], (*route, name), setting)


def is_fixed(revision: str) -> bool:
    """Tell whether a revision is a tag (a SemVer version, with or without ``v``) or a commit."""
    version = parse_version(revision)
    return (version is not None and version.exact) or bool(_COMMIT.match(revision))


def listed(revision: str, branches: Mapping[str, str]) -> bool:
    """Tell whether the branching rules list a branch: by its name, or by a pattern with one trailing ``*``."""
    revision = revision.removeprefix("refs/heads/")
    return revision in branches or any(
        revision.startswith(pattern[:-1])
        for pattern in branches
        if pattern.endswith("*") and pattern.count("*") == 1
    )


def _of_layer(addon: ResolvedAddon, route: Route, setting: AddonSettings) -> Iterator[Pin]:
    if setting.version is not None or setting.components:
        yield from _of(addon, route, setting.version, setting.components)


def _of(
    addon: ResolvedAddon,
    route: Route,
    version: str | None,
    components: Mapping[str, Component | ComponentSettings],
) -> Iterator[Pin]:
    if version is not None:
        yield Pin(addon.name, version, (*route, "version"), _followers(addon))
    for name, component in components.items():
        if component.version is not None and name in addon.addon.components:
            parts = tuple(part for part in addon.parts if part.component == name and part.versioned)
            yield Pin(addon.name, component.version, (*route, "components", name, "version"), parts)


def _followers(addon: ResolvedAddon) -> tuple[Part, ...]:
    """The parts that follow the addon's version: a component with a version of its own does not."""
    components = addon.addon.components
    return tuple(
        part
        for part in addon.parts
        if part.versioned and (part.component is None or components[part.component].version is None)
    )
