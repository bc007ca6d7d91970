"""The changes to one root: files to write and to delete, and the state of its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from dokaseca_compile.output.difference import Difference, Found, State
from dokaseca_compile.output.ledger import Ledger, LedgerFault, claim, digest, release_of
from dokaseca_compile.output.snapshot import Release
from dokaseca_compile.resolve.layout import LEDGER


@dataclass(frozen=True, slots=True)
class Changes:
    """The steps for one root, in order: claim, write, remove, write the final ledger.

    ``claim`` is ``None`` if only the ledger changes, and ``ledger`` is ``None`` if it is deleted.
    ``before`` maps each path to the file that was found there.
    """

    claim: bytes | None
    write: Mapping[str, bytes]
    remove: tuple[str, ...]
    ledger: bytes | None
    before: Mapping[str, Found | None]


@dataclass(frozen=True, slots=True)
class RootPlan:
    """One root: its differences by path, the number of files that are up to date, its ledger."""

    root: str
    release: Release
    differences: tuple[Difference, ...]
    kept: int
    ledger: Ledger | LedgerFault | None
    ledger_found: Found | None

    @property
    def fault(self) -> LedgerFault | None:
        """The reason why the ledger cannot be used."""
        return self.ledger if isinstance(self.ledger, LedgerFault) else None

    @property
    def is_merged(self) -> bool:
        """Whether the ledger is the result of a merge of two ledgers."""
        return isinstance(self.ledger, Ledger) and self.ledger.merged

    @property
    def was_interrupted(self) -> bool:
        """Whether the last run that wrote here was interrupted."""
        if not isinstance(self.ledger, Ledger) or self.ledger.merged:
            return False
        return not self.ledger.settled

    @property
    def known(self) -> Mapping[str, frozenset[str]]:
        """Path → hashes of the generated content, as in the ledger."""
        return self.ledger.files if isinstance(self.ledger, Ledger) else {}

    @property
    def paths(self) -> Set[str]:
        """The paths of every file that is generated, or was by the last run."""
        return self.known.keys() | self.release.files.get(self.root, {}).keys()

    @property
    def found_release(self) -> str | None:
        """The release of the files that its ledger lists; ``None`` unless all were written."""
        if not isinstance(self.ledger, Ledger) or not self.ledger.settled:
            return None
        return release_of({path: "".join(hashes) for path, hashes in self.ledger.files.items()})

    @property
    def ledger_difference(self) -> Difference | None:
        """The ledger itself, if it is not the ledger of this release."""
        found = self.ledger_found
        content = found.content if found is not None else None
        wanted = self.release.ledgers.get(self.root)
        if content == wanted:
            return None
        if wanted is None:
            state = State.ORPHANED
        elif found is None:
            state = State.MISSING
        else:
            state = State.EDITED if self.fault else State.STALE
        label = joined(self.root, LEDGER)
        return Difference(self.root, LEDGER, label, state, found, wanted, self._ledger_note())

    def _ledger_note(self) -> str:
        if self.fault is not None:
            return self.fault.reason
        if self.is_merged:
            return "is the result of a merge"
        return "is from an interrupted run" if self.was_interrupted else ""

    def changes(self) -> Changes | None:
        """Return what brings the root up to date, with refused changes; ``None`` for nothing."""
        write = {each.path: each.wanted for each in self.differences if each.wanted is not None}
        remove = tuple(each.path for each in self.differences if each.is_deletion)
        if not write and not remove and self.ledger_difference is None:
            return None
        before = {each.path: each.found for each in self.differences}
        before[LEDGER] = self.ledger_found
        claimed = self._claim((*write, *remove), before) if write or remove else None
        return Changes(claimed, write, remove, self.release.ledgers.get(self.root), before)

    def _claim(self, paths: Iterable[str], before: Mapping[str, Found | None]) -> bytes:
        """Return the ledger for the time of writing, with the old and new hashes of all files."""
        hashes = {path: set(known) for path, known in self.known.items()}
        for path in paths:
            found = before[path]
            if found is not None and not found.is_too_large:
                hashes.setdefault(path, set()).add(digest(found.content))
        expected = self.release.digests.get(self.root, {})
        return claim(self.release.platform, self.root, hashes, expected)


def joined(root: str, path: str) -> str:
    """Return the path of a file of a root from the folder of all roots."""
    return f"{root}/{path}" if root else path
