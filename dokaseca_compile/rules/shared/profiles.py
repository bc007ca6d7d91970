"""Helpers for rules about clusters and installs: complete profiles, layers, suggestions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.resolved import SECTIONS, Profile, Setting, T, layers_of
from dokaseca_compile.rules.shared.base import Context

_MOST_HINTS = 100


def complete_profiles(context: Context) -> list[Profile]:
    """Return the profiles whose layers are all declared and free of schema faults.

    Any other profile lacks settings, so findings about its installs could be wrong.
    """
    platform = context.platform
    types = {str(name) for name in platform.cluster_types}
    broken = {str(name) for name in context.names("clusterTypes")} - types
    return [
        profile
        for profile in context.resolved.profiles
        if profile.environment in platform.environments
        and profile.region in platform.regions
        and profile.type not in broken
    ]


def layers(platform: Platform) -> Iterator[tuple[Route, Mapping[str, AddonSettings]]]:
    """Yield every layer of addon settings, with the route of its ``addons``."""
    for scope, units in layers_of(platform).items():
        for name, settings in units.items():
            yield (SECTIONS[scope], name, "addons"), settings


def declared_parts(context: Context) -> dict[str, Route]:
    """Return where each addon and component (``<addon>-<component>``) is declared."""
    components = {
        part.name: part.route
        for resolved in context.resolved.addons.values()
        for part in resolved.parts
        if part.component is not None
    }
    return components | {name: ("addons", name) for name in context.names("addons")}


def declared_workloads(context: Context) -> dict[str, Route]:
    """Return where each workload (``<team>/<workload>``) is declared.

    Workloads with a schema fault are among them.
    """
    written = context.data.get("workloads")
    teams = written.items() if isinstance(written, Mapping) else ()
    return {
        f"{team}/{name}": ("workloads", team, name)
        for team, units in teams
        if isinstance(units, Mapping)
        for name in units
    }


def strongest(*settings: Setting[T]) -> Setting[T] | None:
    """Return the setting of the strongest layer; ``None`` when no layer changed the defaults."""
    best = max(settings, key=lambda setting: setting.layer.rank)
    return best if best.layer.scope != "default" else None


def has_operator(profile: Profile, name: str) -> bool:
    """Return whether a profile installs an operator.

    The operator is recognized by the name of its chart, of its addon, or of its folder.
    """
    parts = (part.part for install in profile.enabled() for part in install.parts)
    return any(
        part.component is None
        and name in {part.chart, part.addon, (part.path or "").rsplit("/", 1)[-1]}
        for part in parts
    )


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
