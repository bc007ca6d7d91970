"""Add entries to ``accept`` for all findings that may be accepted.

So an existing platform starts without findings, and only new ones are reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from dokaseca_compile.acceptance import may_be_accepted
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.core.diagnostics import Diagnostic, Severity
from dokaseca_compile.core.groups import grouped_by
from dokaseca_compile.core.patterns import RoutePattern
from dokaseca_compile.core.routes import Edit, Put, Route
from dokaseca_compile.core.secrets import secret_shape
from dokaseca_compile.edits.apply import EditResult, apply_edits
from dokaseca_compile.model.grammar import fixed_name
from dokaseca_compile.resolve.setting import is_in_layer

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
    after, contents = before, list(files)
    for _ in range(_ROUNDS):
        edits = tuple(_edits(after, terms))
        if not edits:
            break
        step = apply_edits(after, contents, edits)
        after, contents = step.after, [new for _, new in step.files]
    return EditResult(before, after, tuple(zip(files, contents, strict=True)))


def _edits(compilation: Compilation, terms: Terms) -> Iterator[Edit]:
    """Yield one edit for a whole new section, or one for each entry."""
    if unacceptable(compilation):
        return
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
    acceptable = (each for each in findings if may_be_accepted(each) and each.primary.route)
    by_unit = grouped_by(lambda each: (each.slug, _unit(each.primary.route)), acceptable)
    entries: dict[str, Mapping[str, str]] = {}
    for (rule, _), found in by_unit.items():
        for pattern in dict.fromkeys(_patterns(found)):
            name = _name(rule, pattern, {*taken, *entries})
            at = {"rule": rule, "at": str(pattern)}
            entries[name] = at | {"reason": terms.reason, "until": terms.until}
    return entries


def _unit(route: Route) -> Route:
    """Return what one person maintains: an addon in a layer, a workload, else a named entry."""
    if is_in_layer(route):
        return route[:4]
    if route[0] == "workloads":
        return route[:3]
    return route[:2]


def _patterns(found: Sequence[Diagnostic]) -> Iterator[RoutePattern]:
    """Yield patterns for the findings of one rule in one unit.

    Many warnings share a pattern, the common beginning of their routes. An error always gets its
    own: the next one must be reported.
    """
    warnings = [each.primary.route for each in found if each.severity is Severity.WARNING]
    if len(warnings) > _FEW:
        yield RoutePattern(_without_secrets(_shared(warnings)), tail=True)
        found = [each for each in found if each.severity is Severity.ERROR]
    for each in found:
        yield RoutePattern(_without_secrets(each.primary.route))


def _shared(routes: Sequence[Route]) -> Route:
    """Return the common beginning of routes."""
    columns = zip(*routes, strict=False)
    same = takewhile(lambda column: len(set(column)) == 1, columns)
    return tuple(column[0] for column in same)


def _without_secrets(route: Route) -> tuple[str | int | None, ...]:
    """Return a route with a wildcard for each key that is a secret itself."""
    return tuple(None if _is_secret(part) else part for part in route)


def _is_secret(part: str | int) -> bool:
    return isinstance(part, str) and bool(secret_shape(part))


def _name(rule: str, pattern: RoutePattern, taken: Collection[str]) -> str:
    """Name an entry by its rule and route, so that the same finding always gets the same name.

    A name that is too long or taken ends in a hash of the route.
    """
    return next(each for each in _names(rule, pattern) if each not in taken)


def _names(rule: str, pattern: RoutePattern) -> Iterator[str]:
    words = [rule, *(str(part) for part in pattern.parts[1:] if part is not None)]
    name = fixed_name("-".join(words))
    if len(name) <= _LONGEST_NAME:
        yield name
    mark = hashlib.sha256(f"{rule} {pattern}".encode()).hexdigest()
    for length in range(8, _LONGEST_NAME):
        start = name[: _LONGEST_NAME - 1 - length]
        yield f"{start}-{mark[:length]}".lstrip("-")
