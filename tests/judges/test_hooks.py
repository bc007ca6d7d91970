"""The hooks that we ship, taken from a Git repository by real pre-commit and real prek, and run by real commits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command import BASE, dokaseca, platform
from engines import missing

ROOT = Path(__file__).parents[2]
COMPILE, CHECK = "dokaseca-compile", "dokaseca-check"
PACKAGE, BESIDE = "dokaseca_compile", (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE")
KYVERNO = "out/acme-addons/gitops/values/default/kyverno.yaml"
BUMPED = BASE.replace("version: 3.3.7", "version: 3.3.8")
FRAGMENT = """\
addons:
  descheduler:
    category: security
    chart: {name: descheduler, repository: https://kubernetes-sigs.github.io/descheduler}
    version: 0.34.0
    namespace: kube-system
    values: {schedule: often}
"""
WITHOUT_EDGE = BASE[: BASE.index("  edge:\n")] + BASE[BASE.index("addons:\n  cert-manager") :]
# What a hook or a shell around the tests has set would lead Git, the manager or the hook astray.
OF_OTHERS = ("GIT_", "PRE_COMMIT", "PREK", "PYTHON", "SKIP", "DOKASECA_")


@dataclass(frozen=True, slots=True)
class Manager:
    """A hook manager, the surroundings that it and Git run in, and where our hooks come from."""

    program: str
    environment: dict[str, str]
    source: str

    def run(self, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )

    def config(self, *hooks: str, args: str = "[]") -> str:
        rows = "".join(f"      - {{id: {each}, args: {args}}}\n" for each in hooks)
        return f"repos:\n  - {self.source}\n    hooks:\n{rows}"


@dataclass(frozen=True, slots=True)
class Work:
    """A repository that a manager's hooks guard."""

    folder: Path
    manager: Manager

    def git(self, *arguments: str) -> str:
        done = self.manager.run(self.folder, "git", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def compile(self, *options: str) -> None:
        done = dokaseca(self.folder, "compile", *options)
        assert done.code == 0, done.err

    def commits(self, *arguments: str) -> str:
        """Commit; give what was said. The hooks must let it pass."""
        done = self.manager.run(self.folder, "git", "commit", "-m", "x", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def refuses(self, *arguments: str) -> str:
        """Try to commit; give what was said. A hook must refuse, for findings and not for trouble."""
        before = self.git("rev-parse", "HEAD")
        done = self.manager.run(self.folder, "git", "commit", "-m", "x", *arguments)
        said = done.stdout + done.stderr
        assert done.returncode != 0, said
        assert "exit code: 1\n" in said
        assert "exit code: 2" not in said
        assert self.git("rev-parse", "HEAD") == before
        return said


def program(name: str) -> str:
    """Find a manager beside this Python, where ``pip`` has put it, or on PATH."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or missing(f"{name} is not installed")


def surroundings(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OF_OTHERS)}
    names = {
        f"GIT_{role}_{part}": "tests@acme.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    homes = {name: str(home / name.lower()) for name in ("PRE_COMMIT_HOME", "PREK_HOME", "XDG_CACHE_HOME")}
    return kept | names | homes | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def manager(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Manager:
    """A manager with homes of its own, so that the hooks' environment is built once and for these tests only."""
    found = program(request.param)
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE:
        shutil.copy(ROOT / name, folder)
    made = Manager(found, surroundings(tmp_path_factory.mktemp("home")), "")
    work = Work(folder, made)
    work.git("init", "-q")
    work.git("add", "--all")
    work.git("commit", "-qm", "x")
    return Manager(found, made.environment, f"repo: {folder}\n    rev: {work.git('rev-parse', 'HEAD').strip()}")


@pytest.fixture(scope="module")
def guarded(manager: Manager, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """A repository with a compiled platform and both hooks, all of it committed."""
    work = Work(platform(tmp_path_factory.mktemp("guarded")), manager)
    work.compile()
    work.write(".pre-commit-config.yaml", manager.config(COMPILE, CHECK))
    work.git("init", "-q")
    work.git("add", "--all")
    work.git("commit", "-qm", "x")
    assert manager.run(work.folder, manager.program, "install").returncode == 0
    return work


@pytest.fixture
def both(guarded: Work, tmp_path: Path) -> Work:
    """A copy of it."""
    return Work(Path(shutil.copytree(guarded.folder, tmp_path / "work")), guarded.manager)


@pytest.fixture(params=[COMPILE, CHECK])
def work(both: Work, request: pytest.FixtureRequest) -> Work:
    """The same with one hook only."""
    return only(both, request.param)


def only(both: Work, hook: str, args: str = "[]") -> Work:
    both.write(".pre-commit-config.yaml", both.manager.config(hook, args=args))
    both.git("commit", "-qam", "x", "--no-verify")
    return both


def add_addon(work: Work) -> None:
    work.write("platform.d/descheduler.yaml", FRAGMENT)


def bump_version(work: Work) -> None:
    work.write("platform.yaml", BUMPED)


def remove_cluster(work: Work) -> None:
    work.write("platform.yaml", WITHOUT_EDGE)


def remove_output(work: Work) -> None:
    (work.folder / KYVERNO).unlink()


def test_a_compiled_tree_passes(work: Work) -> None:
    """Also when the commit has nothing to do with the platform, and when it changes everything consistently."""
    work.write("README.md", "mine\n")
    work.git("add", "--all")
    assert "Passed" in work.commits()
    bump_version(work)
    add_addon(work)
    work.compile()
    work.git("add", "--all")
    assert "Passed" in work.commits()


@pytest.mark.parametrize(
    "edit", [add_addon, bump_version, remove_cluster, remove_output], ids=lambda edit: edit.__name__
)
def test_what_is_not_compiled_is_refused(both: Work, edit: Callable[[Work], None]) -> None:
    """By each hook alone. ``compile`` has written what was missing: added, it passes, and so does ``check``."""
    only(both, CHECK)
    edit(both)
    both.git("add", "--all")
    said = both.refuses()
    assert "To repair it, run `dokaseca compile" in said
    assert both.git("diff", "--name-only") == ""
    both.write(".pre-commit-config.yaml", both.manager.config(COMPILE))
    both.git("add", "--all")
    said = both.refuses()
    if edit is remove_cluster:  # what takes something out of a cluster has to be asked for
        assert "run `dokaseca compile --prune`" in said
        both.compile("--prune")
    both.git("add", "--all")
    if edit is remove_output:
        assert both.git("diff", "--cached", "--name-only") == ".pre-commit-config.yaml\n"
    both.write(".pre-commit-config.yaml", both.manager.config(COMPILE, CHECK))
    both.git("add", "--all")
    assert both.commits().count("Passed") == 2
    assert both.git("status", "--porcelain") == ""


def test_only_what_is_added_counts(both: Work) -> None:
    """Compiled and not added, a file is no part of the commit. ``check`` says so, ``compile`` sees nothing to do."""
    add_addon(both)
    both.compile()
    both.git("add", "platform.d")
    said = both.refuses("--all")
    assert said.count("Passed") == said.count("Failed") == 1
    assert "missing  out/acme-addons/gitops/appsets/security/descheduler/dev.yaml" in said
    both.git("add", "--all")
    both.git("rm", "-q", "--cached", KYVERNO)
    assert f"missing  {KYVERNO}" in both.refuses()
    both.git("add", "--all")
    both.commits("--all")
    assert both.git("status", "--porcelain") == ""


def test_staged_and_on_disk_differ(both: Work) -> None:
    """``check`` judges what is staged, whatever the work tree holds; the work tree stays as it was."""
    only(both, CHECK)
    bump_version(both)
    both.git("add", "platform.yaml")
    both.write("platform.yaml", BASE)
    assert "targetRevision 3.3.7 → 3.3.8" in both.refuses()
    assert (both.folder / "platform.yaml").read_text() == BASE
    bump_version(both)
    both.compile()
    both.git("add", "--all")
    both.write("platform.yaml", "broken: [\n")
    both.write("platform.d/mine.yaml", "broken: [\n")
    both.commits()
    assert (both.folder / "platform.yaml").read_text() == "broken: [\n"


def test_commit_all_and_partial_commits(work: Work) -> None:
    """Git hands the hook an index of its own then: that one is judged, and the other stays as it was."""
    bump_version(work)
    work.refuses("--all")
    work.git("checkout", "-q", "out")
    work.compile()
    work.write("README.md", "mine\n")
    work.git("add", "README.md")
    work.refuses("platform.yaml")
    assert work.git("diff", "--cached", "--name-only") == "README.md\n"
    assert dokaseca(work.folder, "check").code == 0
    work.commits("platform.yaml", "out")
    assert work.git("status", "--porcelain") == "A  README.md\n"
    bump_version(work)
    work.commits("--all")


def test_a_linked_worktree(work: Work, tmp_path: Path) -> None:
    """Git sets more of its variables there; each worktree is judged by its own index and files."""
    work.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    linked = Work(tmp_path / "linked", work.manager)
    bump_version(work)
    linked.write("README.md", "mine\n")
    linked.git("add", "--all")
    assert "Passed" in linked.commits()
    bump_version(linked)
    linked.refuses("--all")
    linked.git("checkout", "-q", "out")
    linked.compile()
    linked.refuses("platform.yaml")
    linked.commits("--all")


@pytest.mark.parametrize("hook", [COMPILE, CHECK])
def test_a_platform_in_a_folder(both: Work, hook: str) -> None:
    """``args`` says where it is."""
    only(both, hook, args="[-C, platforms/acme]")
    (both.folder / "platforms/acme").mkdir(parents=True)
    both.git("mv", "platform.yaml", "out", "platforms/acme")
    both.commits()
    both.write("platforms/acme/platform.yaml", BUMPED)
    both.refuses("--all")
    both.git("checkout", "-q", "platforms/acme/out")
    assert dokaseca(both.folder / "platforms/acme", "compile").code == 0
    both.refuses("platforms/acme/platform.yaml")
    both.commits("platforms")


def test_once_for_each_commit(both: Work) -> None:
    """Where other hooks look at the message, ours do not run again for it."""
    assert both.manager.run(both.folder, both.manager.program, "install", "-t", "commit-msg").returncode == 0
    both.write("README.md", "mine\n")
    both.git("add", "--all")
    assert both.commits().count("Passed") == 2
