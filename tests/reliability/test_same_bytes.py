"""Guarantee 10 for what is on the disk: the same input gives the same bytes, ledgers included."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from command import dokaseca, files
from reliability.children import run, sweep
from reliability.scenario import COMPILE, FIRST, SECOND, Scenario

ROOT = Path(__file__).parents[2]
UTF8, C = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SURROUNDINGS: list[tuple[int, Mapping[str, str]]] = [
    (mask, {"PYTHONHASHSEED": seed, "TZ": zone, **locale})
    for mask, seed, zone, locale in (
        (0o022, "0", "UTC", UTF8), (0o000, "1", "Asia/Kolkata", C), (0o077, "2", "Pacific/Kiritimati", UTF8),
        (0o027, "3", "Etc/GMT+12", {"LC_ALL": "tr_TR.UTF-8"}), (0o002, "4", "Nowhere/Land", {"LC_ALL": "nowhere"}),
        (0o022, "random", "America/Lima", {"LANG": "ar_SA.UTF-8"}), (0o022, "429496729", "", {"PYTHONOPTIMIZE": "2"}),
        (0o033, "6", "Europe/Zurich", {"LC_ALL": "de_DE.ISO-8859-1"}), (0o022, "7", "UTC", {"COLUMNS": "20", **C}),
        (0o022, "8", "Australia/Lord_Howe", {"PYTHONDONTWRITEBYTECODE": "1", "FORCE_COLOR": "1"}),
    )
]  # fmt: skip


def _elsewhere(scenario: Scenario, work: Path, case: int) -> dict[str, bytes]:
    """What another process makes of both sources in turn; every second time from another folder."""
    mask, env = SURROUNDINGS[case // 2]
    folder = scenario.copy(work / f"place {case}" / "é")
    where, how = (folder, ()) if case % 2 else (work, ("-C", str(folder)))
    for text in (FIRST, SECOND):
        (folder / "platform.yaml").write_text(text)
        subprocess.run(
            [sys.executable, str(Path(__file__).parent / "lean.py"), *COMPILE, *how],
            cwd=where, env=_plain() | {"PYTHONPATH": str(ROOT)} | env, umask=mask, capture_output=True, check=True,
        )  # fmt: skip
    return files(folder)


def _plain() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}


def test_surroundings(scenario: Scenario, work: Path) -> None:
    """Twenty runs over hash seed, locale, time zone, umask and folder: one tree."""
    wanted = {path: content for path, (_, content) in scenario.second.items()}

    def trial(case: int) -> None:
        found = _elsewhere(scenario, work, case)
        assert {path for path, content in found.items() if content != wanted[path]} == set()
        assert {*found} == {path for path in wanted if path in found or wanted[path]}

    sweep(trial, range(2 * len(SURROUNDINGS)))


@pytest.mark.parametrize("seconds", [0, 4102444800], ids=["1970", "2100"])
def test_clocks(scenario: Scenario, seconds: int) -> None:
    """Whatever the time is, and was when the files were written."""
    for path in scenario.folder.rglob("*"):
        os.utime(path, (seconds, seconds))

    def prepare() -> None:
        time.time = lambda: float(seconds)
        time.time_ns = lambda: seconds * 10**9

    assert run(scenario.folder, *COMPILE, prepare=prepare).code == 0
    assert files(scenario.folder) == {path: content for path, (mode, content) in scenario.second.items() if content}


def test_the_way_does_not_matter(scenario: Scenario, work: Path) -> None:
    """At once, by way of other sources, from an interrupted run or from nothing: the end is the same."""
    others = work / "others"
    for path in ("addons", "clusters"):
        (others / path).mkdir(parents=True)
    texts = [FIRST.replace("3.3.7", f"3.3.{number}") for number in range(5)]
    random.Random(1).shuffle(texts)
    for text in (*texts, SECOND):
        (others / "platform.yaml").write_text(text)
        assert dokaseca(others, *COMPILE).code == 0
    fresh = shutil.copytree(others, work / "fresh", ignore=lambda folder, _: {"out", "gitops", "hubs", ".dokaseca"})
    for left in (fresh / "clusters").iterdir():
        shutil.rmtree(left)
    assert dokaseca(fresh, *COMPILE).code == 0
    mine = {path for path in scenario.second if path.endswith("mine.txt")}
    wanted = {path: content for path, (_, content) in scenario.second.items() if content and path not in mine}
    assert files(others) == files(fresh) == wanted
