"""The charts beside the source, as files that are read on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from dokaseca_compile.charts import FOLDERS, ChartError
from dokaseca_compile.core.limits import CHART_ARCHIVE, CHART_FILE, CHART_FILES, size
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.folders import Folders


class ChartFiles(Mapping[str, bytes]):
    """The files of ``charts/`` and ``.charts/`` beside ``file``, by path from there, without links.

    Content is read on demand, since a platform may use few of the charts. Raises ``WorkspaceError``
    for files that cannot be read and for folders with too many files, and ``ChartError`` for a file
    that is too large.
    """

    def __init__(self, file: Path) -> None:
        self._root = file.parent
        self._paths = {path: None for folder in FOLDERS for path in _below(self._root, folder)}

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        with closing(Folders(self._root.resolve())) as folders:
            try:
                found = folders.open_file(path)
            except OSError as failure:
                raise WorkspaceError(self._root / path, reason_of(failure)) from failure
            if found is None:
                raise WorkspaceError(self._root / path, "was deleted during the run")
            file, status = found
            most = CHART_ARCHIVE if path.endswith(".tgz") else CHART_FILE
            with os.fdopen(file, "rb") as stream:
                content = stream.read(most + 1) if status.st_size <= most else b""
            length = max(status.st_size, len(content))
            if length > most:
                limit = f"{path} has {size(length)}, the limit is {size(most)}"
                message = f"has a file that is too large: {limit}"
                raise ChartError(message)
            return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _below(root: Path, folder: str) -> list[str]:
    """Return every regular file below a folder, by its path from the root, sorted."""
    found: list[str] = []
    if (root / folder).is_symlink():
        return found
    for place, inner, names in os.walk(root / folder):
        inner[:] = sorted(name for name in inner if name != ".git")
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                found.append(path.relative_to(root).as_posix())
        if len(found) > CHART_FILES:
            raise WorkspaceError(
                root / folder,
                f"has more than {CHART_FILES} files; keep only charts there",
            )
    return found
