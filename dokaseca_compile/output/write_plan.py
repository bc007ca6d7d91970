"""The plan over all roots, and the guard against unintended deletions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.output.difference import Difference, State
from dokaseca_compile.output.ledger import RELEASES, LedgerFault
from dokaseca_compile.output.root_plan import RootPlan

FREE_PRUNES: Final = 10
"""How many files are deleted without ``--prune``, if they are at most a quarter of all files."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every root; ``release`` is the id of the files of all repositories.

    ``listed`` maps roots to the releases that the control plane lists now. ``accepted`` are the
    files that entries of ``accept`` are for, and ``unused`` the entries for files that match none;
    see ``accepted_files``.
    """

    release: str
    roots: tuple[RootPlan, ...]
    listed: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[tuple[Difference, Accepted], ...] = ()
    unused: tuple[Diagnostic, ...] = ()

    @property
    def files(self) -> tuple[Difference, ...]:
        """Every file that differs, by root and path, without the ledgers."""
        return tuple(each for root in self.roots for each in root.differences)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Every difference to report, by root and path.

        A ledger differs whenever a file does. So it is included only if it has a note, if it is not
        just stale, or if nothing else differs.
        """
        files, ledgers = self.files, []
        for root in self.roots:
            ledger = root.ledger_difference
            if ledger is not None:
                ledgers.append(ledger)
        notable = [each for each in ledgers if each.note or each.state is not State.STALE]
        if files or notable:
            return (*files, *notable)
        return tuple(ledgers)

    @property
    def everything(self) -> tuple[Difference, ...]:
        """Every file that differs, and every ledger, by root."""
        found: list[Difference] = []
        for root in self.roots:
            found += root.differences
            ledger = root.ledger_difference
            if ledger is not None:
                found.append(ledger)
        return tuple(found)

    @property
    def kept(self) -> int:
        """The number of files that are up to date."""
        return sum(each.kept for each in self.roots)

    @property
    def refused(self) -> tuple[Difference, ...]:
        """The files because of which a compile without ``--force`` changes nothing."""
        return tuple(each for each in self.files if each.is_refused)

    @property
    def faults(self) -> tuple[tuple[str, LedgerFault], ...]:
        """The roots whose ledger cannot be used."""
        return tuple((each.root, each.fault) for each in self.roots if each.fault is not None)

    @property
    def writes(self) -> tuple[Difference, ...]:
        """Every file to be written, without the ledgers."""
        return tuple(each for each in self.files if each.wanted is not None)

    def mismatched(self) -> tuple[str, ...]:
        """Return the roots whose files are of another release than the control plane lists."""
        found = []
        for each in self.roots:
            listed = self.listed.get(each.root)
            if listed is not None and each.found_release not in (None, listed):
                found.append(each.root)
        return tuple(found)

    def strays(self) -> tuple[Difference, ...]:
        """Return the foreign files that take effect or look generated; they are left alone."""
        return tuple(each for each in self.files if each.is_stray)

    def prunes(self) -> tuple[Difference, ...]:
        """Return every file to be deleted."""
        return tuple(each for each in self.files if each.is_deletion)

    def losses(self) -> tuple[tuple[Difference, tuple[str, ...]], ...]:
        """Return every deleted or changed file by which clusters lose objects, with the objects."""
        found = []
        for each in self.files:
            if each.is_stray:
                continue
            losses = each.losses
            if losses:
                found.append((each, losses))
        return tuple(found)

    def prune_reason(self) -> str:
        """Return why the deletions need ``--prune``; empty if they do not.

        A list of releases does not count: nothing is deployed from it.
        """
        deleted = sum(each.path != RELEASES for each in self.prunes())
        owned = sum(len(each.known) for each in self.roots)
        if deleted > FREE_PRUNES or deleted * 4 > owned:
            return f"{deleted} of {owned} files would be deleted"
        if deleted and any(each.is_merged for each in self.roots):
            return "files would be deleted, and the ledger is the result of a merge"
        return _would_be_deleted([each for _, losses in self.losses() for each in losses])


def _would_be_deleted(objects: Sequence[str]) -> str:
    if not objects:
        return ""
    more = f" and {len(objects) - 1} more" if len(objects) > 1 else ""
    return f"{objects[0]}{more} would be deleted"
