"""Match findings with the entries of ``accept``, and check the entries.

The core has no clock: the caller passes the day, and without one no entry has expired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from dokaseca_compile.core.diagnostics import (
    At,
    Diagnostic,
    Label,
    Severity,
    did_you_mean,
    error,
    warning,
)
from dokaseca_compile.core.patterns import (
    FilePattern,
    Pattern,
    RoutePattern,
    Site,
    parse_pattern,
)
from dokaseca_compile.core.routes import at
from dokaseca_compile.manual import ACCEPTABLE, MANUALS, READ_CHARTS, WARNINGS
from dokaseca_compile.model.acceptance import Acceptance

_SECTION = "accept"
_MOST_PLACES = 5
_ACCEPTABLE = {Severity.WARNING: WARNINGS, Severity.ERROR: ACCEPTABLE}
_RULES = ACCEPTABLE | WARNINGS


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
    used: bool = False
    late: list[Diagnostic] = field(default_factory=list)
    accepted_by: str = ""


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
        sound = list(_sound(entries, today or ""))
        self._usable = [each for each in sound if each.rule in _RULES]
        self._invalid = [each for each in sound if each.rule not in _RULES]
        self._by_rule: dict[str, list[Entry]] = {}
        # Valid entries come first, so that the first entry that matches is the one that accepts.
        every = (*sound, *_broken(entries, written))
        for entry in sorted(every, key=lambda each: (each.expired, each.name)):
            self._by_rule.setdefault(entry.rule, []).append(entry)

    def remaining(self, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield the findings of the source that no entry matches; keep the accepted ones."""
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
        if not may_be_accepted(finding):
            return None
        found = [each for each in self._by_rule.get(finding.slug, ()) if each.pattern.matches(site)]
        for each in found:
            if each.expired is found[0].expired:
                each.used = True
            else:
                each.accepted_by = found[0].name
        return next(iter(found), None)

    def faults(self, *, whole: bool, charts: bool) -> Iterator[Diagnostic]:
        """Yield findings about the entries for places of the source.

        ``whole`` if every rule has checked the whole platform, and ``charts`` if every chart is
        local; otherwise an entry that matches nothing may be for a finding that was not made.
        """
        yield from map(_wrong_rule, self._invalid)
        yield from (_expired(each) for each in self._usable if each.late)
        if whole:
            unchecked = frozenset() if charts else READ_CHARTS
            unused = self._unused(RoutePattern)
            yield from (_unused(each) for each in unused if each.rule not in unchecked)

    def unused_files(self) -> Iterator[Diagnostic]:
        """Yield findings about the entries for files that match none, after a comparison."""
        return map(_unused, self._unused(FilePattern))

    def _unused(self, kind: type[Pattern]) -> list[Entry]:
        """Return the entries for one kind of places that have matched nothing."""
        return [each for each in self._usable if isinstance(each.pattern, kind) and not each.used]


def _sound(entries: Mapping[str, Acceptance], today: str) -> Iterator[Entry]:
    for name, each in entries.items():
        expired = each.until < today  # ISO dates sort as days do
        pattern = parse_pattern(each.at)
        yield Entry(name, each.rule, pattern, each.at, each.reason, each.until, expired)


def _broken(entries: Mapping[str, Acceptance], written: object) -> Iterator[Entry]:
    """Yield the entries with a schema fault that have a rule and a place."""
    names = written.keys() - entries.keys() if isinstance(written, Mapping) else ()
    for name in names:
        rule, text = at(written, (name, "rule")), at(written, (name, "at"))
        if isinstance(rule, str) and isinstance(text, str):
            with suppress(ValueError):
                yield Entry(name, rule, parse_pattern(text), text)


def may_be_accepted(finding: Diagnostic) -> bool:
    """Return whether it may be accepted: a warning, or an error whose page allows it.

    Findings about the entries themselves may not.
    """
    return finding.slug in _ACCEPTABLE[finding.severity]


def _wrong_rule(entry: Entry) -> Diagnostic:
    """Report an entry whose rule cannot be accepted, or does not exist."""
    label = Label((_SECTION, entry.name, "rule"))
    if entry.rule in MANUALS:
        message = f"`{entry.rule}` cannot be accepted"
        advice = f"fix what it finds, see `dokaseca explain {entry.rule}`, and delete the entry"
        return error("unacceptable-rule", message, label, help=advice)
    message = f"`accept.{entry.name}` is for the unknown rule `{entry.rule}`"
    return error("unknown-rule", message, label, help=did_you_mean(entry.rule, sorted(_RULES)))


def _expired(entry: Entry) -> Diagnostic:
    places = (replace(each.primary, text=each.message) for each in entry.late[:_MOST_PLACES])
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
