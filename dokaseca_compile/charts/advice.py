"""What to do about a value that a chart's schema forbids, where the schema itself does not say
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.core.diagnostics import nearest

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
    """Return a help line for a keyword of JSON Schema that does not hold; it never shows the
    value itself.
    """
    rules = schema if isinstance(schema, Mapping) else {}
    if keyword == "type":
        return _of_type(rules.get("type"))
    if keyword == "enum":
        return _of_enum(rules["enum"], instance)
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        return _of_range(rules)
    return _BY_KEYWORD.get(keyword, "")


def quoting(keyword: str, types: Any, instance: Any) -> str:
    """Return what to do where YAML reads a number or a switch, and text is wanted; nothing
    elsewhere.
    """
    wanted = types if isinstance(types, list) else [types]
    unquoted = keyword == "type" and "string" in wanted and isinstance(instance, bool | int | float)
    return "write it in quotes" if unquoted else ""


_BY_KEYWORD = {
    "const": "write it as it stands there, or delete the line",
    "minLength": "write something, or delete the line",
    "maxLength": "shorten it",
    "minItems": "add an entry",
    "maxItems": "leave some out",
    "uniqueItems": "leave out what is there twice",
    "pattern": "write it in this form, or delete the line",
}


def _of_type(types: Any) -> str:
    wanted = types if isinstance(types, list) else [types]
    return next((_WRITE[each] for each in wanted if each in _WRITE), "")


def _of_enum(choices: list[Any], instance: Any) -> str:
    texts = [each for each in choices if isinstance(each, str) and each]
    found = nearest(instance, texts) if isinstance(instance, str) else None
    return f"did you mean `{found}`?" if found else "write one of these, or delete the line"


def _of_range(rules: Mapping[str, Any]) -> str:
    least, most = rules.get("minimum"), rules.get("maximum")
    if least is not None and most is not None:
        return f"write a number from {least} to {most}"
    if least is not None:
        return f"write {least} or more"
    return f"write {most} or less" if most is not None else "write a number within the bounds"
