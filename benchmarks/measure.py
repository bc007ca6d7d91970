"""Measure whole processes from outside. A command and its floor run one after the other."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STARTUP = """
import click, yaml
from pydantic import BaseModel
class Model(BaseModel):
    number: int = 0
Model()
"""
COMPILE, NO_OP, CHECK, VALIDATE = "compile", "compile, nothing changed", "check", "validate"
COMMANDS = (COMPILE, NO_OP, CHECK, VALIDATE)
BARE_WRITE, BARE_COMPARE, LIBRARIES, PYTHON = (
    "bare write",
    "bare read-and-compare",
    "libraries",
    "python",
)

_BARE = Path(__file__).with_name("bare.py")
_TO_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10
"""Units of ``ru_maxrss`` in a MiB: bytes on macOS, KiB elsewhere."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One process: elapsed and processor time (user, system) in seconds, peak memory in MiB."""

    seconds: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Fleet:
    """The measurements of one size: its files and bytes, and the samples of commands and floors."""

    clusters: int
    files: int
    output_bytes: int
    input_bytes: int
    samples: Mapping[str, Sequence[Sample]]

    def seconds(self, what: str) -> float:
        """Return the median elapsed time in seconds."""
        return statistics.median(each.seconds for each in self.samples[what])

    def peak(self, what: str) -> float:
        """Return the largest peak resident size in MiB."""
        return max(each.peak for each in self.samples[what])

    def ratio(self, what: str, floor: str) -> float:
        """Return the median ratio of elapsed times of all pairs."""
        return self._ratio(what, floor, lambda each: each.seconds)

    def cpu_ratio(self, what: str, floor: str) -> float:
        """Return the median ratio of processor times, which other work disturbs less."""
        return self._ratio(what, floor, lambda each: each.cpu)

    def _ratio(self, what: str, floor: str, of: Callable[[Sample], float]) -> float:
        pairs = zip(self.samples[what], self.samples[floor], strict=True)
        return statistics.median(of(one) / of(other) for one, other in pairs)


def run(arguments: Sequence[str], folder: Path) -> Sample:
    """Run a process to its end. Raise ``RuntimeError`` with its output if it fails.

    Its peak is never below ours: the kernel counts memory that a child shares with its parent
    before it starts. It may write compiled modules, as for users, whatever our environment is.
    """
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
    }
    with (folder / "log").open("w+b") as log:
        begin = time.perf_counter()
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            shown = log.read().decode(errors="replace")[-2000:]
            message = f"{arguments}: exit {process.returncode}: {shown}"
            raise RuntimeError(message)
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _TO_MIB)


def measure(clusters: int, runs: int, folder: Path, note: Callable[[str], None]) -> Fleet:
    """Measure one size ``runs`` times in an empty folder, and leave it empty.

    A first run is not counted: it compiles all Python modules and fills the disk cache.
    """
    _make_fleet(clusters, folder)
    samples: dict[str, list[Sample]] = {name: [] for name in (*COMMANDS, *_steps(folder))}
    dokaseca = [sys.executable, "-m", "dokaseca_compile"]
    run([*dokaseca, "compile", "--out", "out"], folder)
    run([sys.executable, str(_BARE), "pack", "out", "packed"], folder)
    counted = [each.stat().st_size for each in (folder / "out").rglob("*") if each.is_file()]
    source = sum(
        each.stat().st_size
        for each in (folder / "platform.yaml", *(folder / "platform.d").iterdir())
    )
    for number in range(runs):
        note(f"{clusters:,} clusters, run {number + 1} of {runs}")
        for name, step in _steps(folder).items():
            if name in {BARE_WRITE, COMPILE}:
                shutil.rmtree(folder / "out", ignore_errors=True)
            samples[name].append(run(step, folder))
    _empty(folder)
    return Fleet(clusters, len(counted), sum(counted), source, samples)


def _steps(folder: Path) -> dict[str, list[str]]:
    """Return the processes of one run in order: each command is next to its floor."""
    bare, dokaseca = [sys.executable, str(_BARE)], [sys.executable, "-m", "dokaseca_compile"]
    out, packed = str(folder / "out"), str(folder / "packed")
    return {
        PYTHON: [sys.executable, "-c", "pass"],
        LIBRARIES: [sys.executable, "-c", STARTUP],
        BARE_WRITE: [*bare, "write", out, packed],
        COMPILE: [*dokaseca, "compile", "--out", "out"],
        NO_OP: [*dokaseca, "compile", "--out", "out"],
        BARE_COMPARE: [*bare, "compare", out, packed],
        CHECK: [*dokaseca, "check", "--out", "out"],
        VALIDATE: [*dokaseca, "validate"],
    }


def _make_fleet(clusters: int, folder: Path) -> None:
    # In a process of its own: the peak of every later child would begin at our size.
    program = "import sys; from benchmarks.fleet import main; main(sys.argv[1:])"
    root = str(Path(__file__).resolve().parent.parent)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, "-c", program, str(folder), "--clusters", str(clusters)]
    subprocess.run(command, check=True, env=environment)


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
