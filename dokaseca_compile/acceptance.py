"""Match findings with the entries of ``accept``, and check the entries.

The core has no clock: the caller passes the day, and without one no entry has expired.
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
from dokaseca_compile.manual import ACCEPTABLE, MANUALS, READ_CHARTS, WARNINGS
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
    """An entry of ``accept``, and its matches so far.

    ``until`` is empty for an entry with a schema fault: it hides the findings that it matches, and
    the platform does not compile.
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
        """Whether it is for files of the output, which only a comparison finds."""
        return isinstance(self.pattern, FilePattern)


class Acceptances:
    """The entries of a platform, matched with findings one by one.

    ``entries`` are those of the model. ``written`` is the section as data, including entries with a
    schema fault. ``today`` is ``YYYY-MM-DD``; with ``None``, no entry has expired.

    ``remaining`` filters diagnostics of the source, ``match`` takes any finding with its place (a
    route or an ``OutputFile``). After the last finding, ``faults`` yields the entries to report.
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
        """Yield the findings of the source that no entry matches; keep the accepted ones."""
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
        """Return the entry for a finding: a valid one, else an expired one.

        An error matches only if its manual page allows accepting it.
        """
        found = [each for each in self._by_rule.get(finding.slug, ()) if each.pattern.matches(site)]
        if not found or not may_be_accepted(finding):
            return None
        valid = next((each for each in found if not each.expired), None)
        for each in found:
            if valid is not None and each.expired:
                each.accepted_by = valid.name
            else:
                each.used = True
        return valid or found[0]

    def faults(self, *, whole: bool, charts: bool) -> Iterator[Diagnostic]:
        """Yield findings about the entries for places of the source.

        ``whole`` if every rule has checked the whole platform, and ``charts`` if every chart is
        local; otherwise an entry that matches nothing may be for a finding that was not made.
        """
        yield from self._invalid
        yield from (_expired(each) for each in self.entries if each.late)
        if whole:
            yield from self._unused(charts=charts, of_files=False)

    def unused_files(self) -> Iterator[Diagnostic]:
        """Yield findings about the entries for files that match none, after a comparison."""
        yield from self._unused(charts=True, of_files=True)

    def _unused(self, *, charts: bool, of_files: bool) -> Iterator[Diagnostic]:
        if not self.entries:
            return
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
    """Yield the entries with a schema fault that have a rule and a place."""
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
    """Return whether it may be accepted: a warning, or an error whose page allows it.

    Findings about the entries themselves may not.
    """
    if finding.severity is Severity.WARNING:
        return finding.slug in WARNINGS
    return finding.slug in ACCEPTABLE


def _unknown_rules(entries: Iterable[Entry]) -> Iterator[Diagnostic]:
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
    name, number = f"`accept.{entry.name}`", len(entry.late)
    where = "at one place" if number == 1 else f"at {number} places"
    return error(
        "expired-accept",
        f"{name} expired on {entry.until}, and `{entry.rule}` is still found {where}",
        Label((_SECTION, entry.name, "until")),
        *places,
        help="fix it and delete the entry; or review the reason and set a later date",
    )


def _unused(entry: Entry) -> Diagnostic:
    name = f"`accept.{entry.name}`"
    message = f"{name} matches nothing: `{entry.rule}` is not found at `{entry.text}`"
    if entry.accepted_by:
        replacement = f"`accept.{entry.accepted_by}` accepts the same findings"
        message = f"{name} expired on {entry.until}, and {replacement}"
    label = Label((_SECTION, entry.name), At.KEY)
    return warning("unused-accept", message, label, help="delete the entry")
