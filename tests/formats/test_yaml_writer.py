"""YAML means the same to every reader: PyYAML, YAML 1.2, and the Go library of kubectl and Helm."""

from __future__ import annotations

import io
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml
from engines import engine, engine_module, run
from examples import examples
from hostile_strings import KEYS_LOST_BY_KUSTOMIZE, LOST_BY_KUSTOMIZE, RENDERED, STRINGS, documents, strings
from hypothesis import HealthCheck, given, settings
from ruamel.yaml import YAML

from dokaseca_compile.formats.body import Joined, Rows, Shared, Value, YamlBody
from dokaseca_compile.formats.yaml import YamlWriter, quote


def _render(*data: dict[str, Value]) -> str:
    return YamlWriter().render(YamlBody(data)).decode()


def _ruamel(text: str) -> object:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(io.StringIO(text))


READERS = {
    "pyyaml": lambda text: yaml.load(text, yaml.SafeLoader),
    "libyaml": lambda text: yaml.load(text, yaml.CSafeLoader),
    "ruamel": lambda text: YAML(typ="safe", pure=True).load(text),
    "ruamel 1.2": _ruamel,
}


@pytest.fixture(params=READERS)
def read(request):
    return READERS[request.param]


@pytest.mark.parametrize(("text", "hcl", "expected"), RENDERED)
def test_strings_of_the_table_are_written_as_verified(text, hcl, expected):
    assert quote(text) == (hcl if expected is None else expected)


def test_the_table_of_hostile_strings_is_large():
    assert len(STRINGS) > 250


def test_hostile_strings_come_back_as_values_and_as_keys(read):
    data = {"values": list(STRINGS), "keys": dict.fromkeys(STRINGS, "x"), "nested": {"k": {t: t for t in STRINGS}}}
    assert read(_render(data)) == data


@pytest.mark.parametrize(
    "text", ["a", "production", "https://a.b/c", "$values/a/b.yaml", "v1", "kube-system", "a:b", "/x"]
)
def test_ordinary_strings_stay_plain(text):
    assert quote(text) == text


