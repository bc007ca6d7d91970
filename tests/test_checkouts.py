"""Compiling into real Git checkouts, and judging what is staged instead of what lies about."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import BASE, dokaseca, files, platform
from test_check import git

INTO = ("--into", "addons=../acme-addons", "--into", "clusters=../clusters-checkout")
CHANGED = BASE.replace("version: 1.17.0", "version: 1.17.1")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A platform beside two checkouts that hold files of their own."""
    for name in ("acme-addons", "clusters-checkout", "platform"):
        checkout = tmp_path / name
        checkout.mkdir()
        git(checkout, "init", "-q")
        (checkout / "README.md").write_text(f"{name}, written by hand\n")
        git(checkout, "add", "-A")
        git(checkout, "commit", "-qm", "first")
    return platform(tmp_path / "platform")


def test_the_same_compile_in_several_checkouts(here: Path) -> None:
    """Each repository under its own layout, the others below ``out``; one release id of all."""
    done = dokaseca(here, "compile", *INTO)
    assert done.code == 0, done.err
    assert "to out, ../acme-addons, ../clusters-checkout" in done.out
    assert len(list(here.parent.rglob("ledger.json"))) == 6
    assert (here.parent / "acme-addons/gitops/values/none.yaml").exists()
    assert (here.parent / "clusters-checkout/hubs/hub/dev/kustomization.yaml").exists()
    assert {path.name for path in (here / "out").iterdir()} == {
        ".dokaseca", ".gitattributes", "acme-control-plane", "acme-helm-charts", "acme-workloads"
    }  # fmt: skip
    assert (here.parent / "acme-addons/README.md").read_text() == "acme-addons, written by hand\n"
    assert dokaseca(here, "check", *INTO).code == 0
    assert dokaseca(here, "compile", *INTO, "--fail-on-change").code == 0
    places = (("-o", "elsewhere"), INTO)
    ids = {json.loads(dokaseca(here, "compile", *place, "--format", "json").out)["release"] for place in places}
    assert len(ids) == 1


def test_everything_in_checkouts(here: Path) -> None:
    """When all repositories go elsewhere nothing is written below ``out``."""
    for name in ("control", "workloads", "charts"):
        (here.parent / name).mkdir()
    every = (
        *INTO,
        "--into",
        "control-plane=../control",
        "--into",
        "acme-workloads=../workloads",
        "--into",
        "charts=../charts",
    )
    assert dokaseca(here, "compile", *every).code == 0
    assert not (here / "out").exists()
    assert dokaseca(here, "check", *every).code == 0


def test_a_dirty_checkout_is_handled_as_the_ledger_says(here: Path) -> None:
    """Uncommitted work beside our files is left alone; an edit of one of ours stops everything."""
    assert dokaseca(here, "compile", *INTO).code == 0
    addons = here.parent / "acme-addons"
    git(addons, "add", "-A")
    git(addons, "commit", "-qm", "compiled")
    (addons / "README.md").write_text("in the middle of something\n")
    (addons / "notes.txt").write_text("untracked\n")
    (here / "platform.yaml").write_text(CHANGED)
    assert dokaseca(here, "compile", *INTO).code == 0
    assert (addons / "README.md").read_text() == "in the middle of something\n"
    assert (addons / "notes.txt").read_text() == "untracked\n"
    (addons / "gitops/values/none.yaml").write_text("mine: true\n")
    (here / "platform.yaml").write_text(BASE)
    before = files(here.parent)
    done = dokaseca(here, "compile", *INTO)
    assert done.code == 1
    assert "! ../acme-addons/gitops/values/none.yaml (edited)" in done.err
    assert files(here.parent) == before


def test_what_git_is_in_the_middle_of_is_said(here: Path) -> None:
    """What is written during a merge becomes part of it."""
    addons = here.parent / "acme-addons"
    git(addons, "checkout", "-qb", "other")
    (addons / "README.md").write_text("other\n")
    git(addons, "commit", "-qam", "other")
    git(addons, "checkout", "-q", "-")
    git(addons, "merge", "-q", "--no-ff", "--no-commit", "other")
    done = dokaseca(here, "compile", *INTO)
    assert done.code == 0
    assert "note: a merge is in progress in the repository of ../acme-addons" in done.err


