"""Guarantee 20: signals, pipes and limits while files are written: a message, no temporary, and a re-run repairs."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reliability.children import Ended, before_changing_calls, count_changing_calls, run, sweep
from reliability.scenario import COMPILE, Scenario, temporaries, tree
from reliability.system_calls import Call, calls, tampered

ROOT = Path(__file__).parents[2]
SIGNALS = {"INT": 130, "TERM": 143}


def _settled(scenario: Scenario, folder: Path) -> None:
    """Nothing is lost, no temporary is left, and the same command completes."""
    now = tree(folder)
    scenario.assert_nothing_lost(now)
    assert not temporaries(now)
    scenario.assert_completes(folder)
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_at_every_changing_call(scenario: Scenario, work: Path, name: str) -> None:
    """It ends there, with 130 or 143; what was begun is taken back or completed, file by file."""
    ended, boundaries = calls(scenario.copy(work / "undisturbed"), *COMPILE)
    assert ended.code == 0, ended

    def trial(call: Call) -> None:
        folder = scenario.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *COMPILE, call=call, how=f"signal={name}")
        assert (ended.code, ended.out) == (SIGNALS[name], ""), ended
        assert ended.err.strip() in ({"interrupted"} if name == "INT" else {"", "terminated"}), ended
        _settled(scenario, folder)

    sweep(trial, boundaries)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_at_every_changing_call_of_an_edit(scenario: Scenario, work: Path, name: str) -> None:
    """The source is old or new, and nothing lies beside it."""
    edit = ("set", "-w", "environments.dev.sync.retries", "3")
    new = scenario.copy(work / "undisturbed")
    ended, boundaries = calls(new, *edit)
    assert ended.code == 0, ended

    def trial(call: Call) -> None:
        folder = scenario.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *edit, call=call, how=f"signal={name}")
        assert ended.code == SIGNALS[name], ended
        assert "Traceback" not in ended.err
        assert tree(folder) in (tree(scenario.folder), tree(new))

    sweep(trial, boundaries)


def test_two_signals(scenario: Scenario, work: Path) -> None:
    """Ctrl-C again while the first is cleaned up after: something may be left, but nothing is lost."""
    number = count_changing_calls(scenario.copy(work / "counted"), *COMPILE)

    def trial(first: int) -> None:
        folder = scenario.copy(work / str(first))
        ended = run(folder, *COMPILE, prepare=lambda: before_changing_calls(_interrupt(first, first + 3)))
        assert ended.code == 130, ended
        assert "Traceback" not in ended.err
        scenario.assert_nothing_lost(tree(folder))
        scenario.assert_completes(folder)
        shutil.rmtree(folder)

    sweep(trial, range(1, number + 1, 3))


def _interrupt(*numbers: int) -> Callable[[int], None]:
    def act(number: int) -> None:
        if number in numbers:
            os.kill(os.getpid(), signal.SIGINT)

    return act


@pytest.mark.parametrize("limit", ["open files", "file size"])
def test_limits(scenario: Scenario, work: Path, limit: str) -> None:
    """From nothing to enough: exit code 2, one line with a path, until there is enough; 20 open files are."""

    def limited(to: int) -> Ended:
        def prepare() -> None:
            os.closerange(3, 4096)
            kind = resource.RLIMIT_NOFILE if limit == "open files" else resource.RLIMIT_FSIZE
            resource.setrlimit(kind, (to, to))

        folder = scenario.copy(work / str(to))
        ended = run(folder, *COMPILE, prepare=prepare)
        _settled(scenario, folder)
        return ended

    steps = range(4, 21) if limit == "open files" else range(100, 10_000, 300)
    trials = [limited(to) for to in steps]
    codes = [each.code for each in trials]
    assert codes == sorted(codes, reverse=True)
    assert (codes[0], codes[-1]) == (2, 0)
    reason = "too many open files" if limit == "open files" else "file too large"
    for each in trials:
        assert each.code == 0 or each.err.startswith(("error: addons", "error: clusters", "error: out")), each
        assert each.code == 0 or each.err.endswith(f": {reason}\n"), each


def test_no_memory_at_any_changing_call(scenario: Scenario, work: Path) -> None:
    """Whatever the exit code is."""
    number = count_changing_calls(scenario.copy(work / "counted"), *COMPILE)

    def trial(at: int) -> None:
        folder = scenario.copy(work / str(at))
        ended = run(folder, *COMPILE, prepare=lambda: before_changing_calls(_no_memory(at)))
        assert ended.code in {2, 3}, ended
        _settled(scenario, folder)

    sweep(trial, range(1, number + 1))


def test_no_memory_is_told(scenario: Scenario) -> None:
    """It is no bug of ours."""
    ended = run(scenario.folder, *COMPILE, prepare=lambda: before_changing_calls(_no_memory(1)))
    assert ended == Ended(2, "", "error: there is not enough memory\n")


def _no_memory(at: int) -> Callable[[int], None]:
    def act(number: int) -> None:
        if number == at:
            raise MemoryError

    return act


HERE = Path(__file__).parent


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which ``$D`` is the command as users run it."""
    env = os.environ | {"D": f"{sys.executable} {HERE / 'lean.py'}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(["sh", "-c", line], cwd=folder, env=env, capture_output=True, text=True, check=False)


COMMAND = f"$D {' '.join(COMPILE)}"
FULL = "error: No space left on device\n"
STREAMS = {
    f"{COMMAND} >/dev/full": (2, FULL, True),
    f"{COMMAND} --format json >/dev/full": (2, FULL, True),
    f"{COMMAND} --dry-run >/dev/full": (2, FULL, False),
    f"{COMMAND} | head -1 >/dev/null": (0, "", True),
    f"{COMMAND} --dry-run | head -1 >/dev/null": (0, "", False),
    f"{COMMAND} >&-": (2, "error: standard output is closed\n", False),
    f"{COMMAND} 2>&- <&-": (0, "", True),
    f"ulimit -v 262144; {COMMAND}": (0, "", True),
    f"ulimit -n 20; {COMMAND}": (0, "", True),
}
"""A line of shell → exit code, standard error, whether all is written."""


@pytest.mark.parametrize("line", STREAMS)
def test_streams_and_limits(scenario: Scenario, line: str) -> None:
    """Everything is written, or nothing is begun; words that nobody hears do not stop it halfway."""
    code, said, is_written = STREAMS[line]
    before = tree(scenario.folder)
    ended = shell(scenario.folder, line)
    assert (ended.returncode, ended.stderr) == (code, said)
    assert tree(scenario.folder) == (scenario.second if is_written else before)
    scenario.assert_completes(scenario.folder)


@pytest.mark.parametrize("command", [COMPILE, ("validate",), ("explain",)], ids=" ".join)
def test_a_reader_that_is_gone(scenario: Scenario, command: tuple[str, ...]) -> None:
    """What it did it did; but nobody heard of it, so the exit code is 2, without a word."""

    def prepare() -> None:
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)

    ended = run(scenario.folder, *command, prepare=prepare)
    assert ended == Ended(2, "", "")
    if command == COMPILE:
        assert tree(scenario.folder) == scenario.second


_AT_IMPORT = """
import os, runpy, signal, sys

def interrupt(event, arguments):
    if event == "import" and arguments[0] == CHOSEN:
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
sys.argv = ["dokaseca", "validate", "-"]
runpy.run_module("dokaseca_compile", run_name="__main__")
"""


@pytest.mark.parametrize(
    "module", ["dokaseca_compile.cli.app", "click", "dokaseca_compile.compiler", "pydantic", "yaml"]
)
def test_a_signal_while_the_program_starts(module: str, work: Path) -> None:
    """Ctrl-C during the first imports ends it with 130, and no traceback is shown."""
    code = _AT_IMPORT.replace("CHOSEN", repr(module))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=work, input="", capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() in {"", "interrupted"}
