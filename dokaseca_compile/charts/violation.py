"""Messages about the keywords of JSON Schema that a value violates, as ends of sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from dokaseca_compile.charts.ecma import to_ecma

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "number": "a number",
    "null": "null",
}
_KINDS: tuple[tuple[Any, str], ...] = (
    (type(None), "null"),
    (int | float, "a number"),
    (str, "text"),
    (Mapping, "a mapping"),
)
_LONGEST_PATTERN = 60  # characters that a person still reads
_MOST_CHOICES = 12
_LONGEST = 120  # characters of a value of the schema in a message


def violation(keyword: str, wanted: Any, instance: Any) -> str:
    """Return a message: ``must be an integer, not text``. It never shows the value itself."""
    if keyword == "type":
        return _type(wanted, instance)
    message = _MESSAGES.get(keyword)
    if message is not None:
        return message(wanted)
    if isinstance(wanted, str | int | float):
        return f"violates `{keyword} {_text(wanted)}`"
    return f"violates `{keyword}`"


def type_names(types: Any) -> list[Any]:
    """Return the names of the types that the keyword ``type`` allows: one, or a list of them."""
    return types if isinstance(types, list) else [types]


def _type(wanted: Any, instance: Any) -> str:
    names = " or ".join(_TYPES.get(each, str(each)) for each in type_names(wanted))
    return f"must be {names}, not {_kind(instance)}"


def _kind(instance: Any) -> str:
    if isinstance(instance, bool):
        return f"`{str(instance).lower()}`"
    for kind, name in _KINDS:
        if isinstance(instance, kind):
            return name
    return "a list"


def _one_of(wanted: Any) -> str:
    shown = [f"`{_text(each)}`" for each in wanted[:_MOST_CHOICES]]
    if len(shown) < 2:
        return f"must be {''.join(shown)}"
    return f"must be {', '.join(shown[:-1])} or {shown[-1]}"


def _pattern(wanted: Any) -> str:
    pattern = to_ecma(wanted)
    if len(pattern) > _LONGEST_PATTERN:
        return "has a form that is not allowed"
    return f"must match `{pattern}`"


def _limit(words: str, wanted: Any) -> str:
    return words.format(_text(wanted))


def _count(words: str, noun: str, wanted: Any) -> str:
    return f"{words} {_text(wanted)} {noun}{'' if wanted == 1 else 's'}"


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    try:
        text = str(value)
    except (ValueError, RecursionError):  # Python does not write out huge numbers
        return "…"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_MESSAGES: Mapping[str, Callable[[Any], str]] = {
    "enum": _one_of,
    "const": partial(_limit, "must be `{}`"),
    "pattern": _pattern,
    "minimum": partial(_limit, "must be at least {}"),
    "maximum": partial(_limit, "must be at most {}"),
    "minLength": partial(_count, "must have at least", "character"),
    "maxLength": partial(_count, "must have at most", "character"),
    "minItems": partial(_count, "must have at least", "item"),
    "maxItems": partial(_count, "must have at most", "item"),
    "anyOf": lambda _: "matches none of the allowed forms",
    "oneOf": lambda _: "matches none of the allowed forms, or more than one",
    "not": lambda _: "has a form that is not allowed",
}
