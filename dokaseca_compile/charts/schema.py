"""Check values against a chart's ``values.schema.json``, as Helm does before it renders a chart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.charts.advice import advice, quoting
from dokaseca_compile.charts.bounded import (
    REFERENCES,
    Budget,
    TooManyStepsError,
    bounded,
    is_additional,
)
from dokaseca_compile.charts.ecma import in_python
from dokaseca_compile.charts.form import (
    NOT_A_SCHEMA,
    UnusableSchemaError,
    check_form,
    check_references,
    pointer_of,
    references,
    route_to,
)
from dokaseca_compile.charts.local import local
from dokaseca_compile.charts.violation import violation
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.routes import Route

# With no other keywords at the top level, each key is valid or not whatever the other keys are,
# except for `required`.
_BY_KEY = frozenset(
    {"$schema", "$comment", "title", "description", "type", "required", "properties"}
    | {"patternProperties", "additionalProperties", "propertyNames", "definitions", "$defs"}
    | {"default", "examples"}
)
_LONGEST_HINT = 120  # characters of a description that still is a hint
_MOST = 50  # problems of one set of values
_COMBINED = frozenset({"allOf", "anyOf", "oneOf", "if", "dependentSchemas"}) | REFERENCES
_FIRST_STEPS, _MORE_STEPS = 100_000, 10_000
"""Steps of a schema, and those that each set of values adds: about two seconds, and a fifth."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A violation of a schema: its place, and a message that is the end of a sentence.

    ``unknown`` marks a key that the schema does not know, with the ``known`` keys beside it;
    ``missing`` a required key; ``name`` a key with a name that is not allowed. ``hint`` is a help
    line for the place.
    """

    route: Route
    message: str
    unknown: bool = False
    missing: bool = False
    known: tuple[str, ...] = ()
    name: bool = False
    hint: str = ""


class Schema:
    """A chart's ``values.schema.json``. References to other documents are never fetched.

    Raises ``UnusableSchemaError`` when it is invalid or has a pattern that Helm rejects. A
    ``sound`` schema, our own, is used without checks and without a budget.
    """

    def __init__(self, schema: Any, *, sound: bool = False) -> None:
        # Imported late: it takes a tenth of a small compile, and only values of charts need it.
        from referencing import Registry  # noqa: PLC0415

        self._budget = None if sound else Budget()
        self._steps_left = _FIRST_STEPS
        self._fault: UnusableSchemaError | None = None
        if not sound:
            check_form(schema)
        kind = _draft(schema)
        self._local = in_python(local(schema)) if sound else local(schema)
        if self._budget is not None:
            self._check(kind, self._budget)
            kind = bounded(kind, self._budget)
        self._validator = kind(self._local, registry=Registry())
        self._of_key: Any = None
        self._required: tuple[str, ...] = ()
        if _is_by_key(self._local, kind):
            self._of_key = kind(_without_required(self._local), registry=Registry())
            self._required = tuple(self._local.get("required", ()))
        self._problems_of_keys: dict[tuple[str, str], list[Problem]] = {}

    def problems(self, values: Mapping[str, Any]) -> list[Problem]:
        """Return every problem, one for each place, sorted by place.

        Raises ``UnusableSchemaError`` when the schema cannot be evaluated: it takes too many
        steps, or has a keyword or reference that the library cannot evaluate.
        """
        found: dict[tuple[Route, bool], Problem] = {}
        with self._evaluating():
            for problem in self._every(values):
                found.setdefault((problem.route, problem.unknown), problem)
                if len(found) >= _MOST:
                    break
        return sorted(found.values(), key=lambda each: [str(part) for part in each.route])

    def _check(self, kind: Any, budget: Budget) -> None:
        """Check the schema against the schema of its draft, and its references."""
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # noqa: PLC0415

        checker = bounded(kind, budget)(kind.META_SCHEMA, registry=REGISTRY)
        with self._evaluating():
            error = next(checker.iter_errors(self._local), None)
        if error is not None:
            raise UnusableSchemaError(NOT_A_SCHEMA, pointer_of(error.absolute_path))
        check_references(self._local)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        """Evaluate within the steps that are left. Any failure is a fault of the schema."""
        if self._budget is None:
            yield
            return
        if self._fault is not None:
            raise self._fault
        # Each set of values adds steps: a slow schema within the limit cannot hold up a fleet.
        self._steps_left = min(self._steps_left + _MORE_STEPS, _FIRST_STEPS)
        self._budget.renew(self._steps_left)
        try:
            yield
        except (MemoryError, UnusableSchemaError):
            raise
        except Exception as wrong:  # jsonschema raises anything for untrusted schemas
            self._fault = UnusableSchemaError(_reason(wrong), self._place())
            raise self._fault from wrong
        finally:
            self._steps_left = self._budget.left

    def _place(self) -> str:
        """Return where in the schema the last step was taken."""
        if self._budget is None:
            return ""
        route = route_to(self._local, self._budget.schema)
        return pointer_of((*route, self._budget.keyword)) if route is not None else ""

    def _every(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        if self._of_key is None:
            return self._all(self._validator, values)
        return self._of_keys(values)

    def _of_keys(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Check each top-level key alone, and once: the values of many workloads differ little."""
        for key, value in values.items():
            seen = (key, repr(value))
            if seen not in self._problems_of_keys:
                self._problems_of_keys[seen] = list(self._all(self._of_key, {key: value}))
            yield from self._problems_of_keys[seen]
        for key in self._required:
            if key not in values:
                yield _missing(key)

    def _all(self, validator: Any, values: Mapping[str, Any]) -> Iterator[Problem]:
        from jsonschema.exceptions import best_match  # noqa: PLC0415

        for error in validator.iter_errors(values):
            # Of several allowed forms that all do not fit, report the nearest.
            yield from self._problems(best_match([error]))

    def _problems(self, error: Any) -> Iterator[Problem]:
        """Translate an error of ``jsonschema``."""
        route: Route = tuple(error.absolute_path)
        keyword, wanted, instance = error.validator, error.validator_value, error.instance
        has_keys = isinstance(instance, Mapping)
        if "propertyNames" in error.absolute_schema_path:
            place = (*route, str(instance))
            yield Problem(place, "is not an allowed key", name=True, hint=_hint(error))
        elif keyword == "unevaluatedProperties" and _COMBINED & error.schema.keys():
            yield Problem(route, "has unknown keys")
        elif keyword in {"additionalProperties", "unevaluatedProperties"} and has_keys:
            yield from self._unknown(route, instance, error.schema)
        elif keyword == "required" and has_keys:
            yield from (_missing(*route, key) for key in wanted if key not in instance)
        else:
            yield Problem(route, violation(keyword, wanted, instance), hint=_help(error))

    def _unknown(
        self, route: Route, instance: Mapping[str, Any], schema: Mapping[str, Any]
    ) -> Iterator[Problem]:
        known = tuple(sorted(schema.get("properties", {})))
        for key in sorted(instance):
            if self._is_additional(key, schema):
                yield Problem((*route, key), "is unknown", unknown=True, known=known)

    def _is_additional(self, key: str, schema: Mapping[str, Any]) -> bool:
        if self._budget is not None:
            return is_additional(self._validator, key, schema)
        if key in schema.get("properties", {}):
            return False
        return not any(re.search(each, key) for each in schema.get("patternProperties", {}))


