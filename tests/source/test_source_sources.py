"""Several files as one document: sections merge key by key, and nothing deeper."""

import pytest

from dokaseca_compile.core.diagnostics import At, Label, Place
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.sources import Sources

FIRST = "apiVersion: v1\nkind: Platform\nclusters:\n  hub: {type: hub}\nmetadata: {name: x}\n"


def merge(*texts):
    files = ["platform.yaml", *(f"platform.d/{n}.yaml" for n in range(1, len(texts)))]
    documents = [parse(text, file)[0] for text, file in zip(texts, files, strict=True)]
    return Sources.of(documents)


def test_one_document_is_taken_as_it_is():
    sources, faults = merge(FIRST)
    assert faults == []
    assert sources.data is sources.documents[0].data
    assert sources.locate(Label(("clusters", "hub"), At.KEY)) == Place("platform.yaml", 4, 3, 3)


def test_fragments_add_sections_and_entries():
    sources, faults = merge(
        FIRST,
        "clusters:\n  a: {n: 1.30}\n  b: {}\n",
        "kind: Platform\nteams: {t: {}}\n",
        "teams:\n  u: {}\nclusters: {c: {}}\n",
    )
    assert faults == []
    assert list(sources.data["clusters"]) == ["hub", "a", "b", "c"]
    assert list(sources.data["teams"]) == ["t", "u"]
    assert list(sources.documents[0].data["clusters"]) == ["hub"]
    assert list(sources.documents[2].data["teams"]) == ["t"]


@pytest.mark.parametrize(
    ("route", "file", "line"),
    [
        ((), "platform.yaml", 1),
        (("clusters",), "platform.yaml", 4),
        (("clusters", "hub", "type"), "platform.yaml", 4),
        (("clusters", "a", "n"), "platform.d/1.yaml", 2),
        (("clusters", "nothing"), "platform.yaml", 3),
        (("teams",), "platform.d/1.yaml", 3),
        (("teams", "t", "nothing"), "platform.d/1.yaml", 3),
        (("nothing", "at", "all"), "platform.yaml", 1),
    ],
)
def test_a_route_is_found_in_its_file(route, file, line):
    sources, _ = merge(FIRST, "clusters:\n  a: {n: 1.30}\nteams: {t: {}}\n")
    place = sources.locate(Label(route))
    assert (place.file, place.line) == (file, line)


def test_a_fixed_place_wins():
    sources, _ = merge(FIRST)
    place = Place("other.yaml", 7, 8)
    assert sources.locate(Label(("clusters",), place=place)) is place


def test_raw_text_and_lines_come_from_the_right_file():
    sources, _ = merge(FIRST, "clusters:\n  a: {n: 1.30}\n")
    assert sources.raw(("clusters", "a", "n")) == "1.30"
    assert sources.raw(("apiVersion",)) == "v1"
    assert sources.line_text("platform.d/1.yaml", 2) == "  a: {n: 1.30}"
    assert sources.line_text("unknown.yaml", 2) == ""


REFUSED = [
    # texts, slug, the file and line blamed, the file and line of the other one
    ([FIRST, "clusters:\n  new: {}\n  hub: {}\n"], "duplicate-key", ("platform.d/1.yaml", 3), ("platform.yaml", 4)),
    ([FIRST, "teams: {a: 1}", "\nteams: {a: 1}"], "duplicate-key", ("platform.d/2.yaml", 2), ("platform.d/1.yaml", 1)),
    (
        [FIRST, "clusters: {z: 1}", "clusters: {z: 1}"],
        "duplicate-key",
        ("platform.d/2.yaml", 1),
        ("platform.d/1.yaml", 1),
    ),
    ([FIRST, "clusters: [a]"], "section-conflict", ("platform.d/1.yaml", 1), ("platform.yaml", 3)),
    (["a:\n", "a: {b: 1}"], "section-conflict", ("platform.d/1.yaml", 1), ("platform.yaml", 1)),
    (["a: 1", "a: 1"], "section-conflict", ("platform.d/1.yaml", 1), ("platform.yaml", 1)),
    ([FIRST, "apiVersion: v2"], "section-conflict", ("platform.d/1.yaml", 1), ("platform.yaml", 1)),
    (["kind: 1", "kind: true"], "section-conflict", ("platform.d/1.yaml", 1), ("platform.yaml", 1)),
]


@pytest.mark.parametrize(("texts", "slug", "blamed", "other"), REFUSED)
def test_what_does_not_merge_names_both_files(texts, slug, blamed, other):
    _, [fault] = merge(*texts)
    assert fault.slug == slug
    assert (fault.primary.place.file, fault.primary.place.line) == blamed
    assert [(each.place.file, each.place.line) for each in fault.related] == [other]
    assert blamed[0] in fault.message
    assert other[0] in fault.message


@pytest.mark.parametrize(("text", "what"), [("\n- a", "a list"), ("text", "a single value"), ("~", "a single value")])
def test_the_root_must_be_a_mapping(text, what):
    for texts, file in (
        ([text], "platform.yaml"),
        ([FIRST, text], "platform.d/1.yaml"),
        ([text, FIRST], "platform.yaml"),
    ):
        sources, [fault] = merge(*texts)
        assert fault.slug == "not-a-mapping"
        assert what in fault.message
        assert fault.primary.place.file == file
        assert isinstance(sources.data, dict)


def test_a_file_that_could_not_be_read_adds_no_second_fault():
    sources, faults = merge(FIRST, "a: [", "b: {c: 1}")
    assert faults == []
    assert sources.data["b"] == {"c": 1}


def test_no_document_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="no document"):
        Sources.of([])
