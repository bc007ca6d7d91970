"""Bytes to text: encodings, line ends, limits, and user text made fit for messages."""

import pytest

from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.text import MAX_BYTES, Lines, code_point, decode, shown

REFUSED = [
    # bytes, slug, line, column
    (b"\xff", "invalid-utf8", 1, 1),
    (b"a: 1\nb: \xe9\n", "invalid-utf8", 2, 4),
    ("é: 😀".encode() + b"\x80", "invalid-utf8", 1, 5),
    (b"a: 1\r\nb: 2\r\nc: \xc3", "invalid-utf8", 3, 4),
    (b"a: 1\rb: \xff", "invalid-utf8", 2, 4),
    (b"\xef\xbb\xbfa: \xff", "invalid-utf8", 1, 4),
    (b"a: \xed\xa0\x80", "invalid-utf8", 1, 4),
    (b"a: \xc0\x80", "invalid-utf8", 1, 4),
    ("a: 1".encode("utf-16"), "invalid-utf8", 1, 1),
    (b"\xfe\xff" + "a".encode("utf-16-be"), "invalid-utf8", 1, 1),
    ("a: 1".encode("utf-32"), "invalid-utf8", 1, 1),
    (b"a: 1\0", "control-character", 1, 5),
    (b"a:\r\n  b: \x01", "control-character", 2, 6),
    (b"a: \x1b[0m", "control-character", 1, 4),
    (b"a: 1 # \x7f", "control-character", 1, 8),
    ("a: 😀\x85b".encode(), "control-character", 1, 5),
    ("a: x\u2028y".encode(), "control-character", 1, 5),
    ("a: x\ufeff".encode(), "control-character", 1, 5),
    ("a: \uffff".encode(), "control-character", 1, 4),
    (b"a\x0cb", "control-character", 1, 2),
]


@pytest.mark.parametrize(("raw", "slug", "line", "column"), REFUSED)
def test_bytes_are_refused_at(raw, slug, line, column):
    text, [fault] = decode(raw, "f.yaml")
    assert (text, fault.slug) == ("", slug)
    assert (fault.primary.place.line, fault.primary.place.column) == (line, column)
    assert fault.message.isprintable()


def test_each_control_character_is_reported_up_to_twenty():
    assert len(decode(b"\0\n" * 3, "f")[1]) == 3
    assert len(decode(b"\0" * 500, "f")[1]) == 20


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_get_advice(encoding):
    [fault] = decode("a: 1".encode(encoding), "f")[1]
    assert "UTF-8" in fault.help
    assert encoding.upper() in fault.message


def test_utf16_without_a_mark_gets_advice():
    assert "UTF-16" in decode("a: 1".encode("utf-16-le"), "f")[1][0].help


def test_five_mebibytes_are_read_and_one_byte_more_is_not():
    line = b"# " + b"x" * 98 + b"\n"
    raw = b"a: 1\n" + line * (MAX_BYTES // len(line))
    raw += b"#" * (MAX_BYTES - len(raw))
    text, faults = decode(raw, "f")
    assert (len(text), faults) == (MAX_BYTES, [])
    assert parse(text, "f")[0].data == {"a": 1}
    text, [fault] = decode(raw + b"#", "f")
    assert (text, fault.slug, fault.primary.place.line) == ("", "file-too-large", 1)
    assert parse("#" * (MAX_BYTES + 1), "f")[1][0].slug == "file-too-large"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_do_not_move_places(end, mark):
    raw = mark + f"a: 1{end}b:{end}  - 😀 é{end}  - {{c: 2}}{end}".encode()
    text, faults = decode(raw, "f")
    assert (text, faults) == ("a: 1\nb:\n  - 😀 é\n  - {c: 2}\n", [])
    place = parse(text, "f")[0].place(("b", 1, "c"))
    assert (place.line, place.column) == (4, 9)


def test_parse_takes_other_line_ends_too():
    document, faults = parse("a: 1\r\nb: 2\rc: 3", "f")
    assert (document.data, faults, document.line_text(3)) == ({"a": 1, "b": 2, "c": 3}, [], "c: 3")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("é😀", "é😀"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202e", "\\u202e"),
        ("\ud83d", "\\ud83d"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("\0" * 10**6, "\\x00" * 19 + "\\x0…"),
    ],
)
def test_user_text_in_a_message(text, result):
    assert shown(text) == result


def test_code_points_have_four_digits_or_more():
    assert [code_point(each) for each in "a\u202e😀"] == ["U+0061", "U+202E", "U+1F600"]


def test_lines_and_positions():
    lines = Lines("ab\n\n😀c\n")
    assert [lines.get(number) for number in range(6)] == ["", "ab", "", "😀c", "", ""]
    assert [lines.position(offset) for offset in (0, 2, 3, 4, 5, 6)] == [(1, 1), (1, 3), (2, 1), (3, 1), (3, 2), (3, 3)]
    assert lines.clip(1, 2) == (1, 2)
    assert lines.clip(4, 1) == (3, 3)
    assert Lines("").clip(1, 1) == (1, 1)
