"""Guarantee 1 for repositories that are new or given up: killed at any instant, the next run ends in the right tree."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from command import dokaseca, platform
from reliability.children import sweep
from reliability.scenario import Tree, difference, edited, temporaries, tree
from reliability.system_calls import Call, calls, tampered

SMALL = (Path(__file__).parents[1] / "cases" / "smallest-platform" / "platform.yaml").read_text()
RENAMED = edited(SMALL, {"repositories: {": "repositories: {addons: {name: acme-apps}, "})
COMPILE = ("compile", "--prune")


def _killed_everywhere(start: Path, work: Path, judge: Callable[[Path], object]) -> int:
    """Kill a compile of a folder at every call; give the number of trials."""
    ended, boundaries = calls(shutil.copytree(start, work / "watched"), *COMPILE)
    assert ended.code == 0, ended

    def trial(call: Call) -> None:
        folder = shutil.copytree(start, work / f"{call.name}-{call.number}")
        assert tampered(folder, *COMPILE, call=call, how="signal=KILL").code == -signal.SIGKILL
        judge(folder)
        shutil.rmtree(folder)

    sweep(trial, boundaries)
    return len(boundaries)


_ROOTS = {"out/acme-addons", "out/acme-apps"}


def _ends_in(folder: Path, wanted: Tree) -> None:
    done = dokaseca(folder, *COMPILE)
    assert done.code == 0, done
    now = tree(folder)
    # Between its ledger and the folder itself nothing says that an empty folder was a repository's.
    spare = {path for path in now.keys() - wanted.keys() if path in _ROOTS and not any((folder / path).iterdir())}
    now = {path: what for path, what in now.items() if path not in spare}
    assert now == wanted, difference(now, wanted)


def _compiled(folder: Path, *texts: str) -> Tree:
    """The tree after compiles of one source after another."""
    for text in texts:
        assert dokaseca(platform(folder, text), *COMPILE).code == 0
    return tree(folder)


def test_killed_while_all_is_made(work: Path) -> None:
    """The first compile of all: there is no folder yet."""
    wanted = _compiled(work / "undisturbed", SMALL)
    assert _killed_everywhere(platform(work / "start", SMALL), work, lambda folder: _ends_in(folder, wanted)) > 70


def test_killed_while_a_repository_gets_a_new_name(work: Path) -> None:
    """The old folder is given up, a new one is made."""
    wanted = _compiled(work / "undisturbed", SMALL, RENAMED)
    _compiled(work / "start", SMALL)
    assert _killed_everywhere(platform(work / "start", RENAMED), work, lambda folder: _ends_in(folder, wanted)) > 70


def test_the_new_name_is_taken_back(work: Path) -> None:
    """The kill is seen, the old name comes back: of the new folder nothing is left."""
    wanted = _compiled(work / "undisturbed", SMALL, RENAMED, SMALL)
    _compiled(work / "start", SMALL)

    def judge(folder: Path) -> None:
        platform(folder, SMALL)
        _ends_in(folder, wanted)

    assert _killed_everywhere(platform(work / "start", RENAMED), work, judge) > 70


def test_what_a_kill_has_left_is_not_shown_as_a_file(work: Path) -> None:
    """It goes with the next run, so that run has nothing to say of it, and neither has ``check``."""
    folder = platform(work / "start", SMALL)
    _, boundaries = calls(shutil.copytree(folder, work / "watched"), *COMPILE)
    first = next(each for each in boundaries if each.name.startswith("rename") and ".yaml" in each.told)
    assert tampered(folder, *COMPILE, call=first, how="signal=KILL").code == -signal.SIGKILL
    assert len(temporaries(tree(folder))) > 1
    assert ".dokaseca-" not in dokaseca(folder, "check").out
    done = dokaseca(folder, *COMPILE)
    assert (done.code, done.err) == (0, "")
