"""YAML readers interpret an unquoted value differently.

## Problem

One of these unquoted values is used:

- `no`, `010`, `1:20`, `2024-01-01` and similar: a string here, as in YAML 1.2, but a boolean, a
  number or a date for YAML 1.1 and Go.
- In Helm values, a number in a format that Helm does not keep: `14.10` becomes `14.1`, `1234e5`
  becomes `123400000`, `0x1F` becomes `31`, `0o10` becomes `8`.

A number is a warning where a number may be intended. It is an error where the chart needs a
string: in an environment variable, a label or an annotation, and under keys such as `tag`,
`version`, `sha`, `commit`, `digest`, `revision` and `channel`.

## Why

The author expects one interpretation, and a tool uses another. The compiler quotes strings in its
output. The format of a number is lost: Helm reads every number as a float64 (helm#11800), and a
template prints a million as `1e+06`.

## Fix

Quote the value if it is text. Otherwise write `true`, `false`, or the number as shown in the
message. Numbers such as `3`, `0.5` and `1.25` keep their format and need no quotes.

## Example

```yaml
regions:
  norway: {description: no}                       # ambiguous-scalar, a warning
addons:
  shop: {values: {image: {tag: 14.10}}}           # ambiguous-scalar: the tag would be 14.1
  shop: {values: {image: {tag: "14.10"}}}         # valid
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.data import Node, entries, scalars
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error, warning
from dokaseca_compile.core.routes import Route, at, format_route, last_key
from dokaseca_compile.core.text import json_number, printed_number
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.free_form import begins_values

SLUG = "ambiguous-scalar"

_IDENTIFIERS = frozenset(
    (
        "branch",
        "channel",
        "checksum",
        "commit",
        "digest",
        "hash",
        "ref",
        "release",
        "revision",
        "sha",
        "tag",
        "version",
    )
)
"""Last words of keys whose values are names, even if they look like numbers."""
_STRING_MAPS = frozenset(("annotations", "env", "envs", "envvar", "envvars", "labels"))
"""Last words of keys of mappings in which Kubernetes accepts only strings."""
_VARIABLES = frozenset(("var", "vars", "variable", "variables"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NUMBERS_AND_NODES = (int, float, dict, list)
_VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a finding for each number that loses its spelling.

    In Helm values that is any such number, in keys of the platform an integer in another base.
    Strings that look like something else are reported when the file is read.
    """
    respelled = context.sources.respelled()
    if not respelled:
        return
    for value, route in scalars([(context.data, ())], _numbers_below):
        if value not in respelled:
            continue
        written = context.sources.raw(route)
        if _is_in_values(route):
            yield from _in_values(context, route, value, written)
        else:
            yield from _in_keys(route, value, written)


def _in_keys(route: Route, value: float, written: str) -> Iterator[Diagnostic]:
    if written != json_number(value) and _is_integer(route):
        yield _finding(route, written, json_number(value), is_text=False)


def _in_values(context: Context, route: Route, value: float, written: str) -> Iterator[Diagnostic]:
    if written != json_number(value):
        is_text = _must_be_text(route, context.data)
        if is_text or not context.sources.is_alias(route):
            yield _finding(route, written, json_number(value), is_text=is_text)
    elif _is_identifier(route) and written != printed_number(value):
        yield _finding(route, written, printed_number(value), is_text=True)


def _must_be_text(route: Route, data: Any) -> bool:
    return _is_identifier(route) or _is_of_strings(route) or _is_value_of_name(route, data)


def _finding(route: Route, written: str, passed_on: str, *, is_text: bool) -> Diagnostic:
    where = format_route(route)
    if is_text:
        message = (
            f"`{where}` must be text, but unquoted `{written}` is a number: "
            f"charts get `{passed_on}`"
        )
        return error(SLUG, message, Label(route), help=f'quote it: "{written}"')
    message = f"the number `{written}` is passed on as `{passed_on}`"
    advice = f'if it is text, quote it: "{written}"; if it is a number, write {passed_on}'
    return warning(SLUG, message, Label(route), help=advice)


def _numbers_below(node: Any, route: Route) -> Iterator[Node]:
    for key, value in entries(node):
        if type(value) in _NUMBERS_AND_NODES:
            yield value, (*route, key)


def _is_in_values(route: Route) -> bool:
    """Return whether a place is part of Helm values."""
    return any(part == "values" and begins_values(route[:at]) for at, part in enumerate(route))


def _is_integer(route: Route) -> bool:
    """Return whether the schema expects an integer.

    Where it expects a string, the number is a schema fault.
    """
    from dokaseca_compile.model.schema import nodes_at  # noqa: PLC0415 - seldom needed

    return any(node.get("type") == "integer" for node in nodes_at(route))


def _is_identifier(route: Route) -> bool:
    """Return whether the nearest key ends in a word like ``tag``: ``imageTag``, ``tags[0]``."""
    _, last = _last_words(route)
    return last in _IDENTIFIERS or last.removesuffix("s") in _IDENTIFIERS


def _is_of_strings(route: Route) -> bool:
    """Return whether it is an environment variable, a label or an annotation, in a mapping."""
    if not isinstance(route[-1], str):
        return False
    before, last = _last_words(route[:-1])
    if last == "environment":
        return _VARIABLE_NAME.fullmatch(route[-1]) is not None
    if last in _VARIABLES:
        return before in {"env", "environment"}
    return last in _STRING_MAPS


def _is_value_of_name(route: Route, data: Any) -> bool:
    """Return whether it is the ``value`` of ``{name: DB_PORT, value: …}``.

    That is how containers get environment variables.
    """
    return route[-1] == "value" and isinstance(at(data, (*route[:-1], "name")), str)


def _last_words(route: Route) -> tuple[str, str]:
    """Return the last two words of the nearest key, empty where there is none."""
    before, last = ["", "", *_WORD.findall(last_key(route))][-2:]
    return before.lower(), last.lower()
