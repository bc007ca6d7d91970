"""A scenario is an edit of the platform, and a push is all edits of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from live.places import PLATFORM, SCENARIOS
from live.scenario import InvalidScenarioError, Push, between, read_pushes, read_scenario

BASE = {"clusters": {"a": {"addons": {"x": True}}, "b": {}}, "addons": {"x": {"version": 1}}}


def scenario(text: str) -> Push:
    return Push("1-x", (read_scenario("x", f"title: A change\n{text}"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set: {addons.x.version: 2}", BASE | {"addons": {"x": {"version": 2}}}),
        ("set: {removed.x: {addon: x}}", BASE | {"removed": {"x": {"addon": "x"}}}),
        ("delete: [clusters.a.addons]", BASE | {"clusters": {"a": {}, "b": {}}}),
        ("rename: {clusters.a: c}", BASE | {"clusters": {"c": {"addons": {"x": True}}, "b": {}}}),
        (
            "rename: {clusters.a: c}\nset: {clusters.c.hub: b}",
            BASE | {"clusters": {"c": {"addons": {"x": True}, "hub": "b"}, "b": {}}},
        ),
    ],
)
def test_edits(text: str, expected: dict) -> None:
    """Values are set, keys deleted and renamed in their place; the platform before is not changed."""
    before = yaml.safe_dump(BASE)
    edited = scenario(text).applied(BASE)
    assert edited == expected
    assert list(edited["clusters"]) == list(expected["clusters"])
    assert yaml.safe_dump(BASE) == before


def test_a_value_belongs_to_one_platform() -> None:
    """What is changed in a platform later does not change the scenario."""
    push = scenario("set: {addons.y: {version: 1}}")
    push.applied(BASE)["addons"]["y"]["version"] = 2
    assert push.applied(BASE)["addons"]["y"] == {"version": 1}


@pytest.mark.parametrize("text", ["delete: [clusters.c]", "rename: {clusters.a.region: x}"])
def test_what_is_not_there_cannot_go(text: str) -> None:
    """A route that the platform does not have is a mistake of the scenario."""
    with pytest.raises(InvalidScenarioError, match="the platform has no clusters"):
        scenario(text).applied(BASE)


@pytest.mark.parametrize(
    ("text", "message"),
    [("title: x\nsets: {}", "sets"), ("title: x\norder: [addon]", "addon"), ("set: {a: 1}", "no title")],
)
def test_mistakes(text: str, message: str) -> None:
    """Unknown keys and repositories, and a missing title."""
    with pytest.raises(InvalidScenarioError, match=message):
        read_scenario("x", text)


def test_stages() -> None:
    """Repositories with an order are read one after the other, and all others after them."""
    assert scenario("order: [clusters, addons]").stages == [
        ["clusters"],
        ["addons"],
        ["control-plane", "workloads", "charts"],
    ]
    assert len(scenario("set: {}").stages) == 1


@pytest.mark.parametrize(
    ("first", "last", "early", "chosen"),
    [
        ("", "~", [], ["1-a", "2-b", "3-c"]),
        ("2", "2", ["1-a"], ["2-b"]),
        ("3", "~", ["1-a", "2-b"], ["3-c"]),
        ("", "0", [], []),
    ],
)
def test_some_pushes(first: str, last: str, early: list[str], chosen: list[str]) -> None:
    """Pushes are chosen by the start of their names; those before are only applied to the platform."""
    pushes = [Push(name, ()) for name in ("1-a", "2-b", "3-c")]
    assert [[each.name for each in part] for part in between(pushes, first, last)] == [early, chosen]


def test_different_orders_in_one_push(tmp_path: Path) -> None:
    """The scenarios of a push cannot have two orders."""
    folder = tmp_path / "1-x"
    folder.mkdir()
    (folder / "a.yaml").write_text("title: a\norder: [addons]\n")
    (folder / "b.yaml").write_text("title: b\norder: [clusters]\n")
    with pytest.raises(InvalidScenarioError, match="different orders"):
        read_pushes(tmp_path)


def test_the_scenarios_follow_one_another() -> None:
    """Each edit fits the platform that the pushes before it have left, and changes it."""
    platform = yaml.safe_load((PLATFORM / "platform.yaml").read_text())
    first, *pushes = read_pushes(SCENARIOS)
    assert first.applied(platform) == platform
    for push in pushes:
        for each in push.scenarios:
            assert each.applied(platform) != platform, each.name
        platform = push.applied(platform)
