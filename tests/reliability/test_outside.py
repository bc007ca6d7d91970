"""Guarantee 4: nothing outside the roots changes, whatever stands in the way, and whatever is put there meanwhile."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from command import BASE, dokaseca, platform
from reliability.children import before_changing_calls, count_changing_calls, run, sweep
from reliability.scenario import COMPILE, Scenario, temporaries, tree
from reliability.system_calls import calls

from dokaseca_compile.resolve.layout import LEDGER

TARGETS = {
    "create": "addons/gitops/values/default/descheduler.yaml",
    "change": "addons/gitops/appsets/security/kyverno/dev.yaml",
    "prune": "addons/gitops/appsets/networking/traefik/dev.yaml",
}
ROOTS = ("addons", "clusters", "out")


def _a_socket(target: Path, _: Path) -> None:
    before = Path.cwd()
    os.chdir(target.parent)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(target.name)
    os.chdir(before)


def _a_device(target: Path, _: Path) -> None:
    try:
        os.mknod(target, 0o20600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("no device can be made here")


def _a_folder(target: Path, _: Path) -> None:
    target.mkdir()
    (target / "mine").write_text("mine")


IN_THE_WAY: dict[str, Callable[[Path, Path], object]] = {
    "link to a file": lambda target, outside: target.symlink_to(outside / target.name),
    "link to a folder": lambda target, outside: target.symlink_to(outside),
    "relative link": lambda target, outside: target.symlink_to(os.path.relpath(outside / target.name, target.parent)),
    "dangling link": lambda target, outside: target.symlink_to(outside / "nowhere"),
    "loop": lambda target, _: target.symlink_to(target.name),
    "pipe": lambda target, _: os.mkfifo(target),
    "socket": _a_socket,
    "device": _a_device,
    "folder": _a_folder,
}
"""What stands at a path of ours; the outside has a file of the same name and, where there was one, the same bytes."""

ABOVE: dict[str, Callable[[Path, Path], object]] = {
    "link to a folder": lambda folder, outside: folder.symlink_to(outside),
    "dangling link": lambda folder, outside: folder.symlink_to(outside / "nowhere"),
    "loop": lambda folder, _: folder.symlink_to(folder.name),
    "file": lambda folder, _: folder.write_text("mine"),
    "pipe": lambda folder, _: os.mkfifo(folder),
}
"""What stands in place of a folder; the outside has what was in it."""


@pytest.fixture
def outside(work: Path) -> Path:
    (work / "outside").mkdir()
    return work / "outside"


def _assert_refused(folder: Path, outside: Path, named: str) -> None:
    """Exit code 2 and the path in one line; not a byte of either changes."""
    before, watched = tree(folder), tree(outside)
    ended = run(folder, *COMPILE, "--force")
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.startswith(f"error: {named}"), ended
    assert ended.err.count("\n") == 1, ended
    assert tree(folder) == before
    assert tree(outside) == watched


@pytest.mark.parametrize("state", IN_THE_WAY)
@pytest.mark.parametrize("operation", TARGETS)
def test_in_the_way_of_a_file(scenario: Scenario, outside: Path, operation: str, state: str) -> None:
    """Whether it is to be made, changed or deleted: refused, with ``--force`` as well."""
    target = scenario.folder / TARGETS[operation]
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        shutil.move(target, outside)
    else:
        (outside / target.name).write_text("theirs")
    IN_THE_WAY[state](target, outside)
    _assert_refused(scenario.folder, outside, TARGETS[operation])


@pytest.mark.parametrize("state", ABOVE)
@pytest.mark.parametrize("operation", TARGETS)
@pytest.mark.parametrize("level", [0, 1, 2], ids=["its folder", "above it", "two above it"])
def test_in_the_way_of_a_folder(scenario: Scenario, outside: Path, operation: str, state: str, level: int) -> None:
    """Of the folder that holds the file, and of those above it."""
    place = (scenario.folder / TARGETS[operation]).parents[level]
    place.mkdir(exist_ok=True)
    shutil.move(place, outside / "moved")
    ABOVE[state](place, outside / "moved")
    _assert_refused(scenario.folder, outside, "addons/gitops")


@pytest.mark.parametrize("state", ABOVE)
@pytest.mark.parametrize("root", ["addons", "out", "out/acme-control-plane"])
def test_in_the_way_of_a_root(scenario: Scenario, outside: Path, root: str, state: str) -> None:
    """Not even a checkout may be a link; it is named as it was given."""
    shutil.move(scenario.folder / root, outside / "moved")
    ABOVE[state](scenario.folder / root, outside / "moved")
    _assert_refused(scenario.folder, outside, root)


@pytest.mark.parametrize(
    ("name", "state"), [*product([LEDGER], IN_THE_WAY), *product([".dokaseca"], sorted({*IN_THE_WAY} - {"folder"}))]
)
def test_in_the_way_of_a_ledger(scenario: Scenario, outside: Path, name: str, state: str) -> None:
    """A ledger that is not a file, or is in a folder that is none, is not believed."""
    place = scenario.folder / "clusters" / name
    shutil.move(place, outside / place.name)
    IN_THE_WAY[state](place, outside)
    _assert_refused(scenario.folder, outside, "clusters/.dokaseca/ledger.json")


@pytest.mark.parametrize("operation", ["change", "prune"])
def test_a_hard_link_is_parted(scenario: Scenario, outside: Path, operation: str) -> None:
    """A file of ours that has a second name elsewhere: the other name keeps its bytes."""
    os.link(scenario.folder / TARGETS[operation], outside / "other")
    watched = tree(outside)
    scenario.assert_completes(scenario.folder)
    assert tree(outside) == watched


def test_a_hard_link_to_something_else_is_foreign(scenario: Scenario, outside: Path) -> None:
    """Refused as any file that is not ours; overwritten on demand, and the other name keeps its bytes."""
    (outside / "other").write_text("theirs")
    os.link(outside / "other", scenario.folder / TARGETS["create"])
    before, watched = tree(scenario.folder), tree(outside)
    assert run(scenario.folder, *COMPILE).code == 1
    assert (tree(scenario.folder), tree(outside)) == (before, watched)
    assert run(scenario.folder, *COMPILE, "--force").code == 0
    assert tree(outside) == watched
    assert tree(scenario.folder) == scenario.second


@pytest.mark.parametrize("how", ["link", "hard link"])
def test_at_the_place_of_every_temporary(scenario: Scenario, outside: Path, work: Path, how: str) -> None:
    """Their names can be foretold, so a stranger may have put links there: they go, what they lead to stays."""
    places = _temporaries_of(scenario, work)
    assert len(places) > 30
    for number, place in enumerate(places):
        secret = outside / str(number)
        secret.write_text("theirs")
        (scenario.folder / place).parent.mkdir(parents=True, exist_ok=True)
        if how == "link":
            (scenario.folder / place).symlink_to(secret)
        else:
            os.link(secret, scenario.folder / place)
    watched = tree(outside)
    scenario.assert_completes(scenario.folder)
    assert tree(outside) == watched


def test_a_folder_at_the_place_of_a_temporary(scenario: Scenario, outside: Path, work: Path) -> None:
    """It is not ours to delete: exit code 2, the path is named, and nothing is lost."""
    for number, place in enumerate(_temporaries_of(scenario, work)[::5]):
        folder = scenario.copy(work / str(number))
        (folder / place / "mine").mkdir(parents=True)
        ended = run(folder, *COMPILE)
        assert ended.code == 2, ended
        assert ended.err.startswith(f"error: {Path(place).parent}/"), ended
        assert [each for each in temporaries(tree(folder)) if each != place] == []
        shutil.rmtree(folder / place)
        scenario.assert_completes(folder)


def _temporaries_of(scenario: Scenario, work: Path) -> list[str]:
    """Where the compile makes its temporary files."""
    folder = scenario.copy(work / "watched")
    _, found = calls(folder, *COMPILE)
    paths = {path for call in found if call.name == "openat" for path in call.paths(folder)}
    shutil.rmtree(folder)
    return sorted(str(path.relative_to(folder)) for path in paths)


def test_links_that_are_planted_while_it_runs(scenario: Scenario, outside: Path, work: Path) -> None:
    """Before any call, a folder becomes a link to the same files elsewhere: those stay as they are."""
    shutil.copytree(scenario.folder / "addons" / "gitops", outside / "gitops")
    watched = tree(outside)

    def trial(number: int) -> None:
        folder = scenario.copy(work / f"planted-{number}")
        place = folder / "addons" / "gitops"

        def plant(call: int) -> None:
            if call == number:
                place.replace(place.with_name("moved"))
                place.symlink_to(outside / "gitops")

        ended = run(folder, *COMPILE, prepare=lambda: before_changing_calls(plant))
        assert ended.code in {0, 2}, ended
        assert tree(outside) == watched
        shutil.rmtree(folder)

    sweep(trial, range(1, count_changing_calls(scenario.copy(work / "counted"), *COMPILE) + 1))


@pytest.mark.parametrize("first", [True, False], ids=["first compile", "later compile"])
def test_every_changing_call_is_below_a_root(scenario: Scenario, work: Path, first: bool) -> None:
    """As strace tells it."""
    folder = scenario.copy(work / "watched")
    if first:
        for each in ROOTS:
            shutil.rmtree(folder / each)
        for each in ("addons", "clusters"):
            (folder / each).mkdir()
    ended, found = calls(folder, *COMPILE)
    assert ended.code == 0, ended
    assert len(found) > 150
    roots = [folder / each for each in ROOTS]
    for call in found:
        paths = list(call.paths(folder))
        assert paths, call
        assert all(any(path.is_relative_to(root) for root in roots) for path in paths), call


def test_every_changing_call_of_an_edit_is_beside_the_source(work: Path) -> None:
    folder = platform(work / "platform", BASE)
    dokaseca(folder, "validate")
    ended, found = calls(folder, "set", "-w", "environments.dev.sync.retries", "3")
    assert ended.code == 0, ended
    assert len(found) >= 6
    assert {path.parent for call in found for path in call.paths(folder) if path != folder} == {folder}
