"""Single mutations of a sound platform, each with the line and column where a person would look.

A mutation changes the text at one place: a key is misspelt, a value has the wrong type, a quote is not
closed. Which mutations a place gets follows from the JSON Schema, so that each of them is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.schema import nodes_at

_REFERENCES = re.compile(
    r"clusters\.[^.]+\.(environment|region|hub|teams\.\d+)|addons\.[^.]+\.(owner|requires\.\d+|conflicts\.\d+)"
    r"|environments\.[^.]+\.rollout\.\d+\.(regions|clusters)\.\d+|workloads\..*\.clusters\.\d+"
    r"|environments\.[^.]+\.secrets\.[^.]+\.teams\.\d+"
)
"""Values that name something which is declared elsewhere."""
_NAMING_KEYS = re.compile(
    r"(environments|regions|clusterTypes|clusters)\.[^.]+\.addons\.[^.]+|teams\.[^.]+\.roles\.[^.]+"
    r"|workloads\.[^.]+\.[^.]+\.environments\.[^.]+|policies\.[^.]+|workloads\.[^.]+"
)
"""Keys that do."""
_BAD = "-bad  text\\"
_URLS = {"server", "url", "organization"}


@dataclass(frozen=True)
class Mutation:
    """One mutated text, the kind of the fault, and where it is: line and column, counted from 1."""

    kind: str
    route: str
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Entry:
    """A node of the text, with its key if it is an entry of a mapping, and what the schema says of it."""

    text: str
    route: Route
    key: yaml.Node | None
    node: yaml.Node
    parent: yaml.Node
    owner: int | None
    """Where the key of the parent, or an item of a list, begins; ``None`` at the root."""

    @property
    def name(self) -> str:
        return ".".join(map(str, self.route))

    @property
    def schema(self) -> list[dict[str, Any]]:
        return nodes_at(self.route)

    @property
    def around(self) -> list[dict[str, Any]]:
        return nodes_at(self.route[:-1])

    @property
    def types(self) -> set[str]:
        """The types that may stand here; empty where anything may."""
        found = {each["type"] for each in self.schema if "type" in each}
        return found | {"string" for each in self.schema if "enum" in each or "const" in each}

    @property
    def start(self) -> int:
        return self.node.start_mark.index

    @property
    def is_block(self) -> bool:
        return isinstance(self.node, yaml.CollectionNode) and not self.node.flow_style

    @property
    def begins_line(self) -> bool:
        """Whether nothing but blanks is left of the key."""
        first = (self.key or self.node).start_mark
        return not self.text[first.index - first.column : first.index].strip(" ")

    @property
    def end(self) -> int:
        """Where the value ends: the line end of a block's last line."""
        return len(self.text[: self.node.end_mark.index].rstrip()) if self.is_block else self.node.end_mark.index

    @property
    def is_one_line(self) -> bool:
        return self.node.start_mark.line == self.node.end_mark.line

    def has(self, keyword: str) -> list[Any]:
        return [each[keyword] for each in self.schema if keyword in each]


