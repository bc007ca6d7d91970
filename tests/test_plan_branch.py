"""``plan --branch``: what a merge to the branch of one environment reaches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Done, dokaseca, platform
from test_check import git

PLATFORM = """\
apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {name: acme, domain: acme.example}
repositories: {organization: "https://git.example/acme"}
environments:
  dev: {deletion: delete, revisions: {addons: develop, workloads: develop, clusters: develop}}
  production: {revisions: {addons: v1.4.0, workloads: v2.0.0}}
regions: {eu: {}}
clusters:
  hub: {type: hub, environment: production, region: eu, auth: in-cluster, teams: [payments]}
  shop:
    {environment: dev, region: eu, hub: hub, cloud: gcp, server: "https://shop.acme.example",
     auth: gcp-workload-identity, teams: [payments]}
addons:
  proxy:
    {category: networking, chart: {name: proxy, repository: "https://charts.acme.example"}, version: 2.0.0,
     namespace: proxy}
teams: {payments: {groups: [payments-developers], roles: {dev: admin}}}
workloads:
  payments:
    till:
      git: {repository: "https://git.example/till", path: deploy}
      environments: {dev: {version: main}, production: {version: main}}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A committed platform, and a change of an addon and a workload in every environment."""
    folder = platform(tmp_path, PLATFORM)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "base")
    changed = PLATFORM.replace("version: 2.0.0", "version: 2.1.0").replace("version: main", "version: next")
    (folder / "platform.yaml").write_text(changed)
    return folder


def plan(folder: Path, *arguments: str) -> Done:
    return dokaseca(folder, "plan", "--base", "HEAD", *arguments)


@pytest.mark.parametrize(
    ("branch", "changed", "later"),
    [
        ("develop", ["shop-payments-till", "shop-proxy"], [("production", "v1.4.0", 1), ("production", "v2.0.0", 1)]),
        ("v1.4.0", ["hub-proxy"], [("dev", "develop", 2), ("production", "v2.0.0", 1)]),
        ("v2.0.0", ["hub-payments-till"], [("dev", "develop", 2), ("production", "v1.4.0", 1)]),
        ("main", [], [("dev", "develop", 2), ("production", "v1.4.0", 1), ("production", "v2.0.0", 1)]),
    ],
)
def test_what_a_merge_reaches(here: Path, branch: str, changed: list[str], later: list[tuple[str, str, int]]) -> None:
    """The addons of an environment follow its revision of the addons repository, workloads that of workloads."""
    found = json.loads(plan(here, "--branch", branch, "--format", "json").out)
    assert sorted(each["after"]["name"] for each in found["effects"]) == changed
    assert [(each["environment"], each["revision"], each["applications"]) for each in found["later"]] == later
    assert found["branch"] == branch


def test_without_a_branch(here: Path) -> None:
    """Everything, whenever it takes effect."""
    found = json.loads(plan(here, "--format", "json").out)
    assert (len(found["effects"]), found["branch"], found["later"]) == (4, "", [])


def test_the_rest_is_counted(here: Path) -> None:
    """Under the summary, in the order of promotion."""
    for format_ in ("text", "markdown"):
        out = plan(here, "--branch", "v1.4.0", "--format", format_).out
        assert "1 to another version (1 minor)" in out
        assert "Not reached by a merge to v1.4.0: dev, which follows develop: 2 Applications; production, which" in out


def test_the_exit_code_is_that_of_what_is_reached(here: Path) -> None:
    assert plan(here, "--branch", "main", "--detailed-exitcode").code == 0
    assert plan(here, "--branch", "develop", "--detailed-exitcode").code == 2


def test_a_deletion_blocks_where_it_is_reached(here: Path) -> None:
    """An undeclared one in dev does not block a merge that only production follows."""
    (here / "platform.yaml").write_text(
        PLATFORM.replace("  dev: {deletion", "  dev: {addons: {proxy: false}, deletion")
    )
    assert plan(here, "--branch", "develop").code == 1
    done = plan(here, "--branch", "v1.4.0")
    assert (done.code, "Blocked" in done.out) == (0, False)


def test_a_branch_that_nothing_follows(here: Path) -> None:
    done = plan(here, "--branch", "develp")
    assert done.code == 2
    assert "no environment follows `develp`; they follow develop, main, v1.4.0, v2.0.0" in done.err
