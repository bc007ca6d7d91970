"""Pydantic's errors in our words: what is wrong, where, and the corrected text where it is mechanical."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error, nearest
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.core.secrets import MASK, secret_key, secret_shape
from dokaseca_compile.model.causes import KEYS
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
"""What to write where a whole section is missing. Together they are the smallest platform."""

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
_LAYERS = {
    "environments": "<environment>",
    "regions": "<region>",
    "clusterTypes": "<type>",
    "clusters": "<cluster>",
}
_ADDON_KEYS = {"CreateNamespace": "createNamespace", "ServerSideApply": "serverSideApply"}
"""Sync options that are keys of the addon, because more than the option hangs on them."""
_WORDS_FOR = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
_MOST_KEYS = 25


@dataclass(frozen=True, slots=True)
class Fault:
    """One of pydantic's errors; ``given`` is the value that it refused."""

    kind: str
    given: Any
    route: Route
    at_key: bool
    context: dict[str, Any]
    said: str
    sources: Sources

    @classmethod
    def of(cls, found: ErrorDetails, sources: Sources) -> Fault:
        """Read an error; the fault of a key is at the key's own route."""
        location: Route = tuple(found["loc"])
        at_key = bool(location) and location[-1] == "[key]"
        route = location[:-1] if at_key else location
        return cls(
            found["type"],
            found["input"],
            route,
            at_key,
            found.get("ctx", {}),
            found["msg"],
            sources,
        )

    @property
    def where(self) -> str:
        """The place in words: ``clusters.spoke.hub``."""
        return format_route(self.route)

    @property
    def key(self) -> str:
        """The last part of the route."""
        return str(self.route[-1]) if self.route else ""

    @property
    def label(self) -> Label:
        """What to point at."""
        return Label(self.route, At.KEY if self.at_key else At.VALUE)

    @property
    def text(self) -> str:
        """What is given, if it is a text short enough to be repeated and no secret; else ``""``."""
        if not isinstance(self.given, str) or len(self.given) > 80 or not self.given.isprintable():
            return ""
        return "" if secret_key(self.key) or secret_shape(self.given) else self.given

    def nodes(self, route: Route | None = None) -> list[dict[str, Any]]:
        """What the JSON Schema says of the place, or of another one."""
        from dokaseca_compile.model.schema import nodes_at  # noqa: PLC0415 - only needed to explain a fault

        return nodes_at(self.route if route is None else route)

    def keys(self, route: Route) -> tuple[str, ...]:
        """The keys that a mapping may have."""
        return tuple(
            dict.fromkeys(key for node in self.nodes(route) for key in node.get("properties", {}))
        )


def explain(found: ErrorDetails, sources: Sources) -> Diagnostic:
    """Say one of pydantic's errors in our words."""
    fault = Fault.of(found, sources)
    if "said" in fault.context:  # our own, raised by a validator with its slug as the type
        return _refused(fault)
    if fault.given is None and fault.kind not in {"missing", "extra_forbidden"}:
        return _no_value(fault)
    if fault.kind == "string_type" and isinstance(fault.given, int | float) and not fault.at_key:
        return _not_a_string(fault)
    if fault.kind in _TYPES:
        return _wrong_type(fault)
    return _BY_KIND.get(fault.kind, _other)(fault)


def foreign(data: dict[str, Any]) -> Diagnostic | None:
    """Tell a file of Kubernetes from a platform file with faults; all its keys would be faults."""
    kind, version = data.get("kind"), data.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str):
        return None
    if (
        kind == "Platform"
        or version.startswith("dokaseca.dev/")
        or not re.fullmatch(r"[A-Z][A-Za-z]*", kind)
    ):
        return None
    return error(
        "unknown-value",
        f"this is a Kubernetes `{shown(kind)}`, not a platform file",
        Label(("kind",)),
        help="a platform file begins with `apiVersion: dokaseca.dev/v1alpha1` and `kind: Platform`",
    )


def _refused(fault: Fault) -> Diagnostic:
    route = (*fault.route, *fault.context["within"])
    at = At.KEY if fault.at_key or fault.context["at_key"] else At.VALUE
    message = f"`{format_route(route)}`{fault.context['said']}"
    return error(fault.kind, message, Label(route, at), help=fault.context["help"])


def _no_value(fault: Fault) -> Diagnostic:
    """A key without a value: a null that nobody meant, or a mapping that has all its defaults."""
    nodes, parent = fault.nodes(), fault.route[:-1]
    models = [node for node in nodes if "properties" in node]
    empty = bool(models) and not any(node.get("required") for node in models)
    named = (
        bool(parent) and isinstance(fault.route[-1], str) and fault.key not in fault.keys(parent)
    )
    required = any(fault.key in node.get("required", ()) for node in fault.nodes(parent))
    if _is_switch(nodes):
        advice = "write `true`, `false` or a mapping"
    elif empty and (named or "awsIam" in fault.keys(parent)):
        advice = f"write `{shown(fault.key)}: {{}}`"
    else:
        advice = "write a value" if required else "write a value, or delete the line"
    written = At.VALUE if fault.sources.raw(fault.route) else At.KEY
    return error(
        "wrong-type", f"`{fault.where}` has no value", Label(fault.route, written), help=advice
    )


