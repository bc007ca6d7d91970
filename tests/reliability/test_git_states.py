"""Guarantee 18: in whatever state a checkout is, only files of ours are touched, and what happens is said."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from command import dokaseca
from reliability.scenario import COMPILE, FIRST, MINE, Scenario, Tree, edited, tree

KYVERNO = "gitops/appsets/security/kyverno/dev.yaml"
VALUES = "gitops/values/default/kyverno.yaml"
_IDENTITY = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_EDITOR": "true",
}  # fmt: skip


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | _IDENTITY, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done.stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


def work_tree(folder: Path) -> Tree:
    """What is in a checkout, what Git keeps for itself aside."""
    return {path: each for path, each in tree(folder).items() if path.split("/")[0] != ".git"}


@pytest.fixture
def checkout(scenario: Scenario) -> Path:
    """The checkout of the addons, as the first source has it, committed; the source has changed since."""
    addons = scenario.folder / "addons"
    git(addons, "init", "-q", "-b", "main")
    commit(addons, "first")
    return addons


def test_a_dirty_checkout(scenario: Scenario, checkout: Path) -> None:
    """Edits, staged and not, new files and deletions of others stay; the index is left alone."""
    (checkout / MINE).write_text("edited\n")
    (checkout / "gitops" / MINE).write_text("staged\n")
    git(checkout, "add", "gitops")
    (checkout / "gitops" / MINE).write_text("staged, and edited\n")
    (checkout / "new").write_text("new\n")
    (checkout / "gitops/values" / MINE).unlink()
    others = {path: each for path, each in work_tree(checkout).items() if path.endswith(MINE) or path == "new"}
    staged = git(checkout, "diff", "--cached")
    done = dokaseca(scenario.folder, *COMPILE)
    assert (done.code, done.err) == (0, "")
    now = work_tree(checkout)
    assert {path: each for path, each in now.items() if path.endswith(MINE) or path == "new"} == others
    assert git(checkout, "diff", "--cached") == staged
    wanted = {path.removeprefix("addons/") for path in scenario.second if path.startswith("addons/")}
    assert {*now} - {*others} == wanted - {path for path in wanted if path.endswith(MINE)}


def _diverge(scenario: Scenario, checkout: Path) -> None:
    """Two branches that each compiled another version of an addon."""
    for branch, version in (("theirs", "3.4.0"), ("main", "3.5.0")):
        git(checkout, "switch", "-q", *(["-c", branch] if branch == "theirs" else [branch]))
        edits = {"version: 3.3.7": f"version: {version}", "words: {one: two}": f"words: {{one: {version}}}"}
        text = edited(FIRST, edits)
        (scenario.folder / "platform.yaml").write_text(text)
        assert dokaseca(scenario.folder, *COMPILE).code == 0
        (checkout / MINE).write_text(f"by hand, on {branch}\n")
        commit(checkout, branch)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("merge", "theirs"), "a merge"),
        (("rebase", "theirs"), "a rebase"),
        (("cherry-pick", "theirs"), "a cherry-pick"),
    ],
    ids=["merge", "rebase", "cherry-pick"],
)
def test_in_the_middle_of_a_conflict(scenario: Scenario, checkout: Path, command: tuple[str, ...], words: str) -> None:
    """Files with conflict markers are refused and named; with consent they are settled; others' stay in conflict."""
    _diverge(scenario, checkout)
    git(checkout, *command, code=1)
    conflicts = git(checkout, "diff", "--name-only", "--diff-filter=U").split()
    assert {MINE, VALUES, ".dokaseca/ledger.json"} <= {*conflicts}
    before, index = tree(scenario.folder), git(checkout, "ls-files", "--stage")
    refused = dokaseca(scenario.folder, *COMPILE)
    assert refused.code == 1, refused
    assert f"! addons/{VALUES} (edited: has merge conflict markers" in refused.err
    assert tree(scenario.folder) == before
    done = dokaseca(scenario.folder, *COMPILE, "--force")
    assert done.code == 0, done
    assert f"note: {words} is in progress in the repository of addons" in done.err
    now = tree(scenario.folder)
    assert not [path for path, (_, content) in now.items() if b"<<<<<<<" in content and not path.endswith(MINE)]
    assert now[f"addons/{MINE}"] == before[f"addons/{MINE}"]
    assert git(checkout, "ls-files", "--stage") == index
    assert dokaseca(scenario.folder, *COMPILE).out.startswith("Up to date")