@pytest.mark.parametrize(
    ("into", "said"),
    [
        (("addons=../nowhere",), "../nowhere: is not a folder"),
        (("addons=../platform/platform.yaml",), "is not a folder"),
        (("adons=../acme-addons",), "did you mean `addons`?"),
        (("addons=../acme-addons", "acme-addons=../clusters-checkout"), "is given twice"),
        (("addons=../acme-addons", "clusters=../acme-addons/gitops"), "inside each other"),
        (("addons=out", "clusters=../acme-addons"), "out is in out"),
        (("addons=out/mine",), "out/mine is in out"),
        (("addons=out/acme-clusters",), "out/acme-clusters is in out"),
        (("addons=.",), "inside each other"),
        (("addons",), "REPOSITORY=FOLDER"),
        (("=x",), "REPOSITORY=FOLDER"),
    ],
)
def test_where_nothing_can_be_written(here: Path, into: tuple[str, ...], said: str) -> None:
    """Unknown names, missing folders, one repository into another: usage, and not a byte is written anywhere."""
    (here.parent / "acme-addons/gitops").mkdir()
    (here / "out/mine").mkdir(parents=True)
    (here / "out/acme-clusters").mkdir()
    before = files(here.parent)
    done = dokaseca(here, "compile", *(f"--into={each}" for each in into))
    assert done.code == 2
    assert said in done.err
    assert files(here.parent) == before


@pytest.fixture
def staged(here: Path) -> Path:
    """A platform that is compiled and committed."""
    assert dokaseca(here, "compile").code == 0
    git(here, "add", "-A")
    git(here, "commit", "-qm", "compiled")
    return here


def test_the_index_is_what_will_be_committed(staged: Path) -> None:
    """Source and output both as they are staged; the work tree does not matter."""
    index = ("check", "--against", "index")
    assert dokaseca(staged, *index).code == 0
    (staged / "platform.yaml").write_text(CHANGED)
    assert dokaseca(staged, "check").code == 1
    assert dokaseca(staged, *index).code == 0
    git(staged, "add", "platform.yaml")
    done = dokaseca(staged, *index)
    assert done.code == 1
    assert "stale    out/acme-addons/gitops/appsets/security/cert-manager/dev.yaml" in done.out
    assert dokaseca(staged, "compile").code == 0
    assert dokaseca(staged, "check").code == 0
    assert dokaseca(staged, *index).code == 1
    git(staged, "add", "-A")
    assert dokaseca(staged, *index).code == 0


def test_staged_states(staged: Path) -> None:
    """Deleted, edited, made executable, added with our header, and a source that is in a fragment."""
    index = ("check", "--against", "index")
    target = "out/acme-addons/gitops/values/none.yaml"
    git(staged, "rm", "-q", "--cached", target)
    assert f"missing  {target}" in dokaseca(staged, *index).out
    git(staged, "add", target)
    git(staged, "update-index", "--chmod=+x", target)
    assert "is executable" in dokaseca(staged, *index).out
    git(staged, "update-index", "--chmod=-x", target)
    content = (staged / target).read_bytes()
    (staged / target).write_text("mine: true\n")
    git(staged, "add", target)
    (staged / target).write_bytes(content)
    assert f"edited   {target}: mine is not expected: true" in dokaseca(staged, *index).out
    git(staged, "add", target)
    (staged / "platform.d").mkdir()
    (staged / "platform.d/eu-2.yaml").write_text("regions: {eu-2: {description: spare}}\n")
    assert dokaseca(staged, *index).code == 0
    git(staged, "add", "platform.d")
    done = dokaseca(staged, *index)
    assert "unused-declaration" in done.err + done.out


def test_links_and_conflicts_in_the_index(staged: Path) -> None:
    target = staged / "out/acme-addons/gitops/values/none.yaml"
    target.unlink()
    target.symlink_to("/etc/hostname")
    git(staged, "add", "-A")
    done = dokaseca(staged, "check", "--against", "index")
    assert done.code == 2
    assert "none.yaml: is a link or a submodule" in done.err


def test_outside_of_git_there_is_no_index(tmp_path: Path) -> None:
    folder = platform(tmp_path)
    done = dokaseca(folder, "check", "--against", "index")
    assert done.code == 2
    assert "not a git repository" in done.err


