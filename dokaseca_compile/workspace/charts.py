"""The charts beside the platform's source, as files that are read when somebody asks for them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from dokaseca_compile.core.limits import CHART_ARCHIVE, CHART_FILE, CHART_FILES, size
from dokaseca_compile.workspace.failure import WorkspaceError, reason_of
from dokaseca_compile.workspace.folders import Folders


class ChartFiles(Mapping[str, bytes]):
    """The files of ``charts/`` and ``.charts/`` beside ``file``, by path from there. Links are left out.

    A platform uses few of the charts that may lie there, so content is read on demand. Raises ``WorkspaceError`` for
    what cannot be read, and for folders with more files than charts have; ``ChartError`` for a file that is too large.
    """

    def __init__(self, file: Path) -> None:
        # Imported late: every command needs this package, and only those that compile need charts.
        from dokaseca_compile.charts import FOLDERS  # noqa: PLC0415

        self._root = file.parent
        self._paths = {path: None for folder in FOLDERS for path in _below(self._root, folder)}

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        from dokaseca_compile.charts import ChartError  # noqa: PLC0415

        with closing(Folders(self._root.resolve())) as folders:
            try:
                found = folders.open_file(path)
            except OSError as failure:
                raise WorkspaceError(self._root / path, reason_of(failure)) from failure
            if found is None:
                raise WorkspaceError(self._root / path, "is gone; it was there a moment ago")
            file, status = found
            most = CHART_ARCHIVE if path.endswith(".tgz") else CHART_FILE
            with os.fdopen(file, "rb") as stream:
                content = stream.read(most + 1) if status.st_size <= most else b""
            length = max(status.st_size, len(content))
            if length > most:
                message = f"has a file that is too large: {path} has {size(length)}, at most {size(most)} are read"
                raise ChartError(message)
            return content

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _below(root: Path, folder: str) -> list[str]:
    """Every regular file below a folder, by its path from the root, sorted."""
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
                f"has more than {CHART_FILES} files; keep charts there and nothing else",
            )
    return found
