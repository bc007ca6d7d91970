"""Help lines for values that a chart's schema forbids, where the schema gives no hint itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.charts.violation import type_names
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import nearest, suggestion

_WRITE = {
    "string": "write text",
    "object": "write a mapping: `key: value`",
    "array": "write a list: `[…]`",
    "boolean": "write `true` or `false`, without quotes",
    "integer": "write a whole number, without quotes",
    "number": "write a number, without quotes",
    "null": "write `null`",
}


def advice(keyword: str, schema: Any, instance: Any) -> str:
    """Return a help line for a violated keyword of JSON Schema. It never shows the value itself."""
    rules = mapping(schema)
    if keyword == "type":
        return _of_type(rules.get("type"))
    if keyword == "enum":
        return _of_enum(rules["enum"], instance)
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return _of_range(rules)
    return _BY_KEYWORD.get(keyword, "")


def quoting(keyword: str, types: Any, instance: Any) -> str:
    """Advise quotes where YAML reads a number or a boolean and the schema wants text, else `""`."""
    if keyword != "type" or not isinstance(instance, int | float):
        return ""
    return "write it in quotes" if "string" in type_names(types) else ""


_BY_KEYWORD = {
    "const": "use exactly this value, or delete the line",
    "minLength": "write a longer text, or delete the line",
    "maxLength": "shorten it",
    "minItems": "add an entry",
    "maxItems": "remove some entries",
    "uniqueItems": "remove the duplicate entries",
    "pattern": "write it in this form, or delete the line",
}


def _of_type(types: Any) -> str:
    return next(filter(None, map(_WRITE.get, type_names(types))), "")


def _of_enum(choices: list[Any], instance: Any) -> str:
    texts = [each for each in choices if isinstance(each, str) and each]
    found = nearest(instance, texts) if isinstance(instance, str) else None
    return suggestion(found) or "write one of these, or delete the line"


def _of_range(rules: Mapping[str, Any]) -> str:
    least, most = rules.get("minimum"), rules.get("maximum")
    if least is not None and most is not None:
        return f"write a number from {least} to {most}"
    if least is not None:
        return f"write {least} or more"
    if most is not None:
        return f"write {most} or less"
    return "write a number within the bounds"
