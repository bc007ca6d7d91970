"""Mermaid flowcharts, written from data so that no label can break out of its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from dokaseca_compile.formats.body import CodeBlock

# Characters that need Mermaid's entity codes (`#35;` is a `#`) in a quoted label: a backtick would
# begin Markdown there, `<` a tag, and `;` ends a statement in some versions.
_SPECIAL = re.compile(r"[^\w ./:@()*,+=?!'-]")
_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes, by their keys; dotted if it is optional."""

    source: str
    target: str
    label: str = ""
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Flowchart:
    """Nodes (key → label), arrows, and groups of nodes (label → keys).

    Keys are never written, so any text can be a key.
    """

    nodes: Mapping[str, str]
    edges: tuple[Edge, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    direction: str = "LR"


def flowchart(chart: Flowchart) -> CodeBlock:
    """Write a flowchart. Raise ``KeyError`` if an arrow or a group names an unknown node."""
    return CodeBlock("mermaid", "\n".join(_lines(chart)))


def _lines(chart: Flowchart) -> Iterator[str]:
    names = {key: f"n{number}" for number, key in enumerate(chart.nodes)}
    nodes = {key: f"{names[key]}[{_quoted(label)}]" for key, label in chart.nodes.items()}
    yield f"flowchart {chart.direction}"
    grouped = set(chain.from_iterable(chart.groups.values()))
    for key, node in nodes.items():
        if key not in grouped:
            yield f"  {node}"
    for number, (title, keys) in enumerate(chart.groups.items()):
        yield f"  subgraph g{number}[{_quoted(title)}]"
        yield from (f"    {nodes[key]}" for key in keys)
        yield "  end"
    for edge in chart.edges:
        yield f"  {names[edge.source]} {_arrow(edge)} {names[edge.target]}"


def _arrow(edge: Edge) -> str:
    line = "-.->" if edge.dotted else "-->"
    return f"{line}|{_quoted(edge.label)}|" if edge.label else line


def _quoted(label: str) -> str:
    """Quote a label; an empty one would be a syntax error."""
    plain = _BREAKS.sub(" ", label).strip()
    text = _SPECIAL.sub(lambda found: f"#{ord(found[0])};", plain)
    return f'"{text or " "}"'
