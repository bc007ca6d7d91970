"""What the live validator calls a difference."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dokaseca_compile.argo.applications import read_application
from dokaseca_compile.render.apps import as_data
from live.comparison import (
    disturbed,
    fleet_differences,
    has_applied,
    pending_application,
    set_errors,
    unchanged_applications,
    verdicts,
)
from live.live_state import HubState, Key, Object

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


# ---- objects

MAP = Key("a", "", "ConfigMap", "x", "x")
ROLE = Key("a", "rbac.authorization.k8s.io", "ClusterRole", "", "x")
BEFORE = {
    MAP: Object("1", "a-x", False),
    ROLE: Object("2", "a-x", False),
    Key("a", "", "Pod", "x", "p"): Object("3", "", False),
}


def effect(resources: str, after: str = "") -> dict[str, Any]:
    new = {"name": after} if after else None
    return {
        "action": "recreate" if after else "delete",
        "resources": resources,
        "before": {"name": "a-x"},
        "after": new,
    }


@pytest.mark.parametrize(
    ("said", "after", "agrees"),
    [
        ("deleted", {}, True),
        ("deleted", {MAP: Object("1", "a-x", False)}, False),
        ("deleted", {MAP: Object("9", "other", False)}, True),  # another object with its name
        ("kept", BEFORE, True),
        ("kept", {MAP: BEFORE[MAP]}, False),
        ("forgotten", BEFORE, True),
        ("forgotten", BEFORE | {MAP: Object("9", "a-x", False)}, False),
    ],
)
def test_objects_end_as_the_plan_says(said: str, after: dict, agrees: bool) -> None:
    (verdict,) = verdicts([effect(said)], BEFORE, after, {})
    assert verdict.agrees is agrees
    assert said in str(verdict)
    assert len(verdict.stayed) + len(verdict.gone) == 2


def test_an_application_that_goes_on_keeps_what_it_still_has() -> None:
    """An addon that moves to another namespace keeps its cluster-scoped objects."""
    after = {ROLE: BEFORE[ROLE]}
    still = {"a-x": {(ROLE.group, ROLE.kind, ROLE.namespace, ROLE.name)}}
    assert verdicts([effect("deleted", "a-x")], BEFORE, after, still)[0].agrees
    assert not verdicts([effect("deleted", "a-x")], BEFORE, after, {})[0].agrees
    assert not verdicts([effect("deleted")], BEFORE, after, still)[0].agrees


def test_an_effect_without_deletion_has_no_verdict() -> None:
    assert verdicts([effect("") | {"action": "update"}], BEFORE, {}, {}) == []


def test_unchanged_applications_keep_their_objects() -> None:
    """``plan`` names every Application whose objects are touched, but for those that apply files of the compiler."""
    listed = [{"name": name, "wave": wave} for name, wave in (("a-x", 0), ("b-x", 0), ("a-cluster-config", -1))]
    assert unchanged_applications(iter(listed), [effect("deleted", "b-x")]) == set()
    assert unchanged_applications(iter(listed), []) == {"a-x", "b-x"}
    assert disturbed({"a-x"}, BEFORE, BEFORE) == []
    assert len(disturbed({"a-x"}, BEFORE, {MAP: BEFORE[MAP]})) == 1
    assert disturbed({"b-x"}, BEFORE, {}) == []
