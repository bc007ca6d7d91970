"""What writing would do to each root: its files against the ledger and against what is there.

The contract on owning files: nothing that we did not write is overwritten or deleted unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from dokaseca_compile.formats.header import is_ours
from dokaseca_compile.ledger import LEDGER, Ledger, LedgerFault, claim, digest, read_ledger
from dokaseca_compile.release import Release

FREE_PRUNES: Final = 10
"""How many files may go without being asked for; more, or more than a quarter of the owned ones, are a mass prune."""

_PRECIOUS = re.compile(rb'^kind: "?(?:(ApplicationSet)|Secret|ExternalSecret)"?\r?$', re.MULTILINE)
_CONFLICT = re.compile(rb"^<{7} .*^>{7} ", re.MULTILINE | re.DOTALL)


class State(StrEnum):
    """How a file differs from what the source compiles to."""

    MISSING = "missing"
    STALE = "stale"
    EDITED = "edited"
    ORPHANED = "orphaned"
    FOREIGN = "foreign"


class Found(NamedTuple):
    """A file as it is. ``stamp`` is whatever tells later whether it is still the same."""

    content: bytes
    executable: bool = False
    stamp: object = None


class Files(Protocol):
    """Where the files of a root are read: a folder, or the index of a Git repository."""

    def read(self, path: str) -> Found | None:
        """A file below the root; ``None`` where there is none."""
        ...

    def paths(self, below: Iterable[str]) -> Iterator[str]:
        """Every file below some folders of the root."""
        ...

    def head(self, path: str) -> bytes:
        """The first bytes of a file of whoever."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it should be. ``wanted`` is ``None`` where no file is made any more; ``note`` says more."""

    root: str
    path: str
    state: State
    found: Found | None = None
    wanted: bytes | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """The path as the tree has it: ``<repository>/<path>``."""
        return f"{self.root}/{self.path}" if self.root else self.path

    @property
    def is_refused(self) -> bool:
        """Whether writing or deleting it would destroy what somebody else wrote."""
        return self.state is State.EDITED or (self.state is State.FOREIGN and self.wanted is not None)

    @property
    def goes(self) -> bool:
        """Whether the file is to be deleted."""
        return self.wanted is None and self.state in {State.ORPHANED, State.EDITED}

    @property
    def precious(self) -> str:
        """What its deletion would delete in a cluster; empty for a file that is only read."""
        if self.path.endswith(".tfvars"):
            return "a cluster's registration"
        kind = _PRECIOUS.search(self.found.content) if self.found else None
        return "" if kind is None else "an ApplicationSet" if kind[1] else "a cluster's registration"


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do to one root: claim, write, remove, and settle the ledger (``None``: it goes too).

    ``claim`` is ``None`` when nothing but the ledger is to be written. ``before`` has what each file was.
    """

    claim: bytes | None
    write: Mapping[str, bytes]
    remove: tuple[str, ...]
    ledger: bytes | None
    before: Mapping[str, Found | None]


@dataclass(frozen=True, slots=True)
class RootPlan:
    """One root: what differs, by path; how many files are as they should be; its ledger."""

    root: str
    release: Release
    differences: tuple[Difference, ...]
    kept: int
    ledger: Ledger | LedgerFault | None
    ledger_found: Found | None

    @property
    def fault(self) -> LedgerFault | None:
        """Why the ledger cannot be used."""
        return self.ledger if isinstance(self.ledger, LedgerFault) else None

    @property
    def was_cut_off(self) -> bool:
        """Whether the last run that wrote here did not come to its end."""
        return isinstance(self.ledger, Ledger) and not self.ledger.settled and not self.ledger.merged

    @property
    def known(self) -> Mapping[str, frozenset[str]]:
        """Path → hashes of what is ours."""
        return self.ledger.files if isinstance(self.ledger, Ledger) else {}

    @property
    def ledger_difference(self) -> Difference | None:
        """The ledger itself, where it is not the one of this release."""
        found, wanted = self.ledger_found, self.release.ledgers.get(self.root)
        if (found.content if found else None) == wanted:
            return None
        state = State.MISSING if found is None else State.EDITED if self.fault else State.STALE
        if wanted is None:
            state = State.ORPHANED
        return Difference(self.root, LEDGER, state, found, wanted, _ledger_note(self.ledger))

    def changes(self) -> Changes | None:
        """What makes the root as it should be, whatever stands in the way; ``None`` when nothing is to be done."""
        write = {each.path: each.wanted for each in self.differences if each.wanted is not None}
        remove = tuple(each.path for each in self.differences if each.goes)
        settle = self.ledger_difference
        if settle is None and not write and not remove:
            return None
        before = {each.path: each.found for each in self.differences} | {LEDGER: self.ledger_found}
        ours = {path: set(hashes) for path, hashes in self.known.items()}
        for path in (*write, *remove):
            if (found := before[path]) is not None:
                ours.setdefault(path, set()).add(digest(found.content))
        claimed = claim(self.release.platform, ours, self.release.digests.get(self.root, {}))
        return Changes(claimed if write or remove else None, write, remove, self.release.ledgers.get(self.root), before)


@dataclass(frozen=True, slots=True)
class Plan:
    """Every root; ``release`` is the id that all ledgers will have."""

    release: str
    roots: tuple[RootPlan, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Every file that differs, by root and path.

        A ledger differs whenever a file does, so it is named only where there is more to say of it, or nothing else.
        """
        files = tuple(each for root in self.roots for each in root.differences)
        ledgers = [each for root in self.roots if (each := root.ledger_difference) is not None]
        telling = [each for each in ledgers if each.note or each.state is not State.STALE]
        return (*files, *(telling if files or telling else ledgers))

    @property
    def everything(self) -> tuple[Difference, ...]:
        """Every file that differs, with every ledger."""
        return tuple(
            each for root in self.roots for each in (*root.differences, root.ledger_difference) if each is not None
        )

    @property
    def kept(self) -> int:
        """How many files are as they should be."""
        return sum(each.kept for each in self.roots)

    @property
    def refused(self) -> tuple[Difference, ...]:
        """What stands in the way: a plain compile leaves everything as it is."""
        return tuple(each for root in self.roots for each in root.differences if each.is_refused)

    @property
    def faults(self) -> tuple[tuple[str, LedgerFault], ...]:
        """The roots whose ledger cannot be used."""
        return tuple((each.root, each.fault) for each in self.roots if each.fault is not None)

    @property
    def writes(self) -> tuple[Difference, ...]:
        """Every file that is to be written, the ledgers not among them."""
        return tuple(each for root in self.roots for each in root.differences if each.wanted is not None)

    def strays(self) -> tuple[Difference, ...]:
        """Files that have our header and that no ledger knows; nothing is done to them."""
        return tuple(
            each
            for root in self.roots
            for each in root.differences
            if each.state is State.FOREIGN and each.wanted is None
        )

    def prunes(self) -> tuple[Difference, ...]:
        """Every file that is to be deleted."""
        return tuple(each for root in self.roots for each in root.differences if each.goes)

    def guarded(self) -> str:
        """Why the deletions need to be asked for; empty when they do not."""
        gone = self.prunes()
        owned = sum(len(each.known) for each in self.roots)
        if len(gone) > FREE_PRUNES or len(gone) * 4 > owned:
            return f"{len(gone)} of {owned} files would go"
        merged = [each for each in self.roots if isinstance(each.ledger, Ledger) and each.ledger.merged]
        if gone and merged:
            return "the ledger is that of a merge"
        return next((f"{each.precious} would go" for each in gone if each.precious), "")


