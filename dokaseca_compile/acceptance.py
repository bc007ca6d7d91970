"""Hold findings against the entries of ``accept``, and the entries against the findings.

The core has no clock. Whoever compiles says which day it is, and without a day no entry has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.core.diagnostics import (
    At,
    Diagnostic,
    Label,
    Severity,
    did_you_mean,
    error,
    warning,
)
from dokaseca_compile.core.patterns import FilePattern, Pattern, Site, parse_pattern
from dokaseca_compile.model.acceptance import Acceptance

_SECTION = "accept"
_MOST_PLACES = 5


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that an entry of ``accept`` accepts."""

    diagnostic: Diagnostic
    entry: str
    reason: str
    until: str


@dataclass(slots=True)
class Entry:
    """An entry of ``accept`` and what it has matched so far.

    ``until`` is empty for an entry with a schema fault: it hides what it was written for, and the
    platform does not compile.
    """

    name: str
    rule: str
    pattern: Pattern
    text: str
    reason: str = ""
    until: str = ""
    expired: bool = False
    sound: bool = True
    used: bool = False
    late: list[Diagnostic] = field(default_factory=list)
    accepted_by: str = ""

    @property
    def of_files(self) -> bool:
        """Whether it is about files of the output, which only a comparison finds."""
        return isinstance(self.pattern, FilePattern)


