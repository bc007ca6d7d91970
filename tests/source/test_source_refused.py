"""What is refused, as a table: the text, the name of the fault, and the line and column shown."""

import importlib
import time

import pytest
import yaml

from dokaseca_compile.source.parse import parse

# The package gives the function under the name of its module.
reader_module = importlib.import_module("dokaseca_compile.source.reader")

REFUSED = [
    # nothing there
    ("", "empty-document", 1, 1),
    ("# only a comment\n", "empty-document", 1, 1),
    ("---\n", "empty-document", 1, 1),
    ("---\n# c\n...\n", "empty-document", 1, 1),
    # keys
    ("1: x", "key-not-a-string", 1, 1),
    ("a:\n  1.5: x", "key-not-a-string", 2, 3),
    ("true: x", "key-not-a-string", 1, 1),
    ("a: {null: x}", "key-not-a-string", 1, 5),
    ("? \n: x", "key-not-a-string", 1, 2),
    ("{: x}", "yaml-syntax", 1, 2),
    ("~: x", "key-not-a-string", 1, 1),
    (".inf: x", "key-not-a-string", 1, 1),
    ("99999999999999999999: x", "key-not-a-string", 1, 1),
    ("? [a, b]\n: x", "key-not-a-string", 1, 3),
    ("{a: 1}: x", "key-not-a-string", 1, 1),
    ("a: &n 1\n*n : x", "key-not-a-string", 2, 1),
    ("a: 1\nb: 2\na: 3", "duplicate-key", 3, 1),
    ("x: {a: 1, a: 2}", "duplicate-key", 1, 11),
    ("a: 1\n'a': 2", "duplicate-key", 2, 1),
    ('a: 1\n"\\u0061": 2', "duplicate-key", 2, 1),
    ("l:\n- {b: 1,\n   b: 1}", "duplicate-key", 3, 4),
    ("<<: {a: 1}", "merge-key", 1, 1),
    ("b: &b {c: 1}\na:\n  <<: *b", "merge-key", 3, 3),
    # tags, directives, documents
    ("a: !!str x", "yaml-tag", 1, 4),
    ("a: !foo x", "yaml-tag", 1, 4),
    ("a: ! x", "yaml-tag", 1, 4),
    ("!!map {a: 1}", "yaml-tag", 1, 1),
    ("a:\n- !!python/object:os.system [x]", "yaml-tag", 2, 3),
    ("a: !e!x 1", "yaml-tag", 1, 4),
    ("%TAG ! tag:x,2000:\n---\na: 1", "yaml-tag", 1, 1),
    ("%YAML 2.0\n---\na: 1", "yaml-directive", 1, 1),
    ("%YAML 1.3\n---\na: 1", "yaml-directive", 1, 1),
    ("%YAML 1.1\n%YAML 1.1\n---\na: 1", "yaml-directive", 2, 1),
    ("a: 1\n---\nb: 2", "several-documents", 2, 1),
    ("a: 1\n...\nb: 2", "several-documents", 3, 1),
    ("a: 1\n...\n---\nb: 2", "several-documents", 3, 1),
    # anchors and aliases
    ("a: *x", "unknown-alias", 1, 4),
    ("a: *x\nb: &x 1", "unknown-alias", 1, 4),
    ("a: &x 1\nb: &x 2", "duplicate-anchor", 2, 4),
    ("a: &x {c: &x [1]}", "duplicate-anchor", 1, 11),
    ("a: &x [1, *x]", "recursive-alias", 1, 11),
    ("&r\na: {b: *r}", "recursive-alias", 2, 8),
    # numbers
    ("a: .inf", "number-out-of-range", 1, 4),
    ("a: -.Inf", "number-out-of-range", 1, 4),
    ("a: [1, .NaN]", "number-out-of-range", 1, 8),
    ("a: 1e400", "number-out-of-range", 1, 4),
    ("a: 9223372036854775807", "number-out-of-range", 1, 4),
    ("a: -9223372036854775808", "number-out-of-range", 1, 4),
    ("a: 9007199254740993", "number-out-of-range", 1, 4),
    ("a: {b: [1, 0x20000000000001]}", "number-out-of-range", 1, 12),
    ("a: 0.12345678901234567890", "number-out-of-range", 1, 4),
    ("a: 1e-400", "number-out-of-range", 1, 4),
    ("a: 9223372036854775808", "number-out-of-range", 1, 4),
    ("a: -9223372036854775809", "number-out-of-range", 1, 4),
    ("a: 0xffffffffffffffff", "number-out-of-range", 1, 4),
    ("a: 0o7777777777777777777777", "number-out-of-range", 1, 4),
    ("a: " + "1" * 5000, "number-out-of-range", 1, 4),
    ("a: " + "1" * 5000 + ".0", "number-out-of-range", 1, 4),
    # characters
    ('a: "\\e"', "forbidden-character", 1, 4),
    ('a: "x\\0"', "forbidden-character", 1, 4),
    ('"\\x7f": 1', "forbidden-character", 1, 1),
    ('a: "\\N"', "forbidden-character", 1, 4),
    ('a: "\\uFFFE"', "forbidden-character", 1, 4),
    ('a: 😀\nb: "😀" # \u202e\nc: x\u202ey', "forbidden-character", 3, 4),
    ("- \u2066x", "forbidden-character", 1, 3),
    ("- 1\n- e\u0301", "not-nfc", 2, 3),
    ("\u212a: 1", "not-nfc", 1, 1),
    ("a: \u0301\u0327", "not-nfc", 1, 4),
    ("a: x\0", "control-character", 1, 5),
    ("a: x\ud83d", "control-character", 1, 5),
    ("a: é x\u2028", "control-character", 1, 7),
    # limits
    ("[" * 65, "too-deep", 1, 65),
    ("- " * 65, "too-deep", 1, 129),
    ('{"a":' * 65, "too-deep", 1, 321),
    ("a: &d " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*d" + "]" * 30, "too-deep", 2, 34),
    # grammar
    ("\ta: 1", "yaml-syntax", 1, 1),
    ("a:\n\tb: 1", "yaml-syntax", 2, 1),
    ("a:\n  b: 1\n\tc: 2", "yaml-syntax", 3, 1),
    ("a: >\n\tx", "yaml-syntax", 2, 1),
    ("a: 1\nb: 'x\nc: 2", "yaml-syntax", 2, 4),
    ('a: "x', "yaml-syntax", 1, 4),
    ('a: 1\nb: "x\n---\n"', "yaml-syntax", 2, 4),
    ("a: [1, 2", "yaml-syntax", 1, 4),
    ("a: [1, 2\nb: 3", "yaml-syntax", 1, 4),
    ("a:\n  b: {c: 1\n  d: 2", "yaml-syntax", 2, 6),
    ("a: {b: 1 c: 2}", "yaml-syntax", 1, 11),
    ("a: [\n  x\n  y: 1 {\n]", "yaml-syntax", 3, 4),
    ("a: [1]]", "yaml-syntax", 1, 7),
    ("{a: 1}}", "yaml-syntax", 1, 7),
    ("a: b: c", "yaml-syntax", 1, 5),
    ("é: 😀: c", "yaml-syntax", 1, 5),
    ("a: 1\n b: 2", "yaml-syntax", 2, 2),
    # a key without its colon or its value, a quote that is never closed, a name that is none
    ("a: 1\nb {c: 1, d: 2}", "yaml-syntax", 2, 1),
    ("a: 1\n- b [c]", "yaml-syntax", 2, 1),
    ('a:\n  b: "x\n  c: y\n  d: "z"\n', "yaml-syntax", 2, 6),
    ("a:\n  b: 'x\n  c: {d: 'z'}\n", "yaml-syntax", 2, 6),
    ('a: {b: "x, c: y}\nd: "z"\n', "yaml-syntax", 1, 8),
    ('a: {b: "x, c: "y"}', "yaml-syntax", 1, 8),
    ("a:\n  b\n    c: 1", "yaml-syntax", 2, 3),
    ("a: {b: *c.d}", "yaml-syntax", 1, 8),
    ("a: {b: !c}", "yaml-tag", 1, 8),
    ("- a\nb: 1", "yaml-syntax", 2, 1),
    ("a: 1\n- b", "yaml-syntax", 2, 1),
    ("a:\n  - b\n c: 1", "yaml-syntax", 3, 2),
    ("a: 1\nb", "yaml-syntax", 2, 1),
    ("- a\n-b", "yaml-syntax", 2, 1),
    ('a: "x" y', "yaml-syntax", 1, 8),
    ("a: @x", "yaml-syntax", 1, 4),
    ("a: `x`", "yaml-syntax", 1, 4),
    ("a: %x", "yaml-syntax", 1, 4),
    ("a: ]", "yaml-syntax", 1, 4),
    ("a: ,", "yaml-syntax", 1, 4),
    ("a: *", "yaml-syntax", 1, 4),
    ("a: & x", "yaml-syntax", 1, 4),
    ("a: |x\n b", "yaml-syntax", 1, 5),
    ("a: |0\n b", "yaml-syntax", 1, 5),
    ("a: -", "yaml-syntax", 1, 4),
    ("a: ?", "yaml-syntax", 1, 4),
]
# libyaml's marks or rules, which the pure-Python reader does not share; and some the other way round.
ONLY_LIBYAML = [
    ("%FOO bar\n---\na: 1", "yaml-directive", 1, 5),
    ('a: "\\q"', "yaml-syntax", 1, 5),
    ('a: "\\ud83d"', "yaml-syntax", 1, 7),
    ('a: "\\u12"', "yaml-syntax", 1, 7),
    ("a: x\ty: 1", "yaml-syntax", 1, 7),
]
HANG = 30
"""Seconds of processor time: what is bounded takes far less on any machine, what is not never ends."""
READERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]


