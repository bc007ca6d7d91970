"""Mermaid flowcharts: a small language of its own, written from data so that no label can break out of its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dokaseca_compile.formats.body import CodeBlock

# Mermaid's entity codes (`#35;` is a `#`), for all that is not plain in a quoted label: a backtick would begin
# Markdown there, `<` a tag, and `;` ends a statement in some versions.
_SPECIAL = re.compile(r"[^\w ./:@()*,+=?!'-]")
_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes, by their keys; dotted for what is optional."""

    source: str
    target: str
    label: str = ""
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Flowchart:
    """Nodes (key → label), arrows, and groups of nodes (label → keys); keys are never written, so any text is one."""

    nodes: Mapping[str, str]
    edges: tuple[Edge, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    direction: str = "LR"


def flowchart(chart: Flowchart) -> CodeBlock:
    """Write a flowchart. Raises ``KeyError`` for an arrow or a group that names no node."""
    return CodeBlock("mermaid", "\n".join(_lines(chart)))


def _lines(chart: Flowchart) -> Iterator[str]:
    names = {key: f"n{number}" for number, key in enumerate(chart.nodes)}
    yield f"flowchart {chart.direction}"
    grouped = {key for keys in chart.groups.values() for key in keys}
    for key, label in chart.nodes.items():
        if key not in grouped:
            yield f"  {names[key]}[{_quoted(label)}]"
    for number, (title, keys) in enumerate(chart.groups.items()):
        yield f"  subgraph g{number}[{_quoted(title)}]"
        yield from (f"    {names[key]}[{_quoted(chart.nodes[key])}]" for key in keys)
        yield "  end"
    for edge in chart.edges:
        line = "-.->" if edge.dotted else "-->"
        label = f"|{_quoted(edge.label)}|" if edge.label else ""
        yield f"  {names[edge.source]} {line}{label} {names[edge.target]}"


def _quoted(label: str) -> str:
    """A label in quotes; an empty one would be a fault of syntax."""
    plain = _BREAKS.sub(" ", label).strip()
    return '"' + (_SPECIAL.sub(lambda found: f"#{ord(found[0])};", plain) or " ") + '"'
