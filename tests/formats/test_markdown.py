"""Markdown documents: what is plain text stays plain text, whatever is in it."""

from __future__ import annotations

import re

import pytest
from hostile_strings import strings
from hypothesis import given
from hypothesis import strategies as st

from dokaseca_compile.formats import Renderer
from dokaseca_compile.formats.body import Bullets, CodeBlock, Heading, Link, MarkdownBody, Mono, Paragraph, Table


def render(*blocks):
    return Renderer("platform.yaml").render(MarkdownBody(blocks)).decode().split("-->\n\n")[-1]


def test_every_block():
    assert render(
        Heading("Title", 1),
        Paragraph(("See ", Link(Mono("a.yaml"), "../a.yaml"), ".")),
        Bullets(("one", "two")),
        Table(("name", "count"), (("a", Mono("1")), ("", "2"))),
        CodeBlock("mermaid", "graph TB\n"),
    ) == (
        "# Title\n\nSee [`a.yaml`](../a.yaml).\n\n- one\n- two\n\n"
        "| name | count |\n|---|---|\n| a | `1` |\n| | 2 |\n\n```mermaid\ngraph TB\n```\n"
    )


@pytest.mark.parametrize("text", ["a|b", "a\nb", "<script>", "`x", "a``b`", "*x*", "[x](y)", "#1", "\\|"])
def test_a_table_keeps_its_cells(text):
    """No text ends a cell or a row, or becomes markup."""
    lines = render(Table(("x", "y"), ((text, Mono(text)),))).rstrip("\n").split("\n")
    assert len(lines) == 3
    # A table is split before anything else is read: a pipe behind a backslash is none (GFM, tables).
    assert len(re.findall(r"(?<!\\)\|", lines[2])) == 3


@given(st.lists(strings(), min_size=1))
def test_a_list_has_as_many_items_as_it_was_given(texts):
    """Line breaks of every kind are blanks."""
    assert len(render(Bullets(tuple(texts))).rstrip("\n").split("\n")) == len(texts)


def test_a_fence_is_longer_than_any_in_the_text():
    assert render(CodeBlock("", "````\n")) == "`````\n````\n`````\n"


def test_a_target_cannot_end_its_link():
    assert render(Paragraph(Link("x", "a) [b](c"))) == "[x](abc)\n"
