"""Data → ``Platform``; pydantic's errors become diagnostics with a place.

A fault in one cluster must not hide the faults of the others: the smallest named unit that holds a
schema fault (a cluster, an addon, a team …) is left out, and the rest is validated again, so that
the rules can run on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dokaseca_compile.diagnostics import At, Diagnostic, Label, did_you_mean, error
from dokaseca_compile.model.common import GRAMMARS
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.redaction import MASK, secret_key
from dokaseca_compile.routes import Route, format_route
from dokaseca_compile.source import Sources
from dokaseca_compile.source.faults import MAX_EACH
from dokaseca_compile.source.text import shown

_UNITS = ("environments", "regions", "clusterTypes", "clusters", "addons", "teams")
_TYPES = {
    "string_type": "a string",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
}

_SECTIONS = {
    "apiVersion": "apiVersion: dokaseca.dev/v1alpha1",
    "kind": "kind: Platform",
    "metadata": "metadata: {name: acme}",
    "repositories": "repositories: {organization: https://github.com/acme}",
    "environments": "environments: {dev: {}, production: {purpose: hardened}}",
    "regions": "regions: {eu: {}}",
    "clusters": "clusters: {hub: {type: hub, environment: dev, region: eu, auth: in-cluster}}",
}
"""What to write where a whole section is missing. Together they are the smallest platform."""


def load(sources: Sources) -> tuple[Platform | None, list[Diagnostic]]:
    """Validate the merged sources.

    Returns the platform without its faulty units, or ``None`` when what is left is no platform,
    and every schema fault, up to a limit. Never raises for a user's fault.
    """
    data: dict[str, Any] = sources.data
    try:
        return Platform.model_validate(data), []
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
    diagnostics = [each for found in errors[:MAX_EACH] for each in _diagnose(found, sources)]
    try:
        return Platform.model_validate(_without_faults(data, errors)), diagnostics
    except ValidationError:
        return None, diagnostics


def _without_faults(data: dict[str, Any], errors: list[ErrorDetails]) -> dict[str, Any]:
    """A copy without the units that hold an error, as far as the errors lie in units."""
    broken = {tuple(found["loc"][:2]) for found in errors}
    sound = dict(data)
    for section in _UNITS:
        units = data.get(section)
        if isinstance(units, Mapping):
            sound[section] = {name: unit for name, unit in units.items() if (section, name) not in broken}
    return {key: value for key, value in sound.items() if (key,) not in broken or key in _UNITS}


def _diagnose(found: ErrorDetails, sources: Sources) -> Iterator[Diagnostic]:
    location, kind = found["loc"], found["type"]
    at_key = bool(location) and location[-1] == "[key]"
    route: Route = tuple(location[:-1]) if at_key else tuple(location)
    label = Label(route, At.KEY if at_key else At.VALUE)
    where = format_route(route)
    if kind == "missing":
        yield _missing_key(route)
    elif kind == "extra_forbidden":
        yield _unknown_key(route)
    elif kind == "string_pattern_mismatch":
        slug, rule = GRAMMARS.get(found["ctx"]["pattern"], ("invalid-value", "it does not have the form it needs"))
        yield error(slug, f"`{where}`: {rule}", label)
    elif kind == "string_type" and isinstance(found["input"], int | float) and not at_key:
        yield _not_a_string(route, sources)
    elif kind in _TYPES:
        yield error("wrong-type", f"`{where}` must be {_TYPES[kind]}, not {_type_name(found['input'])}", label)
    elif kind == "literal_error":
        yield _unknown_value(found, route, label)
    elif kind == "string_too_long":
        yield error("too-long", f"`{where}` is longer than {found['ctx']['max_length']} characters", label)
    elif "-" in kind:  # our own, raised by a validator with its slug as the type
        yield error(kind, f"`{where}`: {found['msg']}", label)
    else:
        yield error("invalid-value", f"`{where}`: {_sentence(found['msg'])}", label)


def _missing_key(route: Route) -> Diagnostic:
    parent, key = route[:-1], str(route[-1])
    if parent:
        return error("missing-key", f"`{format_route(parent)}` needs `{key}`", Label(parent, At.KEY))
    hint = f"add it, for example `{_SECTIONS[key]}`" if key in _SECTIONS else ""
    return error("missing-key", f"the platform needs `{key}`", Label(), help=hint)


def _unknown_key(route: Route) -> Diagnostic:
    from dokaseca_compile.model.schema import keys_at  # noqa: PLC0415 - only needed to explain a fault

    parent, key = route[:-1], str(route[-1])
    owner = f" in `{format_route(parent)}`" if parent else ""
    hint = did_you_mean(key, keys_at(parent))
    return error("unknown-key", f"unknown key `{shown(key)}`{owner}", Label(route, At.KEY), help=hint)


def _unknown_value(found: ErrorDetails, route: Route, label: Label) -> Diagnostic:
    expected = [each.strip(" '\"") for each in found["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    given = found["input"]
    message = f"`{format_route(route)}` must be one of {', '.join(f'`{each}`' for each in expected)}"
    hint = did_you_mean(given, expected) if isinstance(given, str) else ""
    return error("unknown-value", message, label, help=hint if hint.startswith("did") else "")


def _not_a_string(route: Route, sources: Sources) -> Diagnostic:
    text = MASK if secret_key(str(route[-1])) else sources.raw(route)
    return error(
        "not-a-string",
        f"`{format_route(route)}` must be a string; `{text}` unquoted is {_unquoted(sources.raw(route))}",
        Label(route),
        help=f'quote it: "{text}"',
    )


def _unquoted(text: str) -> str:
    return "a boolean" if text.lower() in {"true", "false"} else "a number"


def _type_name(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return names.get(type(value), "something else")


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]
