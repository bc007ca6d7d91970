"""Add entries to ``accept`` for all findings that may be accepted.

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
from dokaseca_compile.edits.apply import EditResult, apply_edits
from dokaseca_compile.model.grammar import fixed_name
from dokaseca_compile.resolve.resolved import SECTIONS

_SECTION = "accept"
_FEW = 3
"""Up to so many warnings of one rule in one unit get an entry each; more of them share one."""
_LONGEST_NAME = 63
_ROUNDS = 20
"""A rule reports a limited number of findings: the next ones appear when those are accepted."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The reason and the last day of every new entry."""

    reason: str
    until: str


def unacceptable(compilation: Compilation) -> tuple[Diagnostic, ...]:
    """Return the errors that cannot be accepted."""
    return tuple(
        each
        for each in compilation.diagnostics
        if each.severity is Severity.ERROR and not may_be_accepted(each)
    )


def accept_all(before: Compilation, files: Sequence[SourceFile], terms: Terms) -> EditResult:
    """Add an entry for each finding that may be accepted; earlier entries stay as they are.

    Nothing is added while there are errors that cannot be accepted: they may hide findings.
    Raises ``EditError`` when the file that gets the entries cannot be edited.
    """
    current = EditResult(before, before, tuple((file, file) for file in files))
    for _ in range(_ROUNDS):
        edits = () if unacceptable(current.after) else tuple(_edits(current.after, terms))
        if not edits:
            break
        contents = [new for _, new in current.files]
        step = apply_edits(current.after, contents, edits)
        pairs = zip(files, (new for _, new in step.files), strict=True)
        current = EditResult(before, step.after, tuple(pairs))
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
    """Return what one person maintains: an addon in a layer, a workload, else a named entry."""
    if len(route) > 3 and route[0] in SECTIONS.values() and route[2] == "addons":
        return route[:4]
    if route[0] == "workloads":
        return route[:3]
    return route[:2]


def _patterns(found: Sequence[Diagnostic]) -> Iterator[RoutePattern]:
    """Yield patterns for the findings of one rule in one unit.

    Many warnings share a pattern, the common beginning of their routes. An error always gets its
    own: the next one must be reported.
    """
    warnings = [each for each in found if each.severity is Severity.WARNING]
    together = len(warnings) > _FEW
    if together:
        shared = _shared([each.primary.route for each in warnings])
        yield RoutePattern(_without_secrets(shared), tail=True)
        found = [each for each in found if each.severity is Severity.ERROR]
    for each in found:
        yield RoutePattern(_without_secrets(each.primary.route))


def _shared(routes: Sequence[Route]) -> Route:
    """Return the common beginning of routes."""
    shared = routes[0]
    for route in routes[1:]:
        same = 0
        while same < min(len(shared), len(route)) and shared[same] == route[same]:
            same += 1
        shared = shared[:same]
    return shared


def _without_secrets(route: Route) -> tuple[str | int | None, ...]:
    """Return a route with a wildcard for each key that is a secret itself."""
    return tuple(None if _is_secret(part) else part for part in route)


def _is_secret(part: str | int) -> bool:
    return isinstance(part, str) and bool(secret_shape(part))


def _name(rule: str, pattern: RoutePattern, taken: Collection[str]) -> str:
    """Name an entry by its rule and route, so that the same finding always gets the same name.

    A name that is too long or taken ends in a hash of the route.
    """
    words = [rule, *(str(part) for part in pattern.parts[1:] if part is not None)]
    name = fixed_name("-".join(words))
    if len(name) <= _LONGEST_NAME and name not in taken:
        return name
    mark = hashlib.sha256(f"{rule} {pattern}".encode()).hexdigest()
    length = 8
    while True:
        start = name[: _LONGEST_NAME - 1 - length]
        marked = f"{start}-{mark[:length]}".lstrip("-")
        if marked not in taken:
            return marked
        length += 1
