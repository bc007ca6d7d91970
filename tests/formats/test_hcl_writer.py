"""HCL means the same to terraform, and ``terraform fmt`` finds nothing to change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engines import engine, run
from examples import examples
from hostile_strings import RENDERED, STRINGS, documents, normalised, strings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dokaseca_compile.formats.body import (
    Attribute,
    Block,
    Call,
    ForObject,
    HclBody,
    Joined,
    Operation,
    Reference,
    Shared,
    Template,
    TfvarsBody,
    Value,
    collection_of,
    object_of,
    primitive,
)
from dokaseca_compile.formats.hcl import HclWriter
from dokaseca_compile.formats.hcl_text import inline, key_text, quote

_ROOT = """
variable "data" {
  type = any
}

output "data" {
  value = { data = var.data }
}
"""


def _render(**attributes: Value) -> str:
    return HclWriter().render_tfvars(TfvarsBody(attributes)).decode()


def _tf(*items: object) -> str:
    return HclWriter().render(HclBody(items)).decode()


def _var(*path: str | int) -> Reference:
    return Reference(("var", *path))


def _examples(strategy, count: int) -> list:
    """Collect generated examples, so that one start of an engine judges them all."""
    found: list[object] = []

    @settings(deadline=None, max_examples=examples(count), database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def collect(example):
        found.append(example)

    collect()
    return found


def _read_by_terraform(folder: Path, data: Value) -> object:
    terraform = engine("terraform")
    (folder / "main.tf").write_text(_ROOT, encoding="utf-8")
    (folder / "terraform.tfvars").write_bytes(HclWriter(("header",)).render_tfvars(TfvarsBody({"data": data})))
    run(terraform, "plan", "-input=false", "-out=plan", cwd=folder)
    shown = json.loads(run(terraform, "show", "-json", "plan", cwd=folder), parse_int=float)
    return shown["planned_values"]["outputs"]["data"]["value"]["data"]


@pytest.mark.parametrize(("text", "expected", "yaml"), RENDERED)
def test_strings_of_the_table_are_written_as_verified(text, expected, yaml):
    assert quote(text) == expected


def test_terraform_reads_hostile_strings(tmp_path: Path):
    texts = list(dict.fromkeys(map(normalised, STRINGS)))
    data = {"values": texts, "keys": dict.fromkeys(texts, "x")}
    assert _read_by_terraform(tmp_path, data) == data


def test_terraform_reads_documents(tmp_path: Path):
    data = _examples(documents(strings()), 200)
    assert _read_by_terraform(tmp_path, data) == json.loads(json.dumps(data), parse_int=float)


EXPRESSIONS = (
    _var("a"),
    _var("a", 0, "b c", "d"),
    Reference(("local", "clusters", Reference(("each", "key")), Template(("x-", _var("y"))))),
    Call("now"),
    Call("provider::kind::name", (1, "x")),
    Operation("&&", Operation("&&", True, _var("a")), Operation("==", _var("b"), None)),
    Operation("-", 1, Operation("-", -2, -3.5)),
    Operation(">", Call("length", (_var("a"),)), 0),
    {"a": 1, "for": {}},
    ForObject(("v",), _var("a"), Reference(("v",)), _var("b")),
    ForObject(("k", "v"), _var("a"), Reference(("k",)), {"x": Reference(("v",))}),
    Template(("a", "$", _var("a"), "${b}%", _var("c"), "$", "{")),
    Template((_var("a"),)),
    Template(("", "literal", "")),
    Template(()),
    Call("merge", ({"a": 1, "long_name": 2}, _var("b"))),
    Call("merge", (_var("b"), {"a": 1, "long_name": Call("f", ({"x": 1},))})),
    Call("merge", ({"a": 1}, {"b": [{"c": 1}]}, [1, {"d": 2}])),
    collection_of("map", object_of({"a": primitive("string"), "bcd": primitive("bool")})),
    object_of({"a": object_of({"b": primitive("any")}), "c": collection_of("set", primitive("number"))}),
    ["x" * 40] * 3,
    [-1, [2], [], {}, {"a": None}],
    {"a": Operation("+", 1, 2), "bcd": [Call("f", (1,))]},
)


def _items(items: st.SearchStrategy, most: int) -> st.SearchStrategy:
    """Lists in which no attribute is set twice."""
    return st.lists(items, max_size=most, unique_by=lambda item: getattr(item, "name", None) or repr(item)).map(tuple)


def _blocks(values: st.SearchStrategy) -> st.SearchStrategy:
    names = st.from_regex("[A-Za-z_][A-Za-z0-9_-]{0,12}", fullmatch=True)
    attributes = st.builds(Attribute, names, values)
    labels = st.lists(names, max_size=2).map(tuple)
    return st.recursive(
        attributes,
        lambda inner: st.builds(Block, names, labels, _items(inner, 5)),
        max_leaves=12,
    )


def test_fmt_changes_nothing(tmp_path: Path):
    terraform = engine("terraform")
    writer = HclWriter(("header",))
    for index, data in enumerate(_examples(documents(strings()), 150)):
        attributes = {f"a{'b' * (place * 3 % 7)}{place}": value for place, value in enumerate(data.values())}
        body = TfvarsBody({**attributes, "data": data}, header=index % 2 == 0)
        (tmp_path / f"{index}.tfvars").write_bytes(writer.render_tfvars(body))
    values = st.one_of(st.sampled_from(EXPRESSIONS), documents(strings()), strings())
    for index, items in enumerate(_examples(_items(_blocks(values), 6), 150)):
        (tmp_path / f"{index}.tf").write_bytes(writer.render(HclBody(items, header=index % 2 == 0)))
    assert run(terraform, "fmt", "-check", "-diff", ".", cwd=tmp_path) == ""


def _output(name: str, value: object) -> Block:
    return Block("output", (name,), (Attribute("value", value),))


def test_terraform_accepts_variables_and_outputs(tmp_path: Path):
    terraform = engine("terraform")
    addon = object_of({"on": primitive("bool"), "set": collection_of("map", primitive("string"))})
    matches = Call("can", (Call("regex", ("^[a-z]+$", Reference(("k",)))),))
    each = ForObject(("k", "v"), _var("addons"), Reference(("k",)), matches)
    validation = (
        Attribute("condition", Call("alltrue", (Call("values", (each,)),))),
        Attribute("error_message", "${no}"),
    )
    variable = (
        Attribute("type", collection_of("map", addon)),
        Attribute("default", {"a": {"on": True, "set": {}}}),
        Block("validation", (), validation),
    )
    on = _var("addons", "a", "on")
    text = _tf(
        Block("variable", ("addons",), variable),
        Block("locals", (), (Attribute("cost", Template(("cost $", on, "%", on, "$$ ${", on))),)),
        _output("cost", Reference(("local", "cost"))),
        _output("cond", Operation("*", Operation("+", 1, 2), 3)),
        _output("map", ForObject(("k", "v"), _var("addons"), Reference(("k",)), Reference(("v", "set")))),
        _output("merged", Call("merge", ({"a": 1}, {"b": [{"c": 1}]}, {"for": on}))),
    )
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    run(terraform, "plan", "-input=false", "-out=plan", cwd=tmp_path)
    shown = json.loads(run(terraform, "show", "-json", "plan", cwd=tmp_path))["planned_values"]["outputs"]
    assert {name: output["value"] for name, output in shown.items()} == {
        "cost": "cost $true%true$$ ${true",
        "cond": 9,
        "map": {"a": {}},
        "merged": {"a": 1, "b": [{"c": 1}], "for": True},
    }


def test_tfvars_layout():
    text = _render(
        region="eu",
        cluster_name="a",
        labels={"a": "b", "a.b/c": True, "list": ["x", 1, None], "deep": {"e": {}, "f": []}, "z": 1, "null": 2},
        x=1,
        clusters=[{"a": 1}, "b"],
    )
    assert text == (
        'region       = "eu"\ncluster_name = "a"\n\n'
        'labels = {\n  a       = "b"\n  "a.b/c" = true\n  list    = ["x", 1, null]\n'
        "  deep = {\n    e = {}\n    f = []\n  }\n"
        '  z      = 1\n  "null" = 2\n}\n\nx = 1\n\nclusters = [\n  {\n    a = 1\n  },\n  "b",\n]\n'
    )


def test_blocks_layout():
    inside = (Attribute("a", 1), Attribute("bcd", 2), Block("empty"), Block("x", ("y",), (Attribute("z", 3),)))
    text = _tf(Block("terraform", (), inside), Attribute("e", 1), Attribute("fgh", 2))
    assert text == (
        'terraform {\n  a   = 1\n  bcd = 2\n\n  empty {}\n\n  x "y" {\n    z = 3\n  }\n}\n\ne   = 1\nfgh = 2\n'
    )


def test_an_empty_body_is_the_header():
    assert HclWriter(("header",)).render(HclBody(())) == b"# header\n"
    assert HclWriter(("header",)).render_tfvars(TfvarsBody({}, header=False)) == b""


@pytest.mark.parametrize(
    ("key", "text"),
    [("a-b_1", "a-b_1"), ("for", '"for"'), ("1a", '"1a"'), ("é😀", r'"\u00e9\U0001f600"'), ("${", '"$${"')],
)
def test_keys_are_bare_only_when_they_are_names(key, text):
    assert key_text(key) == text


def test_shared_and_joined_give_the_same_bytes_at_any_width():
    profile = {"a": "x", "a_longer_name": True, "b": [1]}
    deep = {"c": 1, "map": {"d": 1}, "long_after_map": 2}
    own = {"name": "x", "é": 1}
    shared, shared_deep = Shared(profile), Shared(deep)

    def attributes(one, two, joined, wide, both):
        return {
            "one": one,
            "joined": joined,
            "list": [joined, [two], both],
            "wide": wide,
            "two": {"x": two, "both": both},
            "again": one,
        }

    wide = {"an_even_longer_name_than_that": 1}
    plain = TfvarsBody(attributes(profile, deep, own | profile, profile | wide, own | deep | profile))
    parts = TfvarsBody(
        attributes(
            shared, shared_deep, Joined(own, shared), Joined(shared, wide), Joined(own, Joined(shared_deep, shared))
        )
    )
    writer = HclWriter()
    assert [writer.render_tfvars(parts), writer.render_tfvars(parts)] == [HclWriter().render_tfvars(plain)] * 2
    assert writer.render_tfvars(TfvarsBody({"a": Joined(Shared())})) == b"a = {}\n"


def test_a_shared_mapping_that_died_leaves_nothing_to_its_successor():
    writer = HclWriter()
    for number in range(1000):
        text = f"x = {{\n  a = {number}\n}}\n"
        assert writer.render_tfvars(TfvarsBody({"x": Shared({"a": number})})) == text.encode()


REFUSED = (
    Attribute("a b", 1),
    Attribute("", 1),
    Block("a\n"),
    Block("a", ("${x}",)),
    Attribute("a", Reference(("a b",))),
    Attribute("a", Call("f()")),
    Attribute("a", [Call("f("), {}]),
    Attribute("a", Operation("=", 1, 2)),
    Attribute("a", ForObject(("a,b",), [], 1, 1)),
    Attribute("a", 2**63),
    Attribute("a", float("inf")),
    Attribute("a", {"\ud800": 1}),
    Attribute("a", "\ud800"),
    Block("a", (), (Attribute("x", 1), Block("c"), Attribute("x", 2))),
)


@pytest.mark.parametrize("item", REFUSED)
def test_what_has_no_place_in_hcl_is_refused(item):
    with pytest.raises(ValueError, match=r"HCL|64 bits|finite|surrogate"):
        _tf(item)


@pytest.mark.parametrize("value", [{1}, b"x", object(), {1: 2}, Reference((1,)), [{"a": {1}}]])
def test_what_is_no_value_is_refused(value):
    with pytest.raises(TypeError):
        _tf(Attribute("a", value))


def test_names_of_variables_are_identifiers():
    with pytest.raises(ValueError, match="not an HCL identifier"):
        HclWriter().render_tfvars(TfvarsBody({"a.b": 1}))


def test_inline_objects_and_lists():
    assert inline([{"a": 1, "b-c": [None, False]}, {}]) == "[{ a = 1, b-c = [null, false] }, {}]"