def _wrong_type(fault: Fault) -> Diagnostic:
    nodes = fault.nodes()
    switch = _is_switch(nodes) and fault.kind in {"model_type", "model_attributes_type"}
    needed = "true, false or a mapping" if switch else _TYPES[fault.kind]
    message = f"`{fault.where}` must be {needed}, not {_type_name(fault.given)}"
    return error(
        "wrong-type",
        message,
        fault.label,
        help=_switch_for(fault) if switch else _form_for(fault, nodes),
    )


def _switch_for(fault: Fault) -> str:
    if isinstance(fault.given, int | float):
        return f'write `{{version: "{fault.sources.raw(fault.route)}"}}`'
    if fault.text in {"true", "false"}:
        return f"write `{fault.text}` without quotes"
    if fault.text.lower() in _WORDS_FOR:
        return f"write `{_WORDS_FOR[fault.text.lower()]}`"
    return f"write `{{version: {fault.text}}}`" if re.match(r"[\^~v=<>]*[0-9]", fault.text) else ""


def _form_for(fault: Fault, nodes: Sequence[dict[str, Any]]) -> str:
    text = fault.text
    if fault.kind in {"tuple_type", "list_type"}:
        return (
            f"write `[{text}]`"
            if text and any("string" in _item_types(node) for node in nodes)
            else ""
        )
    if fault.kind == "bool_type":
        return (
            f"write `{_WORDS_FOR[text.lower()]}` without quotes"
            if text.lower() in _WORDS_FOR
            else ""
        )
    if fault.kind == "int_type":
        return f"write `{text}` without quotes" if re.fullmatch(r"-?[0-9]{1,9}", text) else ""
    if fault.kind == "model_type" and fault.key == "chart" and text:
        return f"write `chart: {{name: {text.rsplit('/', 1)[-1]}, repository: https://…}}`"
    if (
        fault.kind == "dict_type"
        and isinstance(fault.given, list)
        and fault.given
        and _holds_units(fault)
    ):
        first = fault.given[0].get("name") if isinstance(fault.given[0], dict) else fault.given[0]
        name = (
            first
            if isinstance(first, str) and len(first) < 64 and not secret_shape(first)
            else "name"
        )
        return f"the name is the key: `{shown(name)}: {{…}}`"
    return ""


def _item_types(node: dict[str, Any]) -> set[str]:
    items = node.get("items", {})
    return {items.get("type", "string" if "enum" in items else "")}


def _holds_units(fault: Fault) -> bool:
    return any("properties" in node for node in fault.nodes((*fault.route, "")))


def _is_switch(nodes: Sequence[dict[str, Any]]) -> bool:
    return any(node.get("type") == "boolean" for node in nodes) and any(
        "properties" in node for node in nodes
    )


def _missing_key(fault: Fault) -> Diagnostic:
    parent, key = fault.route[:-1], fault.key
    if parent:
        *others, last = (f"`{each}`" for each in fault.context.get(KEYS, [key]))
        needed = f"{', '.join(others)} and {last}" if others else last
        return error(
            "missing-key", f"`{format_route(parent)}` needs {needed}", Label(parent, At.KEY)
        )
    hint = f"add it, for example `{SECTIONS[key]}`" if key in SECTIONS else ""
    return error("missing-key", f"the platform needs `{key}`", Label(), help=hint)


def _unknown_key(fault: Fault) -> Diagnostic:
    parent, key = fault.route[:-1], fault.key
    owner = f" in `{format_route(parent)}`" if parent else ""
    message = f"unknown key `{shown(key)}`{owner}"
    return error(
        "unknown-key", message, Label(fault.route, At.KEY), help=_key_for(fault, parent, key)
    )


def _key_for(fault: Fault, parent: Route, key: str) -> str:
    if len(parent) == 2 and parent[0] == "addons" and key in _LAYERS:
        return f"say it at `{key}.{_LAYERS[key]}.addons.{shown(str(parent[1]))}`"
    if len(parent) > 1 and key != parent[-1] and key in fault.keys(parent[:-1]):
        return f"`{key}` stands beside `{shown(str(parent[-1]))}`"
    known = fault.keys(parent)
    fitting = [each for each in known if _fits(fault, (*parent, each))]
    found = nearest(key, fitting) or _begun(key, fitting)
    if found:
        return f"did you mean `{found}`?"
    more = f" and {len(known) - _MOST_KEYS} more" if len(known) > _MOST_KEYS else ""
    return f"known: {', '.join(f'`{each}`' for each in known[:_MOST_KEYS])}{more}" if known else ""


