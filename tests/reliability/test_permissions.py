"""Guarantee 7: all roots are tested before the first write; as a user for whom permissions count."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import dokaseca
from reliability.children import ordinary, run
from reliability.scenario import COMPILE, FIRST, Scenario, Tree, tree

CLUSTERS = ("--into", "clusters=clusters")


@pytest.fixture
def owned(scenario: Scenario, work: Path) -> Iterator[Scenario]:
    """The folder belongs to the ordinary user; afterwards it can be deleted by whoever runs the tests."""
    for path in (work, work / "scenario", *(work / "scenario").rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
    yield scenario
    for parent, _, _ in os.walk(work):
        Path(parent).chmod(0o755)


def _refused(folder: Path, named: str, *arguments: str) -> None:
    """Exit code 2 and one line with the path; nothing is written, in the first root neither."""
    before = _seen(folder)
    ended = run(folder, *(arguments or COMPILE), prepare=ordinary)
    assert ended.code == 2, ended
    assert "Wrote" not in ended.out
    assert ended.err == f"error: {named}: permission denied\n", ended
    assert _seen(folder) == before


def _seen(folder: Path) -> tuple[Tree, list[int]]:
    """Every file, and when each folder was changed last."""
    if os.geteuid() != 0:  # what may not be read cannot be compared either
        return {}, []
    return tree(folder), [Path(parent).stat().st_mtime_ns for parent, _, _ in os.walk(folder)]


@pytest.mark.parametrize(
    "place",
    [
        "clusters/.dokaseca",
        "clusters/clusters",
        "clusters/clusters/edge/registration",
        "out/acme-control-plane/terraform/environments/dev",
        "addons/gitops/values/types/spoke",
        "addons/gitops/appsets/networking/traefik",
    ],
)
def test_a_folder_that_may_not_be_written_to(owned: Scenario, place: str) -> None:
    """Whether something is to be made, changed or deleted in it."""
    (owned.folder / place).chmod(0o555)
    _refused(owned.folder, place if place != "clusters/clusters" else "clusters/clusters/west/registration")


def test_a_root_that_may_only_be_read(owned: Scenario) -> None:
    """The second of the two: the first stays as it was."""
    for parent, _, _ in os.walk(owned.folder / "clusters"):
        Path(parent).chmod(0o555)
    _refused(owned.folder, "clusters/.dokaseca")


@pytest.mark.parametrize("place", ["clusters", "addons/gitops/appsets", "clusters/.dokaseca"])
def test_a_folder_that_may_not_be_entered(owned: Scenario, place: str) -> None:
    (owned.folder / place).chmod(0o000)
    before = _seen(owned.folder)
    ended = run(owned.folder, *COMPILE, prepare=ordinary)
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.startswith(f"error: {place}"), ended
    assert ended.err.endswith(": permission denied\n"), ended
    assert _seen(owned.folder) == before


@pytest.mark.parametrize("place", ["clusters/.dokaseca/ledger.json", "addons/gitops/appsets/security/kyverno/dev.yaml"])
def test_a_file_that_may_not_be_read(owned: Scenario, place: str) -> None:
    """A ledger or a file of ours: what is in it decides, so nothing is decided."""
    (owned.folder / place).chmod(0o000)
    _refused(owned.folder, place)


def test_a_file_that_may_not_be_written_to(owned: Scenario) -> None:
    """Files are replaced, not written to: a read-only one of ours in a folder of ours gets its new content."""
    (owned.folder / "addons/gitops/appsets/security/kyverno/dev.yaml").chmod(0o444)
    ended = run(owned.folder, *COMPILE, prepare=ordinary)
    assert ended.code == 0, ended
    assert tree(owned.folder) == owned.second


def test_an_output_folder_that_may_not_be_made(owned: Scenario, work: Path) -> None:
    """The checkouts are as they were."""
    (work / "closed").mkdir(mode=0o555)
    _refused(owned.folder, "../closed/out", *COMPILE, "-o", "../closed/out")
    assert list((work / "closed").iterdir()) == []


@pytest.mark.parametrize("file", ["platform.yaml", "."])
def test_a_source_that_may_not_be_edited(owned: Scenario, file: str) -> None:
    """The folder of the source is read-only, or the source may not be read."""
    (owned.folder / file).chmod(0o000 if file == "platform.yaml" else 0o555)
    _refused(owned.folder, "platform.yaml", "set", "-w", "environments.dev.sync.retries", "3")


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("nowhere", "error: nowhere: is not a folder; clone the repository there first\n"),
        ("addons/gitops", "would be written inside each other"),
        (".", "would be written inside each other"),
        ("link", "error: link: is a link or not a folder; name the folder itself\n"),
    ],
)
def test_a_second_root_that_cannot_be(scenario: Scenario, folder: str, said: str) -> None:
    """Missing, the same as the first, in it, or around it: nothing is written in the first."""
    (scenario.folder / "link").symlink_to("addons")
    before = tree(scenario.folder)
    done = dokaseca(scenario.folder, "compile", "--prune", "--into", "addons=addons", "--into", f"clusters={folder}")
    assert done.code == 2, done
    assert said in done.err
    assert tree(scenario.folder) == before


@pytest.mark.parametrize("folder", ["addons", "addons/../addons"])
def test_a_second_root_that_is_the_first(scenario: Scenario, folder: str) -> None:
    """Its ledger is that of one repository, not of both: nothing is written."""
    before = tree(scenario.folder)
    done = dokaseca(scenario.folder, "compile", "--prune", "--into", "addons=addons", "--into", f"clusters={folder}")
    assert done.code == 1, done
    assert "belongs to the repository `acme-addons`" in done.err
    assert tree(scenario.folder) == before


def test_a_second_root_of_another_platform(scenario: Scenario) -> None:
    """Its ledger is not ours: nothing is written in the first."""
    (scenario.folder / "clusters/.dokaseca/ledger.json").write_text(FIRST)
    before = tree(scenario.folder)
    done = dokaseca(scenario.folder, *COMPILE)
    assert done.code == 1, done
    assert "clusters/.dokaseca/ledger.json: error: the ledger is cut short or damaged" in done.err
    assert tree(scenario.folder) == before
