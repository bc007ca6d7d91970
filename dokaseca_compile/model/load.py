"""Data → ``Platform``; pydantic's errors become diagnostics with a place.

A fault in one cluster must not hide the faults of the others. The smallest named unit with a schema
fault (a cluster, an addon, a team …) is left out, and the rest is validated again, so that the
rules can run on it. In sections without units, a placeholder replaces the faulty part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
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
"""Replacements for the faulty part of a required section, so that the rules can run on the rest."""

_FILLERS: Mapping[str, Mapping[str, Any]] = {
    "environments": {"filler": {}},
    "regions": {"filler": {}},
    "clusters": {"filler": {"environment": "filler", "region": "filler", "auth": "in-cluster"}},
}
"""An entry for each section that needs one and has none left; removed after the validation."""


def load(sources: Sources) -> tuple[Platform | None, list[Diagnostic]]:
    """Validate the merged sources.

    Return the platform without its faulty units, and every schema fault up to a limit. Sections of
    the platform may be empty then; it is ``None`` if the data is not a platform at all. Never
    raises for a user's fault.
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
    """Return a copy without the units and sections that hold an error."""
    routes = [tuple(found["loc"]) for found in errors]
    faulty = {route[:length] for route in routes for length in (1, 2, 3)}
    sound: dict[str, Any] = {}
    for section, value in data.items():
        if section not in NAMED_SECTIONS or not isinstance(value, Mapping):
            if (section,) not in faulty:
                sound[section] = value
        elif section == "workloads":
            sound[section] = _sound_workloads(value, faulty, _faulty_places(routes))
        else:
            sound[section] = _sound_keys(value, (section,), faulty)
    return sound | _placeholders(data, faulty)


def _faulty_places(routes: Iterable[Route]) -> set[Route]:
    """Return the exact place of each error; for a faulty key, its entry."""
    return {route[:-1] if route[-1:] == ("[key]",) else route for route in routes}


def _sound_keys(units: Mapping[str, Any], at: Route, faulty: Set[Route]) -> dict[str, Any]:
    return {name: unit for name, unit in units.items() if (*at, name) not in faulty}


def _sound_workloads(
    teams: Mapping[str, Any], faulty: Set[Route], places: Set[Route]
) -> dict[str, Any]:
    """Leave out single workloads of a team, or the team where the error is in the team itself."""
    sound: dict[str, Any] = {}
    for team, workloads in teams.items():
        at = ("workloads", team)
        if at not in places and isinstance(workloads, Mapping):
            sound[team] = _sound_keys(workloads, at, faulty)
    return sound


def _placeholders(data: Mapping[str, Any], faulty: Set[Route]) -> dict[str, Any]:
    """Return each required section, with placeholders for its faulty keys or for all of it."""
    replaced: dict[str, Any] = {}
    for section, placeholder in _PLACEHOLDERS.items():
        given = data.get(section)
        if isinstance(given, Mapping) and isinstance(placeholder, Mapping):
            replaced[section] = {**placeholder, **_sound_keys(given, (section,), faulty)}
        elif (section,) in faulty:
            replaced[section] = placeholder
    return replaced
