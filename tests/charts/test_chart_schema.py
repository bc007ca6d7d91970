"""A chart's schema is applied as in Helm. No reference is fetched, and an unknown part allows anything."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from dokaseca_compile.charts import built_in
from dokaseca_compile.charts.schema import Schema
from dokaseca_compile.resolve.merge_values import over_defaults

AWAY = {"$ref": "https://acme.example/schema.json#/definitions/x"}


def problems(schema: Any, values: dict[str, Any]) -> list[str]:
    return [f"{'.'.join(map(str, each.route))} {each.message}" for each in Schema(schema).problems(values)]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer"}, "1", "a must be an integer, not text"),
        ({"type": ["string", "null"]}, True, "a must be text or null, not `true`"),
        ({"type": "object"}, [], "a must be a mapping, not a list"),
        ({"type": "array"}, {}, "a must be a list, not a mapping"),
        ({"type": "string"}, None, "a must be text, not null"),
        ({"enum": ["x", True, 1]}, "y", "a must be `x`, `true` or `1`"),
        ({"const": "x"}, "y", "a must be `x`"),
        ({"pattern": "^x"}, "y", "a must match `^x`"),
        ({"minimum": 3}, 2, "a must be at least 3"),
        ({"maxItems": 1}, [1, 2], "a must have at most 1 item"),
        ({"multipleOf": 2}, 3, "a violates `multipleOf 2`"),
        ({"not": {"const": 1}}, 1, "a has a form that is not allowed"),
        ({"propertyNames": {"pattern": "^x"}}, {"y": 1}, "a.y is not an allowed key"),
        ({"additionalProperties": False, "patternProperties": {"^x": {}}}, {"xa": 1, "y": 1}, "a.y is unknown"),
        ({"required": ["b"]}, {}, "a.b is missing"),
        (
            {"anyOf": [{"type": "null"}, {"properties": {"b": {"type": "integer"}}}]},
            {"b": "x"},
            "a.b must be an integer, not text",
        ),
        (
            {
                "$defs": {"b": {"properties": {"b": {}}}},
                "allOf": [{"$ref": "#/properties/a/$defs/b"}],
                "unevaluatedProperties": False,
            },
            {"b": 1, "c": 2},
            "a has unknown keys",
        ),
        ({"pattern": "^\\p{L}+\\z"}, "é\n", "a must match `^\\p{L}+\\z`"),
        (False, 1, "a has a form that is not allowed"),
        ({"if": {"required": ["b"]}, "then": {"required": ["c"]}}, {"b": 1}, "a.c is missing"),
    ],
)  # fmt: skip
def test_problems_in_words(schema: Any, value: Any, expected: str) -> None:
    """Every problem names its place and the expected value, and never shows the actual value."""
    newest = "https://json-schema.org/draft/2020-12/schema"
    draft = {"$schema": newest} if isinstance(schema, dict) and "unevaluatedProperties" in schema else {}
    assert problems({**draft, "properties": {"a": schema}}, {"a": value}) == [expected]


@pytest.mark.parametrize(
    ("schema", "value", "hint"),
    [
        ({"type": "string"}, 1, "write it in quotes"),
        ({"type": ["string", "null"]}, False, "write it in quotes"),
        ({"type": "string", "description": "a name"}, 1, "write it in quotes"),
        ({"type": "string"}, [], "write text"),
        ({"type": "integer"}, "1", "write a whole number, without quotes"),
        ({"type": ["object", "null"]}, "x", "write a mapping: `key: value`"),
        ({"enum": ["Equal", "Exists", None]}, "Equals", "did you mean `Equal`?"),
        ({"enum": [1, 2]}, 3, "write one of these, or delete the line"),
        ({"minimum": 1, "maximum": 5}, 0, "write a number from 1 to 5"),
        ({"minimum": 1}, 0, "write 1 or more"),
        ({"maximum": 5}, 6, "write 5 or less"),
        ({"minItems": 1}, [], "add an entry"),
        ({"pattern": "^a$", "description": "say a"}, "b", "say a"),
        ({"multipleOf": 2}, 3, ""),
    ],
)
def test_hints(schema: Any, value: Any, hint: str) -> None:
    """The hint is advice on quotes, else the description in the schema, else advice for the keyword."""
    (problem,) = Schema({"properties": {"a": schema}}).problems({"a": value})
    assert problem.hint == hint


@pytest.mark.parametrize(
    ("pattern", "fits", "breaks"),
    [
        ("^a$", "a", "a\n"),
        ("^(a|b$)", "b", "b\n"),
        (r"^a\$$", "a$", "a$\n"),
        ("^[$]$", "$", "$\n"),
        ("^[]$]$", "$", "$\n"),
    ],
)
def test_the_end_of_a_text(pattern: str, fits: str, breaks: str) -> None:
    """A block scalar ends with a line feed. In Python `$` matches before it, in JSON Schema it does not."""
    for schema in ({"pattern": pattern}, {"propertyNames": {"pattern": pattern}}):
        wrap = (lambda text: {text: 1}) if "propertyNames" in schema else (lambda text: text)
        assert problems({"properties": {"a": schema}}, {"a": wrap(fits)}) == []
        assert problems({"properties": {"a": schema}}, {"a": wrap(breaks)}) != []
    closed = {"additionalProperties": False, "patternProperties": {pattern: {}}}
    assert problems({"properties": {"a": closed}}, {"a": {fits: 1}}) == []
    assert problems({"properties": {"a": closed}}, {"a": {breaks: 1}}) != []


def test_a_pattern_is_shown_as_the_schema_has_it() -> None:
    """As long as anybody would read it."""
    assert problems({"properties": {"a": {"pattern": "^x$"}}}, {"a": "y"}) == ["a must match `^x$`"]
    long = "^x{1,63}" + "y" * 60 + "$"
    assert problems({"properties": {"a": {"pattern": long}}}, {"a": "y"}) == ["a has a form that is not allowed"]


def test_drafts() -> None:
    """``$schema`` selects the draft. Older drafts, and the default, ignore newer keywords."""
    newer = {"properties": {"a": {"dependentRequired": {"b": ["c"]}}}}
    assert problems({**newer, "$schema": "https://json-schema.org/draft/2020-12/schema"}, {"a": {"b": 1}})
    assert problems({**newer, "$schema": "http://json-schema.org/draft-07/schema#"}, {"a": {"b": 1}}) == []
    assert problems(newer, {"a": {"b": 1}}) == []


@pytest.mark.parametrize(
    "schema",
    [
        AWAY,
        {"properties": {"a": AWAY}},
        {"allOf": [AWAY]},
        {"not": AWAY},
        {"oneOf": [AWAY, {"$ref": "other.json"}]},
        {"if": {"$ref": "#/definitions/x"}, "then": False, "definitions": {"x": AWAY}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [AWAY], "unevaluatedProperties": AWAY},
        {
            "$id": "https://acme.example/own.json",
            "properties": {"a": {"$ref": "#/definitions/x"}},
            "definitions": {"x": {}},
        },
    ],
    ids=str,
)
def test_what_lies_elsewhere_is_any_data(schema: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No reference is fetched, and an unknown part forbids nothing."""
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "create_connection", None)
    assert problems(schema, {"a": "b"}) == []


