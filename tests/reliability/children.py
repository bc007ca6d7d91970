"""The command in a forked process: all is imported, so that a trial costs milliseconds, and it may be killed."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

from dokaseca_compile.cli import boundary
from dokaseca_compile.cli.app import app

_LONGEST = 60  # seconds after which a trial is ended, as one that hangs
_WORKERS = min(4, os.cpu_count() or 1)
_UNCAUGHT = 99
Case = TypeVar("Case")


class Ended(NamedTuple):
    """What a process gave: exit code (``-9`` when killed), standard output, standard error."""

    code: int
    out: str
    err: str


class Child:
    """A running command. ``prepare`` is called in the process, just before the command."""

    def __init__(self, folder: Path, *arguments: str, prepare: Callable[[], object] = lambda: None) -> None:
        self._streams = (tempfile.TemporaryFile(), tempfile.TemporaryFile())  # noqa: SIM115 - `end` closes them
        self.pid = _fork()
        if self.pid == 0:
            _become(folder, arguments, prepare, self._streams)

    def end(self) -> Ended:
        """Wait for the end."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return Ended(code, *map(_said, self._streams))


def run(folder: Path, *arguments: str, prepare: Callable[[], object] = lambda: None) -> Ended:
    """Run a command in a folder."""
    return Child(folder, *arguments, prepare=prepare).end()


def _fork() -> int:
    """Fork, though an engine of another test may have left threads: the child does nothing with them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _said(stream: IO[bytes]) -> str:
    with stream:
        stream.seek(0)
        return stream.read().decode(errors="replace")


def _become(
    folder: Path, arguments: Sequence[str], prepare: Callable[[], object], streams: Sequence[IO[bytes]]
) -> None:
    code: Any = _UNCAUGHT
    try:
        sys.settrace(None)  # nobody collects the coverage of this process
        gc.disable()  # as the real command does
        signal.alarm(_LONGEST)
        os.chdir(folder)
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream.fileno(), number)
        prepare()
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        code = boundary.guarded(lambda: app.main(list(arguments), prog_name="dokaseca", standalone_mode=False))
        sys.stdout.flush()
    except SystemExit as leaving:
        code = leaving.code
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(code)


def ordinary() -> None:
    """As ``prepare``: become a user for whom permissions count."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)


def before_changing_calls(act: Callable[[int], object]) -> None:
    """As ``prepare``: do something before every call of ``os`` that changes something, given its number."""
    numbers = iter(range(1, 100_000))

    def watch(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **keywords: Any) -> Any:
            if name != "open" or arguments[1] & os.O_CREAT:
                act(next(numbers))
            return real(*arguments, **keywords)

        setattr(os, name, call)

    for each in ("open", "write", "fsync", "rename", "unlink", "mkdir", "rmdir"):
        watch(each)


def count_changing_calls(folder: Path, *arguments: str) -> int:
    """Run a command, and give how many such calls it makes."""
    reader, writer = os.pipe()
    write = os.write
    ended = run(folder, *arguments, prepare=lambda: before_changing_calls(lambda _: write(writer, b".")))
    assert ended.code == 0, ended
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        return len(told.read())


def sweep(trial: Callable[[Case], object], cases: Sequence[Case]) -> None:
    """Run a trial for every case, in as many processes as there are cores.

    Raises ``AssertionError`` with every case that failed.
    """
    with tempfile.TemporaryFile("w+") as report:
        workers = [_worker(trial, cases[first::_WORKERS], report) for first in range(_WORKERS)]
        codes = [os.waitpid(each, 0)[1] for each in workers]
        report.seek(0)
        failures = report.read()
    assert not failures, f"{failures.count('FAILED ')} of {len(cases)} trials\n{failures}"
    assert not any(codes), codes


def _worker(trial: Callable[[Case], object], cases: Sequence[Case], report: IO[str]) -> int:
    """Start a process for some of the cases; it adds those that fail to the report."""
    process = _fork()
    if process:
        return process
    code = 0
    try:
        sys.settrace(None)
        for case in cases:
            try:
                trial(case)
            except Exception:
                text = f"FAILED {case}\n{traceback.format_exc()}\n"
                os.write(report.fileno(), text.encode(errors="replace"))
    except BaseException:
        code = 1
    finally:
        os._exit(code)
