"""Edits of a source: the tables in tests/edits say what, properties say for any document that nothing else changes."""

import codecs
import importlib
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dokaseca_compile.core.routes import Put, Remove, format_route, parse_route
from dokaseca_compile.source.edit import EditError, MisreadEditError, edit
from dokaseca_compile.source.parse import parse
from dokaseca_compile.source.scalars import other_reading, resolve, text_fault
from dokaseca_compile.source.text import MAX_BYTES, decode
from dokaseca_compile.source.write import is_plain

# The package gives some functions under the names of their modules.
reader_module = importlib.import_module("dokaseca_compile.source.reader")
edit_module = importlib.import_module("dokaseca_compile.source.edit")

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "tests/edits").glob("*.yaml"))
READERS = [getattr(yaml, "CSafeLoader", yaml.SafeLoader), yaml.SafeLoader]
MARK = codecs.BOM_UTF8
PROPERTY = settings(derandomize=True, deadline=None, database=None)


def cases():
    for table in TABLES:
        for case in YAML(typ="safe").load(table.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{table.stem}: {case['title']}")


def edits_of(case):
    for each in case["edits"]:
        yield Put(parse_route(each["put"]), each["value"]) if "put" in each else Remove(parse_route(each["remove"]))


def strictly(data):
    """Data as text: tells 1 from 1.0 and true, and one order of keys from another."""
    return json.dumps(data)


def data_of(raw):
    text, faults = decode(raw, "f.yaml")
    document, more = parse(text, "f.yaml")
    assert [each.message for each in faults + more if each.severity == "error"] == []
    return document.data


def mixed(text):
    """Give each line another line end than its neighbours."""
    lines = text.split("\n")
    ends = ["\r\n", "\n", "\r"]
    return "".join(line + ends[index % 3] for index, line in enumerate(lines[:-1])) + lines[-1]


# the tables


@pytest.mark.parametrize("reader", READERS, ids=["libyaml", "pure"])
@pytest.mark.parametrize("case", list(cases()))
def test_the_tables(case, reader, monkeypatch):
    """Each case holds with every line end, with and without a byte order mark."""
    monkeypatch.setattr(reader_module, "_LOADER", reader)
    if case.get("reader") == "libyaml" and reader is yaml.SafeLoader:
        pytest.skip("this reader refuses the source")
    before, edits = case["before"], list(edits_of(case))
    if "refused" in case:
        with pytest.raises(EditError, match=re.escape(case["refused"])) as caught:
            edit(before.encode(), "f.yaml", edits)
        assert caught.value.route in [(), *(each.route for each in edits)]
        assert str(caught.value).isprintable()
        return
    after = case["after"]
    assert edit(before.encode(), "f.yaml", edits).decode() == after
    assert edit(MARK + before.encode(), "f.yaml", edits) == MARK + after.encode()
    for end in ("\r\n", "\r") if "\n" in before else ():
        raw = before.replace("\n", end).encode()
        assert edit(raw, "f.yaml", edits) == after.replace("\n", end).encode()
    result = edit(mixed(before).encode(), "f.yaml", edits).decode()
    assert result.replace("\r\n", "\n").replace("\r", "\n") == after


def test_the_tables_are_read():
    assert len(list(cases())) > 100


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ("a: 1\r\nb: 2\nc: 3\r\n", Put(("a",), 4), "a: 4\r\nb: 2\nc: 3\r\n"),
        ("a: 1\r\nb: 2\nc: 3\r\n", Remove(("b",)), "a: 1\r\nc: 3\r\n"),
        ("a:\r\n  x: 1\nb: 2\n", Put(("a", "z"), 2), "a:\r\n  x: 1\n  z: 2\nb: 2\n"),
        ("a:\n  x: 1\r\nb: 2\n", Put(("a", "z"), 2), "a:\n  x: 1\r\n  z: 2\r\nb: 2\n"),
        ("b: 2\na:\r  x: 1", Put(("a", "z"), 2), "b: 2\na:\r  x: 1\r  z: 2"),
        ("b: 2\na:\r\n  x: 1", Put(("a", "z"), 2), "b: 2\na:\r\n  x: 1\r\n  z: 2"),
        ("{a: 1}", Put(("b",), 2), "{a: 1, b: 2}"),
        ("a: 1", Put(("b",), 2), "a: 1\nb: 2"),
        ("a:\r\n  x: 1\n  y: 2\r\nb: 1\n", Put(("a",), 1), "a: 1\r\nb: 1\n"),
    ],
)
def test_a_new_line_ends_like_its_neighbour(before, change, after):
    assert edit(before.encode(), "f.yaml", [change]) == after.encode()


