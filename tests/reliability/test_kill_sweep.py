"""Guarantee 1: killed at any instant, nothing is lost, and the next plain run ends in the undisturbed tree."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from reliability.children import Child, sweep
from reliability.scenario import COMPILE, Scenario, tree
from reliability.system_calls import Call, calls, tampered

from dokaseca_compile.cli import writing

KILLS = 200


def test_what_is_swept(scenario: Scenario) -> None:
    """The compile creates, changes and deletes files in two checkouts, beside files of somebody else."""
    now, then = scenario.first, scenario.second
    for root in ("addons/", "clusters/"):
        old, new = ({path for path in each if path.startswith(root)} for each in (now, then))
        assert new - old
        assert old - new
        assert any(now[path] != then[path] for path in old & new)
    assert sum(now.get(path) != then.get(path) for path in {*now, *then}) >= 30


@pytest.mark.parametrize("then", ["run again", "source taken back"])
def test_killed_at_every_changing_call(scenario: Scenario, work: Path, then: str) -> None:
    """Then it is run again; or the source is taken back first."""
    ended, boundaries = calls(scenario.copy(work / "undisturbed"), *COMPILE)
    assert ended.code == 0, ended
    assert len(boundaries) > 150

    def trial(call: Call) -> None:
        folder = scenario.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *COMPILE, call=call, how="signal=KILL")
        assert ended.code == -signal.SIGKILL, ended
        scenario.assert_nothing_lost(tree(folder))
        (scenario.assert_completes if then == "run again" else scenario.assert_reverts)(folder)
        shutil.rmtree(folder)

    sweep(trial, boundaries)


@pytest.mark.parametrize("since", ["the start", "the first write"])
def test_killed_at_random_times(scenario: Scenario, work: Path, since: str) -> None:
    """Whatever it does at that time."""
    prepare = _telling if since == "the first write" else _told
    longest = max(_run_until(None, prepare, scenario.copy(work / f"timed-{number}")) for number in range(3))
    chance = random.Random(since)

    def trial(case: tuple[int, float]) -> None:
        number, delay = case
        folder = scenario.copy(work / str(number))
        _run_until(delay, prepare, folder)
        scenario.assert_nothing_lost(tree(folder))
        scenario.assert_completes(folder)
        shutil.rmtree(folder)

    sweep(trial, [(number, chance.uniform(0, longest)) for number in range(KILLS // 2)])


def _told(teller: int) -> None:
    """The clock starts now."""
    os.write(teller, b"!")


def _telling(teller: int) -> None:
    """The clock starts when writing does."""
    real = writing.apply
    writing.apply = lambda changes: (_told(teller), real(changes))


def _run_until(delay: float | None, prepare, folder: Path) -> float:
    """Run a compile, and kill it some time after it has told; give the time that it took since."""
    listener, teller = os.pipe()
    child = Child(folder, *COMPILE, prepare=lambda: prepare(teller))
    os.close(teller)
    os.read(listener, 1)
    started = time.perf_counter()
    if delay is not None:
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
    ended = child.end()
    os.close(listener)
    assert ended.code in {0, -signal.SIGKILL}, ended
    return time.perf_counter() - started
