"""Apply edits to the source files that they belong to, and compile the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dokaseca_compile.compiler import Compilation, SourceFile, compile  # noqa: A004
from dokaseca_compile.core.diagnostics import Diagnostic, Severity, has_errors
from dokaseca_compile.core.routes import Edit, Put, Route, at
from dokaseca_compile.core.text import json_number
from dokaseca_compile.resolve.setting import is_in_layer
from dokaseca_compile.source import Document, parse
from dokaseca_compile.source.edit import edit


@dataclass(frozen=True, slots=True)
class Alternative:
    """Edits that do what was asked, and notes on them for a person."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditResult:
    """The source before and after some edits. ``files`` are in the order of reading."""

    before: Compilation
    after: Compilation
    files: tuple[tuple[SourceFile, SourceFile], ...]

    @property
    def changed(self) -> tuple[tuple[SourceFile, SourceFile], ...]:
        """The changed files, before and after."""
        return tuple((old, new) for old, new in self.files if old.content != new.content)

    def new_findings(self, severity: Severity) -> tuple[Diagnostic, ...]:
        """Return the findings that the edits cause: earlier faults do not prevent an edit."""
        known = {_identity(each) for each in self.before.diagnostics}
        found = self.after.diagnostics
        return tuple(
            each for each in found if each.severity is severity and _identity(each) not in known
        )


def apply_edits(
    before: Compilation, files: Sequence[SourceFile], edits: Sequence[Edit]
) -> EditResult:
    """Apply edits to the files that own their routes. Raises ``EditError``."""
    contents = [file.content for file in files]
    is_empty = not before.sources.documents
    positions = {file.name: index for index, file in enumerate(files)}
    for each in edits:
        wanted = with_mapping(before.sources.data, each)
        owner = 0 if is_empty else positions[before.sources.owner(wanted.route).file]
        contents[owner] = edit(contents[owner], files[owner].name, (wanted,))
    edited = [replace(file, content=content) for file, content in zip(files, contents, strict=True)]
    after = compile(edited, before.charts, before.today)
    return EditResult(before, after, tuple(zip(files, edited, strict=True)))


def first_valid(
    before: Compilation, files: Sequence[SourceFile], alternatives: Iterable[Alternative]
) -> tuple[EditResult, Alternative]:
    """Return the first alternative that adds no error, else the one that adds the fewest.

    Raises ``EditError``.
    """
    tried: list[tuple[int, EditResult, Alternative]] = []
    for each in alternatives:
        result = apply_edits(before, files, each.edits)
        tried.append((len(result.new_findings(Severity.ERROR)), result, each))
        if tried[-1][0] == 0:
            break
    _, result, chosen = min(tried, key=lambda each: each[0])
    return result, chosen


def set_value(
    before: Compilation, files: Sequence[SourceFile], route: Route, text: str
) -> tuple[EditResult, tuple[str, ...]]:
    """Set a value that was typed as YAML, and return notes for a person with the result.

    The schema decides between text and other types: ``1.5`` is a version where text is expected,
    and else a number. A number that would lose its spelling (``1.30``, ``12345e6``) or digits is
    text wherever that is valid: it is a version, a tag or a hash.
    """
    readings = _readings(before, route, text)
    tried = [apply_edits(before, files, (Put(route, reading.value),)) for reading in readings]
    valid = (index for index, each in enumerate(tried) if not each.new_findings(Severity.ERROR))
    chosen = next(valid, 0)
    return tried[chosen], readings[chosen].notes if "values" in route else ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A possible value of a typed text, and notes on it for a person."""

    value: Any
    notes: tuple[str, ...] = ()


def _readings(before: Compilation, route: Route, text: str) -> list[_Reading]:
    """Return the possible values of a text, the preferred one first.

    Text is preferred if the value so far is text, or a number would lose its spelling.
    """
    document, faults = parse(text, "VALUE")
    rounded = [each for each in faults if each.slug == "number-out-of-range"]
    if has_errors(each for each in faults if each not in rounded):
        return [_Reading(text)]
    if isinstance(document.data, str) and not rounded:
        is_quoted = text.startswith(('"', "'"))
        return [_Reading(document.data if is_quoted else text)]
    notes = [f"{each.message}; it is written as text" for each in rounded]
    kept = _Reading(_with_spelling(document, document.data, (), notes), tuple(notes))
    readings = [kept, _Reading(document.data), _Reading(text, kept.notes)]
    if isinstance(at(before.sources.data, route), str):
        readings.reverse()
    return readings


def _with_spelling(document: Document, data: Any, route: Route, notes: list[str]) -> Any:
    """Return the data with text in place of each number that would lose its spelling."""
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


def with_mapping(data: Any, wanted: Edit) -> Edit:
    """Return the edit with a mapping in place of ``true`` or ``false`` in an addon of a layer.

    So ``kyverno: true`` can get settings.
    """
    route = wanted.route
    enabled = at(data, route[:4])
    if not isinstance(wanted, Put) or not isinstance(enabled, bool):
        return wanted
    if len(route) < 5 or not is_in_layer(route):
        return wanted
    value: Any = wanted.value
    for key in reversed(route[4:]):
        value = {key: value}
    return Put(route[:4], {"enabled": enabled, **value})


def _identity(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.slug, diagnostic.message
