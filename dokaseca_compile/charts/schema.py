"""What values break in a chart's schema, as Helm would say before it renders anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from dokaseca_compile.charts.advice import advice, quoting
from dokaseca_compile.charts.bounded import (
    REFERENCES,
    Budget,
    TooManyStepsError,
    bounded,
    is_additional,
)
from dokaseca_compile.charts.ecma import in_python, to_ecma
from dokaseca_compile.charts.form import (
    OF_NAMES,
    UnusableSchemaError,
    check_form,
    check_references,
    parts,
    pointer_of,
    references,
    route_to,
)
from dokaseca_compile.core.routes import Route

_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "`true` or `false`",
          "integer": "an integer", "number": "a number", "null": "null"}  # fmt: skip
# In these, less is not more: a part that is left out of them could make an error of what is none.
_NOT_MONOTONE = frozenset(
    {"not", "oneOf", "if", "contains", "unevaluatedProperties", "unevaluatedItems"}
)
# With no other words on top, a schema says of each key what it says without the other keys, but for `required`.
_BY_KEY = frozenset(
    {
        "$schema",
        "$comment",
        "title",
        "description",
        "type",
        "required",
        "properties",
        "patternProperties",
    }
    | {"additionalProperties", "propertyNames", "definitions", "$defs", "default", "examples"}
)
_LONGEST = 120  # characters of a description that still is a hint
_LONGEST_PATTERN = 60  # characters that a person still reads
_MOST = 50  # problems of one set of values: by then something else is wrong
_SHOWN = 120  # characters of a value of the schema in a message
_COMBINED = frozenset({"allOf", "anyOf", "oneOf", "if", "dependentSchemas"}) | REFERENCES
_FIRST_STEPS, _MORE_STEPS = 100_000, 10_000
"""The steps that a schema may take, and those that each set of values adds: two seconds, and a fifth of one."""


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

    Raises ``UnusableSchemaError`` when it is no schema, or has a pattern that Helm refuses. ``sound`` says that nobody
    need look: it is ours.
    """

    def __init__(self, schema: Any, *, sound: bool = False) -> None:
        # Imported late: it takes a tenth of a small compile, and without a workload or a chart at hand nobody needs it.
        from jsonschema import validators  # noqa: PLC0415
        from referencing import Registry  # noqa: PLC0415

        self._budget = None if sound else Budget()
        self._left = _FIRST_STEPS
        self._fault: UnusableSchemaError | None = None
        if not sound:
            check_form(schema)
        # Without `$schema` the old draft: it knows fewer words, so it forbids less.
        old = validators.Draft7Validator
        try:
            kind = validators.validator_for(schema, default=old)
        except ValueError:  # `$schema` is no URL
            kind = old
        local = in_python(_local(schema)) if sound else _local(schema)
        self._local = local
        if self._budget is not None:
            self._check(kind, local, self._budget)
            kind = bounded(kind, self._budget)
        self._validator = kind(local, registry=Registry())
        self._of_key = (
            kind(_without_required(local), registry=Registry()) if _is_by_key(local, kind) else None
        )
        self._required = tuple(local.get("required", ())) if self._of_key is not None else ()
        self._judged: dict[tuple[str, str], list[Problem]] = {}

    def problems(self, values: Mapping[str, Any]) -> list[Problem]:
        """Return every problem, one for each place, by place.

        Raises ``UnusableSchemaError`` where the schema cannot be evaluated to its end: that takes too many steps, it
        leads nowhere, or it has a word that the library cannot evaluate.
        """
        with self._evaluating():
            found: dict[tuple[Route, bool], Problem] = {}
            for problem in (
                self._of_keys(values)
                if self._of_key is not None
                else self._all(self._validator, values)
            ):
                found.setdefault((problem.route, problem.unknown), problem)
                if len(found) >= _MOST:
                    break
        return sorted(found.values(), key=lambda each: [str(part) for part in each.route])

    def _check(self, kind: Any, local: Any, budget: Budget) -> None:
        """Check the schema against the one of its draft, and that its references lead to schemas."""
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # noqa: PLC0415

        meta = kind.META_SCHEMA
        with self._evaluating():
            error = next(bounded(kind, budget)(meta, registry=REGISTRY).iter_errors(local), None)
        if error is not None:
            raise UnusableSchemaError("that is no schema", pointer_of(error.absolute_path))
        check_references(local)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        """Evaluate within the steps that are left; whatever fails there is a fault of the schema."""
        if self._budget is None:
            yield
            return
        if self._fault is not None:
            raise self._fault
        # Each set of values brings steps with it, so that no schema that is just within the limit holds up a fleet.
        self._left = min(self._left + _MORE_STEPS, _FIRST_STEPS)
        self._budget.renew(self._left)
        try:
            yield
        except (MemoryError, UnusableSchemaError):
            raise
        except (
            Exception
        ) as wrong:  # a library of others, with a schema of strangers: it raises anything
            self._fault = UnusableSchemaError(_reason(wrong), self._place())
            raise self._fault from wrong
        finally:
            self._left = self._budget.left

    def _place(self) -> str:
        """Return where in the schema the last step was taken."""
        if self._budget is None:
            return ""
        route = route_to(self._local, self._budget.schema)
        return pointer_of((*route, self._budget.keyword)) if route is not None else ""

    def _of_keys(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Each key by itself, and once: the values of many workloads differ in a few keys only."""
        for key, value in values.items():
            seen = (key, repr(value))
            if seen not in self._judged:
                self._judged[seen] = list(self._all(self._of_key, {key: value}))
            yield from self._judged[seen]
        for key in self._required:
            if key not in values:
                yield _lacking(key)

    def _all(self, validator: Any, values: Mapping[str, Any]) -> Iterator[Problem]:
        from jsonschema.exceptions import best_match  # noqa: PLC0415

        for error in validator.iter_errors(values):
            yield from self._problems(best_match([error]))

    def _problems(self, error: Any) -> Iterator[Problem]:
        """What an error says; of several forms that do not fit, the one that comes nearest."""
        route: Route = tuple(error.absolute_path)
        keyword, wanted, instance = error.validator, error.validator_value, error.instance
        if "propertyNames" in error.absolute_schema_path:
            yield Problem(
                (*route, str(instance)),
                "is no name that may stand there",
                name=True,
                hint=_hint(error),
            )
        elif keyword == "unevaluatedProperties" and _COMBINED & error.schema.keys():
            yield Problem(route, "has keys that are not known there")
        elif keyword in {"additionalProperties", "unevaluatedProperties"} and isinstance(
            instance, Mapping
        ):
            known = tuple(sorted(error.schema.get("properties", {})))
            for key in sorted(key for key in instance if self._is_additional(key, error.schema)):
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

    def _is_additional(self, key: str, schema: Mapping[str, Any]) -> bool:
        if self._budget is not None:
            return is_additional(self._validator, key, schema)
        patterns = schema.get("patternProperties", {})
        return key not in schema.get("properties", {}) and not any(
            re.search(each, key) for each in patterns
        )


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, TooManyStepsError):
        return "that takes too many steps to evaluate"
    if isinstance(wrong, RecursionError):
        return "that is nested too deeply, or refers to itself without end"
    return f"that cannot be evaluated ({type(wrong).__name__})"


def _is_by_key(schema: Any, kind: Any) -> bool:
    """Whether what it says of a key, but for ``required``, depends on no other. Draft 3 requires in ``properties``."""
    return (
        isinstance(schema, Mapping)
        and schema.keys() <= _BY_KEY
        and "required" in kind.VALIDATORS
        and all(each.startswith(("#/definitions/", "#/$defs/")) for each in references(schema))
    )


def _without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "required"}


def _lacking(*route: str | int) -> Problem:
    return Problem(route, "is missing", missing=True)


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
    return words.format(_json(wanted))


def _pattern(wanted: str) -> str:
    return (
        f"must match `{wanted}`"
        if len(wanted) <= _LONGEST_PATTERN
        else "has a form that is not allowed"
    )


def _other(wanted: Any, _: Any, keyword: str) -> str:
    shown = f" {_json(wanted)}" if isinstance(wanted, str | int | float) else ""
    return f"breaks `{keyword}{shown}`"


def _json(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) or value is None else _digits(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _digits(value: Any) -> str:
    """Return a value as text; of a number that Python does not write out, that it is one."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "…"


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


def _local(schema: Any) -> Any:
    """The schema without what it takes from elsewhere.

    A part that is not known counts as any data. So do all parts that forbid the more the less is known, when they
    refer to anything at all; and ``unevaluatedProperties`` beside patterns, which ``jsonschema`` matches by itself.
    """
    careful = any(not reference.startswith("#") for reference in references(schema))
    words = {key for _, part in parts(schema) if isinstance(part, dict) for key in part}
    return _cut(
        schema, careful, {"unevaluatedProperties"} if "patternProperties" in words else set()
    )


def _cut(node: Any, careful: bool, left_out: set[str], *, names: bool = False) -> Any:  # noqa: FBT001
    """A part without what cannot be known; the keys of a part of ``names`` are names and no words of a schema."""
    if isinstance(node, list):
        return [_cut(each, careful, left_out) for each in node]
    if not isinstance(node, dict):
        return node
    if names:
        # jsonschema says of `false` that it forbids something, and not where.
        return {
            key: {"not": {}} if each is False else _cut(each, careful, left_out)
            for key, each in node.items()
        }
    return {
        key: _cut(value, careful, left_out, names=key in OF_NAMES)
        for key, value in node.items()
        if key not in left_out and not _is_dropped(key, value, careful=careful)
    }


def _is_dropped(key: str, value: Any, *, careful: bool) -> bool:
    if key in REFERENCES and isinstance(value, str):
        return not value.startswith("#")
    if key in {"$id", "id", "$schema"} and isinstance(value, str):
        return True  # references within one document need no name for it, and no part is of another draft
    return careful and key in _NOT_MONOTONE and next(references(value), None) is not None
