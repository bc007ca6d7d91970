"""Differences as a patch that ``git apply`` takes: bytes, since files may hold anything."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from dokaseca_compile.core.limits import DIFF_LINES, size
from dokaseca_compile.output.write_plan import Difference

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}
_AROUND = 3  # lines before and after a change
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def patch(differences: Sequence[tuple[str, Difference]]) -> bytes:
    """The patch that makes files as they should be. Each comes with its path from the top of the Git repository.

    Files that merely look like ours are left out: nothing is known that they should be.
    """
    return b"".join(
        b"".join(_file(path, each))
        for path, each in differences
        if each.wanted is not None or each.goes
    )


def _file(path: str, difference: Difference) -> Iterator[bytes]:
    old = difference.found.content if difference.found is not None else None
    new = difference.wanted
    before, after = _name(f"a/{path}"), _name(f"b/{path}")
    if difference.found is not None and difference.found.is_too_large:
        # A line that `git apply` does not look at.
        yield f"# {after}: {size(difference.found.size)}, too large to be shown\n".encode()
        return
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
    before, after = _lines(old), _lines(new)
    if len(before) * len(after) > DIFF_LINES**2:
        yield from _one_hunk(before, after)
        return
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, lineterm=b"\n")
    for number, line in enumerate(lines):
        if number >= 2:  # the names come from us
            yield _ended(line)


def _one_hunk(old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
    """All that lies between the first and the last line that differ: comparing line by line takes quadratic time."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    end = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    first, last = max(0, start - _AROUND), max(0, end - _AROUND)
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    if not gone and not come:
        return
    lead, trail = old[first:start], old[len(old) - end : len(old) - last]
    counts = [len(lead) + len(each) + len(trail) for each in (gone, come)]
    # With no lines on a side Git counts from the line before.
    yield f"@@ -{first + bool(counts[0])},{counts[0]} +{first + bool(counts[1])},{counts[1]} @@\n".encode()
    for sign, lines in ((b" ", lead), (b"-", gone), (b"+", come), (b" ", trail)):
        yield from (_ended(sign + line) for line in lines)


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + _NO_NEWLINE


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