@pytest.fixture(params=READERS, ids=["libyaml", "pure"])
def reader(request, monkeypatch):
    monkeypatch.setattr(reader_module, "_LOADER", request.param)
    return request.param


def first_error(text):
    _, faults = parse(text, "f.yaml")
    fault = next(each for each in faults if each.severity == "error")
    place = fault.primary.place
    assert place.file == "f.yaml"
    assert fault.message.isprintable()
    assert fault.help.isprintable()
    assert len(fault.message) < 300
    return fault.slug, place.line, place.column


@pytest.mark.parametrize(("text", "slug", "line", "column"), REFUSED)
def test_a_text_is_refused_at(text, slug, line, column, reader):
    assert first_error(text) == (slug, line, column)


@pytest.mark.parametrize(("text", "slug", "line", "column"), ONLY_LIBYAML)
def test_libyaml_refuses_at(text, slug, line, column):
    assert first_error(text) == (slug, line, column)


@pytest.mark.parametrize(("text", "slug", "line", "column"), REFUSED)
def test_the_faulty_character_is_never_echoed(text, slug, line, column):
    for fault in parse(text, "f.yaml")[1]:
        if slug in ("forbidden-character", "not-nfc", "control-character"):
            assert "U+" in fault.message
            assert fault.message.isascii()


