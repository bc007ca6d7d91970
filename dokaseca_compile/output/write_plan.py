"""What writing would do to each root: its files against the ledger and against what is there.

The contract on owning files: nothing that we did not write is overwritten or deleted unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.core.limits import LEDGER as LARGEST
from dokaseca_compile.core.limits import size
from dokaseca_compile.formats.header import is_ours
from dokaseca_compile.formats.protected import protected_objects
from dokaseca_compile.output.ledger import (
    Ledger,
    LedgerFault,
    claim,
    digest,
    foreign_note,
    read_ledger,
)
from dokaseca_compile.output.snapshot import Release
from dokaseca_compile.resolve.layout import LEDGER

if TYPE_CHECKING:
    from dokaseca_compile.output.watched_folders import Reader

FREE_PRUNES: Final = 10
"""How many files may go without being asked for; more, or more than a quarter of the owned ones, are a mass prune."""

TEMPORARY: Final = ".dokaseca-"
"""How the names of temporary files begin; the rest is a hash."""

_SKIPPED = b"+argocd:skip-file-rendering"
"""A manifest with this text is not applied (``skipFileRenderingMarker``)."""


class State(StrEnum):
    """How a file differs from what the source compiles to."""

    MISSING = "missing"
    STALE = "stale"
    EDITED = "edited"
    ORPHANED = "orphaned"
    FOREIGN = "foreign"


class Found(NamedTuple):
    """A file as it is. ``stamp`` is whatever tells later whether it is still the same.

    ``size`` is how long it is, where that is known: ``content`` is empty for a file that is too large to be ours.
    """

    content: bytes
    executable: bool = False
    stamp: object = None
    size: int = 0

    @property
    def is_too_large(self) -> bool:
        """Return whether it is larger than anything that is written here, so that its content was not read."""
        return self.size > len(self.content)


class Files(Protocol):
    """Where the files of a root are read: a folder, or the index of a Git repository."""

    def read(self, path: str) -> Found | None:
        """A file below the root; ``None`` where there is none."""
        ...

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        """Yield every file and link below some folders of the root.

        Below the folders in ``whole`` that includes hidden folders; a folder there that cannot be listed is a failure.
        """
        ...

    def head(self, path: str) -> bytes:
        """The first bytes of a file of whoever."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it should be. ``wanted`` is ``None`` where no file is made any more; ``note`` says more.

    ``label`` is the path as the tree has it, for what is made. ``takes_effect`` marks a file that nobody compiled and
    that Argo CD, Terraform or another tool takes all the same, since it reads the whole folder.
    """

    root: str
    path: str
    label: str
    state: State
    found: Found | None = None
    wanted: bytes | None = None
    note: str = ""
    takes_effect: bool = False

    @property
    def slug(self) -> str:
        """The slug of the finding."""
        return "foreign-manifest" if self.takes_effect else f"{self.state}-file"

    @property
    def is_ledger(self) -> bool:
        """Whether this is a ledger, which is counted apart from the files that it lists."""
        return self.path == LEDGER

    @property
    def is_refused(self) -> bool:
        """Whether writing or deleting it would destroy what somebody else wrote."""
        return self.state is State.EDITED or (
            self.state is State.FOREIGN and self.wanted is not None
        )

    @property
    def is_stray(self) -> bool:
        """Whether it is a file of somebody else at a place where nothing is made."""
        return self.state is State.FOREIGN and self.wanted is None

    @property
    def goes(self) -> bool:
        """Whether the file is to be deleted."""
        return self.wanted is None and self.state in {State.ORPHANED, State.EDITED}

    @property
    def precious(self) -> tuple[str, ...]:
        """What a cluster would lose by it: ``the ApplicationSet kyverno-dev``, which the file has and will not have."""
        if self.found is None:
            return ()
        if self.found.is_too_large:
            return () if self.wanted is not None else (f"whatever {self.path} holds",)
        if self.path.endswith(".tfvars") and self.wanted is None:
            return (f"the registration of {self.path.rpartition('/')[2].removesuffix('.tfvars')}",)
        left = protected_objects(self.wanted or b"")
        return tuple(each for each in protected_objects(self.found.content) if each not in left)


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
        return (
            isinstance(self.ledger, Ledger) and not self.ledger.settled and not self.ledger.merged
        )

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
        return Difference(
            self.root,
            LEDGER,
            _joined(self.root, LEDGER),
            state,
            found,
            wanted,
            _ledger_note(self.ledger),
        )

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
            if (found := before[path]) is not None and not found.is_too_large:
                ours.setdefault(path, set()).add(digest(found.content))
        claimed = claim(
            self.release.platform, self.root, ours, self.release.digests.get(self.root, {})
        )
        return Changes(
            claimed if write or remove else None,
            write,
            remove,
            self.release.ledgers.get(self.root),
            before,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Every root; ``release`` is the id that all ledgers will have.

    ``accepted`` are the files that entries of ``accept`` are for, and ``unused`` the entries for
    files that match none; see ``accepted_files``.
    """

    release: str
    roots: tuple[RootPlan, ...]
    accepted: tuple[tuple[Difference, Accepted], ...] = ()
    unused: tuple[Diagnostic, ...] = ()

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
            each
            for root in self.roots
            for each in (*root.differences, root.ledger_difference)
            if each is not None
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
        return tuple(
            each for root in self.roots for each in root.differences if each.wanted is not None
        )

    def strays(self) -> tuple[Difference, ...]:
        """Files that are not ours and in nobody's way, but take effect or look like ours; nothing is done to them."""
        return tuple(each for root in self.roots for each in root.differences if each.is_stray)

    def prunes(self) -> tuple[Difference, ...]:
        """Every file that is to be deleted."""
        return tuple(each for root in self.roots for each in root.differences if each.goes)

    def losses(self) -> tuple[tuple[Difference, tuple[str, ...]], ...]:
        """Every file by which clusters lose something, deleted or changed, with what they lose."""
        every = (
            each
            for root in self.roots
            for each in root.differences
            if each.wanted is not None or each.goes
        )
        return tuple((each, each.precious) for each in every if each.precious)

    def guarded(self) -> str:
        """Why the deletions need to be asked for; empty when they do not."""
        gone = self.prunes()
        owned = sum(len(each.known) for each in self.roots)
        if len(gone) > FREE_PRUNES or len(gone) * 4 > owned:
            return f"{len(gone)} of {owned} files would go"
        merged = [
            each for each in self.roots if isinstance(each.ledger, Ledger) and each.ledger.merged
        ]
        if gone and merged:
            return "files would go, and the ledger is that of a merge"
        lost = [what for _, found in self.losses() for what in found]
        return (
            f"{lost[0]}{f' and {len(lost) - 1} more' if len(lost) > 1 else ''} would go"
            if lost
            else ""
        )


