"""Two pieces of data: what differs, by structure. The table is the specification; DeepDiff is the second opinion."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml
from deepdiff import DeepDiff
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dokaseca_compile.core.compare import Change, Kind, compare, compare_documents
from dokaseca_compile.formats.read import plain

CASES = fast_yaml.load((Path(__file__).parent / "compare.yaml").read_text())


def shown(change: Change) -> str:
    """A change in one line: sign, path, old and new as YAML would write them."""
    old, new = (yaml.safe_dump(each, default_flow_style=True, width=1000).split("\n")[0] for each in
                (change.old, change.new))  # fmt: skip
    return {
        Kind.CHANGED: f"{change.path}: {old} -> {new}",
        Kind.ADDED: f"+ {change.path}: {new}",
        Kind.REMOVED: f"- {change.path}: {old}",
        Kind.ORDER: f"order {change.path}",
    }[change.kind]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_table(case: dict[str, Any]) -> None:
    """Each case: the data before, the data after, the changes in order."""
    documents = case.get("documents")
    found = compare_documents(*documents) if documents else compare(case["old"], case["new"])
    assert [shown(each) for each in found] == case["changes"]


def test_every_type_counts() -> None:
    """``1``, ``true``, ``1.0`` and ``"1"`` are four values, at any depth."""
    values = [1, True, 1.0, "1", None, 0, False, "", [], {}]
    for one in values:
        for other in values:
            same = type(one) is type(other) and one == other
            assert (compare({"a": [{"b": one}]}, {"a": [{"b": other}]}) == ()) is same, (one, other)


KEYS = st.sampled_from(["a", "b", "name", "x.y", "0"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "a", "b"]))
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SETTINGS = settings(
    max_examples=examples(500), derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@SETTINGS
@given(DATA, DATA)
def test_nothing_is_found_where_deepdiff_finds_nothing(old: Any, new: Any) -> None:
    """Two that DeepDiff holds for equal have no change, two that differ have one."""
    assert bool(compare(old, new)) is bool(DeepDiff(tagged(old), tagged(new)))


def tagged(data: Any) -> Any:
    """Booleans by another name: in lists DeepDiff holds ``False`` and ``0`` for equal, and we do not."""
    if isinstance(data, dict):
        return {key: tagged(value) for key, value in data.items()}
    if isinstance(data, list):
        return [tagged(value) for value in data]
    return f"<{data}>" if isinstance(data, bool) else data


@SETTINGS
@given(DATA, DATA)
def test_the_routes_lead_to_what_is_said(old: Any, new: Any) -> None:
    """The old route leads to the old value, the new one to the new."""
    for change in compare(old, new):
        if change.kind in {Kind.CHANGED, Kind.REMOVED}:
            assert at(old, change.old_route) == change.old
        if change.kind in {Kind.CHANGED, Kind.ADDED}:
            assert at(new, change.new_route) == change.new


@SETTINGS
@given(st.dictionaries(KEYS, DATA, max_size=4), st.data())
def test_the_order_of_keys_is_no_change(data: dict[str, Any], draw: st.DataObject) -> None:
    keys = draw.draw(st.permutations(list(data)))
    assert compare(data, {key: copy.deepcopy(data[key]) for key in keys}) == ()


@SETTINGS
@given(st.lists(st.integers(), unique=True, min_size=1, max_size=8), st.data())
def test_an_inserted_item_is_one_change(numbers: list[int], draw: st.DataObject) -> None:
    """Wherever it stands, with names and without."""
    index = draw.draw(st.integers(0, len(numbers)))
    plain_old, named_old = [f"v{each}" for each in numbers], [{"name": f"v{each}"} for each in numbers]
    for old, item in ((plain_old, "new"), (named_old, {"name": "new"})):
        new = [*old[:index], item, *old[index:]]
        assert [each.kind for each in compare(old, new)] == [Kind.ADDED]
        assert [each.kind for each in compare(new, old)] == [Kind.REMOVED]


@SETTINGS
@given(st.lists(st.integers(), unique=True, min_size=2, max_size=8), st.data())
def test_a_moved_item_is_no_change_of_items(numbers: list[int], draw: st.DataObject) -> None:
    """Only the order is told, once for the list."""
    old = [{"name": f"v{each}", "port": each} for each in numbers]
    new = draw.draw(st.permutations(old))
    assert [each.kind for each in compare(old, new)] == ([] if new == old else [Kind.ORDER])


def at(data: Any, route: tuple[Any, ...]) -> Any:
    for part in route:
        data = data[part]
    return data


def test_plain_takes_our_own_mappings() -> None:
    assert plain(({1: (2, "x")},)) == [{"1": [2, "x"]}]
