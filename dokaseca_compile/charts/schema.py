"""What values break in a chart's schema, as Helm would say before it renders anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from dokaseca_compile.charts.advice import advice, quoting
from dokaseca_compile.charts.patterns import to_ecma, to_python
from dokaseca_compile.routes import Route

_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "`true` or `false`",
          "integer": "an integer", "number": "a number", "null": "null"}  # fmt: skip
# In these, less is not more: a part that is left out of them could make an error of what is none.
_NOT_MONOTONE = frozenset({"not", "oneOf", "if", "contains", "unevaluatedProperties", "unevaluatedItems"})
_OF_NAMES = frozenset(
    {"properties", "patternProperties", "definitions", "$defs", "dependencies", "dependentSchemas", "dependentRequired"}
)
# With no other words on top, a schema says of each key what it says without the other keys, but for `required`.
_BY_KEY = frozenset(
    {"$schema", "$comment", "title", "description", "type", "required", "properties", "patternProperties"}
    | {"additionalProperties", "propertyNames", "definitions", "$defs", "default", "examples"}
)
_LONGEST = 120  # characters of a description that still is a hint
_LONGEST_PATTERN = 60  # characters that a person still reads
_MOST = 50  # problems of one set of values: by then something else is wrong


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a schema forbids: where it is, and what is wrong, as the end of a sentence.

    ``unknown`` is set when it is a key that the schema does not know, with the ``known`` ones beside it;
    ``missing`` when it is a key that is not there; ``name`` when it is a key's name. ``hint`` is what the schema itself
    says of the place.
    """

    route: Route
    said: str
    unknown: bool = False
    missing: bool = False
    known: tuple[str, ...] = ()
    name: bool = False
    hint: str = ""