def test_in_the_middle_of_a_rebase_without_a_conflict(scenario: Scenario, checkout: Path) -> None:
    """It is done, and said that it becomes part of the rebase."""
    (checkout / MINE).write_text("another\n")
    commit(checkout, "second")
    git(checkout, "-c", "sequence.editor=sed -i s/pick/edit/", "rebase", "-q", "-i", "HEAD~1")
    done = dokaseca(scenario.folder, *COMPILE)
    assert done.code == 0, done
    told = "note: a rebase is in progress in the repository of addons; the files written now become part of it\n"
    assert done.err == told
    assert (checkout / MINE).read_text() == "another\n"


def test_a_clone_with_converted_line_ends(scenario: Scenario, checkout: Path, work: Path) -> None:
    """``core.autocrlf`` makes every text file another one: each is named with the cause, and nothing is overwritten."""
    git(work, "-c", "core.autocrlf=true", "clone", "-q", str(checkout), "clone")
    into = ("compile", "--prune", "--into", "addons=../clone", "--into", "clusters=clusters")
    before = work_tree(work / "clone")
    assert b"\r\n" in before[KYVERNO][1]
    refused = dokaseca(scenario.folder, *into)
    assert refused.code == 1, refused
    assert "(edited: has CRLF line endings, probably from `core.autocrlf` of Git)" in refused.err
    told = dokaseca(scenario.folder, "check", *into[2:]).out
    assert f"edited   ../clone/{KYVERNO}: has CRLF line endings" in told
    assert work_tree(work / "clone") == before
    done = dokaseca(scenario.folder, *into, "--force")
    assert done.code == 0, done
    assert b"\r\n" not in work_tree(work / "clone")[KYVERNO][1]
    assert work_tree(work / "clone")[MINE] == before[MINE]


@pytest.mark.parametrize("state", ["detached", "empty", "bare of commits", "worktree"])
def test_other_states(scenario: Scenario, checkout: Path, work: Path, state: str) -> None:
    """A detached head, a branch without files, a repository without commits, a second work tree: as in any folder."""
    if state == "detached":
        git(checkout, "checkout", "-q", "--detach")
    elif state == "empty":
        git(checkout, "switch", "-q", "--orphan", "empty")
    elif state == "bare of commits":
        git(work, "init", "-q", "fresh")
        checkout = work / "fresh"
    else:
        git(checkout, "worktree", "add", "-q", "-b", "second", str(work / "second"))
        checkout = work / "second"
    into = ("compile", "--prune", "--into", f"addons={checkout}", "--into", "clusters=clusters")
    done = dokaseca(scenario.folder, *into)
    assert (done.code, done.err) == (0, "")
    assert dokaseca(scenario.folder, *into).out.startswith("Up to date")
    assert git(checkout, "diff", "--cached") == ""


@pytest.mark.parametrize("kind", ["bytes", "text", "pipe", "folder", "long"])
def test_an_odd_git_file(scenario: Scenario, kind: str) -> None:
    """What is called ``.git`` and is none of Git's is looked at without waiting, and says nothing."""
    odd = scenario.folder / ".git"
    {
        "bytes": lambda: odd.write_bytes(b"\xff\xfe\x00gitdir"),
        "text": lambda: odd.write_text("hello"),
        "pipe": lambda: os.mkfifo(odd),
        "folder": odd.mkdir,
        "long": lambda: odd.write_bytes(b"gitdir: " + b"x" * 1_000_000),
    }[kind]()
    done = dokaseca(scenario.folder, *COMPILE)
    assert (done.code, done.err) == (0, "")


def test_the_programs_of_a_repository_do_not_run(scenario: Scenario, checkout: Path) -> None:
    """A repository's own settings name programs, which a check of it must not start."""
    marker = scenario.folder / "marker"
    program = scenario.folder / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    git(scenario.folder, "init", "-q")
    for folder in (checkout, scenario.folder):
        git(folder, "config", "core.fsmonitor", str(program))
        git(folder, "config", "core.hooksPath", str(scenario.folder))
    (scenario.folder / "out").mkdir(exist_ok=True)
    git(scenario.folder, "-c", "core.fsmonitor=false", "add", "platform.yaml")
    dokaseca(scenario.folder, *COMPILE)
    dokaseca(scenario.folder, "check", "--against", "index", "--into", "addons=addons")
    dokaseca(scenario.folder, "plan", "--base", "HEAD")
    assert not marker.exists()
