"""What a scalar means, as a table: the text after `v: ` and the value it has."""

import pytest

from dokaseca_compile.source.parse import parse

MEANINGS = [
    # nothing
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("none", "none"),
    # booleans: these six only
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("tRUE", "tRUE"),
    ("yes", "yes"),
    ("no", "no"),
    ("No", "No"),
    ("on", "on"),
    ("OFF", "OFF"),
    ("y", "y"),
    ("N", "N"),
    # integers
    ("0", 0),
    ("-0", 0),
    ("7", 7),
    ("+7", 7),
    ("-7", -7),
    ("1234567890", 1234567890),
    ("9007199254740992", 2**53),
    ("-9007199254740994", -(2**53) - 2),
    ("9000000000000000000", 9 * 10**18),
    ("0o10", 8),
    ("0x1F", 31),
    ("0xffffffff", 2**32 - 1),
    # integers for others, strings for us
    ("010", "010"),
    ("08", "08"),
    ("00", "00"),
    ("-010", "-010"),
    ("1_000", "1_000"),
    ("0b11", "0b11"),
    ("0o8", "0o8"),
    ("-0x1F", "-0x1F"),
    ("0O10", "0O10"),
    ("1:20", "1:20"),
    ("10:30:00", "10:30:00"),
    ("190:20:30.5", "190:20:30.5"),
    # floats
    ("1.5", 1.5),
    ("1.30", 1.3),
    ("-1.5", -1.5),
    ("+1.5", 1.5),
    (".5", 0.5),
    ("1.", 1.0),
    ("1e3", 1000.0),
    ("1E-2", 0.01),
    ("12e03", 12000.0),
    ("1.5e+3", 1500.0),
    ("0.0", 0.0),
    (".", "."),
    ("1.2.3", "1.2.3"),
    ("1.33.1", "1.33.1"),
    ("1e", "1e"),
    ("e3", "e3"),
    ("+", "+"),
    ("v1.4.0", "v1.4.0"),
    ("1_0.5", "1_0.5"),
    # dates, operators and other texts
    ("2024-01-01", "2024-01-01"),
    ("2024-13-45", "2024-13-45"),
    ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
    ("=", "="),
    ("<<", "<<"),
    ("a: b".replace(": ", ":"), "a:b"),
    ("https://x.example:8443/a?b=c", "https://x.example:8443/a?b=c"),
    ("a b", "a b"),
    ("a#b", "a#b"),
    ("a # comment", "a"),
    # quoted and block scalars are strings whatever they say
    ('"1"', "1"),
    ("'1'", "1"),
    ('"true"', "true"),
    ("'~'", "~"),
    ('""', ""),
    ('"1e400"', "1e400"),
    ('".inf"', ".inf"),
    ('"a\\tb\\r\\n"', "a\tb\r\n"),
    ('"a\\u2028b"', "a\u2028b"),
    ('"\\ufeffa"', "\ufeffa"),
    ('"\\U0001F600"', "😀"),
    ("'it''s'", "it's"),
    ("|\n  1\n", "1\n"),
    (">-\n  true\n", "true"),
    ("|+\n  a\n", "a\n\n"),
]


@pytest.mark.parametrize(("text", "value"), MEANINGS)
def test_a_scalar_means(text, value):
    document, faults = parse(f"v: {text}\n", "f.yaml")
    assert not [each for each in faults if each.severity == "error"]
    assert document.data == {"v": value}
    assert type(document.data["v"]) is type(value)


AMBIGUOUS = [
    *("yes", "Yes", "YES", "yEs", "no", "NO", "on", "On", "off", "OFF", "y", "Y", "n", "N"),
    *("010", "08", "-010", "00", "1_000", "0b11", "-0x1F", "0x_1", "0O10", "1:20", "10:30:00", "1_0.5", "1_0e3"),
    *("2024-01-01", "2024-1-1", "2024-01-01T00:00:00Z", "=", "<<", "._5"),
]
PLAIN_FOR_ALL = [
    *("dev", "nope", "only", "yesterday", "v1", "1.2.3", "1.33.1", "a:b", "10.0.0.0/8", "80:8080", "-", "+x", "<a"),
    *("none", "tRUE", "10Gi", "500m", "1h30m", "2024-01", "0xyz", "n1", "o"),
]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_plain_value_that_others_read_differently_is_a_warning(text):
    document, [fault] = parse(f"k:\n  - {text}\n", "f.yaml")
    assert document.data == {"k": [text]}
    assert (fault.slug, fault.severity) == ("ambiguous-scalar", "warning")
    assert (fault.primary.place.line, fault.primary.place.column) == (2, 5)
    assert fault.primary.place.length == len(text)
    assert f'"{text}"' in fault.help


@pytest.mark.parametrize("text", PLAIN_FOR_ALL)
def test_a_plain_value_that_all_read_alike_is_no_warning(text):
    assert parse(f"v: [{text}]\n" if text != "-" else 'v: ["-"]', "f.yaml")[1] == []


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_quoting_silences_the_warning(text):
    assert parse(f'v: "{text}"\n', "f.yaml")[1] == []


@pytest.mark.parametrize("key", ["yes", "on", "y", "010", "2024-01-01", "1:20", "="])
def test_an_ambiguous_key_is_a_string_without_a_warning(key):
    document, faults = parse(f"{key}: 1\n", "f.yaml")
    assert (document.data, faults) == ({key: 1}, [])


def test_the_same_ambiguous_value_warns_each_time():
    _, faults = parse("on: 1\na: on\nb: on\n", "f.yaml")
    assert [each.primary.place.line for each in faults] == [2, 3]