class Schema:
    """A chart's ``values.schema.json``, ready to judge. No reference is ever fetched: what lies elsewhere is any data.

    Raises ``ValueError`` when it is no schema, which ``sound`` says that nobody need look for.
    """

    def __init__(self, schema: Any, *, sound: bool = False) -> None:
        # Imported late: it takes a tenth of a small compile, and without a workload or a chart at hand nobody needs it.
        from jsonschema import validators  # noqa: PLC0415
        from jsonschema.exceptions import SchemaError  # noqa: PLC0415
        from referencing import Registry  # noqa: PLC0415

        if not isinstance(schema, Mapping | bool):
            raise ValueError("has a values.schema.json that is no schema")

        # Without `$schema` the old draft: it knows fewer words, so it forbids less.
        kind = validators.validator_for(schema, default=validators.Draft7Validator)
        local = _local(schema, sound=sound)
        try:
            if not sound:
                kind.check_schema(local)
        except (SchemaError, RecursionError, re.error) as wrong:
            raise ValueError("has a values.schema.json that is no schema") from wrong
        if not sound and not all(_leads_somewhere(local, each) for each in _references(local)):
            raise ValueError("has a values.schema.json with references that lead nowhere")
        self._validator = kind(local, registry=Registry())
        self._of_key = kind(_without_required(local), registry=Registry()) if _is_by_key(local, kind) else None
        self._required = tuple(local.get("required", ())) if self._of_key is not None else ()
        self._judged: dict[tuple[str, str], list[Problem]] = {}

    def problems(self, values: Mapping[str, Any]) -> list[Problem]:
        """Every problem, one for each place, by place; none where the schema cannot be followed to its end."""
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        found: dict[tuple[Route, bool], Problem] = {}
        try:
            for problem in self._of_keys(values) if self._of_key is not None else _judged(self._validator, values):
                found.setdefault((problem.route, problem.unknown), problem)
                if len(found) >= _MOST:
                    break
        except (Unresolvable, RecursionError):
            return []
        return sorted(found.values(), key=lambda each: [str(part) for part in each.route])

    def _of_keys(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Each key by itself, and once: the values of many workloads differ in a few keys only."""
        for key, value in values.items():
            seen = (key, repr(value))
            if seen not in self._judged:
                self._judged[seen] = list(_judged(self._of_key, {key: value}))
            yield from self._judged[seen]
        for key in self._required:
            if key not in values:
                yield _lacking(key)


def _judged(validator: Any, values: Mapping[str, Any]) -> Iterator[Problem]:
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    for error in validator.iter_errors(values):
        yield from _problems(best_match([error]))


def _is_by_key(schema: Any, kind: Any) -> bool:
    """Whether what it says of a key, but for ``required``, depends on no other. Draft 3 requires in ``properties``."""
    return (
        isinstance(schema, Mapping)
        and schema.keys() <= _BY_KEY
        and "required" in kind.VALIDATORS
        and all(each.startswith(("#/definitions/", "#/$defs/")) for each in _references(schema))
    )


def _without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "required"}


def _lacking(*route: str | int) -> Problem:
    return Problem(route, "is missing", missing=True)


def _problems(error: Any) -> Iterator[Problem]:
    """What an error says; of several forms that do not fit, the one that comes nearest."""
    route: Route = tuple(error.absolute_path)
    keyword, wanted, instance = error.validator, error.validator_value, error.instance
    if "propertyNames" in error.absolute_schema_path:
        yield Problem((*route, str(instance)), "is no name that may stand there", name=True, hint=_hint(error))
    elif keyword in {"additionalProperties", "unevaluatedProperties"} and isinstance(instance, Mapping):
        known = tuple(sorted(error.schema.get("properties", {})))
        patterns = tuple(error.schema.get("patternProperties", {}))
        for key in sorted(instance):
            if key not in known and not any(re.search(each, key) for each in patterns):
                yield Problem((*route, key), "is not known", unknown=True, known=known)
    elif keyword == "required" and isinstance(instance, Mapping):
        for key in wanted:
            if key not in instance:
                yield _lacking(*route, key)
    else:
        said = _SAYINGS.get(keyword, _other)(wanted, instance, keyword)
        unquoted = quoting(keyword, wanted, instance)
        hint = unquoted or _hint(error) or advice(keyword, error.schema, instance)
        yield Problem(route, said, hint=hint)


def _hint(error: Any) -> str:
    """A short description of the place in the schema; a long one is a manual."""
    text = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return text if isinstance(text, str) and len(text) <= _LONGEST and "\n" not in text else ""


def _type(wanted: Any, instance: Any, _: str) -> str:
    types = wanted if isinstance(wanted, list) else [wanted]
    return f"must be {' or '.join(_TYPES.get(each, str(each)) for each in types)}, not {_kind(instance)}"


def _kind(instance: Any) -> str:
    if instance is None:
        return "null"
    if isinstance(instance, bool):
        return f"`{str(instance).lower()}`"
    if isinstance(instance, int | float):
        return "a number"
    names: Iterable[tuple[Any, str]] = ((str, "text"), (Mapping, "a mapping"))
    return next((name for kind, name in names if isinstance(instance, kind)), "a list")


def _one_of(wanted: Any, _: Any, __: str) -> str:
    shown = [f"`{_json(each)}`" for each in wanted[:12]]
    return f"must be {' or '.join([', '.join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)}"


def _bound(words: str, wanted: Any, _: Any, __: str) -> str:
    return words.format(wanted)


def _pattern(wanted: str) -> str:
    return f"must match `{wanted}`" if len(wanted) <= _LONGEST_PATTERN else "has a form that is not allowed"


def _other(wanted: Any, _: Any, keyword: str) -> str:
    shown = f" {_json(wanted)}" if isinstance(wanted, str | int | float) else ""
    return f"breaks `{keyword}{shown}`"


def _json(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


_SAYINGS: dict[str, Callable[[Any, Any, str], str]] = {
    "type": _type,
    "enum": _one_of,
    "const": lambda wanted, _, __: f"must be `{_json(wanted)}`",
    "pattern": lambda wanted, _, __: _pattern(to_ecma(wanted)),
    "minimum": partial(_bound, "must be {} at least"),
    "maximum": partial(_bound, "must be {} at most"),
    "minLength": partial(_bound, "must have {} characters at least"),
    "maxLength": partial(_bound, "must have {} characters at most"),
    "minItems": partial(_bound, "must have {} items at least"),
    "maxItems": partial(_bound, "must have {} items at most"),
    "anyOf": lambda _, __, ___: "fits none of the forms that are allowed",
    "oneOf": lambda _, __, ___: "fits none of the forms that are allowed, or several",
    "not": lambda _, __, ___: "has a form that is not allowed",
}


def _local(schema: Any, *, sound: bool) -> Any:
    """The schema without what it takes from elsewhere, and without patterns that Python does not read.

    A part that is not known counts as any data. So do all parts that forbid the more the less is known, when they
    refer to anything at all. In a ``sound`` schema no pattern is tried: to compile a hundred takes as long as a rule.
    """
    readable = _is_any if sound else _is_pattern
    return _cut(schema, readable, careful=any(not reference.startswith("#") for reference in _references(schema)))


def _cut(node: Any, readable: Callable[[str], bool], *, careful: bool, names: bool = False) -> Any:
    """A part without what cannot be known; the keys of a part of ``names`` are names and no words of a schema."""
    if isinstance(node, list):
        return [_cut(each, readable, careful=careful) for each in node]
    if not isinstance(node, dict):
        return node
    if names:
        # jsonschema says of `false` that it forbids something, and not where.
        return {
            key: {"not": {}} if value is False else _cut(value, readable, careful=careful)
            for key, value in node.items()
        }
    kept = {}
    for key, value in node.items():
        if isinstance(value, str) and key in {"$ref", "$dynamicRef", "$recursiveRef"} and not value.startswith("#"):
            continue
        if key in {"$id", "id"} and isinstance(value, str):
            continue  # references within one document need no name for it
        if key == "pattern" and isinstance(value, str) and not readable(value):
            continue
        if key == "patternProperties" and isinstance(value, dict) and not all(map(readable, value)):
            return {}
        if careful and key in _NOT_MONOTONE and next(_references(value), None) is not None:
            continue
        kept[key] = _cut(_anchored(key, value), readable, careful=careful, names=key in _OF_NAMES)
    return kept


def _anchored(key: str, value: Any) -> Any:
    """The value of a keyword with its patterns as Python reads them."""
    if key == "pattern" and isinstance(value, str):
        return to_python(value)
    if key == "patternProperties" and isinstance(value, dict):
        return {to_python(pattern): part for pattern, part in value.items()}
    return value


def _references(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in {"$ref", "$dynamicRef", "$recursiveRef"} and isinstance(value, str):
            yield value
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _references(inner)


def _is_any(_: str) -> bool:
    return True


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _leads_somewhere(schema: Any, reference: str) -> bool:
    """Whether a pointer (``#/definitions/x``) finds something; names of anchors are not looked for."""
    if not reference.startswith("#/"):
        return True
    node = schema
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    return True
