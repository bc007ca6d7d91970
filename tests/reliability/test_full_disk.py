"""Guarantee 3 on a real file system of one MiB that fills up, at every size of what is free."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import BASE, Done, dokaseca
from reliability.scenario import COMPILE, MINE, Scenario, Tree, temporaries, tree

SET = ("set", "-w", "environments.dev.sync.retries", "3")
_FULL = re.compile(r"error: [^:\n]+: no space left on device\n")


@pytest.fixture
def disk(work: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    place = work / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def _leave(disk: Path, blocks: int) -> Path:
    """Fill the disk but for some blocks; give the file that fills it."""
    ballast = disk / "ballast"
    state = os.statvfs(disk)
    ballast.write_bytes(b"x" * state.f_frsize * (state.f_bavail - blocks))
    assert os.statvfs(disk).f_bavail == blocks
    return ballast


def _assert_said(done: Done, now: Tree) -> None:
    assert not temporaries(now)
    if done.code != 0:
        assert done.code == 2, done
        assert _FULL.fullmatch(done.err), done


def test_a_compile(scenario: Scenario, disk: Path) -> None:
    """Nothing is lost, whatever the room; when there is more, the same command completes."""
    codes = []
    while not codes or codes[-1] != 0:
        folder = scenario.copy(disk / "platform")
        ballast = _leave(disk, len(codes))
        done = dokaseca(folder, *COMPILE)
        codes.append(done.code)
        now = tree(folder)
        scenario.assert_nothing_lost(now)
        _assert_said(done, now)
        ballast.unlink()
        scenario.assert_completes(folder)
        shutil.rmtree(folder)
    assert 20 < len(codes) < 100


def test_an_edit(disk: Path) -> None:
    """The source is old or new, and what lies beside it stays."""
    codes = []
    while not codes or codes[-1] != 0:
        for name, text in (("platform.yaml", BASE), (MINE, "mine")):
            (disk / name).write_text(text)
        before = tree(disk)
        ballast = _leave(disk, len(codes))
        done = dokaseca(disk, *SET)
        codes.append(done.code)
        ballast.unlink()
        now = tree(disk)
        _assert_said(done, now)
        assert (now == before) is (done.code != 0)
        assert {*now} == {*before}
    assert 2 <= len(codes) < 10