def entries(text: str) -> list[Entry]:
    """List every node of a text below the root."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return list(_below(text, (), root, None))


def _below(text: str, route: Route, parent: yaml.Node, owner: int | None) -> Iterator[Entry]:
    if isinstance(parent, yaml.MappingNode):
        for key, value in parent.value:
            yield Entry(text, (*route, key.value), key, value, parent, owner)
            yield from _below(text, (*route, key.value), value, key.start_mark.index)
    elif isinstance(parent, yaml.SequenceNode):
        for index, value in enumerate(parent.value):
            yield Entry(text, (*route, index), None, value, parent, owner)
            yield from _below(text, (*route, index), value, value.start_mark.index)


def mutations(text: str, step: int = 1) -> Iterator[Mutation]:
    """Yield every mutation of every entry of a text; of each kind the first and each ``step``-th after it."""
    numbers = dict.fromkeys(_KINDS, 0)
    for entry in entries(text):
        for kind, mutate in _KINDS.items():
            for mutated, index in mutate(entry):
                if numbers[kind] % step == 0:
                    before = mutated[:index]
                    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
                    yield Mutation(kind, entry.name, mutated, line, column)
                numbers[kind] += 1


Mutated = Iterator[tuple[str, int]]
"""Mutated texts, each with the index of the character to look at."""


def _value(entry: Entry, value: str) -> Mutated:
    """Replace the value."""
    start = entry.start
    if entry.is_block and entry.key is not None:
        start, value = entry.key.end_mark.index + 1, " " + value
    elif entry.is_block:
        return
    at = start + len(value) - len(value.lstrip())
    yield entry.text[:start] + value + entry.text[entry.end :], at


def _key(entry: Entry, key: str) -> Mutated:
    """Replace the key."""
    assert entry.key is not None
    start = entry.key.start_mark.index
    yield entry.text[:start] + key + entry.text[entry.key.end_mark.index :], start


def _misspelt_key(entry: Entry) -> Mutated:
    known = {key for node in entry.around for key in node.get("properties", {})}
    if entry.key is not None and entry.key.value in known:
        word = entry.key.value
        swapped = word[:-3] + word[-2] + word[-3] + word[-1] if len(word) > 3 else word + "x"
        yield from _key(entry, swapped if swapped != word else word[:-1])


def _bad_name(entry: Entry) -> Mutated:
    if entry.key is not None and any("propertyNames" in node for node in entry.around):
        yield from _key(entry, f"{entry.key.value}_!")
        yield from _key(entry, entry.key.value + "-" + "x" * 400)


def _number_as_key(entry: Entry) -> Mutated:
    if entry.key is not None:
        yield from _key(entry, "12")


def _duplicate_key(entry: Entry) -> Mutated:
    if entry.key is None:
        return
    column = entry.key.start_mark.column
    if entry.begins_line and not _in_flow(entry):
        written = entry.text[entry.key.start_mark.index : entry.end]
        cut = entry.text.find("\n", entry.end)
        copy = "\n" + " " * column + written
        yield entry.text[:cut] + copy + entry.text[cut:], cut + 1 + column
    elif entry.is_one_line:
        written = entry.text[entry.key.start_mark.index : entry.end]
        yield entry.text[: entry.end] + ", " + written + entry.text[entry.end :], entry.end + 2


def _in_flow(entry: Entry) -> bool:
    return bool(getattr(entry.parent, "flow_style", False))


def _unknown_key_added(entry: Entry) -> Mutated:
    if not isinstance(entry.node, yaml.MappingNode) or not entry.node.value:
        return
    if not any("properties" in node for node in entry.schema) or "additionalProperties" not in str(entry.schema):
        return
    first = entry.node.value[0][0].start_mark
    if entry.node.flow_style:
        yield entry.text[: first.index] + "zzz: 1, " + entry.text[first.index :], first.index
    else:
        added = "zzz: 1\n" + " " * first.column
        yield entry.text[: first.index] + added + entry.text[first.index :], first.index


def _wrong_type(entry: Entry) -> Mutated:
    types = entry.types
    if not types or any(node in ({}, {"description": ""}) for node in entry.schema):
        return
    if "string" not in types:
        yield from _value(entry, "zz")
    if types == {"string"}:
        yield from _value(entry, "{x: 1}")
        yield from _value(entry, "[a, b]")
        yield from _value(entry, "12")
        yield from _value(entry, "true")
    if "object" in types and "array" not in types:
        yield from _value(entry, "[a, b]")
        yield from _value(entry, "12")
    if types == {"boolean"}:
        yield from _value(entry, '"true"')
    if "array" in types and "object" not in types:
        yield from _value(entry, "{a: b}")
        yield from _value(entry, "7")


def _empty_value(entry: Entry) -> Mutated:
    if entry.key is not None and entry.types:
        start = entry.key.end_mark.index + 1
        yield entry.text[:start] + entry.text[entry.end :], entry.key.start_mark.index
        yield from _value(entry, "null")


def _empty_collection(entry: Entry) -> Mutated:
    required = [key for each in entry.has("required") for key in each]
    if required and isinstance(entry.node, yaml.MappingNode) and entry.key is not None and entry.types == {"object"}:
        for text, _ in _value(entry, "{}"):
            yield text, entry.key.start_mark.index
    if any(entry.has("minItems")) or any(entry.has("minProperties")):
        yield from _value(entry, "{}" if "object" in entry.types else "[]")


def _unknown_word(entry: Entry) -> Mutated:
    if entry.types == {"string"} and (entry.has("enum") or entry.has("const")) and not entry.has("pattern"):
        yield from _value(entry, "zz")


def _bad_text(entry: Entry) -> Mutated:
    patterns = entry.has("pattern")
    if entry.types == {"string"} and patterns and not any(re.search(each, _BAD) for each in patterns):
        yield from _value(entry, f"'{_BAD}'")


def _too_long(entry: Entry) -> Mutated:
    if entry.types == {"string"} and entry.has("maxLength"):
        yield from _value(entry, "a" * (max(entry.has("maxLength")) + 1))


def _out_of_range(entry: Entry) -> Mutated:
    if entry.types == {"integer"} and entry.has("minimum") and entry.has("maximum"):
        yield from _value(entry, "999999")
        yield from _value(entry, "-999999")


def _unknown_reference(entry: Entry) -> Mutated:
    if _REFERENCES.fullmatch(entry.name):
        yield from _value(entry, "nowhere")
    if _NAMING_KEYS.fullmatch(entry.name) and entry.key is not None:
        yield from _key(entry, "nowhere")


def _bad_url(entry: Entry) -> Mutated:
    if entry.route[-1] in _URLS and "values" not in entry.route and isinstance(entry.node, yaml.ScalarNode):
        for bad in ("https//x.example", "https://", '"https://a b.example"', "ftp://x.example"):
            yield from _value(entry, bad)


def _bad_version(entry: Entry) -> Mutated:
    if entry.route[-1] in {"version", "kubernetesVersion"} and entry.types == {"string"}:
        yield from _value(entry, '"^1.2"')
        yield from _value(entry, '">=1.2 <2"')


def _bad_label(entry: Entry) -> Mutated:
    if len(entry.route) > 1 and entry.route[-2] == "labels" and entry.key is not None and entry.types:
        yield from _value(entry, "not a label!")
        yield from _key(entry, "-x-")


def _duplicate_item(entry: Entry) -> Mutated:
    if any(entry.has("uniqueItems")) and entry.node.value and getattr(entry.node, "flow_style", False):
        last = entry.node.value[-1]
        written = entry.text[last.start_mark.index : last.end_mark.index]
        at = last.end_mark.index
        yield entry.text[:at] + ", " + written + entry.text[at:], at + 2


def _missing_key(entry: Entry) -> Mutated:
    required = {key for node in entry.around for key in node.get("required", [])}
    alternatives = sum("properties" in node for node in entry.around)
    if entry.key is None or entry.key.value not in required or alternatives != 1 or len(entry.parent.value) < 2:
        return
    start = entry.key.start_mark.index
    if _in_flow(entry):
        match = re.compile(r"\s*,\s*").match(entry.text, entry.end)
        end = match.end() if match else entry.end
        if not match:
            start = entry.text.rindex(",", 0, start)
    elif entry.begins_line:
        start -= entry.key.start_mark.column
        end = entry.text.find("\n", entry.end) + 1
    else:
        return
    text = entry.text[:start] + entry.text[end:]
    if entry.owner is None:
        # The start of the document: its first key.
        yield text, re.search(r"(?m)^[^#\s]", text).start()
    else:
        yield text, entry.owner


def _tab(entry: Entry) -> Mutated:
    if entry.key is not None and entry.begins_line and entry.key.start_mark.column and not _in_flow(entry):
        start = entry.key.start_mark.index - entry.key.start_mark.column
        yield entry.text[:start] + "\t" + entry.text[entry.key.start_mark.index :], start


def _unclosed_quote(entry: Entry) -> Mutated:
    if isinstance(entry.node, yaml.ScalarNode) and not entry.node.style and entry.is_one_line and entry.node.value:
        yield from _value(entry, '"' + entry.text[entry.start : entry.end])
        yield from _value(entry, "'" + entry.text[entry.start : entry.end])
    if isinstance(entry.node, yaml.ScalarNode) and entry.node.style in {"'", '"'} and entry.is_one_line:
        yield from _value(entry, entry.text[entry.start : entry.end - 1])


def _unclosed_bracket(entry: Entry) -> Mutated:
    if isinstance(entry.node, yaml.CollectionNode) and entry.node.flow_style and not _in_flow(entry):
        yield from _value(entry, entry.text[entry.start : entry.end - 1])


def _deeper(entry: Entry) -> Mutated:
    """One more blank before a line that is not the first of its block."""
    if entry.key is not None and entry.begins_line and not _in_flow(entry) and entry.parent.value[0][0] != entry.key:
        start = entry.key.start_mark.index
        yield entry.text[:start] + " " + entry.text[start:], start + 1


def _shallower(entry: Entry) -> Mutated:
    """One blank less before a line that is not the first of its block."""
    if entry.key is not None and entry.begins_line and not _in_flow(entry) and entry.parent.value[0][0] != entry.key:
        start = entry.key.start_mark.index
        if entry.key.start_mark.column:
            yield entry.text[: start - 1] + entry.text[start:], start - 1


def _no_colon(entry: Entry) -> Mutated:
    """A key without its colon; where any value may stand, it may be one."""
    if entry.types and entry.key is not None and entry.begins_line and not _in_flow(entry) and entry.is_one_line:
        at = entry.key.end_mark.index
        yield entry.text[:at] + entry.text[at + 1 :], entry.key.start_mark.index


def _stray_character(entry: Entry) -> Mutated:
    if isinstance(entry.node, yaml.ScalarNode) and not entry.node.style and entry.node.value:
        for each in ("@", "*", "!", "%"):
            yield from _value(entry, each + entry.text[entry.start : entry.end])


_KINDS: dict[str, Callable[[Entry], Mutated]] = {
    "misspelt key": _misspelt_key,
    "bad name": _bad_name,
    "number as key": _number_as_key,
    "duplicate key": _duplicate_key,
    "unknown key": _unknown_key_added,
    "wrong type": _wrong_type,
    "empty value": _empty_value,
    "empty collection": _empty_collection,
    "unknown word": _unknown_word,
    "bad text": _bad_text,
    "too long": _too_long,
    "out of range": _out_of_range,
    "unknown reference": _unknown_reference,
    "bad url": _bad_url,
    "bad version": _bad_version,
    "bad label": _bad_label,
    "duplicate item": _duplicate_item,
    "missing key": _missing_key,
    "tab": _tab,
    "unclosed quote": _unclosed_quote,
    "unclosed bracket": _unclosed_bracket,
    "deeper": _deeper,
    "shallower": _shallower,
    "no colon": _no_colon,
    "stray character": _stray_character,
}
