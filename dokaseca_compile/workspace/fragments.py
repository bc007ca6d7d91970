"""The fragments of a platform: which files of ``platform.d`` are read, and which are not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dokaseca_compile.core.text import printable
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of, require

FRAGMENTS = "platform.d"
_SUFFIXES = (".yaml", ".yml")
_MOST_UNREAD = 1000
# Editors leave `.#addons.yaml`, `#addons.yaml#` and `.addons.yaml.swp` beside an open file.
_OF_EDITORS = re.compile(r"\.#.*|#.*#|\..*\.sw[a-z]", re.DOTALL)
_BACKUP = re.compile(
    r".*\.ya?ml(?:~|[.-](?:bak|backup|copy|old|orig|save|rej|tmp|disabled|off))", re.DOTALL
)


def fragment_names(names: Iterable[str]) -> list[str]:
    """Return the files of a folder that are fragments, in the order of reading."""
    return sorted(name for name in names if name.endswith(_SUFFIXES) and not name.startswith("."))


def why_unread(path: str) -> str:
    """Return why a file below ``platform.d`` with a YAML name is not read; empty for other files.

    ``path`` is relative to the folder. The reasons are those of ``dokaseca_compile.source.unread``.
    """
    *folders, name = path.split("/")
    lower = name.lower()
    is_backup = _BACKUP.fullmatch(lower) is not None
    if _OF_EDITORS.fullmatch(name) or not (is_backup or lower.endswith(_SUFFIXES)):
        return ""
    if name.startswith(".") or any(each.startswith(".") for each in folders):
        return "hidden"
    if is_backup:
        return "backup"
    if folders:
        return "subfolder"
    return "" if name.endswith(_SUFFIXES) else "suffix"


def unread_fragments(file: Path) -> list[tuple[str, str]]:
    """Return name and reason of each file below ``platform.d`` with a YAML name that is not read.

    Raises ``WorkspaceError`` for a folder that cannot be listed.
    """
    folder = file.parent / FRAGMENTS
    found = []
    for path in _below(folder):
        why = "link" if path.is_dir() else why_unread(path.relative_to(folder).as_posix())
        if why:
            found.append((printable(str(path)), why))
        if len(found) >= _MOST_UNREAD:
            break
    return found


def check_link(path: Path, top: Path) -> None:
    """Refuse a link that leads out of ``top``: findings would show lines of its content.

    Raises ``WorkspaceError``.
    """
    if not path.is_symlink():
        return
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as failure:
        reason = "too many levels of symbolic links"
        if isinstance(failure, OSError):
            reason = reason_of(failure)
        raise WorkspaceError(path, reason) from failure
    reason = f"is a link that leads out of {printable(str(top))}; it is not followed"
    require(target.is_relative_to(top), path, reason)


def work_tree(folder: Path) -> Path | None:
    """Return the top of the Git work tree of a folder, without links; ``None`` outside of one."""
    there = Path(os.path.realpath(folder))
    return next((each for each in (there, *there.parents) if os.path.lexists(each / ".git")), None)


def _below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder and every link to a folder, sorted; follow no links."""

    def stop(failure: OSError) -> None:
        if not isinstance(failure, FileNotFoundError | NotADirectoryError):
            raise WorkspaceError(failure.filename or folder, reason_of(failure)) from failure

    for place, inner, names in os.walk(folder, onerror=stop):
        # A mounted ConfigMap links to files in folders as `..data`.
        inner[:] = sorted(name for name in inner if name != ".git" and not name.startswith(".."))
        yield from (
            Path(place, name) for name in inner if name[0] != "." and Path(place, name).is_symlink()
        )
        yield from (Path(place, name) for name in sorted(names))
