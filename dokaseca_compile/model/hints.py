"""Help lines for schema faults: the corrected text, or the key or word that was probably intended.

Each function returns ``""`` where no help is better than none.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from dokaseca_compile.core.data import mapping, sequence
from dokaseca_compile.core.diagnostics import list_known, nearest, suggestion
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.secrets import secret_shape
from dokaseca_compile.model.fault import Fault, Node
from dokaseca_compile.model.grammar import Grammar
from dokaseca_compile.source.text import shown

_LAYERS = {
    "environments": "<environment>",
    "regions": "<region>",
    "clusterTypes": "<type>",
    "clusters": "<cluster>",
}
_ADDON_KEYS = {"createnamespace": "createNamespace", "serversideapply": "serverSideApply"}
"""Sync options that have their own addon key, because the key changes more than the option."""
_BOOLEANS = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
_MAX_KEYS = 25
_LONGEST_NAME = 63
_SCHEMA_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    tuple: "array",
    bool: "boolean",
    str: "string",
}


def value_for_key(fault: Fault) -> str:
    """Suggest a value for a key that has none."""
    nodes = fault.nodes()
    if is_switch(nodes):
        return "write `true`, `false` or a mapping"
    is_named = _is_user_named(fault) or _is_auth_method(fault)
    if is_named and _may_be_empty(nodes):
        return f"write `{shown(fault.key)}: {{}}`"
    required = chain.from_iterable(each.get("required", ()) for each in fault.nodes(fault.parent))
    return "write a value" if fault.key in required else "write a value, or delete the line"


def is_switch(nodes: Sequence[Node]) -> bool:
    """Return whether a place accepts true, false or a mapping."""
    has_boolean = any(node.get("type") == "boolean" for node in nodes)
    return has_boolean and any("properties" in node for node in nodes)


def _may_be_empty(nodes: Sequence[Node]) -> bool:
    """Return whether a place accepts a mapping in which every key is optional."""
    mappings = [node for node in nodes if "properties" in node]
    return bool(mappings) and not any(node.get("required") for node in mappings)


def _is_user_named(fault: Fault) -> bool:
    """Return whether the key is a name that the user chose, as that of an environment."""
    in_mapping = bool(fault.parent) and isinstance(fault.route[-1], str)
    return in_mapping and fault.key not in fault.keys(fault.parent)


def _is_auth_method(fault: Fault) -> bool:
    return "awsIam" in fault.keys(fault.parent)


def switch_form(fault: Fault) -> str:
    """Suggest the form of an addon setting that is neither true, false nor a mapping."""
    if isinstance(fault.given, int | float):
        return f'write `{{version: "{fault.sources.raw(fault.route)}"}}`'
    if fault.text in {"true", "false"}:
        return f"write `{fault.text}` without quotes"
    word = _BOOLEANS.get(fault.text.lower())
    if word:
        return f"write `{word}`"
    is_version = re.match(r"[\^~v=<>]*[0-9]", fault.text)
    return f"write `{{version: {fault.text}}}`" if is_version else ""


def corrected_form(fault: Fault) -> str:
    """Suggest the same value in the type that the schema expects."""
    form = _FORMS.get(fault.kind)
    return form(fault) if form else ""


def _list_form(fault: Fault) -> str:
    takes_strings = "string" in map(_item_type, fault.nodes())
    return f"write `[{fault.text}]`" if fault.text and takes_strings else ""


def _boolean_form(fault: Fault) -> str:
    word = _BOOLEANS.get(fault.text.lower())
    return f"write `{word}` without quotes" if word else ""


def _integer_form(fault: Fault) -> str:
    is_integer = re.fullmatch(r"-?[0-9]{1,9}", fault.text)
    return f"write `{fault.text}` without quotes" if is_integer else ""


def _chart_form(fault: Fault) -> str:
    if fault.key != "chart" or not fault.text:
        return ""
    name = fault.text.rsplit("/", 1)[-1]
    return f"write `chart: {{name: {name}, repository: https://…}}`"


def _mapping_form(fault: Fault) -> str:
    """Suggest a mapping for a list of entries that have names."""
    if not sequence(fault.given) or not _holds_mappings(fault):
        return ""
    return f"use the name as the key: `{shown(_name_of(fault.given[0]))}: {{…}}`"


def _name_of(item: Any) -> str:
    """Return the name of an item if a message may repeat it, else ``name``."""
    name = mapping(item).get("name", item)
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return "name"
    return "name" if secret_shape(name) else name


def _item_type(node: Node) -> object:
    items = node.get("items", {})
    return items.get("type", "string" if "enum" in items else "")


def _holds_mappings(fault: Fault) -> bool:
    return any("properties" in node for node in fault.nodes((*fault.route, "")))


_FORMS: dict[str, Callable[[Fault], str]] = {
    "tuple_type": _list_form,
    "list_type": _list_form,
    "bool_type": _boolean_form,
    "int_type": _integer_form,
    "model_type": _chart_form,
    "dict_type": _mapping_form,
}


def known_key(fault: Fault) -> str:
    """Suggest what to write instead of an unknown key: another place, or a known key."""
    place = _place_of_key(fault)
    if place:
        return place
    known = fault.keys(fault.parent)
    fitting = [each for each in known if _accepts(fault, (*fault.parent, each))]
    found = nearest(fault.key, fitting) or _completed(fault.key, fitting)
    if not known:
        return ""
    return suggestion(found) or list_known(known, most=_MAX_KEYS)


def _place_of_key(fault: Fault) -> str:
    """Suggest the place where the key is allowed: in a layer, or one level up."""
    parent, key = fault.parent, fault.key
    if key in _LAYERS and parent[:-1] == ("addons",):
        return f"set it at `{key}.{_LAYERS[key]}.addons.{shown(str(parent[1]))}`"
    if len(parent) < 2 or key == parent[-1]:
        return ""
    if key not in fault.keys(parent[:-1]):
        return ""
    return f"move `{key}` one level up, beside `{shown(str(parent[-1]))}`"


def _accepts(fault: Fault, route: Route) -> bool:
    """Return whether the given value has a type that is allowed at ``route``."""
    given = _SCHEMA_TYPES.get(type(fault.given))
    types = {str(node.get("type", "")) for node in fault.nodes(route)} - {""}
    if given is None or not types:
        return True
    return given in types


def _completed(word: str, known: Sequence[str]) -> str | None:
    """Return the only known word with this beginning, such as ``repository`` for ``repo``."""
    if len(word) < 3:
        return None
    found = [each for each in known if each.lower().startswith(word.lower())]
    return found[0] if len(found) == 1 else None


def known_value(fault: Fault, expected: Sequence[str]) -> str:
    """Suggest one of the expected words."""
    if len(fault.route) > 1 and fault.route[-2] == "syncOptions":
        return _sync_option(fault.text.partition("=")[0].strip(), expected)
    if len(expected) < 2:
        return ""
    return suggestion(nearest(fault.text, expected) or _completed(fault.text, expected))


def _sync_option(name: str, expected: Sequence[str]) -> str:
    """Compare names only: ``=true`` at the end would make any two options similar."""
    if name.lower() in _ADDON_KEYS:
        return f"use the addon's key `{_ADDON_KEYS[name.lower()]}`"
    names = {each.partition("=")[0].lower(): each for each in expected}
    close = difflib.get_close_matches(name.lower()[:80], names, n=1, cutoff=0.8)
    return "".join(suggestion(names[each]) for each in close)


def corrected_text(fault: Fault, grammar: Grammar, pattern: str) -> str:
    """Suggest the given text with the mechanical fix of its grammar, or the grammar's own help."""
    if grammar.fix is None or not fault.text.isascii():
        return grammar.help
    fixed = grammar.fix(fault.text)
    if not fixed or not re.fullmatch(pattern, fixed):
        return grammar.help
    return f"write `{fixed}`"