# what is refused


VALUES_REFUSED = [
    2**63,
    -(2**63) - 1,
    2**53 + 1,
    -(2**60),
    float("inf"),
    float("nan"),
    {"x" * 1001: 1},
    ["\x7f"],
    10**5000,
]


@pytest.mark.parametrize("value", VALUES_REFUSED, ids=range(len(VALUES_REFUSED)))
def test_values_that_no_source_may_hold(value):
    for route in (("a",), ("b",)):
        with pytest.raises(EditError) as caught:
            edit(b"a: 1\n", "f.yaml", [Put(route, value)])
        assert caught.value.route == route


@pytest.mark.parametrize("value", [(1,), {1: 2}, b"x", {"a": [None, {3}]}, Path("x")])
def test_what_is_no_plain_data_is_a_bug_of_the_caller(value):
    with pytest.raises(TypeError):
        edit(b"a: 1\n", "f.yaml", [Put(("a",), value)])


def test_data_that_is_too_deep_or_never_ends():
    endless = []
    endless.append(endless)
    deep = 1
    for _ in range(64):
        deep = {"a": deep}
    assert data_of(edit(b"a: 1\n", "f.yaml", [Put(("b",), deep["a"])]))["b"] == deep["a"]
    for value in (deep, endless):
        with pytest.raises(EditError, match="nested deeper than 64 levels"):
            edit(b"a: 1\n", "f.yaml", [Put(("b",), value)])


def test_a_file_that_would_become_too_large():
    raw = b"a: 1\n" + b"#" * (MAX_BYTES - 5)
    assert len(edit(raw, "f.yaml", [Put(("a",), 2)])) == MAX_BYTES
    with pytest.raises(EditError, match="more than 5,242,880 bytes"):
        edit(raw, "f.yaml", [Put(("a",), 10)])


def test_bytes_that_are_no_text():
    with pytest.raises(EditError, match=r"f\.yaml:1:4: the byte 0xFF is not UTF-8"):
        edit(b"a: \xff", "f.yaml", [Remove(("a",))])


def test_no_edits_change_nothing():
    raw = MARK + mixed("a: 1 \n# x\n\n").encode()
    assert edit(raw, "f.yaml", []) == raw


WRONG = [
    ("a: 1\nb: 2\n", "put", [(3, 4, "2.0")], Put(("a",), 2)),
    ("a: 1\nb: 2\n", "put", [(3, 4, '"2"')], Put(("a",), 2)),
    ("a: 1\nb: 2\n", "put", [(3, 4, "[")], Put(("a",), 2)),
    ("a: 1\nb: 2\n", "put", [(3, 9, "2")], Put(("a",), 2)),
    ("a: 1\nb: 2\n", "put", [(0, 0, "c: 3\n")], Put(("c",), 3)),
    ("a: 1\nb: 2\n", "remove", [(0, 10, "{}")], Remove(("a",))),
    ("a: 1\nb: 2\n", "remove", [(0, 10, "")], Remove(("a",))),
    ("a: 1\nb: &x 2\n", "put", [(3, 11, "2\nb: 2")], Put(("a",), 2)),
    ("a: &x 2\nb: *x\n", "put", [(7, 13, "\nb: 2\nc: 3")], Put(("c",), 3)),
]


@pytest.mark.parametrize(("before", "name", "splices", "change"), WRONG)
def test_a_wrong_splice_is_never_given_out(before, name, splices, change, monkeypatch):
    """Types, the order of keys, other entries, anchors and aliases: all are compared."""
    made = [edit_module.Splice(*each) for each in splices]
    monkeypatch.setattr(edit_module, name, lambda *_: made)
    with pytest.raises(MisreadEditError, match="nothing is written"):
        edit(before.encode(), "f.yaml", [change])


# real files


