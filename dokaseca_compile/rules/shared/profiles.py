"""Helpers for rules about clusters and installs: complete profiles, layers, suggestions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import Label, did_you_mean
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.resolved import (
    Install,
    Part,
    Placement,
    Profile,
    Resolved,
    ResolvedWorkload,
)
from dokaseca_compile.resolve.setting import DEFAULT, SECTIONS, Setting, T, layers_of
from dokaseca_compile.rules.shared.base import Context

_MOST_HINTS = 100


def complete_profiles(context: Context) -> list[Profile]:
    """Return the profiles whose layers are all declared and free of schema faults.

    Any other profile lacks settings, so findings about its installs could be wrong.
    """
    platform = context.platform
    broken = set(map(str, context.names("clusterTypes"))) - set(map(str, platform.cluster_types))
    complete: list[Profile] = []
    for profile in context.resolved.profiles:
        if profile.environment not in platform.environments or profile.type in broken:
            continue
        if profile.region in platform.regions:
            complete.append(profile)
    return complete


def enabled_installs(context: Context) -> Iterator[tuple[Profile, Install]]:
    """Yield every enabled install of the complete profiles, with its profile."""
    for profile in complete_profiles(context):
        for install in profile.enabled():
            yield profile, install


def enabled_addons(profile: Profile) -> set[str]:
    """Return the names of the addons that a profile enables."""
    return {install.addon for install in profile.enabled()}


def addon_parts(resolved: Resolved) -> Iterator[Part]:
    """Yield every part of every addon."""
    for addon in resolved.addons.values():
        yield from addon.parts


def placements(resolved: Resolved) -> Iterator[tuple[ResolvedWorkload, Placement]]:
    """Yield every workload with each of its environments."""
    for workload in resolved.workloads.values():
        for placement in workload.places.values():
            yield workload, placement


def addon_settings(platform: Platform) -> Iterator[tuple[Route, str, AddonSettings]]:
    """Yield the settings of each addon in each layer, with their route and the addon's name."""
    for scope, units in layers_of(platform).items():
        for name, settings in units.items():
            for addon, setting in settings.items():
                yield (SECTIONS[scope], name, "addons", addon), addon, setting


def declared_parts(context: Context) -> dict[str, Route]:
    """Return where each addon and component (``<addon>-<component>``) is declared."""
    declared: dict[str, Route] = {}
    for part in addon_parts(context.resolved):
        if part.component is not None:
            declared[part.name] = part.route
    for name in context.names("addons"):
        declared[name] = ("addons", name)
    return declared


def declared_workloads(context: Context) -> dict[str, Route]:
    """Return where each workload (``<team>/<workload>``) is declared.

    Workloads with a schema fault are among them.
    """
    declared: dict[str, Route] = {}
    for team, units in mapping(context.data, "workloads").items():
        for name in mapping(units):
            declared[f"{team}/{name}"] = ("workloads", team, name)
    return declared


def strongest(*settings: Setting[T]) -> Setting[T] | None:
    """Return the setting of the strongest layer; ``None`` when no layer changed the defaults."""
    best = max(settings, key=lambda setting: setting.layer.rank)
    return None if best.layer == DEFAULT else best


def blamed(settings: Iterable[Setting[T]], place: Label, text: str) -> list[Label]:
    """Return the place of the strongest setting before ``place``, which then has this text.

    When no layer changed the defaults, ``place`` alone is to blame.
    """
    cause = strongest(*settings)
    if cause is None:
        return [place]
    return [Label(cause.route), replace(place, text=text)]


def has_operator(profile: Profile, name: str) -> bool:
    """Return whether a profile installs an operator."""
    return name in operators(profile)


def operators(profile: Profile) -> frozenset[str]:
    """Return the names by which the installed operators of a profile are recognized.

    An operator is known by the name of its chart, of its addon, or of its folder.
    """
    names: set[str] = set()
    for install in profile.enabled():
        for each in install.parts:
            part = each.part
            if part.component is None:
                folder = (part.path or "").rpartition("/")[2]
                names.update((part.chart or folder, part.addon, folder))
    return frozenset(names)


@dataclass(slots=True)
class Hints:
    """``did_you_mean`` for one set of names.

    Comparing a word with thousands of names takes time, so answers are kept. After many different
    unknown words there are no more suggestions: the cause is then not a misspelling.
    """

    known: Collection[str]
    _found: dict[str, str] = field(default_factory=dict)

    def of(self, word: str) -> str:
        """Return the help line for an unknown name."""
        if word not in self._found:
            if len(self._found) >= _MOST_HINTS:
                return ""
            self._found[word] = did_you_mean(word, self.known)
        return self._found[word]
