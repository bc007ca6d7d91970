"""What holds for every document and for any bytes."""

import importlib
import json
import math
from unittest import mock

import pytest
import yaml
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dokaseca_compile.core.diagnostics import At
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.scalars import text_fault
from dokaseca_compile.source.text import decode

# The package gives the function under the name of its module.
reader_module = importlib.import_module("dokaseca_compile.source.reader")

TEXTS = st.text(max_size=12).filter(lambda text: text_fault(text) is None) | st.sampled_from(
    ["no", "1:20", "010", "1e3", "~", "", "null", "=", "<<", "a: b #c", "- x", "é😀", "\u2028", "\ufeffa", "a\r\nb"]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.integers(-9000, 9000).map(lambda number: number * 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
ROOTS = st.dictionaries(TEXTS, DATA, min_size=1, max_size=5)


def errors(faults):
    return [each for each in faults if each.severity == "error"]


def routes(data, route=()):
    yield route
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in parts:
        yield from routes(value, (*route, part))


def same(one, other):
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other)


@given(ROOTS)
@settings(deadline=None, max_examples=examples(200))
def test_json_is_read_as_json(data):
    text = json.dumps(data, ensure_ascii=False)
    assume(not decode(text.encode(), "f")[1])
    document, faults = parse(text, "f")
    assert errors(faults) == []
    assert same(data, document.data)


def quote_strings(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


class QuotingDumper(yaml.SafeDumper):
    """Quotes every string, and only strings."""

    def ignore_aliases(self, data):
        return True


QuotingDumper.add_representer(str, quote_strings)


@given(ROOTS, st.booleans(), st.integers(2, 8))
@settings(deadline=None, max_examples=examples(200))
def test_dumped_yaml_is_read_as_the_data_that_was_dumped(data, flow, indent):
    text = yaml.dump(data, Dumper=QuotingDumper, sort_keys=False, default_flow_style=flow, indent=indent)
    document, faults = parse(text, "f")
    assert errors(faults) == []
    assert same(data, document.data)


def marks(node, route=()):
    """Give (route, key node or None, value node) of everything below a composed node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*route, key.value), key, value
            yield from marks(value, (*route, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*route, index), None, value
            yield from marks(value, (*route, index))


@pytest.mark.parametrize("loader", [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader])
@given(data=ROOTS, flow=st.booleans())
@settings(deadline=None, max_examples=examples(100))
def test_every_place_is_where_the_reader_saw_it(loader, data, flow):
    text = "# é😀\n" + yaml.dump(
        data, Dumper=QuotingDumper, sort_keys=False, default_flow_style=flow, allow_unicode=False
    )
    with mock.patch.object(reader_module, "_LOADER", loader):
        document, _ = parse(text, "f")
    seen = list(marks(yaml.compose(text, Loader=loader)))
    assert len(seen) == len(list(routes(data))) - 1
    for route, key, value in seen:
        place = document.place(route)
        assert (place.line, place.column) == (value.start_mark.line + 1, value.start_mark.column + 1)
        if key is not None:
            place = document.place(route, At.KEY)
            assert (place.line, place.column) == (key.start_mark.line + 1, key.start_mark.column + 1)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=examples(300))
def test_no_bytes_raise(raw):
    text, faults = decode(raw, "f")
    document, more = parse(text, "f")
    document.place(("a", 0))
    assert faults or more or document.data != {} or raw.strip()


YAMLISH = st.text("ab:-?[]{},&*!|>'\"%@`#~<= \t\n019._\\xué😀\u202e\u0301\r", max_size=60)


@given(YAMLISH)
@settings(deadline=None, max_examples=examples(600))
def test_no_text_raises_and_every_fault_has_a_place_in_the_text(text):
    document, faults = parse(text, "f")
    count = document.text.count("\n") + 1
    for fault in faults:
        for label in (fault.primary, *fault.related):
            assert 1 <= label.place.line <= count
            assert 1 <= label.place.column <= len(document.line_text(label.place.line)) + 1
        assert fault.message.isprintable()
    for route in routes(document.data):
        document.place(route)
        document.raw(route)


@given(YAMLISH)
@settings(deadline=None, max_examples=examples(300))
def test_no_float_is_infinite(text):
    document, _ = parse(f"a: {text}", "f")
    data = document.data
    for route in routes(data):
        value = data
        for part in route:
            value = value[part]
        assert not isinstance(value, float) or math.isfinite(value)