def _fits(fault: Fault, route: Route) -> bool:
    """Return whether the value that is given could stand at another place, by its type."""
    types = {dict: "object", list: "array", tuple: "array", bool: "boolean", str: "string"}
    given = types.get(type(fault.given), "")
    wanted = {str(node.get("type", "")) for node in fault.nodes(route)} - {""}
    return not given or not wanted or given in wanted


def _begun(word: str, known: Sequence[str]) -> str | None:
    """The one known word that begins like this, such as ``repository`` for ``repo``."""
    found = [each for each in known if each.lower().startswith(word.lower())]
    return found[0] if len(word) > 2 and len(found) == 1 else None


def _broken_grammar(fault: Fault) -> Diagnostic:
    grammar = GRAMMARS[fault.context["pattern"]]
    mended = grammar.mend(fault.text) if grammar.mend and fault.text.isascii() else ""
    good = mended and re.fullmatch(fault.context["pattern"], mended)
    advice = f"write `{mended}`" if good else grammar.help
    message = f"`{fault.where}`: {grammar.rule}{_objection(fault.text, fault.context['pattern'])}"
    return error(grammar.slug, message, fault.label, help=advice)


def _objection(text: str, pattern: str) -> str:
    """Name the character that breaks a rule; empty where the rule is about more than characters."""
    if not text or not re.fullmatch(pattern, "aaa"):
        return ""
    wrong = [each for each in dict.fromkeys(text) if not re.fullmatch(pattern, f"a{each}a")]
    if wrong:
        listed = " and ".join(f"`{shown(each)}`" for each in wrong[:3])
        return f"; {listed} {'is' if len(wrong) == 1 else 'are'} not allowed"
    if not re.fullmatch(pattern, f"{text[0]}aa"):
        return f"; it begins with `{text[0]}`"
    return f"; it ends with `{text[-1]}`" if not re.fullmatch(pattern, f"aa{text[-1]}") else ""


def _unknown_value(fault: Fault) -> Diagnostic:
    expected = [
        each.strip(" '\"") for each in fault.context["expected"].replace(" or ", ", ").split(", ")
    ]
    if len(fault.route) > 1 and fault.route[-2] == "syncOptions":
        advice = _sync_option(fault.text.partition("=")[0].strip(), expected)
    else:
        found = nearest(fault.text, expected) or _begun(fault.text, expected)
        advice = f"did you mean `{found}`?" if found and len(expected) > 1 else ""
    one_of = "" if len(expected) == 1 else "one of "
    message = f"`{fault.where}` must be {one_of}{', '.join(f'`{each}`' for each in expected)}"
    return error("unknown-value", message, fault.label, help=advice)


def _sync_option(name: str, expected: Sequence[str]) -> str:
    """Compare names only: ``=true`` at the end makes any two options alike."""
    for option, key in _ADDON_KEYS.items():
        if option.lower() == name.lower():
            return f"use `{key}`, a key of the addon"
    names = {each.partition("=")[0].lower(): each for each in expected}
    close = difflib.get_close_matches(name.lower()[:80], names, n=1, cutoff=0.8)
    return f"did you mean `{names[close[0]]}`?" if close else ""


def _too_long(fault: Fault) -> Diagnostic:
    return error(
        "too-long",
        f"`{fault.where}` is longer than {fault.context['max_length']} characters",
        fault.label,
    )


def _too_few(fault: Fault) -> Diagnostic:
    least = fault.context["min_length"]
    entries = "one entry" if least == 1 else f"{least} entries"
    example = (
        f"write `{SECTIONS[fault.key]}`" if fault.key in SECTIONS and len(fault.route) == 1 else ""
    )
    return error(
        "invalid-value", f"`{fault.where}` must have at least {entries}", fault.label, help=example
    )


def _out_of_range(fault: Fault) -> Diagnostic:
    bounds = [
        (node["minimum"], node["maximum"])
        for node in fault.nodes()
        if "minimum" in node and "maximum" in node
    ]
    if not bounds:
        return _other(fault)
    least, most = bounds[0]
    return error("invalid-value", f"`{fault.where}` must be from {least} to {most}", fault.label)


def _other(fault: Fault) -> Diagnostic:
    return error(
        "invalid-value", f"`{fault.where}`: {fault.said[:1].lower()}{fault.said[1:]}", fault.label
    )


def _not_a_string(fault: Fault) -> Diagnostic:
    raw = fault.sources.raw(fault.route)
    text = MASK if secret_key(fault.key) else raw
    what = "a boolean" if raw.lower() in {"true", "false"} else "a number"
    message = f"`{fault.where}` must be a string; `{text}` unquoted is {what}"
    return error("not-a-string", message, Label(fault.route), help=f'quote it: "{text}"')


def _type_name(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return names.get(type(value), "something else")


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
