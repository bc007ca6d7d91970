"""Several roles in one Git repository: what each writes is kept apart by basepath, and every command works."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from command import dokaseca
from test_cases import CASES, sources, tree
from test_check import git

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

ROLES: tuple[RepositoryKey, ...] = ("controlPlane", "addons", "charts", "clusters", "workloads")
SHARED = [case for case in CASES if case.name.startswith("one-repository")]


def resolved_of(compilation: Compilation) -> Resolved:
    assert compilation.resolved is not None
    return compilation.resolved


def sharing(resolved: Resolved) -> frozenset[str]:
    """The core roles that have their Git repository in common with another role."""
    urls = [repository_key(each.url) for each in resolved.repositories.values()]
    return frozenset(key for key in ROLES if urls.count(repository_key(resolved.repositories[key].url)) > 1)


def test_every_pair_of_roles_has_a_golden_case() -> None:
    """Ten pairs, and all roles together."""
    found = {sharing(resolved_of(tree(sources(case))[0])) for case in SHARED}
    pairs = {frozenset((one, other)) for one in ROLES for other in ROLES if one < other}
    assert found == {*pairs, frozenset(ROLES)}
    assert len(SHARED) == 11


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_file_is_in_an_area_of_one_role(case: Path) -> None:
    """``Layout.areas`` are all that is written: the rule ``overlapping-path`` compares them."""
    compilation, made = tree(sources(case))
    layout = Layout(resolved_of(compilation))
    keys = resolved_of(compilation).repositories
    areas = [(key, area.file) for key in keys for area in layout.areas(key)]
    for path in set(made) - {".gitattributes"}:
        roles = {key for key, area in areas if path == area or path.startswith(f"{area}/")}
        assert len(roles) == 1, (path, roles)


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case.name)
def test_one_repository_has_one_spelling(case: Path) -> None:
    """Argo CD does not distinguish the spellings of a URL, so none of the output does."""
    compilation, made = tree(sources(case))
    urls = {each.url for each in resolved_of(compilation).repositories.values()}
    assert len(urls) == len({repository_key(each) for each in urls})
    mono = {url for url in urls if repository_key(url).endswith("/mono")}
    assert mono == {"https://github.com/acme/mono"}
    text = b"\n".join(made.values()).decode()
    assert "Acme/mono" not in text
    assert "mono.git" not in text


@pytest.fixture
def here(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A platform of a golden case beside a Git checkout."""
    case = next(each for each in SHARED if each.name == request.param)
    (tmp_path / "platform").mkdir()
    (tmp_path / "platform/platform.yaml").write_bytes((case / "platform.yaml").read_bytes())
    (tmp_path / "mono").mkdir()
    git(tmp_path / "mono", "init", "-q")
    return tmp_path / "platform"


ALL = ("one-repository-for-all",)
PAIR = ("one-repository-addons-clusters",)  # by URL: each role has a folder of its own below `out`


@pytest.mark.parametrize("here", [*ALL, *PAIR], indirect=True)
def test_every_command_works(here: Path) -> None:
    """Compile, check, diff, apps and plan, each twice: what was written is what is expected."""
    git(here, "init", "-q")
    assert dokaseca(here, "compile").code == 0
    assert dokaseca(here, "compile", "--fail-on-change").code == 0
    assert dokaseca(here, "check").code == 0
    assert dokaseca(here, "diff").code == 0
    apps = json.loads(dokaseca(here, "apps", "--format", "json").out)["applications"]
    names = {each["name"] for each in apps}
    assert {
        "bootstrap-addons-production-hub",
        "bootstrap-clusters-production-hub",
        "hub-own",
        "hub-cluster-config",
    } <= names
    git(here, "add", "-A")
    git(here, "commit", "-qm", "first")
    source = here / "platform.yaml"
    source.write_text(source.read_text().replace("values: {size: 1}", "values: {size: 2}"))
    plan = dokaseca(here, "plan", "--base", "HEAD", "--format", "json")
    assert plan.code == 0, plan.err
    assert "hub-own" in plan.out
    assert dokaseca(here, "check").code == 1
    assert dokaseca(here, "compile").code == 0


@pytest.mark.parametrize("here", ALL, indirect=True)
def test_one_checkout_by_the_name_of_any_role(here: Path) -> None:
    """Roles of one name are one folder: one ``--into`` takes all of them there, with one ledger."""
    into = ("--into", "workloads=../mono")
    done = dokaseca(here, "compile", *into)
    assert done.code == 0, done.err
    mono = here.parent / "mono"
    assert (mono / "gitops/addons/appsets/examples/own/production.yaml").exists()
    assert (mono / "control/bootstrap/addons.yaml").exists()
    assert (mono / "fleet/hubs/hub/production/kustomization.yaml").exists()
    assert json.loads((mono / ".dokaseca/ledger.json").read_text())["repository"] == "mono"
    assert len(list(here.parent.rglob("ledger.json"))) == 1
    assert dokaseca(here, "check", *into).code == 0
    assert dokaseca(here, "check", *into, "--into", "addons=../mono").code == 0
    refused = dokaseca(here, "check", *into, "--into", "addons=../platform")
    assert refused.code == 2
    assert "is given twice" in refused.err


@pytest.mark.parametrize("here", PAIR, indirect=True)
def test_two_folders_in_one_checkout(here: Path) -> None:
    """Roles with names of their own: each has its ``--into``, and they share the ledger of the checkout."""
    into = ("--into", "addons=../mono", "--into", "clusters=../mono")
    assert dokaseca(here, "compile", *into).code == 0
    mono = here.parent / "mono"
    assert (mono / "gitops/addons/appsets/examples/own/production.yaml").exists()
    assert (mono / "fleet/hubs/hub/production/kustomization.yaml").exists()
    listed = json.loads((mono / ".dokaseca/ledger.json").read_text())["files"]
    assert {path.partition("/")[0] for path in listed} == {"fleet", "gitops"}
    assert dokaseca(here, "check", *into).code == 0
    done = subprocess.run(["git", "status", "--short"], cwd=mono, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["??", ".dokaseca/", "??", "fleet/", "??", "gitops/"]