def test_names_are_no_words_of_a_schema() -> None:
    """A value may be named `not` or `if`, and is kept in a schema with references to other documents."""
    schema = {"additionalProperties": False, "properties": {"not": AWAY, "if": AWAY, "pattern": {"type": "string"}}}
    assert problems(schema, {"not": 1, "if": 2, "pattern": "["}) == []


@pytest.mark.parametrize("schema", [{"type": "x"}, {"properties": 1}, [], "x", 1, {"$ref": "#/nowhere"}], ids=str)
def test_no_schema(schema: Any) -> None:
    with pytest.raises(ValueError, match=r"has a values\.schema\.json"):
        Schema(schema)


def test_many_problems_have_an_end() -> None:
    assert len(problems({"additionalProperties": {"type": "string"}}, {f"k{n}": n for n in range(500)})) <= 50


@pytest.mark.parametrize(
    ("values", "defaults", "merged"),
    [
        ({}, {"a": 1, "b": None, "c": {"d": None, "e": 1}}, {"a": 1, "c": {"e": 1}}),
        ({"a": None}, {"a": 1}, {}),
        ({"a": None}, {}, {"a": None}),
        ({"m": {"x": None, "q": None}}, {"m": {"x": 1, "y": 2}}, {"m": {"y": 2, "q": None}}),
        ({"m": 3}, {"m": {"x": 1}}, {"m": 3}),
        ({"a": {"b": 1}}, {"a": None}, {"a": {"b": 1}}),
        ({"l": [None]}, {"l": [1, 2]}, {"l": [None]}),
    ],
)
def test_values_over_a_charts_own(values: dict[str, Any], defaults: dict[str, Any], merged: dict[str, Any]) -> None:
    """As Helm 4 puts them together before it looks at the schema."""
    assert over_defaults(values, defaults) == merged


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"imag": 1, "replicas": "x", "image": {"tag": "latest"}, "labels": {"helm.sh/a": "b"}},
        {"ingress": {"enabled": True, "hosts": []}, "resources": None, "autoscaling": {"enabled": True, "cpu": 0}},
    ],
)
def test_key_by_key(values: dict[str, Any]) -> None:
    """Checking key by key gives the same problems as checking all values at once."""
    plain = built_in().schema
    assert Schema(plain).problems(values) == Schema({**plain, "minProperties": 0}).problems(values) != []
