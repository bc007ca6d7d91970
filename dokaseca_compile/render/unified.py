"""Differences as a patch that ``git apply`` takes: bytes, since files may hold anything."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from dokaseca_compile.plan import Difference

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def patch(differences: Sequence[tuple[str, Difference]]) -> bytes:
    """The patch that makes files as they should be. Each comes with its path from the top of the Git repository.

    Files that merely look like ours are left out: nothing is known that they should be.
    """
    return b"".join(b"".join(_file(path, each)) for path, each in differences if each.wanted is not None or each.goes)


def _file(path: str, difference: Difference) -> Iterator[bytes]:
    old = difference.found.content if difference.found is not None else None
    new = difference.wanted
    before, after = _name(f"a/{path}"), _name(f"b/{path}")
    yield f"diff --git {before} {after}\n".encode()
    executable = difference.found is not None and difference.found.executable
    mode = "100755" if executable else "100644"
    if old is None:
        yield b"new file mode 100644\n"
    elif new is None:
        yield f"deleted file mode {mode}\n".encode()
    elif executable:
        yield b"old mode 100755\nnew mode 100644\n"
    hunks = list(_hunks(old or b"", new or b""))
    if hunks:
        # Behind a name with a blank Git wants a tab, so that the name has an end.
        end = "\t\n" if " " in path else "\n"
        yield f"--- {before + end if old is not None else '/dev/null' + chr(10)}".encode()
        yield f"+++ {after + end if new is not None else '/dev/null' + chr(10)}".encode()
        yield from hunks


def _hunks(old: bytes, new: bytes) -> Iterator[bytes]:
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), lineterm=b"\n")
    for number, line in enumerate(lines):
        if number >= 2:  # the names come from us
            yield line if line.endswith(b"\n") else line + _NO_NEWLINE


def _lines(content: bytes) -> list[bytes]:
    """The lines with their ends: only LF ends one, as for Git."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _name(path: str) -> str:
    """A path as Git quotes it."""
    if path.isascii() and path.isprintable() and not set(path) & set(_ESCAPES):
        return path
    shown = "".join(
        _ESCAPES.get(each, each) if (each.isascii() and each.isprintable()) or each in _ESCAPES
        else "".join(f"\\{byte:03o}" for byte in each.encode("utf-8", "surrogateescape"))
        for each in path
    )  # fmt: skip
    return f'"{shown}"'
