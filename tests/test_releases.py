"""Which checkouts belong together: the control plane lists the releases of the others, and ``check`` compares."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from command import BASE, dokaseca, files, platform
from test_check import git

from dokaseca_compile.output.ledger import RELEASES, digest, settled
from dokaseca_compile.resolve.layout import LEDGER

ROLES = ("control-plane", "addons", "clusters", "workloads", "charts")
INTO = tuple(f"--into={role}=../{role}" for role in ROLES)
NEW_VALUES = BASE.replace("words: {one: two}", "words: {one: three}")
NEW_WORKLOAD = BASE.replace("version: 1.9.0", "version: 1.9.1")


def checkout(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def commit(here: Path, text: str) -> None:
    """Compile into every checkout, and commit those that it changed."""
    (here / "platform.yaml").write_text(text)
    done = dokaseca(here, "compile", *INTO)
    assert done.code == 0, done.err
    for role in ROLES:
        if git(here.parent / role, "status", "--porcelain"):
            git(here.parent / role, "add", "-A")
            git(here.parent / role, "commit", "-qm", text[:40])


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform that is compiled into a checkout of each repository, and committed twice."""
    folder = tmp_path_factory.mktemp("releases")
    for role in ROLES:
        checkout(folder / role)
    platform(folder / "platform")
    commit(folder / "platform", BASE)
    commit(folder / "platform", NEW_VALUES)
    return folder


