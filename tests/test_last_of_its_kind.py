"""The last addon, workload, team or cluster is removed: folders are never empty, and what it had is tidied up."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.compiler import SourceFile, compile, render

PLATFORM = fast_yaml.load("""
apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {name: acme, domain: acme.example}
repositories: {organization: "https://git.example/acme"}
environments: {dev: {deletion: delete}, production: {}}
regions: {eu: {}}
clusters:
  hub: {type: hub, environment: production, region: eu, auth: in-cluster}
  shop:
    environment: dev
    region: eu
    hub: hub
    cloud: gcp
    server: https://shop.acme.example
    auth: gcp-workload-identity
    teams: [payments]
addons:
  toolkit: {category: utilities, kustomize: {path: "kustomize/toolkit/{version}"}, version: v1, namespace: toolkit}
teams:
  payments: {groups: [payments-developers], roles: {dev: admin}}
workloads:
  payments:
    till: {git: {repository: "https://git.example/till", path: deploy}, environments: {dev: {version: main}}}
""")
MARKERS = {
    path: (kind, f"bootstrap-{repository}-{environment}-marker")
    for environment in ("dev", "production")
    for repository, kind, path in (
        ("addons", "ApplicationSet", f"acme-addons/appsets/markers/{environment}.yaml"),
        ("workloads", "ApplicationSet", f"acme-workloads/applications/markers/{environment}.yaml"),
        ("clusters", "Secret", f"acme-clusters/hubs/hub/{environment}/marker.yaml"),
    )
}
PROJECT = "acme-addons/appsets/projects/teams/payments/dev.yaml"


def without_addon(platform: dict[str, Any]) -> None:
    platform["addons"] = {}


def without_workload(platform: dict[str, Any]) -> None:
    del platform["workloads"]


def without_cluster(platform: dict[str, Any]) -> None:
    del platform["clusters"]["shop"], platform["workloads"]


def without_team(platform: dict[str, Any]) -> None:
    del platform["clusters"]["shop"]["teams"], platform["workloads"]


def without_anything(platform: dict[str, Any]) -> None:
    for section in ("addons", "workloads", "teams"):
        platform.pop(section)
    del platform["clusters"]["shop"]


def written(change: Callable[[dict[str, Any]], None] | None = None) -> Mapping[str, bytes]:
    """The files of the platform after a change. That they mean what the platform means is proven on the way."""
    platform = copy.deepcopy(PLATFORM)
    if change is not None:
        change(platform)
    compilation = compile([SourceFile("platform.yaml", fast_yaml.dump(platform).encode())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return dict(render(compilation.tree, "platform.yaml"))


REMOVALS = {
    "nothing": None,
    "the last addon": without_addon,
    "the last workload": without_workload,
    "the last cluster": without_cluster,
    "the last team of a cluster": without_team,
    "everything": without_anything,
}


@pytest.mark.parametrize("removal", REMOVALS)
def test_every_folder_has_its_marker(removal: str) -> None:
    """The same bytes whatever else there is, so that no removal is refused as one that would delete everything."""
    found = written(REMOVALS[removal])
    for path, marker in MARKERS.items():
        assert found[path] == written()[path]
        (document,) = fast_yaml.load_all(found[path])
        assert (document["kind"], document["metadata"]["name"]) == marker
    for environment in ("dev", "production"):
        kustomization = fast_yaml.load(found[f"acme-clusters/hubs/hub/{environment}/kustomization.yaml"])
        assert kustomization["resources"][0] == "marker.yaml"


def test_the_project_of_a_team_does_not_change_with_its_last_workload() -> None:
    """What is to be deleted stays permitted, and the next first workload finds its project."""
    (before,), (after,) = (list(fast_yaml.load_all(found[PROJECT])) for found in (written(), written(without_workload)))
    assert (
        before["spec"]["destinations"] == after["spec"]["destinations"] == [{"name": "shop", "namespace": "payments"}]
    )
    own = {f"https://git.example/acme/{name}" for name in ("acme-helm-charts", "acme-workloads")}
    assert set(before["spec"]["sourceRepos"]) - set(after["spec"]["sourceRepos"]) == {"https://git.example/till"}
    assert set(after["spec"]["sourceRepos"]) == own