@settings(
    deadline=None,
    max_examples=examples(150),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(documents(strings()))
def test_documents_come_back(read, data):
    text = _render(data)
    assert read(text) == data
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_kustomize_reads_what_was_meant(tmp_path: Path):
    kubectl = engine("kubectl")
    kept = [text for text in STRINGS if not set(text) & LOST_BY_KUSTOMIZE]
    values = {f"k{index}": text for index, text in enumerate(kept)}
    keys = {text: "x" for text in kept if text not in KEYS_LOST_BY_KUSTOMIZE}
    resources = [_config_map("keys", keys), _config_map("values", values)]
    writer = YamlWriter(("header",))
    (tmp_path / "a.yaml").write_bytes(writer.render(YamlBody(tuple(resources))))
    (tmp_path / "kustomization.yaml").write_bytes(writer.render(YamlBody(({"resources": ["a.yaml"]},))))
    # Only texts are read back: what kustomize took for a number would come back as another text.
    result = list(yaml.load_all(run(kubectl, "kustomize", ".", cwd=tmp_path), yaml.BaseLoader))
    assert result == resources


def _config_map(name: str, data: dict[str, str]) -> dict[str, Value]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_helm_reads_what_was_meant():
    helm = engine_module("helm_python", "helm-python-sdk")
    data = {"values": list(STRINGS), "keys": dict.fromkeys(STRINGS, "x")}
    assert helm.values_from_yaml(_render(data)) == data


def test_helm_reads_documents():
    helm = engine_module("helm_python", "helm-python-sdk")

    @settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
    @given(documents(strings(), bits=53))
    def read_back(data):
        assert _numbers_as_go_has_them(helm.values_from_yaml(_render(data))) == _numbers_as_go_has_them(data)

    read_back()


def _numbers_as_go_has_them(value):
    """All numbers are floats in Go's generic values, and whole ones lose their dot in JSON."""
    if isinstance(value, dict):
        return {key: _numbers_as_go_has_them(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers_as_go_has_them(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_layout():
    data = {
        "a": {"b": [{"c": 1, "d": [[1, [2]], [], {}]}, "x"], "e": {}, "f": []},
        "g": None,
        "h": False,
        "i": 1.5,
        "j": MappingProxyType({"k": ("l",)}),
    }
    assert _render(data, {}) == (
        "a:\n  b:\n    - c: 1\n      d:\n        - - 1\n          - - 2\n        - []\n        - {}\n"
        "    - x\n  e: {}\n  f: []\ng: null\nh: false\ni: 1.5\nj:\n  k:\n    - l\n---\n{}\n"
    )


def test_header_is_optional_and_on_top():
    writer = YamlWriter(("made by us", "do not edit"))
    assert writer.render(YamlBody(({"a": "b"},))) == b"# made by us\n# do not edit\na: b\n"
    assert writer.render(YamlBody(({"a": "b"},), header=False)) == b"a: b\n"


NUMBERS = [0, -1, 2**63 - 1, -(2**63), 0.0, -0.0, 1e16, 1e-7, 5e-324, 1.7976931348623157e308, 0.1, 123456.789, 1e22]


@pytest.mark.parametrize("value", NUMBERS)
def test_numbers_keep_value_and_kind(read, value):
    back = read(_render({"n": value}))["n"]
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("inf"), float("-inf"), float("nan"), "\ud800"])
def test_what_a_reader_would_change_is_refused(value):
    with pytest.raises(ValueError, match=r"64 bits|finite|surrogates"):
        _render({"n": value})


@pytest.mark.parametrize("value", [{1, 2}, b"x", object()])
def test_what_is_no_value_is_refused(value):
    with pytest.raises(TypeError):
        _render({"n": [value]})
    with pytest.raises(TypeError):
        _render({"n": value})


@pytest.mark.parametrize("key", [1, None, True])
def test_keys_must_be_text(key):
    with pytest.raises(TypeError):
        _render({key: "x"})


def test_a_body_needs_a_document():
    with pytest.raises(ValueError, match="needs a document"):
        YamlWriter().render(YamlBody(()))


def test_enumerations_of_text_are_text(read):
    class Word(StrEnum):
        ON = "on"
        NAME = "name"

    assert read(_render({Word.NAME: Word.ON, Word.ON: Word.NAME})) == {"name": "on", "on": "name"}


def test_keys_longer_than_readers_look_ahead_are_explicit(read):
    key = "x y" * 400
    data = {"a": {key: {"b": 1}}, "l": [{key: [1, {key: "v"}]}], key: "v"}
    assert read(_render(data)) == data


def test_shared_and_joined_give_the_same_bytes_at_any_depth():
    profile = {"y": "no", "deep": {"list": [{"a": 1}], "e": {}}, "z": True}
    own = {"name": "x", "more": [1]}
    shared = Shared(profile)

    def documents_with(part, joined):
        return ({"a": joined, "b": {"c": joined, "d": part}, "l": [joined, [part], part]}, joined, part)

    plain = YamlBody(documents_with(profile, own | profile))
    parts = YamlBody(documents_with(shared, Joined(own, shared)))
    writer = YamlWriter()
    assert [writer.render(parts), writer.render(parts)] == [YamlWriter().render(plain)] * 2
    assert (
        writer.render(YamlBody(({"a": Shared(), "b": Joined(Shared()), "l": [Joined()]},)))
        == b"a: {}\nb: {}\nl:\n  - {}\n"
    )


def test_a_body_of_shared_documents_is_rendered_once():
    """Ten thousand clusters with the same teams have the same namespaces: the same bytes, not equal ones."""
    writer = YamlWriter()
    shared, own = YamlBody((Shared({"a": 1}), Shared({"b": 2}))), YamlBody((Shared({"a": 1}), {"b": 2}))
    assert writer.render(shared) is writer.render(shared)
    assert writer.render(own) == writer.render(shared)
    assert writer.render(own) is not writer.render(own)


def test_a_shared_mapping_that_died_leaves_nothing_to_its_successor():
    writer = YamlWriter()
    for number in range(2000):
        assert writer.render(YamlBody((Shared({"a": number}),))) == f"a: {number}\n".encode()


COLUMNS = [
    {"name": [f"cluster-{number}" for number in range(40)], "namespace": ["no", "1e3"] * 20},
    {"100% of it": ["%s 1", "%%"], "a b": ['"', ""]},
    {"k" * 2000: ["a", "b"], "n": ["c", "d"]},
    {"name": []},
    {},
]


@pytest.mark.parametrize("columns", COLUMNS, ids=range(len(COLUMNS)))
def test_rows_are_written_as_mappings(columns: dict[str, list[str]]) -> None:
    """What is held by column is a list of mappings, for readers of the body and of the file."""
    rows = Rows(**columns)
    mappings = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    assert (list(rows), len(rows), rows) == (mappings, len(mappings), mappings)
    assert all(each in rows and {**each, "more": ""} not in rows for each in mappings)
    assert [rows[index] for index in range(len(rows))] == mappings
    assert rows[1:] == mappings[1:]
    for place in ({"list": rows}, {"in": [rows, {"a": rows}]}):
        expected = {"list": mappings} if "list" in place else {"in": [mappings, {"a": mappings}]}
        assert YamlWriter().render(YamlBody((place,))) == YamlWriter().render(YamlBody((expected,)))