def test_all_faults_are_reported_together_and_in_order():
    text = "1: a\nb: .inf\nc: !x z\nd: *e\nf: no\n<<: 1\nb: 2\n'': [\u202e]\n"
    faults = parse(text, "f.yaml")[1]
    assert [(each.slug, each.primary.place.line) for each in faults] == [
        ("key-not-a-string", 1),
        ("number-out-of-range", 2),
        ("yaml-tag", 3),
        ("unknown-alias", 4),
        ("ambiguous-scalar", 5),
        ("merge-key", 6),
        ("duplicate-key", 7),
        ("forbidden-character", 8),
    ]


def test_a_syntax_error_does_not_hide_what_stands_before_it():
    faults = parse("a: 1\na: 2\nb: {c: 1, c: 2, d: [", "f.yaml")[1]
    assert [each.slug for each in faults] == ["duplicate-key", "duplicate-key", "yaml-syntax"]


def test_a_duplicate_key_shows_the_first_one():
    [fault] = parse("x:\n  a: 1\n  b: {a: 1}\n  a: 2\n", "f.yaml")[1]
    [first] = fault.related
    assert (first.place.line, first.place.column, first.text) == (2, 3, "first given here")


def test_keys_that_are_equal_in_composed_form_are_duplicates():
    faults = parse("\u00e9: 1\ne\u0301: 2\n", "f.yaml")[1]
    assert [each.slug for each in faults] == ["not-nfc", "duplicate-key"]
    faults = parse("e\u0301: 1\n\u00e9: 2\n", "f.yaml")[1]
    assert [each.slug for each in faults] == ["not-nfc", "duplicate-key"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1: x", '"1"'),
        ("true: x", '"true"'),
        ("a: 1e400", "quote it"),
        ("a: no", "true or false"),
        ("\ta: 1", "indent with spaces"),
        ('a: "x', "closing quote"),
        ("a: [1", "`]`"),
        ("a: {b: 1", "`}`"),
        ("a: b: c", "quote the value"),
        ("a: e\u0301", "U+00E9"),
        ("a: xx\u212ax", "write U+004B"),
        ("a: \u1112\u1161", "U+D558"),
        ("a: q\u0307\u0323", "U+0323 U+0307"),
        ("a: a" + "\u0327" * 20 + "\u0301", "write"),
    ],
)
def test_the_help_says_what_to_do(text, hint):
    assert hint in parse(text, "f.yaml")[1][0].help


