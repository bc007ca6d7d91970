"""The entries of ``accept`` for everything that is found and may be accepted.

So an existing platform starts without findings, and only new ones are reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dokaseca_compile.acceptance import may_be_accepted
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.core.diagnostics import Diagnostic, Severity
from dokaseca_compile.core.patterns import RoutePattern
from dokaseca_compile.core.routes import Edit, Put, Route
from dokaseca_compile.core.secrets import secret_shape
from dokaseca_compile.edits.apply import Revision, revise
from dokaseca_compile.model.grammar import fixed_name
from dokaseca_compile.resolve.resolved import SECTIONS

_SECTION = "accept"
_FEW = 3
"""So many warnings of one rule in one unit get an entry each; more of them get one together."""
_LONGEST_NAME = 63
_ROUNDS = 20
"""A rule stops after some findings: what is behind them shows when those are accepted."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What every new entry says."""

    reason: str
    until: str


def unacceptable(compilation: Compilation) -> tuple[Diagnostic, ...]:
    """Give the errors that no entry can accept."""
    return tuple(
        each
        for each in compilation.diagnostics
        if each.severity is Severity.ERROR and not may_be_accepted(each)
    )


def accept_all(before: Compilation, files: Sequence[SourceFile], terms: Terms) -> Revision:
    """Add an entry for each finding that may be accepted; what is accepted already stays as it is.

    Nothing is added while there are errors that cannot be accepted: they may hide findings.
    Raises ``EditError`` when the file that gets the entries cannot be edited.
    """
    current = Revision(before, before, tuple((file, file) for file in files))
    for _ in range(_ROUNDS):
        edits = () if unacceptable(current.after) else tuple(_edits(current.after, terms))
        if not edits:
            break
        contents = [new for _, new in current.files]
        step = revise(current.after, contents, edits)
        pairs = zip(files, (new for _, new in step.files), strict=True)
        current = Revision(before, step.after, tuple(pairs))
    return current


def _edits(compilation: Compilation, terms: Terms) -> Iterator[Edit]:
    """Yield one edit for a whole new section, or one for each entry."""
    written = compilation.sources.data.get(_SECTION, {})
    entries = _entries(compilation.diagnostics, terms, written)
    if entries and not written:
        yield Put((_SECTION,), entries)
        return
    for name, entry in entries.items():
        yield Put((_SECTION, name), entry)


def _entries(
    findings: Sequence[Diagnostic], terms: Terms, taken: Collection[str]
) -> dict[str, Mapping[str, str]]:
    by_unit: dict[tuple[str, Route], list[Diagnostic]] = {}
    for each in findings:
        if may_be_accepted(each) and each.primary.route:
            by_unit.setdefault((each.slug, _unit(each.primary.route)), []).append(each)
    entries: dict[str, Mapping[str, str]] = {}
    for (rule, _), found in by_unit.items():
        for pattern in dict.fromkeys(_patterns(found)):
            name = _name(rule, pattern, {*taken, *entries})
            at = {"rule": rule, "at": str(pattern)}
            entries[name] = at | {"reason": terms.reason, "until": terms.until}
    return entries


def _unit(route: Route) -> Route:
    """Give what one person looks after: an addon in a layer, a workload, else a named entry."""
    if len(route) > 3 and route[0] in SECTIONS.values() and route[2] == "addons":
        return route[:4]
    return route[: 3 if route[0] == "workloads" else 2]


def _patterns(found: Sequence[Diagnostic]) -> Iterator[RoutePattern]:
    """Give the places of the findings of one rule in one unit.

    Many warnings are accepted together, by what their places have in common. An error is always
    accepted at its own place: the next one there must be seen.
    """
    warnings = [each for each in found if each.severity is Severity.WARNING]
    together = warnings if len(warnings) > _FEW else []
    if together:
        shared = _shared([each.primary.route for each in together])
        yield RoutePattern(_without_secrets(shared), tail=True)
    for each in found:
        if not together or each.severity is Severity.ERROR:
            yield RoutePattern(_without_secrets(each.primary.route))


def _shared(routes: Sequence[Route]) -> Route:
    """Give the parts that all routes begin with."""
    shared = routes[0]
    for route in routes[1:]:
        same = 0
        while same < min(len(shared), len(route)) and shared[same] == route[same]:
            same += 1
        shared = shared[:same]
    return shared


def _without_secrets(route: Route) -> tuple[str | int | None, ...]:
    """A key that is a secret itself must not be repeated."""
    return tuple(None if isinstance(part, str) and secret_shape(part) else part for part in route)


def _name(rule: str, pattern: RoutePattern, taken: Collection[str]) -> str:
    """Name an entry by its rule and place, so that the same finding gets the same name again.

    A name that is too long or taken ends in a hash of the place.
    """
    words = [rule, *(str(part) for part in pattern.parts[1:] if part is not None)]
    name = fixed_name("-".join(words))
    if len(name) <= _LONGEST_NAME and name not in taken:
        return name
    mark = hashlib.sha256(f"{rule} {pattern}".encode()).hexdigest()
    marks = (mark[:length] for length in range(8, _LONGEST_NAME))
    names = (f"{name[: _LONGEST_NAME - 1 - len(each)]}-{each}".lstrip("-") for each in marks)
    return next(each for each in names if each not in taken)
