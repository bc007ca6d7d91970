"""``jsonschema`` with a budget, for untrusted schemas: counted steps, and patterns by RE2.

A schema of a few lines can double itself at each reference, and each message of ``jsonschema``
contains a whole value. So each evaluation of a keyword and each error costs steps of a budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.charts.patterns import compiled

# Keywords whose own content is read as a whole, however small the instance is.
_LISTS = frozenset(
    {"enum", "const", "required", "type", "patternProperties", "dependentRequired", "dependencies"}
)
REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
# How much is done in the time of one step:
_PARTS_PER_STEP = 16  # parts of a value that are read
_INSTRUCTIONS_PER_STEP = 1024  # instructions of a pattern
_PAIRS_PER_STEP = 64  # comparisons of two items
_REFERENCE_COST = 8  # steps to resolve a reference
_ERROR_COST = 8  # steps at least for an error, whose objects are large

_Keyword = Callable[[Any, Any, Any, Any], Iterator[Any] | None]


class TooManyStepsError(Exception):
    """The budget is used up."""


@dataclass(slots=True)
class Budget:
    """The steps that are left; the last evaluated keyword and its part of the schema."""

    left: int = 0
    schema: Any = None
    keyword: str = ""
    _weights: dict[int, tuple[Any, int]] = field(default_factory=dict, repr=False)

    def renew(self, steps: int) -> None:
        """Start another evaluation with ``steps``."""
        self.left = steps
        self._weights.clear()

    def spend(self, steps: int) -> None:
        """Take ``steps``. Raises ``TooManyStepsError`` when too few are left."""
        self.left -= steps
        if self.left < 0:
            raise TooManyStepsError

    def weight(self, value: Any) -> int:
        """Return how many steps it costs to read or to show a value."""
        if isinstance(value, str):
            return len(value) // (_PARTS_PER_STEP * 8)
        if not isinstance(value, list | dict):
            return 0
        known = self._weights.get(id(value))
        if known is None:
            # The value is kept as well: otherwise another one could get its ID.
            known = self._weights[id(value)] = (value, _size(value) // _PARTS_PER_STEP)
        return known[1]


def _size(value: Any) -> int:
    """Return how many parts a value has; a long text counts as several."""
    size, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        size += 1
        if isinstance(each, dict):
            waiting.extend(each)
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, str):
            size += len(each) // 8
    return size


def bounded(kind: Any, budget: Budget) -> Any:
    """Return a validator class for the draft of ``kind`` whose evaluations spend a budget."""
    from jsonschema import validators  # noqa: PLC0415 - heavy

    keywords = {name: _OWN.get(name, each) for name, each in kind.VALIDATORS.items()}
    counted = {name: _counted(name, each, budget) for name, each in keywords.items()}
    extend: Any = validators.extend
    made = extend(kind, counted)
    made.evolve = _evolve
    made.budget = budget
    return made


def _evolve(self: Any, **changes: Any) -> Any:
    """Stay in the same class, whatever ``$schema`` a part names: no part escapes the budget."""
    self.budget.spend(1)
    return self.__class__(
        changes.get("schema", self.schema),
        registry=self._registry,
        _resolver=changes.get("_resolver", self._resolver),
    )


def _counted(name: str, keyword: _Keyword, budget: Budget) -> _Keyword:
    def evaluate(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        budget.schema, budget.keyword = schema, name
        budget.spend(_REFERENCE_COST if name in REFERENCES else 1)
        if name in _LISTS:
            budget.spend(budget.weight(value))
        elif name == "uniqueItems" and isinstance(instance, list):
            budget.spend(budget.weight(instance) + len(instance) ** 2 // _PAIRS_PER_STEP)
        for error in keyword(validator, value, instance, schema) or ():
            budget.spend(_ERROR_COST + budget.weight(value) + budget.weight(instance))
            error.message = ""  # it contains the whole value, and nobody reads it
            yield error

    return evaluate


def _search(validator: Any, pattern: str, text: str) -> bool:
    found = compiled(pattern)
    validator.budget.spend(found.size * len(text) // _INSTRUCTIONS_PER_STEP)
    return found.found_in(text)


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    if isinstance(instance, str) and not _search(validator, pattern, instance):
        yield ValidationError("")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _: Any
) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, schema in patterns.items():
        for key, value in instance.items():
            validator.budget.spend(1)
            if _search(validator, pattern, key):
                yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, schema: Any, instance: Any, beside: Mapping[str, Any]
) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415

    if not isinstance(instance, dict):
        return
    extra = [key for key in instance if is_additional(validator, key, beside)]
    if isinstance(schema, dict):
        for key in extra:
            yield from validator.descend(instance[key], schema, path=key)
    elif not schema and extra:
        yield ValidationError("")


def is_additional(validator: Any, key: str, schema: Mapping[str, Any]) -> bool:
    """Return whether neither ``properties`` nor ``patternProperties`` of a schema cover a key."""
    patterns = schema.get("patternProperties", {})
    validator.budget.spend(1 + len(patterns))
    if key in schema.get("properties", {}):
        return False
    return not any(_search(validator, each, key) for each in patterns)


_OWN: Mapping[str, _Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
}
"""The keywords that match patterns, which ``jsonschema`` itself would do with ``re``."""
