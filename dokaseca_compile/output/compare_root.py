"""Compare a root with its ledger and with the release.

Files that were not written by a compile are neither overwritten nor deleted without consent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from dokaseca_compile.core.limits import LEDGER as LARGEST
from dokaseca_compile.core.limits import size
from dokaseca_compile.formats.header import is_ours
from dokaseca_compile.output.difference import Difference, Found, State
from dokaseca_compile.output.ledger import (
    RELEASES,
    Ledger,
    LedgerFault,
    digest,
    foreign_note,
    read_ledger,
)
from dokaseca_compile.output.root_plan import RootPlan, joined
from dokaseca_compile.output.snapshot import Release
from dokaseca_compile.resolve.layout import LEDGER

if TYPE_CHECKING:
    from dokaseca_compile.output.watched_folders import Reader

TEMPORARY: Final = ".dokaseca-"
"""The prefix of the names of temporary files; the rest is a hash."""

_SKIPPED = b"+argocd:skip-file-rendering"
"""A manifest with this text is not applied (``skipFileRenderingMarker``)."""

_NOTHING: frozenset[str] = frozenset()


class Files(Protocol):
    """The files of a root: in a folder, or in the index of a Git repository."""

    def read(self, path: str) -> Found | None:
        """Return a file of the root; ``None`` if there is none."""
        ...

    def paths(self, below: Iterable[str], whole: Sequence[str] = ()) -> Iterator[str]:
        """Yield every file and link below some folders of the root.

        Hidden folders are included only below the folders in ``whole``. There, a folder that cannot
        be listed is an error.
        """
        ...

    def head(self, path: str) -> bytes:
        """Return the first bytes of a file, generated or not."""
        ...


def plan_root(
    root: str,
    release: Release,
    files: Files,
    *,
    adopt: bool = False,
    committed: Mapping[str, frozenset[str]] | None = None,
) -> RootPlan:
    """Compare one root of a release with its files.

    With ``adopt``, the ledger of another platform or repository is used as if it were our own,
    because the platform or repository was renamed. ``committed`` maps paths to further hashes of
    generated content, from ledgers in Git.
    """
    wanted = release.files.get(root, {})
    labels = release.labels.get(root, {})
    found = files.read(LEDGER)
    ledger = _ledger(found, root, release)
    if adopt and isinstance(ledger, LedgerFault) and ledger.other is not None:
        ledger = ledger.other
    known = ledger.files if isinstance(ledger, Ledger) else {}
    committed = committed or {}
    # If even the ledger is executable, the file system has no modes (such as NTFS).
    has_modes = found is None or not found.executable
    differences, kept = [], 0
    for path in sorted({*wanted, *known}):
        existing, content = files.read(path), wanted.get(path)
        if _is_current(existing, content, has_modes=has_modes):
            kept += 1
            continue
        ours = known.get(path, _NOTHING) | committed.get(path, _NOTHING)
        where = root, path, labels.get(path) or joined(root, path)
        difference = _difference(where, existing, content, ours)
        if difference is not None:
            differences.append(difference)
    differences += _strays(root, release, files, known)
    differences.sort(key=lambda each: each.path)
    return RootPlan(root, release, tuple(differences), kept, ledger, found)


def _ledger(found: Found | None, root: str, release: Release) -> Ledger | LedgerFault | None:
    if found is None:
        return None
    # Most runs change nothing, and parsing the ledger would take longer than this comparison.
    if found.content == release.ledgers.get(root):
        hashes = {path: frozenset((hashed,)) for path, hashed in release.digests[root].items()}
        return Ledger(release.platform, root, hashes)
    if found.is_too_large:
        reason = f"has {size(found.size)}; the limit is {size(LARGEST)}"
        return LedgerFault(reason, "restore it from Git")
    ledger = read_ledger(found.content)
    return ledger if isinstance(ledger, LedgerFault) else _owned(ledger, root, release)


def _owned(ledger: Ledger, root: str, release: Release) -> Ledger | LedgerFault:
    """Return a ledger of this platform and repository; a fault for any other."""
    if ledger.platform != release.platform:
        return _of_another("platform", ledger.platform, ledger)
    if ledger.repository != root:
        return _of_another("repository", ledger.repository, ledger)
    return ledger


def _of_another(kind: str, name: str, ledger: Ledger) -> LedgerFault:
    return LedgerFault(
        f"belongs to the {kind} `{name}`",
        f"use another output folder; if the {kind} was renamed, adopt its files with --adopt",
        ledger,
    )


def _is_current(found: Found | None, wanted: bytes | None, *, has_modes: bool) -> bool:
    if found is None or found.content != wanted or found.is_too_large:
        return False
    return not (found.executable and has_modes)


def _difference(
    where: tuple[str, str, str], found: Found | None, wanted: bytes | None, ours: frozenset[str]
) -> Difference | None:
    """Return the difference of a file that is not current; ``None`` for one that was deleted.

    ``where`` is its root, path and label, and ``ours`` are the hashes of its generated contents.
    """
    if found is None:
        return None if wanted is None else Difference(*where, State.MISSING, None, wanted)
    unexpected = State.EDITED if ours else State.FOREIGN
    if found.is_too_large:
        note = f"has {size(found.size)}, more than any generated file"
        return Difference(*where, unexpected, found, wanted, note)
    if found.content == wanted:
        return Difference(*where, State.EDITED, found, wanted, "is executable")
    # In a list of releases that is ours, everything unexpected comes from a merge.
    if digest(found.content) in ours or (ours and where[1] == RELEASES):
        state = State.ORPHANED if wanted is None else State.STALE
        return Difference(*where, state, found, wanted)
    note = foreign_note(found.content, wanted, ours)
    return Difference(*where, unexpected, found, wanted, note)


def _strays(
    root: str, release: Release, files: Files, known: Collection[str]
) -> Iterator[Difference]:
    """Yield the unlisted files that take effect or have the header of a generated file."""
    wanted = release.files.get(root, {})
    readers = release.readers.get(root, ())
    for path in _unlisted(files, {*wanted, *known}, readers):
        effect = _effect(path, wanted, readers)
        head = files.head(path)
        label = joined(root, path)
        if effect and _SKIPPED not in head:
            yield Difference(root, path, label, State.FOREIGN, note=effect, takes_effect=True)
        elif is_ours(head):
            note = (
                "has the header of a generated file, but is in no ledger: "
                "delete it, or remove the header"
            )
            yield Difference(root, path, label, State.FOREIGN, note=note)


def _unlisted(files: Files, known: set[str], readers: Sequence[Reader]) -> list[str]:
    """Return the unknown files in generated folders and in folders that a tool reads whole."""
    folders = {path.partition("/")[0] for path in known if "/" in path}
    folders |= {each.folder for each in readers if each.folder.partition("/")[0] not in folders}
    whole = [each.folder for each in readers if each.whole]
    found = {path for path in files.paths(sorted(folders), whole) if path not in known}
    # The next compile removes the temporary files of a killed run.
    return sorted(path for path in found if not path.rpartition("/")[2].startswith(TEMPORARY))


def _effect(path: str, wanted: Collection[str], readers: Sequence[Reader]) -> str:
    for reader in readers:
        effect = reader.effect_of(path, wanted)
        if effect:
            return effect
    return ""
