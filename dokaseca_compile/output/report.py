"""The result of a run, for every format: findings of the source, differences of the output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from typing import TYPE_CHECKING

from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, Severity
from dokaseca_compile.core.secrets import hide, hide_data
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.read import plain
from dokaseca_compile.output.difference import Difference, State

if TYPE_CHECKING:  # `validate` compares no files
    from dokaseca_compile.output.drift import Drift
    from dokaseca_compile.output.write_plan import Plan

_LONGEST = 60
_STATES = {
    State.MISSING: "is missing",
    State.STALE: "is out of date",
    State.EDITED: "was edited by hand",
    State.ORPHANED: "is no longer generated",
    State.FOREIGN: "is a foreign file at the path of a generated one",
}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a command.

    ``folders`` maps each root to its folder, ``where`` names all folders, and ``prefix`` leads from
    the top of the Git repository to the current folder. With ``strict``, warnings fail, too.

    ``repair`` is the command that repairs everything, ``plain`` the same without flags that allow
    losses, ``look`` the command that shows the differences. ``left_out`` is the number of
    differences that a filter has left out.
    """

    command: str
    compilation: Compilation
    plan: Plan | None = None
    drifts: tuple[Drift, ...] = ()
    folders: Mapping[str, str] = field(default_factory=dict)
    repair: str = ""
    plain: str = ""
    look: str = ""
    where: str = ""
    left_out: int = 0
    prefix: str = ""
    strict: bool = False

    @property
    def warnings_fail(self) -> bool:
        """Whether there are warnings, and ``strict`` forbids them."""
        return self.strict and bool(self.compilation.count(Severity.WARNING))

    @property
    def failed(self) -> bool:
        """Whether there is an error or a difference."""
        return self.compilation.failed or bool(self.drifts) or self.warnings_fail

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """Every accepted finding: those of the source by place, then files of the output."""
        if self.plan is None:
            return self.compilation.accepted
        return (
            *self.compilation.accepted,
            *(self._named(difference, each) for difference, each in self.plan.accepted),
        )

    def _named(self, difference: Difference, accepted: Accepted) -> Accepted:
        """Name an accepted file by its path from the current folder."""
        path = self.path(difference)
        label = Label(place=Place(path, 1, 1))
        message = f"{path} is a foreign file"
        finding = replace(accepted.diagnostic, message=message, primary=label)
        reason = printable(hide(accepted.reason))
        return replace(accepted, diagnostic=finding, reason=reason)

    def from_top(self, path: str) -> str:
        """Return a path from the top of the Git repository, as hosts of Git use it."""
        if path.startswith("<"):
            return path
        return normpath(join(self.prefix, path))

    def path(self, difference: Difference) -> str:
        """Return the path of a file from the current folder."""
        folder = self.folders.get(difference.root, difference.root)
        if folder in {"", "."}:
            return printable(difference.path)
        return printable(f"{folder}/{difference.path}")

    def counts(self, *, ledgers: bool = False) -> dict[State, int]:
        """Return the number of files, or of ledgers, in each state that occurs."""
        found = Counter(
            each.difference.state for each in self.drifts if each.difference.is_ledger is ledgers
        )
        return {state: found[state] for state in State if found[state]}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding at one place, for formats without further structure."""

    slug: str
    severity: Severity
    message: str
    file: str
    line: int
    column: int
    length: int = 1
    help: str = ""


def findings(report: Report) -> Iterator[Finding]:
    """Yield the errors of the source, the differences of the output, then the warnings."""
    diagnostics = report.compilation.diagnostics
    yield from (_diagnosed(each, report) for each in diagnostics if each.severity is Severity.ERROR)
    yield from (_drifted(each, report) for each in report.drifts)
    yield from (
        _diagnosed(each, report) for each in diagnostics if each.severity is not Severity.ERROR
    )


def accepted_findings(report: Report) -> Iterator[tuple[Finding, Accepted]]:
    """Yield every accepted finding with its entry of ``accept``."""
    for each in report.accepted:
        yield _diagnosed(each.diagnostic, report), each


def sentence_of(drift: Drift) -> str:
    """Return the rest of a sentence that begins with the path of the file."""
    difference = drift.difference
    words, more = _STATES[difference.state], details(drift)
    if difference.is_stray:
        words = "is a foreign file"
    if difference.is_deletion:
        more = difference.note
        if difference.state is State.EDITED:
            words += ", and is no longer generated"
    return f"{words}: {more}" if more else words


def details(drift: Drift) -> str:
    """Return the difference on one line; empty if the state of the file is all there is."""
    difference = drift.difference
    if difference.note:
        return difference.note
    if drift.changes:
        return one_line(drift.changes[0]) + _more(len(drift.changes) - 1)
    if drift.textual:
        return f"only the text differs, from line {drift.line}"
    return "no longer generated" if difference.wanted is None else ""


def one_line(change: Change) -> str:
    """Return a change on one line: ``spec.x[name=y].z 1 → 2``."""
    path = hide(printable(change.path)) or "the whole file"
    if change.kind is Kind.ORDER:
        return f"{path} has another order"
    if change.kind is Kind.ADDED:
        return f"{path} is missing: {value(change.new, change.key)}"
    if change.kind is Kind.REMOVED:
        return f"{path} is not expected: {value(change.old, change.key)}"
    return f"{path} {' → '.join(both(change))}"


def both(change: Change) -> tuple[str, str]:
    """Return the old and the new value for one line; long texts start near the difference."""
    old, new = (_text(each, change.key) for each in (change.old, change.new))
    if max(len(old), len(new)) <= _LONGEST:
        return old, new
    start = max(0, _first_difference(old, new) - _LONGEST // 3)
    return _cut(old, start), _cut(new, start)


def _first_difference(old: str, new: str) -> int:
    for index, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return index
    return 0


def value(data: object, key: str = "") -> str:
    """Return a value for one line: text or JSON, cut if it is long, with secrets hidden."""
    return _cut(_text(data, key), 0)


def _text(data: object, key: str) -> str:
    shown = hide_data(plain(data), key)
    if not (isinstance(shown, str) and shown and shown.isprintable()):
        shown = json.dumps(shown, ensure_ascii=False)
    return printable(shown)


def _cut(text: str, start: int) -> str:
    head = "…" if start else ""
    if len(text) - start <= _LONGEST:
        return f"{head}{text[start:]}"
    return f"{head}{text[start : start + _LONGEST - 1]}…"


def _more(number: int) -> str:
    return f", and {number} more" if number > 0 else ""


def _diagnosed(diagnostic: Diagnostic, report: Report) -> Finding:
    place = report.compilation.place(diagnostic.primary)
    return Finding(
        diagnostic.slug,
        diagnostic.severity,
        diagnostic.message,
        place.file,
        place.line,
        place.column,
        report.compilation.shown_line(place).length,
        diagnostic.help,
    )


def _drifted(drift: Drift, report: Report) -> Finding:
    """Return a finding at the cause in the source, or at a file that somebody else changed."""
    difference = drift.difference
    path = report.path(difference)
    file, line, column, length = path, max(drift.line, 1), 1, 1
    if drift.cause is not None and difference.state in {State.STALE, State.MISSING}:
        place = report.compilation.place(drift.cause)
        file, line, column = place.file, place.line, place.column
        length = report.compilation.shown_line(place).length
    message = f"{path} {sentence_of(drift)}"
    advice = _advice(difference, report)
    return Finding(difference.slug, Severity.ERROR, message, file, line, column, length, advice)


def _advice(difference: Difference, report: Report) -> str:
    """Return what to do about a difference."""
    if difference.takes_effect:
        return "move it to another folder, or declare its content in the source"
    if difference.is_stray:
        return "delete the file, or remove the header if it is your own"
    return f"run `{report.repair if difference.is_refused else report.plain}`"
