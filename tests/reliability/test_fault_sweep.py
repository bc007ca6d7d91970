"""Guarantee 3: a call that fails loses nothing: exit code 2, the path is named, nothing is left, a re-run repairs."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path

import pytest
from reliability.children import Ended, sweep
from reliability.scenario import COMPILE, Scenario, Tree, temporaries, tree
from reliability.system_calls import Call, calls, tampered

FAULTS = {
    "ENOSPC": "no space left on device",
    "EIO": "input/output error",
    "EDQUOT": "disk quota exceeded",
    "EROFS": "read-only file system",
    "EACCES": "permission denied",
}
_MESSAGE = re.compile(r"error: (?P<path>(?:addons|clusters|out)\b[^:\n]*): (?P<reason>[^\n]+)\n")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_every_changing_call(scenario: Scenario, work: Path, fault: str) -> None:
    """Of the compile; once, as when somebody makes room right after."""
    ended, boundaries = calls(scenario.copy(work / "undisturbed"), *COMPILE)
    assert ended.code == 0, ended

    def trial(call: Call) -> None:
        folder = scenario.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *COMPILE, call=call, how=f"error={fault}")
        now = tree(folder)
        scenario.assert_nothing_lost(now)
        assert not temporaries(now)
        if "AT_REMOVEDIR" in call.told:  # an empty folder that cannot be removed is no fault: Git keeps none
            assert ended.code == 0, ended
            assert _files(now) == _files(scenario.second)
        else:
            _assert_told(ended, fault)
            scenario.assert_completes(folder)
        shutil.rmtree(folder)

    sweep(trial, boundaries)


def _files(found: Tree) -> Tree:
    return {path: each for path, each in found.items() if stat.S_ISREG(each[0])}


def _assert_told(ended: Ended, fault: str) -> None:
    assert ended.code == 2, ended
    assert ended.out == "", ended
    told = _MESSAGE.fullmatch(ended.err)
    assert told, ended
    assert told["reason"] == FAULTS[fault]