def real_files():
    folders = ("tests/cases", "tests/rules", "tests/edits", "out")
    paths = [ROOT / "platform.yaml", *(path for each in folders for path in sorted((ROOT / each).rglob("*.yaml")))]
    for path in paths:
        raw = path.read_bytes()
        text, faults = decode(raw, path.name)
        if not faults and not any(each.severity == "error" for each in parse(text, path.name)[1]):
            yield path


def scalars(node, route=()):
    """Give the route and the node of each scalar that stands alone in the text."""
    if isinstance(node, yaml.ScalarNode):
        yield route, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(value, (*route, key.value))
    else:
        for index, value in enumerate(node.value):
            yield from scalars(value, (*route, index))


NEW_VALUES = ["other", "9.9.9", "1.30", "two words", "it's, [so]", "a: b", 7, 1.5, True, None]


def test_real_files_change_in_one_span_only():
    """Scalars of the repository's own files: what stands before and behind the scalar is the same, byte for byte."""
    chance = random.Random(1)
    files, changes = 0, 0
    for path in real_files():
        text = decode(path.read_bytes(), path.name)[0]
        every = list(scalars(yaml.compose(text, Loader=READERS[0])))
        # What an alias repeats may be edited in neither place.
        ways = Counter(id(node) for _, node in every)
        found = [(route, node) for route, node in every if route and ways[id(node)] == 1]
        files += bool(found)
        for route, node in chance.sample(found, min(2, len(found))):
            value = chance.choice(NEW_VALUES)
            start, end = node.start_mark.index, node.end_mark.index
            if node.style in ("|", ">"):
                end = start + len(text[start:end].rstrip("\n"))
            new = edit(text.encode(), path.name, [Put(route, value)]).decode()
            assert (new[:start], new[len(new) - len(text) + end :]) == (text[:start], text[end:])
            written = new[start : len(new) - len(text) + end].strip(" ")
            if isinstance(value, str) and node.style in ("'", '"'):
                assert written[0] == written[-1] == node.style
            crlf = text.replace("\n", "\r\n").encode()
            assert edit(crlf, path.name, [Put(route, value)]) == new.replace("\n", "\r\n").encode()
            assert edit(MARK + crlf, path.name, [Put(route, value)]) == MARK + new.replace("\n", "\r\n").encode()
            changes += new != text
    assert files >= 50
    assert changes >= 100


def test_entries_of_the_platform_can_be_removed():
    """Entries of the first three levels go alone: the lines that stay are the lines that were."""
    raw = (ROOT / "platform.yaml").read_bytes()
    lines = set(raw.decode().splitlines())
    data = data_of(raw)
    for route in random.Random(2).sample([each for each in all_routes(data) if 1 <= len(each) <= 3], 60):
        new = edit(raw, "platform.yaml", [Remove(route)])
        assert strictly(data_of(new)) == strictly(applied(data, Remove(route)))
        # A flow mapping that loses an entry, or a parent that becomes empty.
        assert len([line for line in new.decode().splitlines() if line not in lines]) <= 1


def test_many_scalars_are_put_with_one_reading(monkeypatch):
    """Edits that cannot touch each other are made and proved in one go; others one by one."""
    count = 0

    def counted(text, file):
        nonlocal count
        count += 1
        return parse(text, file)

    monkeypatch.setattr(edit_module, "parse", counted)
    raw = "".join(f"k{n}: {{v: 1, w: [a]}}\n" for n in range(300)).encode()
    changes = [Put((f"k{n}", "v"), n) for n in range(300)]
    expected = raw.decode().split("1,")
    assert edit(raw, "f.yaml", changes).decode() == "".join(
        part + (f"{n}," if n < 300 else "") for n, part in enumerate(expected)
    )
    assert count == 2
    edit(raw, "f.yaml", [*changes, Put(("k1", "v"), 3), Put(("k1", "w", 1), 3), Remove(("k2",))])
    assert count == 2 + 5


# any document


WORDS = ["a", "b1", "two words", "1.2.3", "x-y", "é😀", "https://x.example:1/a#b", "it's", "10Gi"]
QUOTED = [*WORDS, "1.30", "no", "", "a: b", "# c", "[x]", "{{ x }}", "- a", " a ", 'say "x"', "a\\b", "null", "x:", "*"]
KEYS = ["name", "b", "two words", "x-y", "é", '"8080"', "'on'", '"a, b"', "last"]
PLAIN = [*WORDS, "1", "-2", "1.5", "true", "null", "~", "12345678901"]


