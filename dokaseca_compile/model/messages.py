"""Diagnostics for pydantic's errors: what is wrong, where, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.core.secrets import MASK, secret_key
from dokaseca_compile.model import hints
from dokaseca_compile.model.causes import KEYS
from dokaseca_compile.model.fault import Fault
from dokaseca_compile.model.grammar import GRAMMARS
from dokaseca_compile.source import Sources
from dokaseca_compile.source.text import shown

SECTIONS = {
    "apiVersion": "apiVersion: dokaseca.dev/v1alpha1",
    "kind": "kind: Platform",
    "metadata": "metadata: {name: acme}",
    "repositories": "repositories: {organization: https://github.com/acme}",
    "environments": "environments: {dev: {}, production: {purpose: hardened}}",
    "regions": "regions: {eu: {}}",
    "clusters": "clusters: {hub: {type: hub, environment: dev, region: eu, auth: in-cluster}}",
}
"""An example of each required section. Together they are the smallest platform."""

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
_TYPE_NAMES: dict[type, str] = {
    bool: "true or false",
    str: "a string",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}
_MAPPINGS = frozenset(("model_type", "model_attributes_type"))
_MAX_CHARACTERS_NAMED = 3


def explain(found: ErrorDetails, sources: Sources) -> Diagnostic:
    """Turn one of pydantic's errors into a diagnostic."""
    fault = Fault.of(found, sources)
    if "message" in fault.context:  # raised by one of our validators, see `grammar.refusal`
        return _refused(fault)
    if fault.given is None and fault.kind not in {"missing", "extra_forbidden"}:
        return _no_value(fault)
    is_number = isinstance(fault.given, int | float) and not fault.at_key
    if is_number and fault.kind == "string_type":
        return _not_a_string(fault)
    if fault.kind in _TYPES:
        return _wrong_type(fault)
    return _BY_KIND.get(fault.kind, _other)(fault)


def foreign(data: dict[str, Any]) -> Diagnostic | None:
    """Report a Kubernetes manifest that was given as the platform, instead of each of its keys."""
    kind, version = data.get("kind"), data.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str):
        return None
    is_platform = kind == "Platform" or version.startswith("dokaseca.dev/")
    if is_platform or not re.fullmatch(r"[A-Z][A-Za-z]*", kind):
        return None
    return error(
        "unknown-value",
        f"this is a Kubernetes `{shown(kind)}`, not a platform file",
        Label(("kind",)),
        help="a platform file begins with `apiVersion: dokaseca.dev/v1alpha1` and `kind: Platform`",
    )


def _refused(fault: Fault) -> Diagnostic:
    context = fault.context
    route = (*fault.route, *context["within"])
    at = At.KEY if fault.at_key or context["at_key"] else At.VALUE
    message = f"`{format_route(route)}`{context['message']}"
    return error(fault.kind, message, Label(route, at), help=context["help"])


def _no_value(fault: Fault) -> Diagnostic:
    """Report a key without a value: YAML reads it as null, which nobody intends."""
    at = At.VALUE if fault.sources.raw(fault.route) else At.KEY
    message = f"`{fault.where}` has no value"
    return error("wrong-type", message, Label(fault.route, at), help=hints.value_for_key(fault))


def _not_a_string(fault: Fault) -> Diagnostic:
    raw = fault.sources.raw(fault.route)
    text = MASK if secret_key(fault.key) else raw
    kind = "a boolean" if raw.lower() in {"true", "false"} else "a number"
    message = f"`{fault.where}` must be a string; `{text}` without quotes is {kind}"
    return error("not-a-string", message, Label(fault.route), help=f'quote it: "{text}"')


def _wrong_type(fault: Fault) -> Diagnostic:
    if fault.kind in _MAPPINGS and hints.is_switch(fault.nodes()):
        expected, advice = "true, false or a mapping", hints.switch_form(fault)
    else:
        expected, advice = _TYPES[fault.kind], hints.corrected_form(fault)
    actual = _TYPE_NAMES.get(type(fault.given), "something else")
    message = f"`{fault.where}` must be {expected}, not {actual}"
    return error("wrong-type", message, fault.label, help=advice)


