"""``merge_values`` merges as Helm does: values files with each other, and with a chart's own values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from compiled import typed
from engines import engine_module
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dokaseca_compile.resolve.merge_values import merge_values

_KEYS = st.sampled_from(["a", "b", "c", "enabled", "0"])
_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x", "no", "1e3", "{{ .x }}"])
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
_MAPPINGS = st.dictionaries(_KEYS, _VALUES, max_size=4)
_SETTINGS = settings(
    max_examples=examples(300),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Chart:
    """A chart of one template, which shows the values it is given."""

    def __init__(self, folder: Path) -> None:
        self._helm = engine_module("helm_python", "helm-python-sdk")
        self._folder = folder
        (folder / "Chart.yaml").write_text("apiVersion: v2\nname: one\nversion: 1.0.0\n")
        (folder / "templates").mkdir()
        (folder / "templates" / "values.yaml").write_text("{{ toJson .Values }}")

    def files(self, *files: dict[str, Any]) -> Any:
        """Helm's merge of values files: what the loader makes of the documents of a chart's ``values.yaml``."""
        return self._load(files, lambda chart: chart.values)

    def sees(self, own: dict[str, Any], given: dict[str, Any]) -> Any:
        """The values that templates see, of the chart's own and those that are given."""
        return self._load([own], lambda chart: json.loads(next(iter(chart.render(given).values()))))

    def _load(self, files: Any, use: Any) -> Any:
        (self._folder / "values.yaml").write_text("\n---\n".join(map(json.dumps, files)))
        with self._helm.Chart.load(self._folder) as chart:
            return use(chart)


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Chart:
    """One chart for all examples."""
    return Chart(tmp_path_factory.mktemp("chart"))


@_SETTINGS
@given(_MAPPINGS, _MAPPINGS, _MAPPINGS)
@example({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {})
@example({"a": [1, 2]}, {"a": [3]}, {"a": []})
@example({"a": {"b": 1}}, {"a": None}, {"a": {"c": 2}})
@example({"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": {"b": {}}})
@example({"a": {"b": 1}}, {"a": {}}, {"a": 1})
def test_values_files(chart: Chart, weak: dict[str, Any], middle: dict[str, Any], strong: dict[str, Any]) -> None:
    """Of several values files, maps merge, everything else replaces, and ``null`` stays for the chart to see."""
    assert typed(chart.files(weak, middle, strong)) == typed(merge_values(merge_values(weak, middle), strong))


@_SETTINGS
@given(_MAPPINGS, _MAPPINGS)
@example({"a": 1, "b": 2}, {"a": None})
@example({"a": {"b": {"c": 1}, "d": 2}}, {"a": {"b": None}})
def test_values_over_a_chart(chart: Chart, own: dict[str, Any], given: dict[str, Any]) -> None:
    """Over a chart's own values the same rules hold, and ``null`` deletes."""
    assert typed(_without_nulls(chart.sees(own, given))) == typed(_without_nulls(merge_values(own, given)))


def _without_nulls(node: Any) -> Any:
    """Without the keys that hold nothing: whether one is there is no matter to a template."""
    if isinstance(node, dict):
        return {key: _without_nulls(value) for key, value in node.items() if value is not None}
    return node
