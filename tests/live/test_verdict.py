"""Whether objects ended as ``plan`` says."""

from __future__ import annotations

from typing import Any

import pytest

from live.live_state import Key, Object
from live.verdict import disturbed, unchanged_applications, verdicts

MAP = Key("a", "", "ConfigMap", "x", "x")
ROLE = Key("a", "rbac.authorization.k8s.io", "ClusterRole", "", "x")
BEFORE = {
    MAP: Object("1", "a-x", False),
    ROLE: Object("2", "a-x", False),
    Key("a", "", "Pod", "x", "p"): Object("3", "", False),
}


def effect(resources: str, after: str = "", wave: int = 0) -> dict[str, Any]:
    new = {"name": after, "cluster": "a", "wave": wave} if after else None
    return {
        "action": "recreate" if after else "delete",
        "resources": resources,
        "before": {"name": "a-x", "namespace": "x"},
        "after": new,
    }


def plan(effect: dict[str, Any], *configured: str) -> dict[str, Any]:
    return {"effects": [effect], "configured": [{"environment": "dev", "clusters": list(configured)}]}


@pytest.mark.parametrize(
    ("said", "after", "agrees"),
    [
        ("deleted", {}, True),
        ("deleted", {MAP: Object("1", "a-x", False)}, False),
        ("deleted", {MAP: Object("9", "other", False)}, True),  # another object with its name
        ("kept", BEFORE, True),
        ("kept", {MAP: BEFORE[MAP]}, False),
        ("orphaned", {MAP: BEFORE[MAP]}, True),  # its ClusterRole is deleted
        ("orphaned", {ROLE: BEFORE[ROLE]}, False),
        ("forgotten", BEFORE, True),
        ("forgotten", BEFORE | {MAP: Object("9", "a-x", False)}, False),
    ],
)
def test_objects_end_as_the_plan_says(said: str, after: dict, agrees: bool) -> None:
    (verdict,) = verdicts(plan(effect(said)), BEFORE, after, {})
    assert verdict.agrees is agrees
    assert said in str(verdict)


def test_an_application_that_goes_on_keeps_what_it_still_has() -> None:
    """An addon that moves to another namespace keeps its cluster-scoped objects."""
    after = {ROLE: BEFORE[ROLE]}
    still = {"a-x": {(ROLE.group, ROLE.kind, ROLE.namespace, ROLE.name)}}
    assert verdicts(plan(effect("deleted", "a-x")), BEFORE, after, still)[0].agrees
    assert not verdicts(plan(effect("deleted", "a-x")), BEFORE, after, {})[0].agrees
    assert not verdicts(plan(effect("deleted")), BEFORE, after, still)[0].agrees


def test_the_configuration_of_a_cluster() -> None:
    """``plan`` lists the clusters where it changes, and not each object that is no longer in it."""
    recreated = effect("kept", "a-x", wave=-1)
    assert verdicts(plan(recreated, "a"), BEFORE, {}, {})[0].agrees
    assert not verdicts(plan(recreated, "b"), BEFORE, {}, {})[0].agrees


def test_an_effect_without_deletion_has_no_verdict() -> None:
    assert verdicts(plan(effect("") | {"action": "update"}), BEFORE, {}, {}) == []


def test_unchanged_applications_keep_their_objects() -> None:
    """``plan`` names every Application whose objects are touched, but for those that apply files of the compiler."""
    listed = [{"name": name, "wave": wave} for name, wave in (("a-x", 0), ("b-x", 0), ("a-cluster-config", -1))]
    assert unchanged_applications(iter(listed), [effect("deleted", "b-x")]) == set()
    assert unchanged_applications(iter(listed), []) == {"a-x", "b-x"}
    assert disturbed({"a-x"}, BEFORE, BEFORE) == []
    assert len(disturbed({"a-x"}, BEFORE, {MAP: BEFORE[MAP]})) == 1
    assert disturbed({"b-x"}, BEFORE, {}) == []