def plan_root(
    root: str,
    release: Release,
    files: Files,
    *,
    adopt: bool = False,
    committed: Mapping[str, frozenset[str]] | None = None,
) -> RootPlan:
    """Compare one root of a release with what is there.

    With ``adopt``, a ledger of another platform or repository counts as ours: one of them has a new name.
    ``committed`` are further hashes by path that are ours, as Git knows them.
    """
    wanted = release.files.get(root, {})
    found = files.read(LEDGER)
    ledger = _ledger(found, root, release)
    if adopt and isinstance(ledger, LedgerFault) and ledger.other is not None:
        ledger = ledger.other
    known = ledger.files if isinstance(ledger, Ledger) else {}
    # Where even the ledger is executable, the file system knows no modes (NTFS and the like).
    with_modes = found is None or not found.executable
    labels = release.labels.get(root, {})
    differences, kept = [], 0
    for path in sorted({*wanted, *known}):
        there, content = files.read(path), wanted.get(path)
        same = there is not None and there.content == content and not there.is_too_large
        if there is not None and same and not (there.executable and with_modes):
            kept += 1
            continue
        ours = known.get(path, frozenset()) | (committed or {}).get(path, frozenset())
        label = labels.get(path) or _joined(root, path)
        if (difference := _judge((root, path, label), there, content, ours)) is not None:
            differences.append(difference)
    readers = release.readers.get(root, ())
    unknown = _unknown(files, {*wanted, *known}, readers)
    strays = (
        _stray(root, path, files, [each.effect_of(path, wanted) for each in readers])
        for path in unknown
    )
    found_strays = [each for each in strays if each is not None]
    every = tuple(sorted((*differences, *found_strays), key=lambda each: each.path))
    return RootPlan(root, release, every, kept, ledger, found)


