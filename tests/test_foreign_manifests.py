"""Files that nobody compiled, in folders that Argo CD and Terraform read as a whole: reported, never touched."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from command import BASE, dokaseca, files, platform
from test_cases import CASES, sources, tree
from test_check import git

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.formats.header import header
from dokaseca_compile.output.watched_folders import Reader, readers
from dokaseca_compile.resolve.layout import Layout

TABLE: dict[str, Any] = fast_yaml.load((Path(__file__).parent / "foreign-manifests.yaml").read_text())
MINE = "out/acme-addons/gitops/appsets/security/mine/production.yaml"
APPSET = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: mine, namespace: argocd}\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled platform, to be left as it is."""
    folder = platform(tmp_path_factory.mktemp("platform"), BASE)
    assert dokaseca(folder, "compile").code == 0
    return folder


@pytest.fixture
def compiled(whole: Path, tmp_path: Path) -> Path:
    """A compiled platform of its own."""
    shutil.copytree(whole, tmp_path / "platform", symlinks=True)
    return tmp_path / "platform"


@pytest.fixture
def beside(whole: Path) -> Iterator[Path]:
    """The compiled platform; what is put beside its files goes again."""
    before = set(files(whole))
    yield whole
    for path in set(files(whole)) - before:
        (whole / path).unlink()
    for folder in sorted((path for path in whole.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def put(folder: Path, path: str, content: str = APPSET) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(content)
    return folder / path


def differences(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(dokaseca(folder, "check", "--format", "json", *arguments).out)[
        "differences"
    ]
    return found


def test_every_kind_of_file(beside: Path) -> None:
    """What takes effect is found with what reads it, what does not is not; all at once, as they lie there together."""
    for path in (*TABLE["takes-effect"], *TABLE["without-effect"]):
        put(beside, f"out/{path}")
    found = {each["file"].removeprefix("out/"): each for each in differences(beside)}
    assert {path: each["note"] for path, each in found.items()} == TABLE["takes-effect"]
    assert {(each["state"], each["slug"]) for each in found.values()} == {("foreign", "foreign-manifest")}
    assert {each["repository"] for each in found.values()} == {
        "acme-addons", "acme-workloads", "acme-clusters", "acme-control-plane", "acme-helm-charts"
    }  # fmt: skip


@pytest.mark.parametrize("path", TABLE["takes-effect"])
def test_each_alone(beside: Path, path: str) -> None:
    """No file is found because of another one."""
    put(beside, f"out/{path}")
    assert [each["file"] for each in differences(beside)] == [f"out/{path}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_bootstrap_application_is_a_reader(case: Path) -> None:
    """The folders are those that the evaluator reads for the hubs, in each folder of the output."""
    compilation, _ = tree(sources(case))
    inventory = Inventory(compilation.resolved, compilation.tree)
    layout = Layout(inventory.resolved)
    found: dict[tuple[str, str], list[Reader]] = {}
    for reader in readers(inventory.resolved, layout):
        found.setdefault((reader.repository, reader.folder), []).append(reader)
    hubs = [application for hub in inventory.hubs for application in hub.bootstrap]
    assert hubs
    for application in hubs:
        folders = layout.folders(application.repository)
        assert folders
        for folder in folders:
            beside = found[folder, application.path]
            assert any(each.whole for each in beside) == bool(application.directory)
            named = {each.effect.partition("`")[2].partition("`")[0] for each in beside}
            assert named & {each.name for each in hubs if each.path == application.path}


def test_check_says_which_application(compiled: Path) -> None:
    """Exit 1, the file, and what would apply it; nothing to run, since compile leaves it alone."""
    put(compiled, MINE)
    done = dokaseca(compiled, "check")
    assert done.code == 1
    assert f"foreign  {MINE}: the Application `bootstrap-addons-production-hub` would apply it" in done.out
    assert "1 of " in done.out
    assert done.out.strip().endswith("`dokaseca compile` leaves them alone")
    stat = dokaseca(compiled, "diff", "--stat")
    assert (stat.code, f"? {MINE}" in stat.out) == (1, True)
    shown = dokaseca(compiled, "diff")
    assert (shown.code, f"? {MINE} (foreign: the Application" in shown.out) == (1, True)
    assert dokaseca(compiled, "diff", "out/acme-clusters").code == 0
    assert dokaseca(compiled, "diff", "--format", "unified").out == ""


@pytest.mark.parametrize("format_", ["github", "sarif", "junit", "markdown"])
def test_every_format_has_it(compiled: Path, format_: str) -> None:
    """With its slug and what to do."""
    put(compiled, MINE)
    out = dokaseca(compiled, "check", "--format", format_).out
    assert "bootstrap-addons-production-hub" in out
    if format_ != "markdown":
        assert "foreign-manifest" in out
        assert "declare its content in the source" in out


def test_compile_writes_and_warns(compiled: Path) -> None:
    """The file is nobody's to delete and in nobody's way: exit 0, a warning; for hooks exit 1."""
    mine = put(compiled, MINE)
    (compiled / "platform.yaml").write_text(BASE.replace("version: 3.3.7", "version: 3.3.9"))
    done = dokaseca(compiled, "compile")
    assert done.code == 0
    assert "warning: 1 foreign file takes effect:" in done.err
    assert f"? {MINE}: the Application `bootstrap-addons-production-hub` would apply it" in done.err
    assert mine.read_text() == APPSET
    assert dokaseca(compiled, "compile", "--force", "--prune").code == 0
    assert mine.read_text() == APPSET
    assert dokaseca(compiled, "compile", "--fail-on-change").code == 1
    mine.unlink()
    assert dokaseca(compiled, "compile", "--fail-on-change").code == 0


def test_with_other_differences(compiled: Path) -> None:
    """The command repairs the rest; what it leaves alone is said beside it."""
    put(compiled, MINE)
    put(compiled, "out/acme-addons/gitops/values/default/copy.yaml", f"# {header('platform.yaml')[0]}\n")
    (compiled / "out/acme-addons/gitops/values/none.yaml").unlink()
    done = dokaseca(compiled, "check")
    assert done.code == 1
    assert "2 foreign" in done.out
    assert done.out.count("`dokaseca compile` leaves") == 2
    assert done.out.strip().endswith("To repair it, run `dokaseca compile`")
    warned = dokaseca(compiled, "compile").err
    assert "1 foreign file takes effect" in warned
    assert "1 file has the header of a generated file but is in no ledger" in warned


def test_a_copy_of_ours_takes_effect_too(compiled: Path) -> None:
    """Its header does not make it less of a manifest: a finding once, as what is worse."""
    ours = compiled / "out/acme-addons/gitops/appsets/security/kyverno/production.yaml"
    (compiled / MINE).parent.mkdir()
    shutil.copy(ours, compiled / MINE)
    assert [each["slug"] for each in differences(compiled)] == ["foreign-manifest"]


def test_what_argo_cd_skips(compiled: Path) -> None:
    """Argo CD's own mark takes the effect away."""
    mine = put(compiled, MINE, f"# +argocd:skip-file-rendering\n{APPSET}")
    assert dokaseca(compiled, "check").code == 0
    mine.write_text(APPSET)
    assert dokaseca(compiled, "check").code == 1


def test_links(compiled: Path, tmp_path: Path) -> None:
    """Argo CD resolves a link to a file, and stops at one that leads out; a link to a folder is not entered."""
    outside = put(tmp_path, "outside/dev.yaml")
    folder = compiled / "out/acme-addons/gitops/appsets"
    for name, target in (("linked", outside), ("broken", tmp_path / "nowhere.yaml")):
        (folder / name).mkdir()
        (folder / name / "dev.yaml").symlink_to(target)
    (folder / "folder").symlink_to(outside.parent)
    found = [each["path"] for each in differences(compiled)]
    assert found == ["gitops/appsets/broken/dev.yaml", "gitops/appsets/linked/dev.yaml"]


def test_a_folder_that_cannot_be_listed(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold anything: the job cannot be done, exit 2 with the path. Elsewhere it does not matter."""
    put(compiled, "out/acme-addons/gitops/appsets/closed/mine.yaml")
    put(compiled, "out/acme-addons/gitops/values/closed/mine.yaml")
    scandir, closed = os.scandir, "appsets/closed"

    def refuse(folder: str | Path) -> Any:
        if closed in os.fspath(folder):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    for command in ("check", "diff", "compile"):
        done = dokaseca(compiled, command)
        assert done.code == 2
        assert "gitops/appsets/closed: permission denied" in done.err.lower()
    monkeypatch.setattr(os, "scandir", scandir)
    shutil.rmtree(compiled / "out/acme-addons/gitops/appsets/closed")
    monkeypatch.setattr(os, "scandir", refuse)
    closed = "values/closed"
    assert dokaseca(compiled, "check").code == 0


def test_a_file_that_cannot_be_read(compiled: Path) -> None:
    """Its name is enough."""
    mine = put(compiled, MINE)
    mine.chmod(0)
    assert [each["slug"] for each in differences(compiled)] == ["foreign-manifest"]


def test_a_huge_folder(compiled: Path) -> None:
    """A screen shows some and how many more; programs get all."""
    for number in range(2000):
        put(compiled, f"out/acme-addons/gitops/appsets/many/{number}/dev.yaml", "")
    done = dokaseca(compiled, "check")
    assert done.code == 1
    assert "… and 1900 more" in done.out
    assert len(differences(compiled)) == 2000
    assert "… and 1990 more" in dokaseca(compiled, "compile").err


def test_the_index_is_what_counts_there(compiled: Path) -> None:
    """Against the index what is staged counts, whatever lies about; tracked and untracked alike without it."""
    git(compiled, "init", "-q")
    git(compiled, "add", "-A")
    git(compiled, "commit", "-qm", "compiled")
    mine = put(compiled, MINE)
    assert dokaseca(compiled, "check").code == 1
    assert dokaseca(compiled, "check", "--against", "index").code == 0
    git(compiled, "add", "-A")
    mine.unlink()
    assert dokaseca(compiled, "check").code == 0
    done = dokaseca(compiled, "check", "--against", "index")
    assert done.code == 1
    assert "the Application `bootstrap-addons-production-hub` would apply it" in done.out
    git(compiled, "commit", "-qm", "mine")
    assert dokaseca(compiled, "check", "--against", "index").code == 1
    git(compiled, "reset", "-q", "--hard")
    assert dokaseca(compiled, "check").code == 1


def test_a_real_checkout_with_eighteen_of_its_own(tmp_path: Path) -> None:
    """``--into``, ``--prune`` and ``--force`` write beside them, and say so each time."""
    addons = tmp_path / "addons"
    own = [f"gitops/appsets/oss/addon-{number}/dev.yaml" for number in range(18)]
    for path in own:
        put(addons, path)
    git(addons, "init", "-q")
    git(addons, "add", "-A")
    git(addons, "commit", "-qm", "by hand")
    here = platform(tmp_path / "platform", BASE)
    into = ("--into", "addons=../addons")
    done = dokaseca(here, "compile", *into, "--prune", "--force")
    assert done.code == 0, done.err
    assert "18 foreign files take effect" in done.err
    checked = dokaseca(here, "check", *into)
    assert checked.code == 1
    assert "18 foreign" in checked.out
    assert [each["path"] for each in differences(here, *into)] == sorted(own)
    assert {each["file"] for each in differences(here, *into)} == {f"../addons/{path}" for path in own}
    compiled = json.loads(dokaseca(here, "compile", *into, "--format", "json").out)
    assert len(compiled["files"]["leftover"]) == 18


def test_one_repository_in_two_folders_of_the_output(tmp_path: Path) -> None:
    """Roles of one Git repository: what lies in the folder of the other role is read in the repository as well."""
    case = next(each for each in CASES if each.name == "one-repository-addons-clusters")
    here = platform(tmp_path, (case / "platform.yaml").read_text())
    assert dokaseca(here, "compile").code == 0
    for folder in ("acme-addons", "acme-clusters", "acme-workloads"):
        put(here, f"out/{folder}/gitops/addons/appsets/mine/production.yaml")
    found = [each["file"] for each in differences(here)]
    assert found == [
        f"out/{each}/gitops/addons/appsets/mine/production.yaml" for each in ("acme-addons", "acme-clusters")
    ]


def test_roles_that_share_a_checkout(tmp_path: Path) -> None:
    """The root is that of all of them; each role's folder is looked at."""
    case = next(each for each in CASES if each.name == "one-repository-addons-clusters")
    here = platform(tmp_path / "platform", (case / "platform.yaml").read_text())
    (tmp_path / "mono").mkdir()
    into = ("--into", "addons=../mono", "--into", "clusters=../mono")
    assert dokaseca(here, "compile", *into).code == 0
    put(tmp_path, "mono/gitops/addons/appsets/mine/production.yaml")
    put(tmp_path, "mono/fleet/hubs/hub/production/kustomization.yml")
    assert [each["path"] for each in differences(here, *into)] == [
        "fleet/hubs/hub/production/kustomization.yml",
        "gitops/addons/appsets/mine/production.yaml",
    ]
