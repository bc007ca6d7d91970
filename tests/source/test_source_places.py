"""From a route to a line and column, and back to the text that is written there."""

import pytest

from dokaseca_compile.core.diagnostics import At, Place
from dokaseca_compile.source.parse import parse

TEXT = """\
# a comment
name: dokaseca  # another
"quoted key": "a\\tb"
clusters:
  hub: {type: hub, version: 1.30, teams: [payments, 'core']}
  spoke: &spoke
    version: &v 1.40
    notes: |
      first
      second
    long: one
      two
    empty:
    😀: é x
  other: *spoke
  third: {copy: *v}
list:
- - a
  - b: 1
"""

PLACES = [
    # route, at, line, column, length
    ((), At.VALUE, 2, 1, 1),
    ((), At.KEY, 2, 1, 1),
    (("name",), At.KEY, 2, 1, 4),
    (("name",), At.VALUE, 2, 7, 8),
    (("quoted key",), At.KEY, 3, 1, 12),
    (("quoted key",), At.VALUE, 3, 15, 6),
    (("clusters",), At.VALUE, 5, 3, 1),
    (("clusters", "hub"), At.KEY, 5, 3, 3),
    (("clusters", "hub"), At.VALUE, 5, 8, 1),
    (("clusters", "hub", "version"), At.VALUE, 5, 29, 4),
    (("clusters", "hub", "teams", 1), At.VALUE, 5, 53, 6),
    (("clusters", "hub", "teams", 1), At.KEY, 5, 53, 6),
    (("clusters", "spoke", "version"), At.VALUE, 7, 14, 7),
    (("clusters", "spoke", "notes"), At.VALUE, 8, 12, 1),
    (("clusters", "spoke", "long"), At.VALUE, 11, 11, 3),
    (("clusters", "spoke", "empty"), At.KEY, 13, 5, 5),
    (("clusters", "spoke", "empty"), At.VALUE, 13, 11, 1),
    (("clusters", "spoke", "😀"), At.KEY, 14, 5, 1),
    (("clusters", "spoke", "😀"), At.VALUE, 14, 8, 3),
    # an alias stands where it is written; what is below it stands where it is written
    (("clusters", "other"), At.VALUE, 15, 10, 1),
    (("clusters", "other", "version"), At.KEY, 7, 5, 7),
    (("list", 0, 1, "b"), At.VALUE, 19, 8, 1),
    # routes that lead nowhere: the key of the nearest parent
    (("nothing",), At.VALUE, 2, 1, 1),
    (("clusters", "hub", "server"), At.VALUE, 5, 3, 3),
    (("clusters", "hub", "version", "x"), At.VALUE, 5, 20, 7),
    (("clusters", "hub", "teams", 2), At.KEY, 5, 35, 5),
    (("clusters", "hub", "teams", -1), At.KEY, 5, 35, 5),
    (("list", 0, 7), At.VALUE, 18, 3, 1),
    (("clusters", 0), At.VALUE, 4, 1, 8),
]


@pytest.fixture(scope="module")
def document():
    document, faults = parse(TEXT, "p.yaml")
    assert faults == []
    return document


@pytest.mark.parametrize(("route", "at", "line", "column", "length"), PLACES)
def test_a_route_stands_at(document, route, at, line, column, length):
    assert document.place(route, at) == Place("p.yaml", line, column, length)
    assert document.place(route, at) == Place("p.yaml", line, column, length)


@pytest.mark.parametrize(
    ("route", "raw"),
    [
        (("clusters", "hub", "version"), "1.30"),
        (("clusters", "spoke", "version"), "1.40"),
        (("clusters", "third", "copy"), "1.40"),
        (("clusters", "other", "version"), "1.40"),
        (("quoted key",), '"a\\tb"'),
        (("clusters", "hub", "teams", 1), "'core'"),
        (("clusters", "spoke", "long"), "one\n      two"),
        (("clusters", "spoke", "empty"), ""),
        (("clusters", "spoke", "😀"), "é x"),
        (("clusters",), ""),
        (("clusters", "hub", "nothing"), ""),
    ],
)
def test_a_scalar_as_it_is_written(document, route, raw):
    assert document.raw(route) == raw


def test_lines(document):
    assert [document.line_text(number) for number in (0, 1, 19, 20, 99)] == ["", "# a comment", "  - b: 1", "", ""]


def test_many_look_ups_in_a_wide_mapping_are_cheap():
    wide, _ = parse("".join(f"k{n}: {{v: {n}}}\n" for n in range(10_000)), "w.yaml")
    assert [wide.place((f"k{n}", "v")).line for n in range(10_000)] == list(range(1, 10_001))


def test_the_same_alias_object_is_shared(document):
    assert document.data["clusters"]["other"] is document.data["clusters"]["spoke"]