def test_refused_entries_are_left_out_and_the_rest_keeps_its_places():
    document, _ = parse("1: {x: 1}\na: 1\n? [k]\n: 2\na: {y: 2}\n<<: {z: 3}\nb: {c: 4}\n", "f.yaml")
    assert document.data == {"a": 1, "b": {"c": 4}}
    assert (document.place(("a",)).line, document.place(("b", "c")).line) == (2, 7)
    assert document.raw(("b", "c")) == "4"


@pytest.mark.parametrize("text", ["[", "a: {", "a: 1\n b: 2", "- " * 70, "", "\0", "a: 1\n- b"])
def test_a_broken_text_gives_an_empty_mapping(text):
    document, faults = parse(text, "f.yaml")
    assert faults
    assert document.data == {}
    assert document.place(("a", 0)).line == 1
    assert document.raw(("a",)) == ""


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", '{"a":', "[[],", "!a ", "&a "])
def test_200000_levels_neither_crash_nor_hang(opening, reader):
    began = time.process_time()
    assert parse(opening * 200_000, "f.yaml")[1]
    assert time.process_time() - began < HANG


def test_64_levels_are_read():
    assert parse("[" * 64 + "]" * 64, "f.yaml")[1] == []


def lol(width, depth):
    """Write the billion-laughs document: each line repeats the one before ``width`` times."""
    lines = ["l0: &l0 [x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]" for n in range(1, depth)]
    return "\n".join(lines)


def flat_bomb(size, times):
    return "a: &a [" + "x, " * size + "]\nb: [" + "*a, " * times + "]\n"


@pytest.mark.parametrize("text", [lol(9, 9), lol(2, 40), lol(100, 60), flat_bomb(1000, 60), flat_bomb(50_000, 50_000)])
def test_alias_bombs_are_refused_in_bounded_time(text):
    began = time.process_time()
    document, faults = parse(text, "f.yaml")
    assert [each.slug for each in faults] == ["alias-bomb"]
    assert document.data == {}
    assert time.process_time() - began < HANG


def test_honest_use_of_aliases_is_fine():
    rows = "\n".join(f"c{n}: {{labels: *common, n: {n}}}" for n in range(5000))
    document, faults = parse("common: &common {a: 1, b: 2, c: 3}\n" + rows, "f.yaml")
    assert faults == []
    assert document.data["c4999"]["labels"] is document.data["common"]


def test_an_alias_may_be_a_key_and_an_anchor_may_be_given_again_inside_after_an_error():
    assert parse("a: &k name\nb: {*k : 1}", "f.yaml")[0].data == {"a": "name", "b": {"name": 1}}
    _, faults = parse("a: &x [&x 1]\nb: *x", "f.yaml")
    assert [each.slug for each in faults] == ["duplicate-anchor"]


@pytest.mark.parametrize("line", ["a: 1\n", "1: a\n", "- .inf\n", "- *a\n", "- !a b\n", '- "\\e"\n'])
def test_reading_stops_after_a_thousand_errors(line):
    began = time.process_time()
    document, faults = parse(line * 500_000, "f.yaml")
    assert (len(faults), document.data) == (1000, {})
    assert time.process_time() - began < HANG


def test_a_thousand_warnings_are_kept_and_the_data_is_read_to_its_end():
    document, faults = parse("- no\n- <<\n- 1_0\n- x\n" * 5000, "f.yaml")
    assert len(faults) == 1000
    assert document.data == ["no", "<<", "1_0", "x"] * 5000
    assert parse("- no\n" * 1000 + "- {<<: 1, no: 1, 1: a}", "f.yaml")[1][-2].slug == "merge-key"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_known_yaml_versions_are_read(version):
    assert parse(f"%YAML {version}\n---\na: 1\n", "f.yaml")[1] == []


def test_an_error_of_the_reader_that_is_not_known_is_still_shown(reader):
    _, [fault] = parse("a: |\n     \n  x\n", "f.yaml") if reader is yaml.SafeLoader else parse("a: |99\n x", "f")
    assert fault.slug == "yaml-syntax"
