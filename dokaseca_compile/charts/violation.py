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
    shown = f" {_text(wanted)}" if isinstance(wanted, str | int | float) else ""
    return f"violates `{keyword}{shown}`"


def _type(wanted: Any, instance: Any) -> str:
    types = wanted if isinstance(wanted, list) else [wanted]
    names = " or ".join(_TYPES.get(each, str(each)) for each in types)
    return f"must be {names}, not {_kind(instance)}"


def _kind(instance: Any) -> str:
    if instance is None:
        return "null"
    if isinstance(instance, bool):
        return f"`{str(instance).lower()}`"
    if isinstance(instance, int | float):
        return "a number"
    if isinstance(instance, str):
        return "text"
    return "a mapping" if isinstance(instance, Mapping) else "a list"


def _one_of(wanted: Any) -> str:
    shown = [f"`{_text(each)}`" for each in wanted[:_MOST_CHOICES]]
    *others, last = shown or [""]
    return f"must be {', '.join(others)} or {last}" if others else f"must be {last}"


def _pattern(wanted: Any) -> str:
    pattern = to_ecma(wanted)
    if len(pattern) > _LONGEST_PATTERN:
        return "has a form that is not allowed"
    return f"must match `{pattern}`"


def _limit(words: str, wanted: Any) -> str:
    return words.format(_text(wanted))


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
    "minLength": partial(_limit, "must have at least {} characters"),
    "maxLength": partial(_limit, "must have at most {} characters"),
    "minItems": partial(_limit, "must have at least {} items"),
    "maxItems": partial(_limit, "must have at most {} items"),
    "anyOf": lambda _: "matches none of the allowed forms",
    "oneOf": lambda _: "matches none of the allowed forms, or more than one",
    "not": lambda _: "has a form that is not allowed",
}
