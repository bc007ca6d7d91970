"""``merge_values`` merges as Helm merges a chart's values with those of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from compiled import typed
from engines import engine_module
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dokaseca_compile.resolve.merge_values import merge_values

_KEYS = st.sampled_from(["a", "b", "c", "enabled", "0"])
_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "x", "no", "1e3", "{{ .x }}"])
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
_MAPPINGS = st.dictionaries(_KEYS, _VALUES, max_size=4)
EXAMPLES = [
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}),
    ({"a": [1, 2]}, {"a": [3]}),
    ({"a": 1}, {"a": None}),
    ({"a": {"b": {"c": 1}}}, {"a": {"b": None}}),
    ({"a": {"b": 1}}, {"a": {}}),
    ({"a": {"b": 1}}, {"a": []}),
    ({"a": 1}, {"b": None}),
]


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A chart without values of its own."""
    module = engine_module("helm_python", "helm-python-sdk")
    folder = tmp_path_factory.mktemp("chart")
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: one\nversion: 1.0.0\n")
    (folder / "templates").mkdir()
    (folder / "templates" / "values.yaml").write_text("{{ toJson .Values }}")
    return module, folder


def by_helm(helm: Any, base: dict[str, Any], over: dict[str, Any]) -> Any:
    """What a chart with ``base`` as its values sees of them with ``over`` given on top."""
    module, folder = helm
    (folder / "values.yaml").write_text(json.dumps(base))
    with module.Chart.load(folder) as chart:
        (text,) = chart.render(over).values()
    return json.loads(text)