@pytest.fixture
def here(compiled: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
    return tmp_path / "platform"


def commits(here: Path) -> dict[str, int]:
    return {role: int(git(here.parent / role, "rev-list", "--count", "HEAD")) for role in ROLES}


def mismatched(here: Path, *arguments: str) -> list[str]:
    """The checkouts that ``check`` finds to be of another release, as its messages name them."""
    done = dokaseca(here, "check", *INTO, "--format", "json", *arguments)
    found = json.loads(done.out)["diagnostics"]
    return [each["message"] for each in found if each["slug"] == "mismatched-checkout"]


def test_one_change_is_committed_to_two_repositories(here: Path) -> None:
    """To the one that it changes, and to the list."""
    assert commits(here) == {"control-plane": 2, "addons": 2, "clusters": 1, "workloads": 1, "charts": 1}
    changed = git(here.parent / "control-plane", "show", "--name-only", "--format=").split()
    assert changed == [LEDGER, RELEASES]
    commit(here, NEW_WORKLOAD.replace("words: {one: two}", "words: {one: three}"))
    assert commits(here) == {"control-plane": 3, "addons": 2, "clusters": 1, "workloads": 2, "charts": 1}


@pytest.mark.parametrize(
    ("behind", "lines"),
    [
        ((), []),
        (("addons",), ["../addons has another release than ../control-plane lists"]),
        (("control-plane",), ["../addons has another release than ../control-plane lists"]),
        (("control-plane", "addons"), []),
    ],
)
def test_checkouts_of_different_commits(here: Path, behind: tuple[str, ...], lines: list[str]) -> None:
    """Whichever is behind; two that are behind together only differ from the source."""
    for role in behind:
        git(here.parent / role, "checkout", "-q", "HEAD~1")
    assert mismatched(here) == lines
    assert dokaseca(here, "check", *INTO).code == bool(behind)


def test_a_source_that_is_not_compiled_yet(here: Path) -> None:
    (here / "platform.yaml").write_text(NEW_WORKLOAD)
    assert mismatched(here) == []
    assert dokaseca(here, "check", *INTO).code == 1


def test_the_index_of_a_checkout(here: Path) -> None:
    """What is staged is compared when what is staged is checked."""
    git(here, "init", "-q")
    git(here, "add", "-A")
    git(here.parent / "addons", "reset", "-q", "--soft", "HEAD~1")
    assert mismatched(here, "--against", "index") == []
    git(here.parent / "addons", "reset", "-q", "HEAD")
    assert mismatched(here) == []
    assert len(mismatched(here, "--against", "index")) == 1


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif", "junit", "markdown"])
def test_every_format_says_so(here: Path, format_: str) -> None:
    git(here.parent / "addons", "checkout", "-q", "HEAD~1")
    done = dokaseca(here, "check", *INTO, "--format", format_)
    assert "../addons has another release than ../control-plane lists" in done.out + done.err
    assert "mismatched-checkout" in done.out + done.err


def test_the_finding(here: Path) -> None:
    """It names the list, and a command that ends it; after that all checkouts belong together."""
    git(here.parent / "addons", "checkout", "-q", "HEAD~1")
    err = dokaseca(here, "check", *INTO).err
    assert "../control-plane/.dokaseca/release.json:1:1: warning" in err
    assert f"run `dokaseca compile {' '.join(INTO)}` and commit every repository" in " ".join(err.split())
    assert dokaseca(here, "compile", *INTO).code == 0
    assert mismatched(here) == []
    assert dokaseca(here, "check", *INTO).code == 0


def write_former_release(folder: Path) -> None:
    """Make a checkout one of a former version: with the release of all, which its ledger lists."""
    ledger = json.loads((folder / LEDGER).read_bytes())
    stamp = b'{\n  "platform": "acme",\n  "release": "f00"\n}\n'
    (folder / RELEASES).write_bytes(stamp)
    rows: Mapping[str, str] = ledger["files"] | {RELEASES: digest(stamp)}
    (folder / LEDGER).write_bytes(settled("acme", ledger["repository"], rows))


@pytest.mark.parametrize("text", [NEW_VALUES, NEW_WORKLOAD], ids=["nothing else", "and a change"])
def test_checkouts_of_a_former_version(here: Path, text: str) -> None:
    """Each had the release of all repositories: they are compiled over without a flag or a question."""
    for role in ROLES:
        write_former_release(here.parent / role)
    assert mismatched(here) == []
    (here / "platform.yaml").write_text(text)
    done = dokaseca(here, "compile", *INTO)
    assert (done.code, done.err) == (0, ""), done.err
    assert [role for role in ROLES if (here.parent / role / RELEASES).exists()] == ["control-plane"]
    assert dokaseca(here, "check", *INTO).code == 0


def test_a_checkout_of_a_former_version_beside_a_new_one(here: Path) -> None:
    """Its release counts without the file, so it belongs together with a list that is new."""
    write_former_release(here.parent / "addons")
    assert mismatched(here) == []


def test_without_a_checkout_of_the_control_plane(tmp_path: Path) -> None:
    """Nothing lists the releases."""
    here = platform(tmp_path / "platform")
    into = tuple(f"--into={role}={checkout(tmp_path / role)}" for role in ("addons", "workloads"))
    assert dokaseca(here, "compile", *into).code == 0
    assert not [path for path in files(tmp_path) if path.endswith("release.json")]
    assert dokaseca(here, "check", *into).code == 0


def test_a_checkout_that_the_control_plane_shares(tmp_path: Path) -> None:
    """Only what is committed elsewhere is listed."""
    here = platform(
        tmp_path / "platform", BASE.replace("name: acme-clusters, url", "name: acme-clusters, basepath: fleet, url")
    )
    for role in ("one", "addons"):
        checkout(tmp_path / role)
    into = ("--into=control-plane=../one", "--into=clusters=../one", "--into=addons=../addons")
    assert dokaseca(here, "compile", *into).code == 0
    listed = json.loads((tmp_path / "one" / RELEASES).read_bytes())["releases"]
    assert set(listed) == {"acme-addons", "acme-helm-charts", "acme-workloads"}
    assert dokaseca(here, "check", *into).code == 0


def test_two_changes_meet_in_the_list(here: Path) -> None:
    """Git cannot merge two lists, or merges them into one that was never compiled: a compile settles both."""
    control_plane = here.parent / "control-plane"
    git(control_plane, "checkout", "-qb", "left")
    commit(here, NEW_WORKLOAD.replace("words: {one: two}", "words: {one: three}"))
    git(control_plane, "checkout", "-q", "-b", "right", "HEAD~1")
    git(here.parent / "workloads", "checkout", "-q", "HEAD~1")
    commit(here, BASE.replace("words: {one: two}", "words: {one: four}"))
    git(here.parent / "workloads", "checkout", "-q", "-")
    with pytest.raises(subprocess.CalledProcessError):
        git(control_plane, "merge", "-q", "--no-edit", "left")
    (here / "platform.yaml").write_text(NEW_WORKLOAD.replace("words: {one: two}", "words: {one: four}"))
    done = dokaseca(here, "compile", *INTO)
    assert done.code == 0, done.err
    assert dokaseca(here, "check", *INTO).code == 0