class Author:
    """Writes a document as a careless person would: every style, comments everywhere. ``comments`` are the routes
    whose removal takes a comment with it, and those whose replacement does.
    """

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.lines = []
        self.comments = {}
        self.anchors = []

    def document(self):
        chance = self.chance
        if chance.random() < 0.1:
            self.lines = [self.flow((), 3, "  ")]
        else:
            self.mapping(" " * chance.choice([0, 0, 0, 2]), (), 3, "")
        text = "\n".join(self.lines) + chance.choice(["\n", "\n", "", "\n\n# end\n"])
        return chance.choice(["", "", "# top\n\n", "---\n", "--- # top\n"]) + text

    def comment(self, removed, replaced):
        name = f"# c{len(self.comments)} x: [y]"
        self.comments[name.split()[1]] = (removed, replaced)
        return name

    def maybe(self, share, removed, replaced, lead=" "):
        return lead + self.comment(removed, replaced) if self.chance.random() < share else ""

    def above(self, pad, inside):
        """Comments and blank lines between the entries of the collection ``inside``."""
        if self.chance.random() < 0.2:
            self.lines.append("")
        if self.chance.random() < 0.2:
            self.lines.append(pad + self.comment(inside, inside))
        if self.chance.random() < 0.1:
            self.lines.append("")

    def mapping(self, pad, route, depth, lead):
        keys = self.chance.sample(KEYS, self.chance.randint(1, 4))
        for index, key in enumerate(keys):
            if index or not lead:
                self.above(pad, route)
            at = (*route, key.strip("'\""))
            written = f"? {key}\n{pad}:" if self.chance.random() < 0.03 else f"{key}:"
            self.value((lead if not index and lead else pad) + written, pad, at, depth - 1)

    def sequence(self, pad, route, depth, lead):
        for index in range(self.chance.randint(1, 4)):
            if index or not lead:
                self.above(pad, route)
            self.value(f"{lead if not index and lead else pad}-", pad, (*route, index), depth - 1, in_list=True)

    def value(self, head, pad, route, depth, *, in_list=False):
        chance = self.chance
        anchor = f" &n{len(self.anchors)}" if chance.random() < 0.1 else ""
        if anchor:
            self.anchors.append(False)
        kind = chance.choice(["plain", "quoted", "text", "lines", "empty", "flow", "flow", "alias", "block", "block"])
        if kind == "block" and depth > 0:
            self.block(head, anchor, pad, route, depth, in_list=in_list)
        elif kind == "alias" and any(self.anchors) and not anchor:
            name = chance.choice([index for index, ready in enumerate(self.anchors) if ready])
            self.lines.append(f"{head} *n{name}{self.maybe(0.3, route, (*route, 0))}")
        elif kind == "text" and "?" not in head:
            header = chance.choice(["|", ">", "|-", ">+", "|+"]) + self.maybe(0.3, route, (*route, 0))
            inner = pad + " " * chance.choice([2, 2, 4])
            body = [inner + chance.choice(["x", "# y", "a: b", "- z"]) for _ in range(chance.randint(1, 3))]
            self.lines += [f"{head}{anchor} {header}", *body, *[""] * chance.choice([0, 0, 1, 2])]
        else:
            written = self.scalar(kind, pad) if kind != "flow" else self.flow(route, depth, pad + "  ")
            gap = chance.choice([" ", " ", "  "])
            self.lines.append(f"{head}{anchor}{gap if written else ''}{written}{self.maybe(0.3, route, (*route, 0))}")
        if anchor:
            self.anchors[int(anchor[3:])] = True

    def scalar(self, kind, pad):
        chance = self.chance
        if kind == "empty":
            return ""
        if kind == "lines":
            return chance.choice([f"one\n{pad}   two\n\n{pad}  three", f'"one\n{pad}  two"', f"'one\n\n{pad}  two'"])
        if kind == "quoted":
            text = chance.choice(QUOTED)
            return chance.choice([json.dumps(text, ensure_ascii=False), "'" + text.replace("'", "''") + "'"])
        return chance.choice(PLAIN)

    def block(self, head, anchor, pad, route, depth, *, in_list):
        write = self.chance.choice([self.mapping, self.sequence])
        if in_list and not anchor and self.chance.random() < 0.7:
            gap = self.chance.choice([" ", "   "])
            lead = head + gap
            write(" " * len(lead), route, depth, lead)
            return
        self.lines.append(f"{head}{anchor}{self.maybe(0.3, route, (*route, 0))}")
        inner = pad + " " * self.chance.choice([2, 2, 4])
        if write == self.sequence and not in_list and self.chance.random() < 0.5:
            inner = pad
        write(inner, route, depth, "")
        if self.chance.random() < 0.1 and inner != pad:
            self.lines.append(inner + self.comment(route[:-1], route[:-1]))

    def flow(self, route, depth, pad):
        """A collection in brackets; on several lines, comments stand behind the commas."""
        chance = self.chance
        is_list = chance.random() < 0.5 and route != ()
        in_lines = chance.random() < 0.3
        padding = chance.choice(["", "", " "])
        keys = chance.sample(KEYS, chance.randint(0, 4))
        text = ""
        for index, key in enumerate(keys):
            at = (*route, index) if is_list else (*route, key.strip("'\""))
            lead = f"\n{pad}" if in_lines else "" if not index else " "
            if in_lines and chance.random() < 0.2:
                lead = f"\n{pad}{self.comment(route, route)}{lead}"
            comma = "," if index < len(keys) - 1 or chance.random() < 0.2 else ""
            end = self.maybe(0.4, at, route) if in_lines else ""
            text += f"{lead}{'' if is_list else key + ':'}{self.flow_value(at, depth, pad, is_list)}{comma}{end}"
        close = f"\n{pad}" if "#" in text.rsplit("\n", 1)[-1] or (in_lines and chance.random() < 0.8) else padding
        brackets = "[]" if is_list else "{}"
        return f"{brackets[0]}{padding}{text}{close}{brackets[1]}"

    def flow_value(self, route, depth, pad, is_list):
        lead = "" if is_list else " "
        if depth > 0 and self.chance.random() < 0.3:
            return lead + self.flow(route, depth - 1, pad + "  ")
        if is_list and self.chance.random() < 0.1:
            return "single: pair"
        if not is_list and self.chance.random() < 0.1:
            return lead
        text = self.scalar(self.chance.choice(["plain", "quoted"]), pad)
        return lead + text


