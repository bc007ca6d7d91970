"""Untrusted charts: what each file contains, and its message. ``{}`` is the archive of the chart."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

NEWEST = "https://json-schema.org/draft/2020-12/schema"


class Bomb(NamedTuple):
    """Files of a chart, and a part of the message; ``values`` go to the chart.

    Without a message it is accepted; ``None`` where that depends on the version of a library.
    """

    name: str
    files: dict[str, bytes]
    message: str | None
    values: str = "{a: 1}"


def schema(name: str, content: Any, message: str | None, values: str = "{a: 1}") -> Bomb:
    """A bomb in ``values.schema.json``: data, or text."""
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    return Bomb(name, {"values.schema.json": text.encode() if isinstance(text, str) else text}, message, values)


def doubled(word: str, levels: int = 40) -> dict[str, Any]:
    """Return a schema that refers to the next level twice at each level, and fails at the last."""
    inner = {f"l{n}": {word: [{"$ref": f"#/definitions/l{n + 1}"}] * 2} for n in range(levels)}
    return {"definitions": {**inner, f"l{levels}": {"type": "string"}}, "$ref": "#/definitions/l0"}


def unevaluated(word: str, keyword: str) -> dict[str, Any]:
    """Return the same below a keyword that depends on what other keywords evaluated."""
    inner = {f"l{n}": {word: [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(40)}
    return {"$schema": NEWEST, "$defs": {**inner, "l40": {}}, "$ref": "#/$defs/l0", keyword: False}


def nested(levels: int) -> str:
    """A schema within schemas."""
    return '{"not":' * levels + "{}" + "}" * levels


LONG = "{a: " + "x" * 100_000 + "}"
MANY = "{a: [" + ", ".join(map(str, range(20_000))) + "]}"
SLOW = {"properties": {"a": {"pattern": "^(x+x+)+y$"}}}
STEPS = "takes too many steps to evaluate"

SCHEMAS = [
    schema("a backtracking pattern", SLOW, "", "{a: 1, b: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}"),
    schema("a backtracking name", {"patternProperties": {"^(x+x+)+y$": {}}}, "", "{" + "x" * 60 + ": 1}"),
    schema("a backtracking name beside others", {"patternProperties": {"^(x|x)*y$": {}}, "minProperties": 0},
           "", "{" + "x" * 60 + ": 1}"),
    schema("a backtracking name of names", {"propertyNames": {"pattern": "^(x|x)*y?$"}}, "", "{" + "x" * 60 + ": 1}"),
    schema("a pattern beside unevaluated properties",
           {"$schema": NEWEST, "patternProperties": {"^(x+x+)+y$": {}}, "unevaluatedProperties": False},
           "", "{" + "x" * 60 + ": 1}"),
    schema("a pattern that is large", {"properties": {"a": {"pattern": "((((x{1,9}){1,9}){1,9}){1,9}){1,9}"}}}, "/properties/a/pattern"),
    schema("a slow pattern on a long text", {"properties": {"a": {"pattern": "(x{1,30}){1,30}$y"}}}, STEPS, LONG),
    schema("a pattern that RE2 does not know", {"properties": {"a": {"pattern": "(?!b)"}}},
           "with a pattern that Helm rejects: invalid perl operator: (?!, at `/properties/a/pattern`"),
    schema("a name that RE2 does not know", {"patternProperties": {"(a)\\1": {}}}, "/patternProperties/(a)\\1"),
    schema("half a character", '{"properties": {"a": {"pattern": "\\ud800"}}}', "contains half of a surrogate pair"),
    schema("the regex format", {"properties": {"a": {"format": "regex"}}}, "", "{a: '(x+x+)+y'}"),
    *(schema(f"doubled {word}", doubled(word), STEPS) for word in ("allOf", "anyOf", "oneOf")),
    schema("doubled with large values", doubled("anyOf", 14), STEPS, LONG),
    schema("doubled with unevaluated properties", unevaluated("allOf", "unevaluatedProperties"), STEPS),
    schema("doubled with unevaluated items", {"$schema": NEWEST, "properties": {"a": unevaluated("anyOf", "unevaluatedItems")},
           "$defs": unevaluated("anyOf", "x")["$defs"]}, STEPS, "{a: [1]}"),
    schema("doubled below another draft", {"allOf": [{"$schema": "http://json-schema.org/draft-04/schema#", **SLOW},
           {"$schema": "http://json-schema.org/draft-04/schema#", "allOf": [{"$ref": "#/definitions/l0"}]}],
           "definitions": doubled("allOf")["definitions"]}, STEPS),
    schema("a reference to itself", {"$ref": "#"}, "refers to itself endlessly"),
    schema("two references to each other", {"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"},
           "b": {"$ref": "#/definitions/a"}}}, "refers to itself endlessly"),
    schema("a dynamic reference to itself", {"$schema": NEWEST, "$dynamicAnchor": "a", "$dynamicRef": "#a"}, "refers to itself endlessly"),
    schema("a dynamic reference to nothing", {"$schema": NEWEST, "$dynamicRef": "#b"}, "cannot be evaluated"),
    schema("an anchor that is not there", {"$ref": "#anchor"}, "cannot be evaluated"),
    schema("a recursive schema", {"properties": {"a": {"$ref": "#"}}, "additionalProperties": False}, "", "{a: {a: {a: {}}}}"),
    schema("a reference to a text", {"title": "x", "properties": {"a": {"$ref": "#/title"}}}, "that does not point to a schema, at `/properties/a/$ref`"),
    schema("a reference to a list", {"allOf": [{}], "properties": {"a": {"$ref": "#/allOf"}}}, "that does not point to a schema, at `/properties/a/$ref`"),
    schema("a reference elsewhere", {"$ref": "http://169.254.169.254/latest"}, ""),
    schema("a reference to a file", {"$ref": "file:///dev/zero"}, ""),
    schema("a reference that is not text", {"properties": {"a": {"$ref": [1]}}}, "is not a valid JSON Schema, at `/properties/a/$ref`"),
    schema("a percent sign", {"definitions": {"a b": {}}, "properties": {"a": {"$ref": "#/definitions/a%20b"}}}, ""),
    schema("a draft that is a list", {"$schema": []}, "is not a valid JSON Schema, at `/$schema`"),
    schema("a draft that is a mapping", {"$schema": {"a": 1}}, "is not a valid JSON Schema, at `/$schema`"),
    schema("a draft that is a list below", {"properties": {"a": {"$schema": []}}}, "is not a valid JSON Schema, at `/properties/a/$schema`"),
    schema("a draft that nobody knows", {"$schema": "https://acme.example/draft-99"}, ""),
    schema("no remainder", {"properties": {"a": {"multipleOf": 0}}}, "is not a valid JSON Schema, at `/properties/a/multipleOf`"),
    schema("a tiny remainder", {"properties": {"a": {"multipleOf": 1e-300}}}, ""),
    schema("a number beyond floats", '{"properties": {"a": {"multipleOf": 0.5, "maximum": 1e999}}}', "", "{a: 1" + "0" * 400 + "}"),
    schema("a length below zero", {"properties": {"a": {"minLength": -1}}}, "is not a valid JSON Schema, at `/properties/a/minLength`"),
    schema("a number of many digits", '{"maximum": ' + "1" * 10_000 + "}", "is not JSON"),
    schema("no number", '{"maximum": NaN}', "is not JSON"),
    schema("no end", '{"maximum": Infinity}', "is not JSON"),
    schema("a key twice", '{"type": "string", "type": "object"}', ""),
    schema("a byte order mark", b"\xef\xbb\xbf{}", "is not JSON"),
    schema("UTF-16", "{}".encode("utf-16"), "is not JSON"),
    schema("no UTF-8", b'{"title": "\xff"}', "is not JSON"),
    schema("true", True, ""),
    schema("false", False, ""),
    schema("a list", [{}], "is not a valid JSON Schema"),
    schema("a number", 1, "is not a valid JSON Schema"),
    schema("null", "null", ""),
    schema("90 levels", nested(90), None),
    schema("900 levels", nested(900), "nested deeper than 100 levels"),
    schema("5,000 levels", nested(5_000), "has a values.schema.json"),
    schema("100,000 levels", nested(100_000), "is not JSON"),
    schema("100,000 lists", "[" * 100_000 + "]" * 100_000, "is not JSON"),
    schema("900 lists", {"enum": json.loads("[" * 900 + "]" * 900)}, "nested deeper than 100 levels"),
    schema("many parts", '{"a": [' + "[]," * 1_500_000 + "[]]}", "with more than 200,000 parts"),
    schema("a large list of what may be", {"anyOf": [{"enum": list(range(30_000))}] * 1, "items": {}}, ""),
    schema("a large list, many times", {"definitions": {"e": {"enum": [f"v{n}" for n in range(50_000)]}},
           "properties": {"a": {"items": {"anyOf": [{"$ref": "#/definitions/e"}] * 20}}}}, STEPS, MANY),
    schema("a list without repetition", {"properties": {"a": {"uniqueItems": True}}}, STEPS, MANY),
    schema("a list that forbids all", {"properties": {"a": {"allOf": [False] * 50_000}}}, STEPS, LONG),
    schema("very many forms", {"properties": {"a": {"anyOf": [{"type": "object"}] * 60_000}}}, STEPS, LONG),
]  # fmt: skip


def yaml(name: str, text: str, message: str | None = "has a values.yaml that cannot be read") -> Bomb:
    """A bomb in ``values.yaml``."""
    return Bomb(name, {"values.yaml": text.encode()}, message)


def aliases(first: str, inner: str, levels: int = 30) -> str:
    """YAML that doubles itself at each level."""
    rows = [f"l0: &l0 {first}"]
    rows += [f"l{n}: &l{n} {inner.format(f'*l{n - 1}')}" for n in range(1, levels)]
    return "\n".join(rows)


VALUES = [
    yaml("aliases", aliases("[x]", "[{0}, {0}]")),
    yaml("merges", aliases("{x: 1}", "{{<<: [{0}, {0}], y: 1}}"), None),
    yaml("merges of many", "a: &a {" + ", ".join(f"k{n}: 1" for n in range(5000)) + "}\nb: {<<: ["
         + ", ".join(["*a"] * 5000) + "]}"),
    yaml("a merge of itself", "a: &a {<<: *a}"),
    yaml("an alias of itself", "a: &a [*a]"),
    yaml("500 levels", "a: " + "[" * 500 + "]" * 500),
    yaml("100,000 levels", "a: " + "[" * 100_000 + "]" * 100_000),
    yaml("100,000 blocks", "- " * 100_000),
    yaml("many nodes", "a: [" + "1," * 2_000_000 + "]"),
    yaml("a number to base 60", "a: 1" + ":1" * 1_000_000),
    yaml("a fraction to base 60", "a: 1" + ":1" * 400 + ".5"),
    yaml("a number of many digits", "a: " + "1" * 100_000),
    yaml("a wrong switch", "a: !!bool maybe"),
    yaml("a wrong day", "a: !!timestamp x"),
    yaml("bytes", "a: !!binary aGk="),
    yaml("a set", "a: !!set {x}"),
    yaml("a program", "a: !!python/object/apply:os.system [id]"),
    yaml("two documents", "a: 1\n---\nb: 2"),
    yaml("a control character", "a: \x07"),
    Bomb("aliases in Chart.yaml", {"Chart.yaml": ("name: kyverno\nversion: 3.3.7\n" + aliases("[x]", "[{0}, {0}]")).encode()},
         "has a Chart.yaml that cannot be read"),
    Bomb("no UTF-8", {"values.yaml": b"a: \xff"}, "has a values.yaml that cannot be read"),
]  # fmt: skip

BOMBS = [*SCHEMAS, *VALUES]
