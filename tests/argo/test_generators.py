"""Generators: which clusters they give, with which values; ``generators.yaml`` is the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.argo import ClusterSecret, EvaluationError, UnsupportedError
from dokaseca_compile.argo.generators import read_generator

TABLE = fast_yaml.load((Path(__file__).parent / "generators.yaml").read_text())
CLUSTERS = [
    ClusterSecret(name, name, f"https://{name}.example", "", "", each["labels"], each.get("annotations", {}))
    for name, each in TABLE["clusters"].items()
]


def cases(*kinds: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for kind in kinds for case in TABLE[kind]]


@pytest.mark.parametrize("case", cases("gives"))
def test_what_is_given(case: dict[str, Any]) -> None:
    """The clusters with their values, and the parameters of each cluster beside them."""
    generator = read_generator(case["generator"], "here")
    given = {each.name: found for each in CLUSTERS if (found := generator.parameters(each)) is not None}
    assert {name: parameters.pop("values", None) for name, parameters in given.items()} == case["values"]
    assert given == {each.name: each.parameters() for each in CLUSTERS if each.name in given}


@pytest.mark.parametrize("case", cases("gives", "fails"))
def test_who_is_selected_is_known_without_the_values(case: dict[str, Any]) -> None:
    """By labels alone, so that a fleet is asked fast."""
    generator = read_generator(case["generator"], "here")
    selected = [each for each in CLUSTERS if generator.selects(each.labels)]
    if "values" in case:
        assert [each.name for each in selected] == list(case["values"])
    asked = [each for child in generator.children for each in child.requirements()]
    assert list(generator.requirements()) == asked


@pytest.mark.parametrize("case", cases("fails"))
def test_one_gap_stops_everything(case: dict[str, Any]) -> None:
    generator = read_generator(case["generator"], "here")
    with pytest.raises(EvaluationError, match=case["message"]):
        _ = [generator.parameters(each) for each in CLUSTERS]


@pytest.mark.parametrize("case", cases("refuses", "unsupported"))
def test_what_is_refused(case: dict[str, Any]) -> None:
    """Unsupported is what Argo CD may take; what it refuses itself is an error."""
    with pytest.raises(EvaluationError, match=case["message"]) as fault:
        read_generator(case["generator"], "here")
    assert isinstance(fault.value, UnsupportedError) == (case in TABLE["unsupported"])


def test_the_base_is_the_first_child() -> None:
    merge = next(case["generator"] for case in TABLE["gives"] if case["name"] == "a merge of three, the last wins")
    generator = read_generator(merge, "here")
    bases = [child.values.node["version"] for child in generator.children if child.values is not None]
    assert bases == ["1", "2", "3"]


def test_fields_that_values_read() -> None:
    """Those of every child."""
    merge = {
        "merge": {
            "mergeKeys": ["name"],
            "generators": [
                {"clusters": {"selector": {"matchLabels": {"a": "b"}}, "values": {"x": "{{ .name }}"}}},
                {"clusters": {"selector": {"matchLabels": {"c": "d"}}, "values": {"y": "{{ .server }}"}}},
            ],
        }
    }
    assert read_generator(merge, "here").fields() == (("name",), ("server",))


def test_the_parameters_of_a_cluster_are_a_copy() -> None:
    """What one generator lays over a cluster is not seen by the next."""
    generator = read_generator(
        {"clusters": {"selector": {"matchLabels": {"env": "dev"}}, "values": {"x": "1"}}}, "here"
    )
    assert generator.parameters(CLUSTERS[0]) == generator.parameters(CLUSTERS[0])
    assert "values" not in CLUSTERS[0].parameters()