DATA = st.recursive(
    st.sampled_from([*QUOTED, *WORDS, 1, 0, -5, 1.5, 1e300, -0.0, True, False, None, "one\ntwo\n", "x\n", "a\tb"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "new", "on", "8080", "a, b", "é"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def all_routes(data, route=()):
    yield route
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in parts:
        yield from all_routes(value, (*route, part))


def value_at(data, route):
    for part in route:
        data = data[part]
    return data


def applied(data, change):
    """Apply one edit to a copy of plain data."""
    root = {"": json.loads(strictly(data))}
    at, part = root, ""
    for following in change.route:
        if isinstance(at, list) and part == len(at):
            at.append(None)
        if (at.get(part) if isinstance(at, dict) else at[part]) is None:
            at[part] = [] if isinstance(following, int) else {}
        at, part = at[part], following
    if isinstance(change, Remove):
        del at[part]
    elif isinstance(at, list) and part == len(at):
        at.append(change.value)
    else:
        at[part] = change.value
    return root[""]


@st.composite
def changes(draw, data):
    """An edit that fits the data: of something that exists, or of something new."""
    routes = list(all_routes(data))
    kind = draw(st.sampled_from(["scalar", "any", "remove", "remove", "new", "new"]))
    if kind == "new":
        route = draw(st.sampled_from([each for each in routes if isinstance(value_at(data, each), dict | list | None)]))
        parent = value_at(data, route)
        keys = st.sampled_from(["new", "newer", "8080", "on", "x: y"])
        part = len(parent) if isinstance(parent, list) else draw(keys)
        is_new = isinstance(parent, list | None) or part not in parent
        below = (draw(keys),) if is_new and draw(st.integers(0, 9)) == 0 else ()
        return Put((*route, part, *below), draw(DATA))
    route = draw(st.sampled_from(routes[1:] or [("name",)]))
    if kind == "remove" and len(routes) > 1:
        return Remove(route)
    return Put(route, draw(DATA if kind == "any" else st.sampled_from(QUOTED)))


REFUSED_RIGHTLY = r"\(`\*n|has an anchor|holds an anchor|has no `:`|text block"


def comments_in(text):
    return re.findall(r"# (c\d+) x: \[y\]", text)


def may_go(author, change, data):
    """Name the comments that stand inside of what is removed or replaced."""
    gone = set()
    for name, (removed, replaced) in author.comments.items():
        owner = removed if isinstance(change, Remove) else replaced
        exists = isinstance(change, Remove) or change.route in set(all_routes(data))
        if exists and owner[: len(change.route)] == change.route:
            gone.add(name)
    return gone


def check_readers(raw):
    """Another reader of YAML 1.2 sees the same data as we do."""
    text = decode(raw, "f.yaml")[0]
    assert strictly(YAML(typ="safe").load(text)) == strictly(data_of(raw))


@given(st.integers(0, 2**32), st.data())
@settings(PROPERTY, max_examples=examples(600))
def test_one_edit_of_any_document(seed, data):
    author = Author(seed)
    text = author.document()
    old = data_of(text.encode())
    change = data.draw(changes(old))
    try:
        new = edit(text.encode(), "f.yaml", [change]).decode()
    except EditError as refused:
        is_right = re.search(REFUSED_RIGHTLY, str(refused))
        if not is_right:
            raise
        return
    assert strictly(data_of(new.encode())) == strictly(applied(old, change))
    check_readers(new.encode())
    stay = [each for each in comments_in(text) if each not in may_go(author, change, old)]
    assert [each for each in comments_in(new) if each in stay] == stay
    if "*n" not in text:  # the nodes of an alias stand where its anchor does
        check_span(text, new, change, old)
    for end, mark in (("\r\n" if "\n" in text else "\n", b""), ("\r\n" if "\n" in text else "\n", MARK)):
        raw = mark + text.replace("\n", end).encode()
        assert edit(raw, "f.yaml", [change]) == mark + new.replace("\n", end).encode()
    both = edit(mixed(text).encode(), "f.yaml", [change]).decode()
    assert both.replace("\r\n", "\n").replace("\r", "\n") == new


def check_span(text, new, change, data):
    """What differs lies in the scalar that is put; else in the collection that is changed, and on its last line."""
    known = set(all_routes(data))
    is_scalar = isinstance(change, Put) and change.route in known
    route = change.route[:-1] if isinstance(change, Remove) else change.route
    while route not in known:
        route = route[:-1]
    node, start = yaml.compose(text, Loader=yaml.SafeLoader), 0
    for part in route:
        if isinstance(node, yaml.MappingNode):
            key, node = next(each for each in node.value if each[0].value == part)
            start = key.end_mark.index
        else:
            node = node.value[part]
    is_written = text[node.start_mark.index : node.end_mark.index].strip()[:1] not in ("", "&")
    if is_scalar and is_written and isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
    else:
        line_end = text.find("\n", max(start, node.end_mark.index))
        end = len(text) if line_end < 0 else line_end + 1
    assert new.startswith(text[:start])
    assert new.endswith(text[end:])


@given(st.integers(0, 2**32), st.data())
@settings(PROPERTY, max_examples=examples(150))
def test_many_edits_of_any_document(seed, data):
    author = Author(seed)
    chance = random.Random(seed)
    text = author.document()
    raw = chance.choice([b"", MARK]) + chance.choice([text, text.replace("\n", "\r\n"), mixed(text)]).encode()
    expected, made = data_of(raw), []
    for _ in range(data.draw(st.integers(2, 5))):
        change = data.draw(changes(expected))
        try:
            edit(raw, "f.yaml", [*made, change])
        except EditError:
            continue
        made.append(change)
        expected = applied(expected, change)
    new = edit(raw, "f.yaml", made)
    assert strictly(data_of(new)) == strictly(expected)
    check_readers(new)
    if all(each.route not in set(all_routes(data_of(raw))) for each in made):
        assert comments_in(new.decode()) == comments_in(text)


@given(st.integers(0, 2**32), st.lists(st.sampled_from(["name", "nowhere", 0, 7, -1]), min_size=1, max_size=3))
@settings(PROPERTY, max_examples=examples(150))
def test_what_does_not_exist_cannot_be_removed(seed, route):
    raw = Author(seed).document().encode()
    if tuple(route) in set(all_routes(data_of(raw))):
        return
    with pytest.raises(EditError) as caught:
        edit(raw, "f.yaml", [Remove(tuple(route))])
    assert caught.value.route == tuple(route)


TEXTS = st.text(max_size=20).filter(lambda text: text_fault(text) is None)


@given(TEXTS | st.text("ab01:-?[]{},&*!|>'\"%@#~<=._ eEnNoOxy\n\t", max_size=6), st.booleans())
@settings(PROPERTY, max_examples=examples(600))
def test_any_text_is_put_in_any_style(text, in_flow):
    for old in ("x", "'x'", '"x"', "|\n     x", "", "&x x"):
        if in_flow and "|" in old:
            continue
        raw = (f"a: [{{b: {old}}}, {{b: {old}}}]\n" if in_flow else f"a:\n  - b: {old}\n  - b: {old}\n").replace(
            "&x", ""
        )
        new = edit(raw.encode(), "f.yaml", [Put(("a", 0, "b"), text), Put(("a", 1, "c"), text), Put((text,), text)])
        expected = applied(data_of(raw.encode()), Put(("a", 0, "b"), text))
        expected = applied(applied(expected, Put(("a", 1, "c"), text)), Put((text,), text))
        assert strictly(data_of(new)) == strictly(expected)
    if is_plain(text, in_flow=in_flow):
        assert resolve(text) == text
        assert other_reading(text) is None
        assert yaml.safe_load(f"[{text}]" if in_flow else f"a: {text}") in ([text], {"a": text})


# routes


@given(st.lists(st.integers(0) | st.text(max_size=80).filter(str.isprintable), max_size=5).map(tuple))
@settings(PROPERTY, max_examples=examples(500))
def test_a_route_is_read_as_it_is_written(route):
    assert parse_route(format_route(route)) == route


@given(st.lists(st.text(max_size=40), max_size=3).map(tuple))
@settings(PROPERTY)
def test_what_is_escaped_is_read_too(route):
    assert parse_route(format_route(route)) == route


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("", ()),
        ("a.b.c", ("a", "b", "c")),
        ('a["odd.key"].b', ("a", "odd.key", "b")),
        ("a.'x'", ("a", "x")),
        ("a.\"x y\".'z.z'", ("a", "x y", "z.z")),
        ("a['say \"x\"\\n']", ("a", 'say "x"\\n')),
        ('["a b"][10][0]', ("a b", 10, 0)),
        ("'a b'.c", ("a b", "c")),
        ("list[0]", ("list", 0)),
        ("[2].x-y_z", (2, "x-y_z")),
        ("3scale.-x", ("3scale", "-x")),
        ('a["\\"\\\\\\x41\\u00E9\\U0001F600\\n"]', ("a", '"\\A\u00e9\U0001f600\n')),
        ('a[""]', ("a", "")),
    ],
)
def test_what_people_type(text, route):
    assert parse_route(text) == route


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".a", "at character 1, a key is missing"),
        ("a.", "at character 3, a key is missing"),
        ("a..b", "at character 3, a key is missing"),
        ("a b", "at character 2, `.` or `[` is expected here"),
        ("a/b", "at character 2, `.` or `[` is expected here; quote a key"),
        ("a.0", 'at character 3, write [0] for an item of a list, "0" in quotes for a key'),
        ("a[", "at character 3, the number of an item"),
        ("a[x]", "at character 3, the number of an item"),
        ("a[-1]", "at character 3, the number of an item"),
        ("a[01]", "at character 4, `]` is missing"),
        ("a[1", "at character 4, `]` is missing"),
        ('a["x]', "at character 3, this quote is never closed"),
        ("a.'x", "at character 3, this quote is never closed"),
        ('a["x"', "at character 6, `]` is missing"),
        ("[0]a", "at character 4, `.` or `[` is expected here"),
        ('"a"b', "at character 4, `.` or `[` is expected here"),
        ('a["\\q"]', "at character 4, this is not a valid escape"),
        ('a["\\U00110000"]', "at character 4, this is not a valid escape"),
        ("é", "at character 1, a key is missing"),
        ("a\n", "`a\\n` is not a route: at character 2"),
    ],
)
def test_what_is_no_route(text, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        parse_route(text)
    assert str(caught.value).isprintable()
