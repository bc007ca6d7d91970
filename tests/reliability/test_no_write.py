"""Guarantee 9: nothing to do is no write, and looking is none; both work where nothing may be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import dokaseca
from reliability.children import ordinary, run
from reliability.scenario import COMPILE, FIRST, READING, Scenario, tree
from reliability.system_calls import calls

LOOKING = pytest.mark.parametrize("command", READING, ids=" ".join)


def _times(folder: Path) -> list[tuple[str, int, int, int]]:
    """Inode and times of everything, folders too; reading may change the time of the last reading."""
    return [
        (str(path), status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
        for path in sorted(folder.rglob("*"))
        if (status := path.lstat())
    ]


@pytest.fixture
def settled(scenario: Scenario) -> Path:
    """A folder in which there is nothing to do."""
    (scenario.folder / "platform.yaml").write_text(FIRST)
    assert dokaseca(scenario.folder, *COMPILE).out.startswith("Up to date")
    return scenario.folder


@pytest.fixture
def closed(settled: Path) -> Iterator[Path]:
    """The same, and nobody may write to anything."""
    everything = [settled, *settled.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & 0o555)
    settled.parent.chmod(0o755)
    yield settled
    for path in everything:
        path.chmod(path.stat().st_mode | 0o200)


@pytest.fixture
def read_only(settled: Path) -> Iterator[Path]:
    """The same, on a file system that is mounted to be read only."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    for step in (["mount", "--bind", settled, settled], ["mount", "-o", "remount,ro,bind", settled]):
        if subprocess.run(step, capture_output=True, check=False).returncode != 0:
            pytest.skip("nothing can be mounted here")
    yield settled
    subprocess.run(["umount", settled], check=True)


def test_a_second_compile_makes_no_changing_call(settled: Path) -> None:
    before = _times(settled)
    ended, found = calls(settled, *COMPILE)
    assert ended.code == 0, ended
    assert found == []
    assert _times(settled) == before


@LOOKING
def test_looking_makes_no_changing_call(scenario: Scenario, command: tuple[str, ...]) -> None:
    """Where there is everything to do: files to make, to change and to delete."""
    before = _times(scenario.folder)
    ended, found = calls(scenario.folder, *command)
    assert ended.code in {0, 1}, ended
    assert [each for each in found if each.told.split("<")[0] not in {"1", "2"}] == []
    assert _times(scenario.folder) == before


@LOOKING
def test_looking_works_where_a_run_was_cut_off(scenario: Scenario, command: tuple[str, ...]) -> None:
    """The temporaries and the claim of a killed run are looked at, and left to the next compile."""
    for place in ("addons/.dokaseca", "addons/gitops/appsets/security"):
        (scenario.folder / place / ".dokaseca-0123456789abcdef").write_text("cut")
    before = tree(scenario.folder)
    assert run(scenario.folder, *command).code in {0, 1}
    assert tree(scenario.folder) == before


@pytest.mark.parametrize("command", [COMPILE, *READING], ids=" ".join)
def test_nothing_to_do_on_a_tree_that_may_only_be_read(closed: Path, command: tuple[str, ...]) -> None:
    """As an ordinary user."""
    ended = run(closed, *command, prepare=ordinary)
    assert ended.code == 0, ended


@pytest.mark.parametrize("command", [COMPILE, *READING], ids=" ".join)
def test_nothing_to_do_on_a_disk_that_may_only_be_read(read_only: Path, command: tuple[str, ...]) -> None:
    with pytest.raises(OSError, match="Read-only file system"):
        (read_only / "x").write_text("")
    ended = run(read_only, *command)
    assert ended.code == 0, ended


def test_something_to_do_on_a_disk_that_may_only_be_read(scenario: Scenario, read_only: Path) -> None:
    """It is told, with the place."""
    other = scenario.folder.parent / "platform.yaml"
    other.write_text(FIRST.replace("version: 1.17.0", "version: 1.18.0"))
    ended = run(read_only, *COMPILE, "-f", str(other))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "error: addons/.dokaseca: read-only file system\n"
    ended = run(read_only, "set", "-w", "environments.dev.sync.retries", "3")
    assert ended.code == 2, ended
    assert ended.err == "error: platform.yaml: read-only file system\n"
