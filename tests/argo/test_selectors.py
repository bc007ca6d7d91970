"""Label selectors mean what Kubernetes makes of them; ``selectors.yaml`` is the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.argo import EvaluationError, UnsupportedError
from dokaseca_compile.argo.selectors import Requirement, Selector

TABLE = fast_yaml.load((Path(__file__).parent / "selectors.yaml").read_text())


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in TABLE[kind]]


@pytest.mark.parametrize("case", cases("selects"))
def test_what_is_selected(case: dict[str, Any]) -> None:
    selector = Selector.read(case["selector"], "here")
    assert [labels for labels in case["takes"] if not selector.selects(labels)] == []
    assert [labels for labels in case["leaves"] if selector.selects(labels)] == []


@pytest.mark.parametrize("case", cases("selects"))
def test_a_selector_is_its_requirements(case: dict[str, Any]) -> None:
    """Whoever asks for them one by one comes to the same."""
    selector = Selector.read(case["selector"], "here")
    for labels in (*case["takes"], *case["leaves"]):
        assert all(each.is_met(labels) for each in selector.requirements) == selector.selects(labels)


@pytest.mark.parametrize("case", cases("refuses"))
def test_what_kubernetes_refuses(case: dict[str, Any]) -> None:
    """An error that names the place; it is not called unsupported, since Argo CD fails there too."""
    with pytest.raises(EvaluationError, match=case["message"]) as fault:
        Selector.read(case["selector"], "here")
    assert not isinstance(fault.value, UnsupportedError)
    assert str(fault.value).startswith("here")


@pytest.mark.parametrize("case", cases("unsupported"))
def test_what_is_not_emitted(case: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match=case["message"]):
        Selector.read(case["selector"], "here")


def test_a_label_to_be_equal_is_an_in_of_one_value() -> None:
    """So that two spellings of one selector ask for the same."""
    short = Selector.read({"matchLabels": {"tier": "gold"}}, "here")
    long = Selector.read({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["gold"]}]}, "here")
    assert short.requirements == long.requirements == (Requirement("tier", "In", frozenset({"gold"})),)