def test_a_source_that_is_not_staged(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    done = dokaseca(platform(tmp_path), "check", "--against", "index")
    assert done.code == 2
    assert "platform.yaml: is not staged" in done.err


def test_the_index_of_a_hook(staged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git commit FILE`` gives its hooks an index of their own, by name; that is the one that is judged."""
    (staged / "platform.yaml").write_text(CHANGED)
    other = staged / ".git" / "other-index"
    other.write_bytes((staged / ".git" / "index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    git(staged, "add", "platform.yaml")
    assert dokaseca(staged, "check", "--against", "index").code == 1
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert dokaseca(staged, "check", "--against", "index").code == 0


def test_the_surroundings_of_a_hook_do_not_lead_into_other_repositories(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git names the repository of a hook in the environment; the other checkouts have indexes of their own."""
    assert dokaseca(here, "compile", *INTO).code == 0
    for folder in (here, here.parent / "acme-addons", here.parent / "clusters-checkout"):
        git(folder, "add", "-A")
    monkeypatch.setenv("GIT_DIR", str(here / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(here))
    monkeypatch.setenv("GIT_INDEX_FILE", str(here / ".git/index"))
    done = dokaseca(here, "check", "--against", "index", *INTO)
    assert done.code == 0, done.out + done.err


def test_a_linked_work_tree(staged: Path) -> None:
    """``git worktree add``: ``.git`` is a file there."""
    linked = staged.parent / "linked"
    git(staged, "worktree", "add", "-q", "--detach", str(linked))
    assert dokaseca(linked, "check", "--against", "index").code == 0
    (linked / "platform.yaml").write_text(CHANGED)
    git(linked, "add", "-A")
    assert dokaseca(linked, "check", "--against", "index").code == 1
    assert dokaseca(staged, "check", "--against", "index").code == 0


def test_line_ends_that_git_changes(staged: Path) -> None:
    """``core.autocrlf`` changes nothing below ``out``: its ``.gitattributes`` says so."""
    clone = staged.parent / "clone"
    git(staged.parent, "clone", "-q", "-c", "core.autocrlf=true", str(staged), str(clone))
    assert b"\r\n" in (clone / "README.md").read_bytes()
    assert dokaseca(clone, "check").code == 0


def test_two_branches_merge_without_a_conflict_in_ledgers(staged: Path) -> None:
    """Rows of a ledger stand for themselves, so two changes of different files are no conflict, here or on a host."""
    git(staged, "checkout", "-qb", "left")
    (staged / "platform.yaml").write_text(BASE.replace("words: {one: two}", "words: {one: three}"))
    assert dokaseca(staged, "compile").code == 0
    git(staged, "commit", "-qam", "left")
    git(staged, "checkout", "-q", "-")
    (staged / "platform.yaml").write_text(BASE.replace("version: 1.17.0", "version: 1.17.1"))
    assert dokaseca(staged, "compile").code == 0
    git(staged, "commit", "-qam", "right")
    git(staged, "merge", "-q", "--no-edit", "left")
    done = dokaseca(staged, "check")
    assert (done.code, done.err) == (0, ""), done.out
    assert [path.name for path in (staged / "out/.dokaseca").iterdir()] == ["ledger.json"]


def test_the_repair_of_what_is_staged_stages_it(staged: Path) -> None:
    """What is right in the work tree and wrong in the index is mended by adding it, and the command says so."""
    git(staged, "rm", "-q", "--cached", "out/acme-addons/gitops/values/none.yaml")
    done = dokaseca(staged, "check", "--against", "index", "--into", "clusters=../clusters-checkout")
    assert done.code == 1
    assert done.out.splitlines()[-1] == (
        "To repair it, run `dokaseca compile --into=clusters=../clusters-checkout"
        " && git add --all platform.yaml out"
        " && git -C ../clusters-checkout add --all .dokaseca clusters environments hubs rbac`"
    )


@pytest.mark.parametrize("format_", ["github", "sarif"])
def test_hosts_get_paths_from_the_top_of_the_repository(tmp_path: Path, format_: str) -> None:
    """Annotations and code scanning find the file wherever the command was started."""
    git(tmp_path, "init", "-q")
    platform(tmp_path / "deep/platform")
    wanted = "file=deep/platform/platform.yaml" if format_ == "github" else '"uri": "deep/platform/platform.yaml"'
    assert wanted in dokaseca(tmp_path, "check", "-C", "deep/platform", "--format", format_).out


def test_branches_that_change_one_file_are_settled_by_a_compile(staged: Path) -> None:
    """Both branches add a cluster: Git keeps one side of each file whole and says so; the next compile ends it."""
    cluster = "clusters:\n  {0}: {{environment: dev, region: eu, hub: hub, cloud: gcp, server: 'https://{0}.example', "
    cluster += "auth: gcp-workload-identity}}\n"
    for name in ("left", "right"):
        git(staged, "checkout", "-q", "-b", name, *([] if name == "left" else ["left~1"]))
        (staged / "platform.d").mkdir(exist_ok=True)
        (staged / f"platform.d/{name}.yaml").write_text(cluster.format(name))
        assert dokaseca(staged, "compile").code == 0
        git(staged, "add", "-A")
        git(staged, "commit", "-qm", name)
    with pytest.raises(subprocess.CalledProcessError):
        git(staged, "merge", "-q", "--no-edit", "left")
    assert b"<<<<<<<" not in b"".join(files(staged / "out").values())
    done = dokaseca(staged, "compile")
    assert done.code == 0, done.err
    assert dokaseca(staged, "check").code == 0
    git(staged, "add", "-A")
    git(staged, "commit", "-qm", "merged")
    assert dokaseca(staged, "check", "--against", "index").code == 0


def test_a_file_that_git_brought_back_is_ours(staged: Path) -> None:
    """``git checkout -- FILE`` brings bytes that we wrote: stale, not edited by hand."""
    (staged / "platform.yaml").write_text(CHANGED)
    assert dokaseca(staged, "compile").code == 0
    path = "out/acme-addons/gitops/appsets/security/cert-manager/dev.yaml"
    git(staged, "checkout", "--", path)
    assert f"stale    {path}" in dokaseca(staged, "check").out
    assert dokaseca(staged, "compile").code == 0


def test_pictures_beside_ours_stay_pictures(staged: Path) -> None:
    """Git does not take what people keep below ``out`` for text of ours."""
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\r\n"
    (staged / "out/acme-addons/logo.png").write_bytes(picture)
    git(staged, "add", "-A")
    shown = subprocess.run(["git", "show", ":out/acme-addons/logo.png"], cwd=staged, capture_output=True, check=True)
    assert shown.stdout == picture


def test_two_repositories_in_one_checkout(here: Path) -> None:
    """With a ``basepath`` each, as the rule on shared URLs advises: one ledger, and either both or none."""
    text = BASE.replace(
        "clusters: {name: acme-clusters, url", "clusters: {name: acme-clusters, basepath: fleet, url"
    )  # fmt: skip
    (here / "platform.yaml").write_text(text)
    both = ("--into", "addons=../acme-addons", "--into", "clusters=../acme-addons")
    assert dokaseca(here, "compile", *both).code == 0
    assert dokaseca(here, "check", *both).code == 0
    assert (here.parent / "acme-addons/fleet/hubs/hub/dev/kustomization.yaml").exists()
    assert (here.parent / "acme-addons/gitops/values/none.yaml").exists()
    before = files(here.parent / "acme-addons")
    one = dokaseca(here, "compile", "--into", "addons=../acme-addons", "--prune")
    assert one.code == 1
    assert "belongs to the repository `acme-addons+acme-clusters`" in one.err
    assert files(here.parent / "acme-addons") == before


def test_repository_names_with_slashes(tmp_path: Path) -> None:
    """Groups of GitLab: each repository has a root, a ledger and an ``--into`` of its own."""
    text = BASE.replace("name: acme-addons", "name: platform/addons").replace("acme-clusters", "platform/clusters")
    folder = platform(tmp_path / "here", text)
    assert dokaseca(folder, "compile").code == 0
    assert (folder / "out/platform/addons/.dokaseca/ledger.json").exists()
    assert (folder / "out/platform/clusters/.dokaseca/ledger.json").exists()
    assert dokaseca(folder, "check").code == 0
    (tmp_path / "co").mkdir()
    assert dokaseca(folder, "compile", "--into", "addons=../co").code == 0
    (folder / "platform.yaml").write_text(text.replace("platform/clusters", "platform/fleet"))
    assert dokaseca(folder, "compile", "--prune").code == 0
    assert not (folder / "out/platform/clusters").exists()


def test_a_copied_folder_is_somebody_elses(tmp_path: Path) -> None:
    """A backup of a repository's folder has its ledger, and another name: nothing is deleted in it."""
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    shutil.copytree(folder / "out/acme-workloads", folder / "out/backup")
    before = files(folder / "out/backup")
    for flags in ((), ("--prune",), ("--adopt", "--prune", "--force")):
        assert dokaseca(folder, "compile", *flags).code == 0
        assert files(folder / "out/backup") == before
    assert dokaseca(folder, "check").code == 0


def test_a_former_repository_with_a_damaged_ledger_stops_everything(tmp_path: Path) -> None:
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    (folder / "platform.yaml").write_text(BASE.replace("name: acme-addons", "name: acme-apps"))
    (folder / "out/acme-addons/.dokaseca/ledger.json").write_text("garbage")
    done = dokaseca(folder, "compile", "--prune")
    assert done.code == 1
    assert "out/acme-addons/.dokaseca/ledger.json: error: the ledger is cut short" in done.err
    assert dokaseca(folder, "check").code == 1


def test_a_platform_with_a_new_name(tmp_path: Path) -> None:
    """``--adopt`` takes over what was written under the old name; an edit among it still stands in the way."""
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    (folder / "platform.yaml").write_text(BASE.replace("  name: acme\n", "  name: renamed\n"))
    refused = dokaseca(folder, "compile")
    assert refused.code == 1
    assert "belongs to the platform `acme`" in refused.err
    assert "--adopt" in refused.err
    (folder / "out/acme-addons/gitops/values/none.yaml").write_text("mine: true\n")
    edited = dokaseca(folder, "compile", "--adopt", "--prune")
    assert edited.code == 1
    assert "1 file edited by hand" in edited.err
    done = dokaseca(folder, "compile", "--adopt", "--force", "--prune")
    assert done.code == 0, done.err
    assert dokaseca(folder, "check").code == 0
    assert not (folder / "out/acme-control-plane").exists() or "acme-control-plane" in BASE