def plan_root(root: str, release: Release, files: Files) -> RootPlan:
    """Compare one root of a release with what is there."""
    wanted = release.files.get(root, {})
    found = files.read(LEDGER)
    ledger = _ledger(found, root, release)
    known = ledger.files if isinstance(ledger, Ledger) else {}
    # Where even the ledger is executable, the file system knows no modes (NTFS and the like).
    with_modes = found is None or not found.executable
    differences, kept = [], 0
    for path in sorted({*wanted, *known}):
        there, content = files.read(path), wanted.get(path)
        if there is not None and there.content == content and not (there.executable and with_modes):
            kept += 1
        elif (difference := _judge(root, path, there, content, known.get(path, frozenset()))) is not None:
            differences.append(difference)
    strays = [_stray(root, path) for path in _unknown(files, {*wanted, *known}) if is_ours(files.head(path))]
    every = tuple(sorted((*differences, *strays), key=lambda each: each.path))
    return RootPlan(root, release, every, kept, ledger, found)


def _ledger(found: Found | None, root: str, release: Release) -> Ledger | LedgerFault | None:
    if found is None:
        return None
    if found.content == release.ledgers.get(root):  # most runs change nothing: what it says need not be read
        hashes = release.digests[root]
        return Ledger(release.platform, release.id, {path: frozenset((hashed,)) for path, hashed in hashes.items()})
    ledger = read_ledger(found.content)
    if isinstance(ledger, Ledger) and ledger.platform != release.platform:
        return LedgerFault(
            f"belongs to the platform `{ledger.platform[:80]}`",
            f"write somewhere else; if the platform has a new name, write `{release.platform}` there instead",
        )
    return ledger


def _judge(root: str, path: str, found: Found | None, wanted: bytes | None, ours: frozenset[str]) -> Difference | None:
    """The difference of a file that is not as it should be; ``None`` for one that is gone as it should."""
    if found is None:
        return None if wanted is None else Difference(root, path, State.MISSING, None, wanted)
    if found.content == wanted:
        return Difference(root, path, State.EDITED, found, wanted, "is executable")
    if digest(found.content) in ours:
        state = State.ORPHANED if wanted is None else State.STALE
        return Difference(root, path, state, found, wanted)
    return Difference(root, path, State.EDITED if ours else State.FOREIGN, found, wanted, _note(found, wanted, ours))


def _note(found: Found, wanted: bytes | None, ours: frozenset[str]) -> str:
    """What can be told of a content that is not ours."""
    content = found.content
    if _CONFLICT.search(content):
        return "holds the conflict markers of a merge"
    if b"\r\n" in content:
        plain = content.replace(b"\r\n", b"\n")
        if plain == wanted or digest(plain) in ours:
            return "has CRLF line ends, as `core.autocrlf` of Git makes them"
    if not content:
        return "is empty"
    return "has our header, but no ledger knows it" if not ours and is_ours(content) else ""


def _stray(root: str, path: str) -> Difference:
    return Difference(
        root, path, State.FOREIGN, note="has our header, but no ledger knows it: remove it, or the header"
    )


def _unknown(files: Files, known: set[str]) -> list[str]:
    """The files in folders of ours that we do not know."""
    folders = {path.partition("/")[0] for path in known if "/" in path}
    return sorted(path for path in files.paths(sorted(folders)) if path not in known)


def _ledger_note(ledger: Ledger | LedgerFault | None) -> str:
    if isinstance(ledger, LedgerFault):
        return ledger.reason
    if isinstance(ledger, Ledger) and ledger.merged:
        return "is that of a merge"
    return "is that of a run that was cut off" if isinstance(ledger, Ledger) and not ledger.settled else ""
