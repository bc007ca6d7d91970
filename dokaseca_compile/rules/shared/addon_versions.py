"""Every version of an addon as written, with the parts that follow it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.model.addons import Addon, AddonSettings
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon
from dokaseca_compile.rules.shared.profiles import addon_settings

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
        yield from _pins(addon, ("addons", name), addon.addon)
    for route, name, settings in addon_settings(resolved.platform):
        if name in resolved.addons:
            yield from _pins(resolved.addons[name], route, settings)


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
    prefixes = [each[:-1] for each in branches if each.partition("*")[1:] == ("*", "")]
    return revision in branches or revision.startswith(tuple(prefixes))


def _pins(addon: ResolvedAddon, route: Route, settings: Addon | AddonSettings) -> Iterator[Pin]:
    components = addon.addon.components
    if settings.version is not None:
        # All parts without a version of their own follow it.
        own = {name for name, each in components.items() if each.version is not None}
        parts = _versioned(addon, {None, *components} - own)
        yield Pin(addon.name, settings.version, (*route, "version"), parts)
    for name, component in settings.components.items():
        if component.version is not None and name in components:
            place = (*route, "components", name, "version")
            yield Pin(addon.name, component.version, place, _versioned(addon, {name}))


def _versioned(addon: ResolvedAddon, components: Container[str | None]) -> tuple[Part, ...]:
    """Return the parts of these components that have a version; the main chart is ``None``."""
    parts = addon.parts
    return tuple(part for part in parts if part.versioned and part.component in components)
