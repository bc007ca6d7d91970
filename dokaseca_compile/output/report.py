"""What a run has to say, as one value for every format: findings of the source, differences of the output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import join, normpath

from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, Severity
from dokaseca_compile.core.secrets import hide, hide_data
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.read import plain
from dokaseca_compile.output.drift import Drift
from dokaseca_compile.output.write_plan import Difference, Plan, State

_LONGEST = 60
_SAID = {
    State.MISSING: "is missing",
    State.STALE: "is not what the source compiles to",
    State.EDITED: "was edited by hand",
    State.ORPHANED: "is left over",
    State.FOREIGN: "is in the way and not ours",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found. ``folders`` says where each root is, as people write it, and ``where`` names all;
    ``prefix`` leads from the top of the Git repository to here.

    With ``strict``, warnings fail as errors do.

    ``repair`` is the command that repairs everything, ``plain`` the one without consent to lose anything, ``look``
    the one that shows it. ``left_out`` counts differences that were not to be looked at.
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
        """Whether there are warnings, and none are allowed."""
        return self.strict and bool(self.compilation.count(Severity.WARNING))

    @property
    def failed(self) -> bool:
        """Whether there is something to act on."""
        return self.compilation.failed or bool(self.drifts) or self.warnings_fail

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """Every accepted finding: those of the source by place, then files of the output."""
        files = self.plan.accepted if self.plan is not None else ()
        return (
            *self.compilation.accepted,
            *(self._named(difference, each) for difference, each in files),
        )

    def _named(self, difference: Difference, accepted: Accepted) -> Accepted:
        """The acceptance of a file by the path that people know it by."""
        path = self.path(difference)
        label = Label(place=Place(path, 1, 1))
        message = f"{path} is not ours"
        finding = replace(accepted.diagnostic, message=message, primary=label)
        reason = printable(hide(accepted.reason))
        return replace(accepted, diagnostic=finding, reason=reason)

    def from_top(self, path: str) -> str:
        """A path as hosts of Git know it: from the top of the repository."""
        return normpath(join(self.prefix, path)) if not path.startswith("<") else path

    def path(self, difference: Difference) -> str:
        """The path of a file, as a person or a program finds it from here."""
        folder = self.folders.get(difference.root, difference.root)
        return printable(
            f"{folder}/{difference.path}" if folder not in {"", "."} else difference.path
        )

    def counts(self, *, ledgers: bool = False) -> dict[State, int]:
        """Return how many files, or how many ledgers, are in each state that some are in."""
        found = Counter(
            each.difference.state for each in self.drifts if each.difference.is_ledger is ledgers
        )
        return {state: found[state] for state in State if found[state]}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to act on, at one place, for formats that know no more than that."""

    slug: str
    severity: Severity
    message: str
    file: str
    line: int
    column: int
    length: int = 1
    help: str = ""


def findings(report: Report) -> Iterator[Finding]:
    """Everything that was found: errors of the source, differences of the output, then warnings."""
    diagnostics = report.compilation.diagnostics
    yield from (_diagnosed(each, report) for each in diagnostics if each.severity is Severity.ERROR)
    yield from (_drifted(each, report) for each in report.drifts)
    yield from (
        _diagnosed(each, report) for each in diagnostics if each.severity is not Severity.ERROR
    )


def accepted_findings(report: Report) -> Iterator[tuple[Finding, Accepted]]:
    """Yield everything that was found and is accepted, with the entry that accepts it."""
    for each in report.accepted:
        yield _diagnosed(each.diagnostic, report), each


def said(drift: Drift) -> str:
    """What is wrong with a file, as the end of a sentence that begins with its path."""
    difference = drift.difference
    words = _SAID[difference.state]
    if difference.wanted is None and difference.state is State.FOREIGN:
        words = "is not ours"
    elif difference.wanted is None and difference.state is State.EDITED:
        words += ", and is no longer made"
    more = details(drift)
    return f"{words}: {more}" if more else words


def details(drift: Drift) -> str:
    """What differs in a file, on one line; empty where its state says all."""
    difference = drift.difference
    if difference.note:
        return difference.note
    if drift.changes:
        return one_line(drift.changes[0]) + _more(len(drift.changes) - 1)
    if drift.textual:
        return f"from line {drift.line}, in its text only"
    return "no longer made" if difference.wanted is None else ""


def one_line(change: Change) -> str:
    """A change on one line: ``spec.x[name=y].z 1 → 2``."""
    path = hide(printable(change.path)) or "all of it"
    if change.kind is Kind.ORDER:
        return f"{path} is in another order"
    if change.kind is Kind.ADDED:
        return f"{path} is to be {value(change.new, change.key)}, and is missing"
    if change.kind is Kind.REMOVED:
        return f"{path} is {value(change.old, change.key)}, and is not to be"
    return f"{path} {' → '.join(both(change))}"


def both(change: Change) -> tuple[str, str]:
    """The old and the new value on one line; long texts from where they begin to differ."""
    old, new = (_text(each, change.key) for each in (change.old, change.new))
    if max(len(old), len(new)) <= _LONGEST:
        return old, new
    same = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0
    )
    start = max(0, same - _LONGEST // 3)
    return _cut(old, start), _cut(new, start)


def value(data: object, key: str = "") -> str:
    """A value as it fits into a line: plain text as it is, anything else as JSON, long ones cut, secrets hidden."""
    return _cut(_text(data, key), 0)


def _text(data: object, key: str) -> str:
    shown = hide_data(plain(data), key)
    if not (isinstance(shown, str) and shown and shown.isprintable()):
        shown = json.dumps(shown, ensure_ascii=False)
    return printable(shown)


def _cut(text: str, start: int) -> str:
    head = "…" if start else ""
    return (
        f"{head}{text[start:]}"
        if len(text) - start <= _LONGEST
        else f"{head}{text[start : start + _LONGEST - 1]}…"
    )


def _more(number: int) -> str:
    return f", and {number} more" if number > 0 else ""


def _diagnosed(diagnostic: Diagnostic, report: Report) -> Finding:
    place = report.compilation.place(diagnostic.primary)
    return Finding(
        diagnostic.slug, diagnostic.severity, diagnostic.message,
        place.file, place.line, place.column, report.compilation.shown_line(place).length, diagnostic.help,
    )  # fmt: skip


def _drifted(drift: Drift, report: Report) -> Finding:
    """A difference, at the line of the source that causes it, or at the file that somebody else changed."""
    path = report.path(drift.difference)
    state = drift.difference.state
    file, line, column, length = path, max(drift.line, 1), 1, 1
    if drift.cause is not None and state in {State.STALE, State.MISSING}:
        place = report.compilation.place(drift.cause)
        file, line, column = place.file, place.line, place.column
        length = report.compilation.shown_line(place).length
    message = f"{path} {said(drift)}"
    return Finding(
        drift.difference.slug,
        Severity.ERROR,
        message,
        file,
        line,
        column,
        length,
        _advice(drift.difference, report),
    )


def _advice(difference: Difference, report: Report) -> str:
    """Return what to do about a difference."""
    if difference.takes_effect:
        return "move it to another folder, or declare in the source what it is for"
    if difference.is_stray:
        return "remove the file, or its header if it is yours"
    return f"run `{report.repair if difference.is_refused else report.plain}`"
