"""What the live validator calls a difference."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dokaseca_compile.argo.applications import read_application
from dokaseca_compile.render.apps import as_data
from live.arrival import has_applied, pending_application, set_errors
from live.comparison import fleet_differences, hub_differences
from live.live_state import HubState

DOCUMENT: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "a-x", "namespace": "argocd", "labels": {"addon": "x", "wave": "0"}},
    "spec": {
        "project": "addons",
        "destination": {"name": "a", "namespace": "x"},
        "source": {"repoURL": "https://git.example/addons", "path": "x", "targetRevision": "main"},
        "syncPolicy": {"automated": {"prune": True}},
    },
}
EXPECTED = as_data(read_application(DOCUMENT, "x-dev"), "hub") | {"rollout_step": None}
COMMITS = {("https://git.example/addons", "main"): "c1"}


def live(status: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """The Application as an API server returns it, Synced and Healthy at the newest commit."""
    document = copy.deepcopy(DOCUMENT)
    owner = {
        "ownerReferences": [{"name": "x-dev"}],
        "uid": "u",
        "annotations": {"argocd.argoproj.io/refresh": "normal"},
    }
    document["metadata"] |= owner | metadata
    compared = {key: DOCUMENT["spec"][key] for key in ("source", "destination")}
    sync = {"status": "Synced", "revision": "c1", "comparedTo": compared}
    document["status"] = {"sync": sync, "health": {"status": "Healthy"}} | (status or {})
    return document


def hub(*documents: dict[str, Any]) -> HubState:
    return HubState({each["metadata"]["name"]: each for each in documents}, {}, {})


def test_an_equal_application() -> None:
    """What the API server adds is no difference."""
    assert fleet_differences({"a-x": EXPECTED}, hub(live())) == []


def test_missing_and_unexpected_applications() -> None:
    deleting = live(name="b-x", deletionTimestamp="2026-01-01T00:00:00Z")
    assert fleet_differences({"a-x": EXPECTED}, hub(deleting)) == [
        "Application a-x is missing",
        "Application b-x, which is being deleted, is not expected",
    ]


@pytest.mark.parametrize(
    ("route", "value", "path"),
    [
        ("spec.project", "other", "project"),
        ("spec.destination.namespace", "y", "namespace"),
        ("spec.source.targetRevision", "v1", "revision"),
        ("spec.syncPolicy.automated.prune", False, "sync_policy.automated.prune"),
        ("spec.info", [{"name": "a", "value": "b"}], "other.spec"),
        ("metadata.labels.wave", "1", "labels.wave"),
        ("metadata.finalizers", ["resources-finalizer.argocd.argoproj.io"], "deletes_resources"),
        ("metadata.ownerReferences", [{"name": "y-dev"}], "application_set"),
    ],
)
def test_every_field_is_compared(route: str, value: Any, path: str) -> None:
    document = live()
    *parents, key = route.split(".")
    node = document
    for each in parents:
        node = node[each]
    node[key] = value
    found = fleet_differences({"a-x": EXPECTED}, hub(document))
    assert found
    assert any(each.startswith(f"Application a-x: {path}") for each in found), found


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"sync": {"status": "OutOfSync"}}, "OutOfSync"),
        ({"health": {"status": "Progressing"}}, "Progressing"),
        ({"operationState": {"phase": "Running", "message": "waiting"}}, "a sync is running.*waiting"),
        ({"conditions": [{"type": "SyncError", "message": "no"}], "health": {}}, "SyncError: no"),
    ],
)
def test_pending(status: dict[str, Any], reason: str) -> None:
    """An Application that has not arrived gives the reason, and its conditions."""
    document = live(status, annotations={})
    with pytest.raises(AssertionError, match=reason):
        assert pending_application(document, COMMITS) == ""


def test_arrived() -> None:
    """Synced and Healthy at the newest commit, as the spec is now."""
    document = live(annotations={})
    assert pending_application(document, COMMITS) == ""
    assert "newest commit" in pending_application(document, dict.fromkeys(COMMITS, "c2"))
    document["spec"]["destination"]["namespace"] = "y"
    assert "newest commit" in pending_application(document, COMMITS)


def test_applied_but_not_synced() -> None:
    """A commit is read when its sync has ended, even if something else keeps the Application OutOfSync."""
    ended = {"operationState": {"phase": "Succeeded", "syncResult": {"revision": "c1"}}}
    compared = live()["status"]["sync"]
    out_of_sync = {"sync": compared | {"status": "OutOfSync"}}
    assert has_applied(live(), COMMITS)
    assert has_applied(live(out_of_sync | ended), COMMITS)
    assert not has_applied(live(out_of_sync), COMMITS)
    assert not has_applied(live(out_of_sync | ended), dict.fromkeys(COMMITS, "c2"))


def test_errors_of_application_sets() -> None:
    conditions = [{"type": "ErrorOccurred", "status": "True", "message": "no project"}]
    state = HubState({}, {"x-dev": {"status": {"conditions": conditions}}}, {})
    assert set_errors(state) == ["ApplicationSet x-dev: ErrorOccurred: no project"]


def application_set(**spec: Any) -> dict[str, Any]:
    return {
        "kind": "ApplicationSet",
        "metadata": {"name": "x-dev", "annotations": spec.pop("annotations", {})},
        "spec": spec,
    }


def test_other_objects_of_a_hub() -> None:
    """ApplicationSets, AppProjects and cluster Secrets are those of ``apps --bundle``."""
    expected = [application_set(generators=[{"clusters": {"selector": {}}}])]
    empty = {"metadata": {}, "spec": {"destination": {}, "project": ""}}
    tracked = {"argocd.argoproj.io/tracking-id": "x"}
    equal = application_set(generators=[{"clusters": {"selector": {}, "template": empty}}], annotations=tracked)
    assert hub_differences(expected, HubState({}, {"x-dev": equal}, {"default": {}})) == []
    other = application_set(generators=[], annotations=tracked)
    assert hub_differences(expected, HubState({}, {"x-dev": other}, {}))[0].startswith("ApplicationSet x-dev: spec.")
    assert hub_differences(expected, HubState({}, {}, {"team-x.dev": {}})) == [
        "ApplicationSet x-dev is missing",
        "AppProject team-x.dev is not expected",
    ]