def _draft(schema: Any) -> Any:
    """Return the validator class for ``$schema``. The default is an old draft: it forbids less."""
    from jsonschema import validators  # noqa: PLC0415

    default = validators.Draft7Validator
    try:
        return validators.validator_for(schema, default=default)
    except ValueError:  # `$schema` is not a URL
        return default


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, TooManyStepsError):
        return "that takes too many steps to evaluate"
    if isinstance(wrong, RecursionError):
        return "that is nested too deeply, or refers to itself endlessly"
    return f"that cannot be evaluated ({type(wrong).__name__})"


def _is_by_key(schema: Any, kind: Any) -> bool:
    """Return whether each top-level key can be checked alone, except for ``required``."""
    if not isinstance(schema, Mapping) or not schema.keys() <= _BY_KEY:
        return False
    if "required" not in kind.VALIDATORS:  # draft 3 has `required` in `properties`
        return False
    return all(each.startswith(("#/definitions/", "#/$defs/")) for each in references(schema))


def _without_required(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "required"}


def _missing(*route: str | int) -> Problem:
    return Problem(route, "is missing", missing=True)


def _help(error: Any) -> str:
    keyword, wanted, instance = error.validator, error.validator_value, error.instance
    hint = quoting(keyword, wanted, instance) or _hint(error)
    return hint or advice(keyword, error.schema, instance)


def _hint(error: Any) -> str:
    """Return the description in the schema if it is short enough for a help line, else ``""``."""
    text = mapping(error.schema).get("description")
    if not isinstance(text, str) or "\n" in text:
        return ""
    return text if len(text) <= _LONGEST_HINT else ""
