"""Templates: plain fields and nothing else, and never a gap; ``templates.yaml`` is the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.argo import EvaluationError, UnsupportedError
from dokaseca_compile.argo.templates import Template

TABLE = fast_yaml.load((Path(__file__).parent / "templates.yaml").read_text())
PARAMETERS = TABLE["parameters"]


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in TABLE[kind]]


@pytest.mark.parametrize("case", cases("renders"))
def test_what_is_filled_in(case: dict[str, Any]) -> None:
    assert Template(case["template"], "here").render(PARAMETERS) == case["as"]


@pytest.mark.parametrize("case", cases("misses"))
def test_a_gap_is_an_error(case: dict[str, Any]) -> None:
    """It names the field and the cluster."""
    template = Template(case["template"], "here")
    with pytest.raises(EvaluationError, match=case["message"]) as fault:
        template.render(PARAMETERS)
    assert not isinstance(fault.value, UnsupportedError)


@pytest.mark.parametrize("case", cases("unsupported"))
def test_any_other_template_is_refused(case: dict[str, Any]) -> None:
    """When it is read, whatever the clusters are."""
    with pytest.raises(UnsupportedError, match="not a plain field"):
        Template(case["template"], "here")


@pytest.mark.parametrize("case", cases("no-text"))
def test_only_texts_are_filled_in(case: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match=case["message"]):
        Template(case["template"], "here").render(PARAMETERS)


def test_fields_are_known_before_anything_is_filled_in() -> None:
    """Each once, those of keys too."""
    template = Template({"{{ .name }}": ["{{ .values.a }}{{ .name }}", {"x": "{{ .metadata.labels.b }}"}]}, "here")
    assert template.fields == (("name",), ("values", "a"), ("metadata", "labels", "b"))


def test_the_template_stays_as_it_was() -> None:
    node = {"a": ["{{ .name }}"], "b": {"c": "d"}}
    template = Template(node, "here")
    template.render(PARAMETERS)
    assert node == {"a": ["{{ .name }}"], "b": {"c": "d"}}
    assert template.render({**PARAMETERS, "name": "other"}) == {"a": ["other"], "b": {"c": "d"}}
