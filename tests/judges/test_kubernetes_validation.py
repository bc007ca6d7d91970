"""Kubernetes' own validation judges what the web-service chart renders: what we accept and what
we refuse.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import fast_yaml
import pytest
import random_values
import yaml
from engines import engine, engine_module
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Fixtures are found by their names.
from test_our_charts_rendered import IMAGE, chart, chart_without_schema, folder, judge, merged  # noqa: F401

from dokaseca_compile.charts import built_in
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.resolve.merge_values import over_defaults
from dokaseca_compile.resolve.resolved import Tenant
from dokaseca_compile.rules.shared.admission import refusals

FORMS = fast_yaml.load((Path(__file__).parents[1] / "charts" / "refused_forms.yaml").read_text())
TENANT = Tenant("pay", "dev", "pay", None, {}, {}, (), ("hub",))
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Of the Gateway API: neither has a schema or a validation of it.
ELSEWHERE = frozenset({"HTTPRoute"})


class Kubernetes:
    """The API server's decoding, defaults and validation, in a process that answers line by
    line.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [engine("kubernetes-validation")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def errors(self, node: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with an object, in Kubernetes' words."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(node, default=str) + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[Kubernetes]:
    process = Kubernetes()
    yield process
    process.close()


def rendered(loaded: Any, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every object that the chart renders."""
    texts = loaded.render(dict(values), name="api", namespace="pay").items()
    documents = [each for path, text in texts if path.endswith(".yaml") for each in yaml.load_all(text, Loader=LOADER)]
    return [each for each in documents if each]


def refused(kubernetes: Kubernetes, loaded: Any, values: Mapping[str, Any]) -> list[str]:
    """What Kubernetes has against the objects; that Helm or YAML cannot read them counts as
    well.
    """
    try:
        objects = rendered(loaded, values)
    except (judge().HelmError, yaml.YAMLError) as wrong:
        return [str(wrong)]
    return [error for each in objects if each["kind"] not in ELSEWHERE for error in kubernetes.errors(each)]


def test_the_judge_judges(kubernetes: Kubernetes) -> None:
    """It decodes strictly, and knows what is valid."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "b"}}
    assert kubernetes.errors(account) == []
    assert "unknown field" in kubernetes.errors({**account, "automont": True})[0]
    assert kubernetes.errors({**account, "metadata": {"name": "A"}})


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form['at']} {form['values']}"[:100])
def test_refused_forms(
    kubernetes: Kubernetes,
    chart_without_schema: Any,  # noqa: F811
    form: dict[str, Any],
) -> None:
    """Kubernetes refuses what we refuse; where it does not, the table says why we do."""
    found = refused(kubernetes, chart_without_schema, merged(IMAGE, form["values"]))
    assert bool(found) == ("accepted" not in form), found


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_we_accept_kubernetes_accepts(
    kubernetes: Kubernetes,
    chart: Any,  # noqa: F811
    seed: int,
) -> None:
    """Random values that fit the schema and contradict nothing render to objects that Kubernetes
    creates.
    """
    values = random_values.accepted(Random(seed))
    found = [each for each in refused(kubernetes, chart, values) if not _is_of_amounts(values, each)]
    assert found == [], values


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_we_accept_fits_the_schemas(chart: Any, seed: int) -> None:  # noqa: F811
    """And every field is one that Kubernetes knows, in the version that the types are of."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    values = random_values.accepted(Random(seed))
    for each in rendered(chart, values):
        if each["kind"] not in ELSEWHERE:
            validate.validate(each, "1.33", strict=True)


def _is_of_amounts(values: Mapping[str, Any], error: str) -> bool:
    """Whether it is one that `refused-workload` finds, with the bounds of the environment: cpu
    and memory, scaling.
    """
    words = ("must be less than or equal to", "must be greater than or equal to")
    known = list(refusals(over_defaults(values, built_in().values), PolicySet.model_validate({}), TENANT))
    return bool(known) and any(each in error for each in words)
