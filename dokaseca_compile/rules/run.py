"""Run every rule, and report each cause once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dokaseca_compile.core.diagnostics import Cause, Diagnostic, Label, nearest
from dokaseca_compile.rules import RULES
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.source.faults import MAX_EACH


@dataclass(frozen=True, slots=True)
class Unread:
    """Declarations that a schema fault hides: references to them are not at fault."""

    sections: frozenset[str] = frozenset()
    """Sections that cannot be read at all."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Section → its illegal names; the legal names of that section are known."""

    def explains(self, cause: Cause) -> bool:
        """Return whether a missing name may be a hidden one, and so is not a fault of its own."""
        section, name = cause
        if section in self.sections:
            return True
        names = self.names.get(section, ())
        if nearest(name, names) is not None:
            return True
        return any(each.startswith(name) for each in names)


def run_rules(
    context: Context,
    remaining: Callable[[Iterable[Diagnostic]], Iterable[Diagnostic]],
    without: Collection[str],
    unread: Unread,
) -> list[Diagnostic]:
    """Return the findings of every rule, one for each cause.

    ``remaining`` drops accepted findings; ``without`` has the slugs of rules to skip; ``unread``
    has the names that a schema fault hides, which do not count as unknown.

    A rule with ``UNSURE_WITHOUT`` reports something as missing, such as any use of a declaration.
    While some name of these sections is unknown, its findings could be wrong and are left out.
    """
    causes: dict[Cause, _Findings] = {}
    rules = [rule for rule in RULES if rule.SLUG not in without]
    alone = {rule: _collect(remaining(rule.check(context)), causes) for rule in rules}
    unknown = {section for section, _ in causes} | unread.sections | unread.names.keys()
    found: list[Diagnostic] = []
    for rule, findings in alone.items():
        if unknown.isdisjoint(getattr(rule, "UNSURE_WITHOUT", ())):
            found += findings
    for cause, shared in causes.items():
        if not unread.explains(cause):
            found.append(shared.merged())
    return found


def _collect(findings: Iterable[Diagnostic], causes: dict[Cause, _Findings]) -> list[Diagnostic]:
    """Add findings with a cause to ``causes``, and return the others.

    Collecting stops at ``MAX_EACH`` findings: a hostile file must not fill the memory.
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
    """The findings of one cause: the one to show, the places of the others, their number."""

    shown: Diagnostic
    places: list[Label] = field(default_factory=list)
    others: int = 0

    def add(self, finding: Diagnostic) -> None:
        """Add a finding; one of an ``unknown-…`` rule is shown instead of others."""
        self.others += 1
        if finding.slug.startswith("unknown-") and not self.shown.slug.startswith("unknown-"):
            self.shown, finding = finding, self.shown
        if len(self.places) < MAX_EACH:
            self._add_place(finding)

    def _add_place(self, finding: Diagnostic) -> None:
        """Add the first place of a finding that is not the one to show."""
        for label in (finding.primary, *finding.related):
            if label.route != self.shown.primary.route:
                self.places.append(label)
                return

    def merged(self) -> Diagnostic:
        """Return one diagnostic for all of them."""
        if not self.others:
            return self.shown
        word = "place" if self.others == 1 else "places"
        message = f"{self.shown.message}; the same at {self.others} more {word}"
        return replace(self.shown, message=message, related=(*self.shown.related, *self.places))
