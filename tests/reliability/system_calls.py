"""System calls of a trial, watched and tampered with by ``strace``."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engines import missing
from reliability.children import Child, Ended

_ALL = (
    "open", "openat", "openat2", "creat", "write", "pwrite64", "writev", "pwritev", "rename", "renameat", "renameat2",
    "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "fsync", "fdatasync", "syncfs", "sync", "ftruncate", "truncate",
    "fallocate", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "link", "linkat", "symlink",
    "symlinkat", "mknod", "mknodat", "utimensat", "utime", "utimes", "sendfile", "copy_file_range", "setxattr",
    "lsetxattr", "fsetxattr", "removexattr", "mount",
)  # fmt: skip
"""Every call that can change a file system."""

_OPENS = re.compile(r"O_CREAT|O_TRUNC|O_WRONLY|O_RDWR")
_CALL = re.compile(r"(?:\[pid +)?\d*\]? *(\w+)\((.*)")
_HANDLE = re.compile(r"(?:\d+|AT_FDCWD)<([^>]*)>")
_PLACED = re.compile(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
_PR_SET_PTRACER = 0x59616D61


class Call(NamedTuple):
    """A system call: its name, its number among those of that name, and what strace tells of it."""

    name: str
    number: int
    told: str

    @property
    def changes(self) -> bool:
        """Whether it can change a file: output and reading aside."""
        if self.name in {"open", "openat", "openat2"}:
            return _OPENS.search(self.told) is not None
        return not (self.name == "write" and self.told.startswith(("1<", "2<")))

    def paths(self, folder: Path) -> Iterator[Path]:
        """Every path that it names, for a process that runs in a folder."""
        placed = [] if self.name in {"write", "writev"} else _PLACED.findall(self.told)
        for handle, name in placed:
            yield Path(handle or folder, name)
        if not placed:
            yield from map(Path, _HANDLE.findall(self.told)[:1])


def traced(folder: Path, *arguments: str, options: Sequence[str]) -> tuple[Ended, list[str]]:
    """Run a command under strace, from its first call on; give what strace wrote too."""
    strace = shutil.which("strace") or missing("strace is not on PATH")
    gate, opener = os.pipe()

    def wait() -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
        os.read(gate, 1)

    child = Child(folder, *arguments, prepare=wait)
    with tempfile.NamedTemporaryFile() as log, subprocess.Popen(
        [strace, "-f", "-y", "-o", log.name, *options, "-p", str(child.pid)], stderr=subprocess.PIPE, text=True
    ) as watcher:  # fmt: skip
        said = watcher.stderr.readline() if watcher.stderr else ""
        os.write(opener, b"!")
        ended = child.end()
        watcher.wait()
        lines = Path(log.name).read_text(errors="replace").splitlines()
    os.close(gate)
    os.close(opener)
    if "attached" not in said:
        missing(f"strace cannot watch a process: {said.strip()}")
    return ended, lines


def calls(folder: Path, *arguments: str) -> tuple[Ended, list[Call]]:
    """Run a command, and give every call that changes something."""
    names = ",".join(f"?{name}" for name in _ALL)
    ended, log = traced(folder, *arguments, options=("-e", f"trace={names}"))
    counted: Counter[str] = Counter()
    found = []
    for line in log:
        if (match := _CALL.match(line)) and match[1] in _ALL:
            counted[match[1]] += 1
            found.append(Call(match[1], counted[match[1]], match[2]))
    return ended, [each for each in found if each.changes]


def tampered(folder: Path, *arguments: str, call: Call, how: str) -> Ended:
    """Run a command in which something happens at a call: ``signal=KILL``, ``error=ENOSPC``."""
    options = ("-e", f"trace={call.name}", "-e", f"inject={call.name}:{how}:when={call.number}")
    return traced(folder, *arguments, options=options)[0]