def _missing_key(fault: Fault) -> Diagnostic:
    if not fault.parent:
        key = fault.key
        example = f"add it, for example `{SECTIONS[key]}`" if key in SECTIONS else ""
        return error("missing-key", f"the platform needs `{key}`", Label(), help=example)
    *others, last = (f"`{each}`" for each in fault.context.get(KEYS, [fault.key]))
    keys = f"{', '.join(others)} and {last}" if others else last
    message = f"`{format_route(fault.parent)}` needs {keys}"
    return error("missing-key", message, Label(fault.parent, At.KEY))


def _unknown_key(fault: Fault) -> Diagnostic:
    owner = f" in `{format_route(fault.parent)}`" if fault.parent else ""
    message = f"unknown key `{shown(fault.key)}`{owner}"
    return error("unknown-key", message, Label(fault.route, At.KEY), help=hints.known_key(fault))


def _broken_grammar(fault: Fault) -> Diagnostic:
    pattern = fault.context["pattern"]
    grammar = GRAMMARS[pattern]
    message = f"`{fault.where}`: {grammar.rule}{_objection(fault.text, pattern)}"
    advice = hints.corrected_text(fault, grammar, pattern)
    return error(grammar.slug, message, fault.label, help=advice)


def _objection(text: str, pattern: str) -> str:
    """Name the characters that break a rule; ``""`` where the rule is not about characters."""
    if not text or not re.fullmatch(pattern, "aaa"):
        return ""
    wrong = [each for each in dict.fromkeys(text) if not re.fullmatch(pattern, f"a{each}a")]
    if wrong:
        return f"; {_listed_characters(wrong)} not allowed"
    if not re.fullmatch(pattern, f"{text[0]}aa"):
        return f"; it begins with `{text[0]}`"
    if not re.fullmatch(pattern, f"aa{text[-1]}"):
        return f"; it ends with `{text[-1]}`"
    return ""


def _listed_characters(characters: Sequence[str]) -> str:
    """Return ``"`A` and `b` are"``, with the first few of the characters."""
    listed = " and ".join(f"`{shown(each)}`" for each in characters[:_MAX_CHARACTERS_NAMED])
    verb = "is" if len(characters) == 1 else "are"
    return f"{listed} {verb}"


def _unknown_value(fault: Fault) -> Diagnostic:
    words = fault.context["expected"].replace(" or ", ", ").split(", ")
    expected = [each.strip(" '\"") for each in words]
    one_of = "" if len(expected) == 1 else "one of "
    listed = ", ".join(f"`{each}`" for each in expected)
    message = f"`{fault.where}` must be {one_of}{listed}"
    advice = hints.known_value(fault, expected)
    return error("unknown-value", message, fault.label, help=advice)


def _too_long(fault: Fault) -> Diagnostic:
    message = f"`{fault.where}` is longer than {fault.context['max_length']} characters"
    return error("too-long", message, fault.label)


def _too_few(fault: Fault) -> Diagnostic:
    least = fault.context["min_length"]
    entries = "one entry" if least == 1 else f"{least} entries"
    message = f"`{fault.where}` must have at least {entries}"
    is_section = len(fault.route) == 1 and fault.key in SECTIONS
    example = f"write `{SECTIONS[fault.key]}`" if is_section else ""
    return error("invalid-value", message, fault.label, help=example)


def _out_of_range(fault: Fault) -> Diagnostic:
    for node in fault.nodes():
        if "minimum" in node and "maximum" in node:
            message = f"`{fault.where}` must be from {node['minimum']} to {node['maximum']}"
            return error("invalid-value", message, fault.label)
    return _other(fault)


def _other(fault: Fault) -> Diagnostic:
    original = fault.original[:1].lower() + fault.original[1:]
    return error("invalid-value", f"`{fault.where}`: {original}", fault.label)


_BY_KIND: dict[str, Callable[[Fault], Diagnostic]] = {
    "missing": _missing_key,
    "extra_forbidden": _unknown_key,
    "string_pattern_mismatch": _broken_grammar,
    "literal_error": _unknown_value,
    "string_too_long": _too_long,
    "too_short": _too_few,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
}
