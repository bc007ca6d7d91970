"""Differences as a patch for ``git apply``: bytes, since files may have any content."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice, takewhile

from dokaseca_compile.core.limits import DIFF_LINES, size
from dokaseca_compile.output.difference import Difference, Found

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}
_AROUND = 3  # lines before and after a change
_NO_NEWLINE = b"\n\\ No newline at end of file\n"


def patch(differences: Sequence[tuple[str, Difference]]) -> bytes:
    """Return the patch that updates files, given with their paths from the top of the repository.

    Foreign files are left out: they have no expected content.
    """
    return b"".join(
        b"".join(_file(path, each))
        for path, each in differences
        if each.wanted is not None or each.is_deletion
    )


def _file(path: str, difference: Difference) -> Iterator[bytes]:
    before, after = _name(f"a/{path}"), _name(f"b/{path}")
    found, wanted = difference.found, difference.wanted
    if found is not None and found.is_too_large:
        # A line that `git apply` ignores.
        yield f"# {after}: {size(found.size)}, too large to be shown\n".encode()
        return
    yield f"diff --git {before} {after}\n".encode()
    yield _mode(found, wanted)
    hunks = list(_hunks(found.content if found is not None else b"", wanted or b""))
    if hunks:
        # Git needs a tab to see the end of a name with a blank.
        end = "\t" if " " in path else ""
        old = before + end if found is not None else "/dev/null"
        new = after + end if wanted is not None else "/dev/null"
        yield f"--- {old}\n+++ {new}\n".encode()
        yield from hunks


def _mode(found: Found | None, wanted: bytes | None) -> bytes:
    if found is None:
        return b"new file mode 100644\n"
    if wanted is None:
        return b"deleted file mode 100755\n" if found.executable else b"deleted file mode 100644\n"
    return b"old mode 100755\nnew mode 100644\n" if found.executable else b""


def _hunks(old: bytes, new: bytes) -> Iterator[bytes]:
    before, after = _lines(old), _lines(new)
    if len(before) * len(after) > DIFF_LINES**2:
        yield from _one_hunk(before, after)
        return
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, lineterm=b"\n")
    yield from map(_ended, islice(lines, 2, None))  # `_file` has written the names


def _one_hunk(old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
    """Yield one hunk from the first to the last changed line: a full comparison is quadratic."""
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    first, last = max(0, start - _AROUND), max(0, end - _AROUND)
    removed, added = old[start : len(old) - end], new[start : len(new) - end]
    if not removed and not added:
        return
    lead, trail = old[first:start], old[len(old) - end : len(old) - last]
    counts = [len(lead) + len(each) + len(trail) for each in (removed, added)]
    # For a side without lines, Git expects the number of the line before.
    was, will = (f"{first + bool(each)},{each}" for each in counts)
    yield f"@@ -{was} +{will} @@\n".encode()
    for sign, lines in ((b" ", lead), (b"-", removed), (b"+", added), (b" ", trail)):
        yield from (_ended(sign + line) for line in lines)


def _same(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """Return how many lines are the same, from the first."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + _NO_NEWLINE


def _lines(content: bytes) -> list[bytes]:
    """Return the lines with their ends; as for Git, only LF ends one."""
    return BytesIO(content).readlines()


def _name(path: str) -> str:
    """Return a path as Git quotes it."""
    if path.isascii() and path.isprintable() and not set(path) & set(_ESCAPES):
        return path
    return f'"{"".join(map(_escaped, path))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isascii() and char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
