"""The result of a scenario: when the run fails, and what the tables have."""

from __future__ import annotations

import pytest

from live.live_state import Key
from live.result import Result, as_markdown, as_text, said
from live.scenario import read_scenario
from live.verdict import Verdict

MAP = Key("a", "", "ConfigMap", "x", "x")


def result(differences: list[str], known: str = "") -> Result:
    scenario = read_scenario("x", f"title: A change\nknown: {known!r}")
    verdicts = [Verdict("a-x", "delete", "deleted", (MAP,) if differences else (), () if differences else (MAP,))]
    return Result(scenario, "1-x", "1 deleted, with their resources", verdicts, differences)


@pytest.mark.parametrize(
    ("differences", "known", "status", "failed"),
    [
        ([], "", "agrees", False),
        (["x"], "", "differs", True),
        (["x"], "a reason", "differs, known", False),
        ([], "a reason", "agrees, unexpectedly", True),
    ],
)
def test_status(differences: list[str], known: str, status: str, failed: bool) -> None:
    """A difference fails the run unless it is known, and a known one fails it when it is over."""
    one = result(differences, known)
    assert (one.status, one.failed) == (status, failed)


def test_tables() -> None:
    """Both tables have what the plan said and what happened; the text has every difference."""
    text = "\n".join(as_text([result([]), result(["a-x: it stayed"], "a reason")]))
    assert "as said: 1 objects deleted" in text
    assert "1 objects stayed, 1 of them against the plan" in text
    assert text.endswith("x: a-x: it stayed")
    *_, row = as_markdown([result(["x"], "a reason")])
    happened = "1 objects stayed, 1 of them against the plan (known: a reason)"
    assert row == f"| A change | any | 1 deleted, with their resources | {happened} |"


def test_said() -> None:
    """The most dangerous first."""
    effects = [{"action": "add", "resources": ""}, {"action": "delete", "resources": "kept"}]
    assert said([*effects, effects[0]]) == "1 deleted, resources stay; 2 added"
    assert said([]) == "no Application changes"