class Acceptances:
    """The entries of a platform, applied to findings as they come; remembers what each has matched.

    ``entries`` are those of the model; ``written`` is the section as data, with entries that have a
    schema fault. ``today`` is ``YYYY-MM-DD``; ``None`` when no entry is to be seen as expired.

    ``remaining`` takes diagnostics of the source, ``match`` a finding of any kind with its place: a
    route, or an ``OutputFile``. After the last finding, ``faults`` has the entries to report.
    """

    def __init__(
        self,
        entries: Mapping[str, Acceptance],
        written: object = None,
        today: str | None = None,
    ) -> None:
        self.accepted: list[Accepted] = []
        self._by_rule: dict[str, list[Entry]] = {}
        broken = _broken(entries, written)
        for entry in sorted([*_sound(entries, today or ""), *broken], key=lambda each: each.name):
            self._by_rule.setdefault(entry.rule, []).append(entry)
        self._invalid = list(_unknown_rules(self.entries)) if self._by_rule else []

    @property
    def entries(self) -> list[Entry]:
        """Every entry, by rule and name."""
        return [each for found in self._by_rule.values() for each in found]

    def remaining(self, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield the findings of the source that no entry is for; keep those that are accepted."""
        if not self._by_rule:
            yield from findings
            return
        for each in findings:
            entry = self.match(each, each.primary.route)
            if entry is None:
                yield each
            elif entry.expired:
                entry.late.append(each)
            elif entry.until:
                self.accepted.append(Accepted(each, entry.name, entry.reason, entry.until))

    def match(self, finding: Diagnostic, site: Site) -> Entry | None:
        """Give the entry that is for a finding: one that holds, else one that has ended.

        An error is matched only when its manual says that it may be accepted.
        """
        found = [each for each in self._by_rule.get(finding.slug, ()) if each.pattern.matches(site)]
        if not found or not may_be_accepted(finding):
            return None
        valid = [each for each in found if not each.expired]
        for each in valid:
            each.used = True
        if not valid:
            for each in found:
                each.used = True
            return found[0]
        for each in found:
            if each.expired:
                each.accepted_by = valid[0].name
        return valid[0]

    def faults(self, *, whole: bool, charts: bool) -> Iterator[Diagnostic]:
        """Yield what is wrong with the entries for places of the source.

        ``whole`` says that every rule has seen the whole platform, ``charts`` that every chart was
        at hand: else an entry that matches nothing may be for what was not found.
        """
        yield from self._invalid
        yield from (_expired(each) for each in self.entries if each.late)
        if whole:
            yield from (each for each in self._unused(charts=charts, of_files=False))

    def unused_files(self) -> Iterator[Diagnostic]:
        """Yield the entries for files of the output that match none, after a comparison of all."""
        yield from self._unused(charts=True, of_files=True)

    def _unused(self, *, charts: bool, of_files: bool) -> Iterator[Diagnostic]:
        if not self.entries:
            return
        from dokaseca_compile.manual import READ_CHARTS  # noqa: PLC0415 - most have no entries

        invalid = {each.primary.route[1] for each in self._invalid}
        for each in self.entries:
            if each.used or not each.sound or each.name in invalid or each.of_files is not of_files:
                continue
            if charts or each.rule not in READ_CHARTS:
                yield _unused(each)


def _sound(entries: Mapping[str, Acceptance], today: str) -> Iterator[Entry]:
    for name, each in entries.items():
        expired = each.until < today  # ISO dates sort as days do
        pattern = parse_pattern(each.at)
        yield Entry(name, each.rule, pattern, each.at, each.reason, each.until, expired)


def _broken(entries: Mapping[str, Acceptance], written: object) -> Iterator[Entry]:
    """Yield the entries with a schema fault that say what they are for all the same."""
    for name, each in written.items() if isinstance(written, Mapping) else ():
        if name in entries or not isinstance(each, Mapping):
            continue
        rule, at = each.get("rule"), each.get("at")
        pattern = _pattern(at)
        if isinstance(rule, str) and pattern is not None:
            yield Entry(name, rule, pattern, str(at), sound=False)


def _pattern(text: Any) -> Pattern | None:
    try:
        return parse_pattern(text) if isinstance(text, str) else None
    except ValueError:
        return None


def may_be_accepted(finding: Diagnostic) -> bool:
    """Tell whether an entry may be for a finding: a warning, or an error whose manual says when.

    What is wrong with an entry itself cannot be accepted.
    """
    from dokaseca_compile.manual import ACCEPTABLE, WARNINGS  # noqa: PLC0415 - most have no entries

    if finding.severity is Severity.WARNING:
        return finding.slug in WARNINGS
    return finding.slug in ACCEPTABLE


def _unknown_rules(entries: Iterable[Entry]) -> Iterator[Diagnostic]:
    from dokaseca_compile.manual import ACCEPTABLE, MANUALS, WARNINGS  # noqa: PLC0415

    for each in entries:
        if not each.sound or each.rule in ACCEPTABLE or each.rule in WARNINGS:
            continue
        label = Label((_SECTION, each.name, "rule"))
        if each.rule in MANUALS:
            message = f"`{each.rule}` cannot be accepted"
            advice = f"fix what it finds, see `dokaseca explain {each.rule}`, and delete the entry"
            yield error("unacceptable-rule", message, label, help=advice)
        else:
            message = f"`accept.{each.name}` is for the unknown rule `{each.rule}`"
            advice = did_you_mean(each.rule, sorted(ACCEPTABLE | WARNINGS))
            yield error("unknown-rule", message, label, help=advice)


def _expired(entry: Entry) -> Diagnostic:
    places = [
        Label(each.primary.route, each.primary.at, each.message, each.primary.place)
        for each in entry.late[:_MOST_PLACES]
    ]
    number = len(entry.late)
    where = "here" if number == 1 else f"at {number} places"
    return error(
        "expired-accept",
        f"`accept.{entry.name}` ended on {entry.until}, and `{entry.rule}` is still found {where}",
        Label((_SECTION, entry.name, "until")),
        *places,
        help="fix it and delete the entry; or look at it again, and set a later date",
    )


def _unused(entry: Entry) -> Diagnostic:
    name = f"`accept.{entry.name}`"
    message = f"{name} accepts nothing: `{entry.rule}` is not found at `{entry.text}`"
    if entry.accepted_by:
        message = f"{name} ended on {entry.until}, and `accept.{entry.accepted_by}` accepts what it accepted"
    label = Label((_SECTION, entry.name), At.KEY)
    return warning("unused-accept", message, label, help="delete the entry")
