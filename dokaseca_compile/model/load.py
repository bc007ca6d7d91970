"""Data → ``Platform``; pydantic's errors become diagnostics with a place.

A fault in one cluster must not hide the faults of the others: the smallest named unit that holds a
schema fault (a cluster, an addon, a team …) is left out, and the rest is validated again, so that
the rules can run on it. In the sections that are no units, a placeholder stands in for the part that is faulty.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.causes import without_consequences
from dokaseca_compile.model.messages import explain, foreign
from dokaseca_compile.model.platform import NAMED_SECTIONS, Platform
from dokaseca_compile.source import Sources
from dokaseca_compile.source.faults import MAX_EACH

_PLACEHOLDERS: Mapping[str, Any] = {
    "apiVersion": "dokaseca.dev/v1alpha1",
    "kind": "Platform",
    "metadata": {"name": "platform"},
    "repositories": {"organization": "https://git.example/platform"},
}
"""What stands in for the faulty part of a section that every platform needs, so that the rules can run on the rest."""

_FILLERS: Mapping[str, Mapping[str, Any]] = {
    "environments": {"filler": {}},
    "regions": {"filler": {}},
    "clusters": {"filler": {"environment": "filler", "region": "filler", "auth": "in-cluster"}},
}
"""The entry of a section that must have one and of which nothing is left; taken out again."""


def load(sources: Sources) -> tuple[Platform | None, list[Diagnostic]]:
    """Validate the merged sources.

    Returns the platform without its faulty units, which may leave sections empty, or ``None`` when it is
    no platform at all, and every schema fault, up to a limit. Never raises for a user's fault.
    """
    data: dict[str, Any] = sources.data
    try:
        return Platform.model_validate(data), []
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
    if other := foreign(data):
        return None, [other]
    causes = without_consequences(errors)
    diagnostics = [explain(found, sources) for found in causes[:MAX_EACH]]
    sound = _without_faults(data, errors)
    empty = {section: filler for section, filler in _FILLERS.items() if not sound.get(section)}
    try:
        platform = Platform.model_validate(sound | empty)
    except ValidationError:
        return None, diagnostics
    return platform.model_copy(update={section: {} for section in empty}), diagnostics


def _without_faults(data: dict[str, Any], errors: list[ErrorDetails]) -> dict[str, Any]:
    """A copy without the units that hold an error, as far as the errors lie in units."""
    routes = [tuple(found["loc"]) for found in errors]
    broken = {route[:length] for route in routes for length in (1, 2, 3) if len(route) >= length}
    sound: dict[str, Any] = {}
    for key, value in data.items():
        if key == "workloads" and isinstance(value, Mapping):
            whole = {route[:-1] if route[-1] == "[key]" else route for route in routes if route}
            sound[key] = _sound_workloads(value, broken, whole)
        elif key in NAMED_SECTIONS and isinstance(value, Mapping):
            sound[key] = _sound_keys(value, (key,), broken)
        elif (key,) not in broken:
            sound[key] = value
    return sound | _placeholders(data, broken)


def _sound_keys(units: Mapping[str, Any], at: Route, broken: Set[Route]) -> dict[str, Any]:
    return {name: unit for name, unit in units.items() if (*at, name) not in broken}


def _sound_workloads(
    teams: Mapping[str, Any], broken: Set[Route], whole: Set[Route]
) -> dict[str, Any]:
    """Units of units: a team's workloads are dropped one by one, unless the error is in the team itself."""
    return {
        team: _sound_keys(workloads, ("workloads", team), broken)
        for team, workloads in teams.items()
        if isinstance(workloads, Mapping) and ("workloads", team) not in whole
    }


def _placeholders(data: Mapping[str, Any], broken: Set[Route]) -> dict[str, Any]:
    """What stands in for a section that cannot be left out: its sound keys over the placeholder's."""
    standing: dict[str, Any] = {}
    for section, placeholder in _PLACEHOLDERS.items():
        given = data.get(section)
        if isinstance(given, Mapping) and isinstance(placeholder, Mapping):
            standing[section] = {**placeholder, **_sound_keys(given, (section,), broken)}
        elif (section,) in broken:
            standing[section] = placeholder
    return standing
