"""Guarantee 8: runs at the same time end in the right tree; no edit is lost, no lock and no temporary is left."""

from __future__ import annotations

import fcntl
import os
import random
import re
import signal
import time
from pathlib import Path

import pytest
from command import dokaseca
from reliability.children import Child, Ended
from reliability.scenario import COMPILE, FIRST, SECOND, Scenario, Tree, difference, edited, temporaries, tree

ROUNDS = 50
ROOTS = ("addons", "clusters", "out", "out/acme-control-plane", "out/acme-workloads")
SET = ("set", "-w", "addons.kyverno.version", "3.3.6")
CHANGED = "has changed since it was read and was left alone; run again\n"


def _assert_free(folder: Path) -> None:
    """Nobody holds the lock of a root any more."""
    for root in ROOTS:
        handle = os.open(folder / root, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)


def _assert_tree(folder: Path, wanted: Tree) -> None:
    now = tree(folder)
    assert now == wanted, difference(now, wanted)
    _assert_free(folder)


def _assert_done(ended: Ended) -> None:
    assert ended.code == 0, ended
    assert re.fullmatch(r"(waiting for another run that writes to out, addons, clusters\n)*", ended.err), ended


@pytest.mark.parametrize("many", [2, 8])
def test_compiles_at_the_same_time(scenario: Scenario, many: int) -> None:
    """One writes, the others find it done; between the rounds the source changes back and forth."""
    for number in range(ROUNDS):
        text, wanted = ((SECOND, scenario.second), (FIRST, scenario.first))[number % 2]
        (scenario.folder / "platform.yaml").write_text(text)
        ended = [each.end() for each in [Child(scenario.folder, *COMPILE) for _ in range(many)]]
        for each in ended:
            _assert_done(each)
        assert sum(each.out.startswith("Wrote") for each in ended) == 1
        _assert_tree(scenario.folder, wanted)


def test_one_of_them_is_killed(scenario: Scenario) -> None:
    """Whoever comes next has its lock, and repairs what it left."""
    chance = random.Random("killed")
    for number in range(ROUNDS):
        text, wanted = ((SECOND, scenario.second), (FIRST, scenario.first))[number % 2]
        (scenario.folder / "platform.yaml").write_text(text)
        killed, *others = [Child(scenario.folder, *COMPILE) for _ in range(3)]
        time.sleep(chance.uniform(0, 0.15))
        os.kill(killed.pid, signal.SIGKILL)
        killed.end()
        for each in others:
            assert each.end().code == 0
        _assert_tree(scenario.folder, wanted)


def test_a_compile_and_an_edit(scenario: Scenario) -> None:
    """The edit is made; the tree is that of the source before or after it, and the next compile's that of after."""
    folder, chance = scenario.folder, random.Random("edited")
    after = edited(FIRST, {"version: 3.3.7": "version: 3.3.6"})
    (folder / "platform.yaml").write_text(after)
    assert dokaseca(folder, *COMPILE).code == 0
    new = tree(folder)
    for _ in range(ROUNDS):
        (folder / "platform.yaml").write_text(FIRST)
        assert dokaseca(folder, *COMPILE).code == 0
        running = [Child(folder, *SET)]
        time.sleep(chance.uniform(0, 0.05))
        running += [Child(folder, *COMPILE) for _ in range(2)]
        for each in running:
            _assert_done(each.end())
        assert (folder / "platform.yaml").read_text() == after
        assert _written(tree(folder)) in (_written(scenario.first), _written(new))
        assert dokaseca(folder, *COMPILE).code == 0
        _assert_tree(folder, new)


def _written(found: Tree) -> Tree:
    """A tree without the source."""
    return {path: each for path, each in found.items() if path != "platform.yaml"}


def test_edits_at_the_same_time(scenario: Scenario) -> None:
    """Each is made and said, or refused and said; what was said is what is there."""
    folder = scenario.folder
    edits = {
        "retries: 7": ("set", "-w", "environments.dev.sync.retries", "7"),
        "version: 3.3.6": SET,
        "kyverno: {version: 3.3.8}": ("promote", "-w", "kyverno", "--from", "dev", "--to", "production"),
        "external-secrets: false": ("disable", "-w", "external-secrets", "--on", "dev"),
    }
    made = 0
    for _ in range(ROUNDS):
        (folder / "platform.yaml").write_text(FIRST)
        running = {words: Child(folder, *command) for words, command in edits.items()}
        ended = {words: child.end() for words, child in running.items()}
        text = (folder / "platform.yaml").read_text()
        for words, each in ended.items():
            assert each.code in {0, 2}, each
            assert each.code == 0 or each.err.endswith(CHANGED), each
            assert (words in text) is (each.code == 0), (words, each)
        assert not temporaries(tree(folder))
        made += sum(each.code == 0 for each in ended.values())
    assert made >= ROUNDS
