"""Flowcharts: from data to Mermaid's text, with every label in its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dokaseca_compile.formats.mermaid import Edge, Flowchart, flowchart

_LINE = re.compile(r'  n\d+\["(?:[\w ./:@()*,+=?!\'-]|#\d+;)+"\]')


def test_a_chart() -> None:
    """Nodes, groups and arrows, named by number, so that no key is a word of the language."""
    chart = Flowchart(
        {"end": "the end", "a": "A", "b": "B"},
        (Edge("a", "end", "goes to"), Edge("b", "a", dotted=True)),
        {"Both": ("a", "b")},
    )
    block = flowchart(chart)
    assert block.language == "mermaid"
    assert block.text.splitlines() == [
        "flowchart LR",
        '  n0["the end"]',
        '  subgraph g0["Both"]',
        '    n1["A"]',
        '    n2["B"]',
        "  end",
        '  n1 -->|"goes to"| n0',
        "  n2 -.-> n1",
    ]


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ('say "yes"', "say #34;yes#34;"),
        ("a#b;", "a#35;b#59;"),
        ("`x` <b>", "#96;x#96; #60;b#62;"),
        ("two\n  lines", "two lines"),
        ("", " "),
        ("Größe [1] {2} |3|", "Größe #91;1#93; #123;2#125; #124;3#124;"),
    ],
)
def test_labels(label: str, written: str) -> None:
    """What is not plain is written as an entity code."""
    assert flowchart(Flowchart({"x": label}, ())).text.splitlines()[1] == f'  n0["{written}"]'


@given(st.text())
def test_no_label_breaks_out(label: str) -> None:
    """Any text stays one node on one line."""
    _, line = flowchart(Flowchart({"x": label}, ())).text.split("\n")
    assert _LINE.fullmatch(line)


@pytest.mark.parametrize("chart", [Flowchart({}, (Edge("a", "b"),)), Flowchart({}, (), {"g": ("a",)})])
def test_an_unknown_node_is_a_fault(chart: Flowchart) -> None:
    with pytest.raises(KeyError):
        flowchart(chart)
