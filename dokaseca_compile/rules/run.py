"""Run every rule, and report each cause once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from dokaseca_compile.core.diagnostics import Cause, Diagnostic, Label, nearest
from dokaseca_compile.rules import RULES
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.source.faults import MAX_EACH


@dataclass(frozen=True, slots=True)
class Unread:
    """Declarations that a schema fault hides: what names them is not at fault."""

    sections: frozenset[str] = frozenset()
    """Sections that cannot be read at all."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Section → names in it that are not legal; the legal ones beside them are known."""

    def explains(self, cause: Cause) -> bool:
        """Return whether a missing name may be one of them: it has no fault of its own then."""
        section, name = cause
        if section in self.sections:
            return True
        names = self.names.get(section, ())
        return nearest(name, names) is not None or any(each.startswith(name) for each in names)


def judge(
    context: Context,
    remaining: Callable[[Iterable[Diagnostic]], Iterable[Diagnostic]],
    without: Collection[str] = (),
    unread: Unread | None = None,
) -> list[Diagnostic]:
    """Return the findings of every rule, one for each cause.

    ``remaining`` leaves out what is accepted; ``without`` has the slugs of rules to leave out;
    ``unread`` has the names that a schema fault hides, which are not unknown.

    A rule with ``UNSURE_WITHOUT`` judges what is *not* there, such as a use of what is declared. While
    a name of one of these sections is unknown somewhere, it cannot be sure and is left out.
    """
    causes: dict[Cause, _Findings] = {}
    rules = [rule for rule in RULES if rule.SLUG not in without]
    alone = {rule: _collect(remaining(rule.check(context)), causes) for rule in rules}
    unread = unread or Unread()
    unknown = {section for section, _ in causes} | unread.sections | unread.names.keys()
    unsure = [rule for rule in rules if not unknown.isdisjoint(getattr(rule, "UNSURE_WITHOUT", ()))]
    for rule in unsure:
        del alone[rule]
    found = [each for findings in alone.values() for each in findings]
    return [
        *found,
        *(each.merged() for cause, each in causes.items() if not unread.explains(cause)),
    ]


def _collect(findings: Iterable[Diagnostic], causes: dict[Cause, _Findings]) -> list[Diagnostic]:
    """Add findings that name their cause to ``causes``, and return the others.

    It stops where there are more than anybody can read: a hostile file must not fill the memory.
    """
    alone: list[Diagnostic] = []
    for each in findings:
        if each.cause is None:
            alone.append(each)
        elif each.cause in causes:
            causes[each.cause].add(each)
        else:
            causes[each.cause] = _Findings(each)
        if len(alone) >= MAX_EACH or len(causes) >= MAX_EACH:
            break
    return alone


@dataclass(slots=True)
class _Findings:
    """The findings of one cause: one to show, where the others are, and how many there are."""

    shown: Diagnostic
    places: list[Label] = field(default_factory=list)
    others: int = 0

    def add(self, finding: Diagnostic) -> None:
        """Count another finding; the rule that is named for the fault speaks for all."""
        self.others += 1
        if finding.slug.startswith("unknown-") and not self.shown.slug.startswith("unknown-"):
            self.shown, finding = finding, self.shown
        if len(self.places) < MAX_EACH:
            elsewhere = (
                each
                for each in (finding.primary, *finding.related)
                if each.route != self.shown.primary.route
            )
            self.places += islice(elsewhere, 1)

    def merged(self) -> Diagnostic:
        """Return one diagnostic for all of them."""
        if not self.others:
            return self.shown
        word = "place" if self.others == 1 else "places"
        message = f"{self.shown.message}; the same at {self.others} more {word}"
        return replace(self.shown, message=message, related=(*self.shown.related, *self.places))
