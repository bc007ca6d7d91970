"""Edits of the source: applied to the files that hold the edited places, and judged before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dokaseca_compile.compiler import Compilation, SourceFile, compile  # noqa: A004
from dokaseca_compile.core.diagnostics import Diagnostic, Severity, has_errors
from dokaseca_compile.core.routes import Edit, Put, Route, at
from dokaseca_compile.core.text import json_number
from dokaseca_compile.resolve.resolved import SECTIONS
from dokaseca_compile.source import Document, parse
from dokaseca_compile.source.edit import edit


@dataclass(frozen=True, slots=True)
class Way:
    """Edits that do what was asked, and what a person should know of them."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """The source before and after some edits. ``files`` are in the order in which they were read."""

    before: Compilation
    after: Compilation
    files: tuple[tuple[SourceFile, SourceFile], ...]

    @property
    def changed(self) -> tuple[tuple[SourceFile, SourceFile], ...]:
        """The files that are not what they were."""
        return tuple((old, new) for old, new in self.files if old.content != new.content)

    def new_findings(self, severity: Severity) -> tuple[Diagnostic, ...]:
        """What is wrong now and was not before; a fault that was there already does not forbid to mend another."""
        known = {_identity(each) for each in self.before.diagnostics}
        found = self.after.diagnostics
        return tuple(
            each for each in found if each.severity is severity and _identity(each) not in known
        )


def revise(before: Compilation, files: Sequence[SourceFile], edits: Sequence[Edit]) -> Revision:
    """Apply edits to the files that own their routes. Raises ``EditError`` for what cannot be edited."""
    contents = [file.content for file in files]
    names = [document.file for document in before.sources.documents]
    positions = {file.name: index for index, file in enumerate(files)}
    for each in edits:
        wanted = widened(before.sources.data, each)
        owner = positions[before.sources.owner(wanted.route).file] if names else 0
        contents[owner] = edit(contents[owner], files[owner].name, (wanted,))
    revised = [
        replace(file, content=content) for file, content in zip(files, contents, strict=True)
    ]
    return Revision(
        before,
        compile(revised, before.charts, before.today),
        tuple(zip(files, revised, strict=True)),
    )


def best(
    before: Compilation, files: Sequence[SourceFile], ways: Iterable[Way]
) -> tuple[Revision, Way]:
    """The first way that adds no error, else the one that adds the fewest. Raises ``EditError``."""
    tried: list[tuple[int, Revision, Way]] = []
    for way in ways:
        revision = revise(before, files, way.edits)
        tried.append((len(revision.new_findings(Severity.ERROR)), revision, way))
        if tried[-1][0] == 0:
            break
    _, revision, way = min(tried, key=lambda each: each[0])
    return revision, way


def put(
    before: Compilation, files: Sequence[SourceFile], route: Route, text: str
) -> tuple[Revision, tuple[str, ...]]:
    """Put a value as a person types it: YAML, or the text itself where that is what fits.

    ``1.5`` is a version where the schema wants text, and a number where it wants one or anything. A number that would
    lose its spelling (``1.30``, ``12345e6``) or digits is text wherever that fits: it is a version, a tag or a hash.
    Gives notes for a person with the edit.
    """
    readings = _readings(before, route, text)
    tried = [revise(before, files, (Put(route, reading.value),)) for reading in readings]
    sound = (index for index, each in enumerate(tried) if not each.new_findings(Severity.ERROR))
    chosen = next(sound, 0)
    return tried[chosen], readings[chosen].notes if "values" in route else ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a typed text may mean, and what a person should know of it."""

    value: Any
    notes: tuple[str, ...] = ()


def _readings(before: Compilation, route: Route, text: str) -> list[_Reading]:
    """What a text may mean: text first where text stands, or where a number would lose its spelling."""
    document, faults = parse(text, "VALUE")
    rounded = [each for each in faults if each.slug == "number-out-of-range"]
    if has_errors(each for each in faults if each not in rounded):
        return [_Reading(text)]
    if isinstance(document.data, str) and not rounded:
        return [_Reading(document.data if text[:1] in {'"', "'"} else text)]
    notes = [f"{each.message}; it is written as text" for each in rounded]
    kept = _Reading(_with_spelling(document, document.data, (), notes), tuple(notes))
    readings = [kept, _Reading(document.data), _Reading(text, kept.notes)]
    is_text = isinstance(at(before.sources.data, route), str)
    return readings[::-1] if is_text else readings


def _with_spelling(document: Document, data: Any, route: Route, notes: list[str]) -> Any:
    """Give the data with the written text instead of each number that would lose its spelling."""
    if isinstance(data, dict):
        return {
            key: _with_spelling(document, each, (*route, key), notes) for key, each in data.items()
        }
    if isinstance(data, list):
        return [
            _with_spelling(document, each, (*route, index), notes)
            for index, each in enumerate(data)
        ]
    written = document.raw(route) if type(data) in (int, float) else ""
    if not written or written == json_number(data):
        return data
    notes.append(
        f"`{written}` is written as text: as a number it would become `{json_number(data)}`"
    )
    return written


def widened(data: Any, wanted: Edit) -> Edit:
    """The same edit where an addon of a layer is only switched: ``kyverno: true`` grows into a mapping."""
    route = wanted.route
    if (
        not isinstance(wanted, Put)
        or len(route) < 5
        or route[0] not in SECTIONS.values()
        or route[2] != "addons"
    ):
        return wanted
    switch = at(data, route[:4])
    if not isinstance(switch, bool):
        return wanted
    value: Any = wanted.value
    for key in reversed(route[4:]):
        value = {key: value}
    return Put(route[:4], {"enabled": switch, **value})


def _identity(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.slug, diagnostic.message