def _ledger(found: Found | None, root: str, release: Release) -> Ledger | LedgerFault | None:
    if found is None:
        return None
    if found.content == release.ledgers.get(
        root
    ):  # most runs change nothing: what it says need not be read
        hashes = release.digests[root]
        return Ledger(
            release.platform, root, {path: frozenset((hashed,)) for path, hashed in hashes.items()}
        )
    if found.is_too_large:
        return LedgerFault(
            f"has {size(found.size)}; at most {size(LARGEST)} are read", "restore it from Git"
        )
    ledger = read_ledger(found.content)
    if isinstance(ledger, LedgerFault) or (ledger.platform, ledger.repository) == (
        release.platform,
        root,
    ):
        return ledger
    kind, name = (
        ("platform", ledger.platform)
        if ledger.platform != release.platform
        else ("repository", ledger.repository)
    )
    return LedgerFault(
        f"belongs to the {kind} `{name}`",
        f"write somewhere else; if the {kind} has a new name, take its files over with --adopt",
        ledger,
    )


def _judge(
    where: tuple[str, str, str], found: Found | None, wanted: bytes | None, ours: frozenset[str]
) -> Difference | None:
    """The difference of a file (root, path, label) that is not as it should be; ``None`` if it is gone as it should."""
    if found is None:
        return None if wanted is None else Difference(*where, State.MISSING, None, wanted)
    if found.is_too_large:
        note = f"has {size(found.size)}, more than anything that is compiled"
        return Difference(*where, State.EDITED if ours else State.FOREIGN, found, wanted, note)
    if found.content == wanted:
        return Difference(*where, State.EDITED, found, wanted, "is executable")
    if digest(found.content) in ours:
        return Difference(*where, State.ORPHANED if wanted is None else State.STALE, found, wanted)
    return Difference(
        *where,
        State.EDITED if ours else State.FOREIGN,
        found,
        wanted,
        foreign_note(found.content, wanted, ours),
    )


def _stray(root: str, path: str, files: Files, effects: Sequence[str]) -> Difference | None:
    """Return the difference of a file that no ledger knows; ``None`` where it neither takes effect nor looks like ours.

    What Argo CD is told to skip has no effect; the mark is looked for in the first bytes.
    """
    effect = next(filter(None, effects), "")
    head = files.head(path)
    if effect and _SKIPPED not in head:
        return Difference(
            root, path, _joined(root, path), State.FOREIGN, note=effect, takes_effect=True
        )
    if not is_ours(head):
        return None
    note = "has our header, but no ledger knows it: remove it, or the header"
    return Difference(root, path, _joined(root, path), State.FOREIGN, note=note)


def _joined(root: str, path: str) -> str:
    return f"{root}/{path}" if root else path


def _unknown(files: Files, known: set[str], readers: Sequence[Reader]) -> list[str]:
    """The files in folders of ours, or that a tool reads as a whole, that we do not know."""
    folders = {path.partition("/")[0] for path in known if "/" in path}
    folders |= {each.folder for each in readers if each.folder.partition("/")[0] not in folders}
    whole = [each.folder for each in readers if each.whole]
    found = {path for path in files.paths(sorted(folders), whole) if path not in known}
    # What a killed run has left is taken away by the next one; it is nobody's to look at.
    return sorted(path for path in found if not path.rpartition("/")[2].startswith(TEMPORARY))


def _ledger_note(ledger: Ledger | LedgerFault | None) -> str:
    if isinstance(ledger, LedgerFault):
        return ledger.reason
    if isinstance(ledger, Ledger) and ledger.merged:
        return "is that of a merge"
    return (
        "is that of a run that was cut off"
        if isinstance(ledger, Ledger) and not ledger.settled
        else ""
    )
