"""What a hostile case is: a small change of ``base.yaml`` (or whole bytes), and what must come of it.

A change is written as text into the sound platform, so that every place is a real one. ``@HERE@``
marks where the fault must be shown; without it, that is where the change begins. ``at`` is a route
instead: its key, or with ``=`` its value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")
HERE = "@HERE@"


@dataclass(frozen=True)
class Case:
    """One input. ``slugs`` are the faults that may be named, one of them at ``place``; empty: it is accepted.

    ``sink`` names where the outputs must carry ``carried``, character by character; of a refused case
    ``carried`` is a secret that no message may show.
    """

    name: str
    content: bytes
    slugs: frozenset[str] = frozenset()
    place: tuple[int, int] | None = None
    sink: str = ""
    carried: str = ""
    fragments: tuple[bytes, ...] = ()


def raw(name: str, text: str | bytes, *slugs: str, fragments: tuple[bytes, ...] = ()) -> Case:
    """A whole file; bytes, or text with an optional mark."""
    place = None
    if isinstance(text, str):
        text, place = _marked(text)
        text = text.encode("utf-8", errors="surrogatepass")
    elif HERE.encode() in text:
        before = text[: text.index(HERE.encode())].decode("utf-8", errors="replace")
        text = text.replace(HERE.encode(), b"")
        place = _position(before)
    return Case(name, text, frozenset(slugs), place, fragments=fragments)


def put(route: str, text: str, *slugs: str, at: str = "", sink: str = "", carried: str = "") -> Case:
    """Replace the value at a route (``clusters.spoke.server``)."""
    name, value = _nodes(BASE, route)
    start, end, before = value.start_mark.index, value.end_mark.index, ""
    if isinstance(value, yaml.CollectionNode) and not value.flow_style and name is not None:
        # A block begins on the line below its key and ends where the next key begins.
        start, end, before = name.end_mark.index + 1, BASE.rindex("\n", 0, end), " "
    marked = before + (text if HERE in text else HERE + text)
    return _spliced(f"{route}: {_short(text)}", start, end, marked, slugs, at, sink, carried)


def key(route: str, text: str, *slugs: str, at: str = "", carried: str = "") -> Case:
    """Replace the key at a route."""
    name, _ = _nodes(BASE, route)
    assert name is not None, route
    return _spliced(
        f"{route} -> {_short(text)}", name.start_mark.index, name.end_mark.index, text, slugs, at, "", carried
    )


def add(route: str, entry: str, *slugs: str, at: str = "", sink: str = "", carried: str = "") -> Case:
    """Put an entry in front of the entries of the mapping at a route."""
    _, value = _nodes(BASE, route)
    assert isinstance(value, yaml.MappingNode), route
    if value.flow_style:
        index = value.start_mark.index + 1
        text = entry + (", " if value.value else "")
    else:
        index = value.value[0][0].start_mark.index
        text = entry + "\n" + " " * value.start_mark.column
    return _spliced(f"{route} + {_short(entry)}", index, index, text, slugs, at, sink, carried)


def drop(route: str, *slugs: str, at: str) -> Case:
    """Remove a key of a block mapping; the fault is at the key ``at``."""
    name, value = _nodes(BASE, route)
    assert name is not None, route
    start = BASE.rindex("\n", 0, name.start_mark.index) + 1
    end = BASE.index("\n", max(value.end_mark.index - 1, name.end_mark.index)) + 1
    return _spliced(f"{route} missing", start, end, "", slugs, at)


def quoted(text: str) -> str:
    """Write a string for YAML so that any reader gets it back."""
    escaped = (json.dumps(each)[1:-1] if each.isascii() else f"\\U{ord(each):08x}" for each in text)
    return f'"{"".join(escaped)}"'


def _spliced(
    name: str, start: int, end: int, text: str, slugs: tuple[str, ...], at: str = "", sink: str = "", carried: str = ""
) -> Case:
    marked = text if HERE in text else HERE + text
    content, place = _marked(BASE[:start] + marked + BASE[end:])
    if at:
        found, value = _nodes(content, at.removeprefix("="))
        mark = (value if at.startswith("=") else found or value).start_mark
        place = (mark.line + 1, mark.column + 1)
    raw_bytes = content.encode("utf-8", errors="surrogatepass")
    return Case(name, raw_bytes, frozenset(slugs), place if slugs else None, sink, carried)


@lru_cache(maxsize=8)
def _composed(text: str) -> yaml.Node:
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def _nodes(text: str, route: str) -> tuple[yaml.Node | None, yaml.Node]:
    name: yaml.Node | None = None
    node = _composed(text)
    for part in route.split(".") if route else ():
        if isinstance(node, yaml.SequenceNode):
            name, node = None, node.value[int(part)]
        else:
            name, node = next(pair for pair in node.value if pair[0].value == part)
    return name, node


def _marked(text: str) -> tuple[str, tuple[int, int] | None]:
    if HERE not in text:
        return text, None
    before, after = text.split(HERE)
    return before + after, _position(before)


def _position(before: str) -> tuple[int, int]:
    before = before.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _short(text: str) -> str:
    shown = text.replace(HERE, "")
    return ascii(shown if len(shown) <= 50 else f"{shown[:30]}…{len(shown)}")
