"""Cases of the text itself: syntax, duplicates, bytes, scalars, bombs."""

from __future__ import annotations

from hostile.hostile_cases import BASE, Case, add, put, quoted, raw

HEAD = "apiVersion: dokaseca.dev/v1alpha1\nkind: Platform\n"

SYNTAX: list[Case] = [
    raw("empty", "", "empty-document"),
    raw("blank", "  \n\n", "empty-document"),
    raw("comment only", "# nothing\n", "empty-document"),
    raw("marks only", "---\n...\n", "empty-document"),
    raw("null", "@HERE@null\n", "not-a-mapping"),
    raw("tilde", "@HERE@~\n", "not-a-mapping"),
    raw("list", "@HERE@- a\n- b\n", "not-a-mapping"),
    raw("empty list", "@HERE@[]\n", "not-a-mapping"),
    raw("word", "@HERE@platform\n", "not-a-mapping"),
    raw("number", "@HERE@42\n", "not-a-mapping"),
    raw("boolean", "@HERE@true\n", "not-a-mapping"),
    raw("quoted", '@HERE@"a: b"\n', "not-a-mapping"),
    raw("empty map", "@HERE@{}\n", "missing-key"),
    raw("tab indentation", "metadata:\n@HERE@\tname: acme\n", "yaml-syntax"),
    raw("tab after blanks", "metadata:\n  @HERE@\tname: acme\n  b: c\n", "yaml-syntax"),
    raw("open bracket", "a: @HERE@[1, 2\nb: 3\n", "yaml-syntax"),
    raw("open brace", "a: @HERE@{b: 1\nc: 2\n", "yaml-syntax"),
    raw("open brace at the end", "a: @HERE@{b: 1", "yaml-syntax"),
    raw("stray closing", "a: @HERE@]\n", "yaml-syntax"),
    raw("mixed brackets", "a: [1, 2@HERE@}\n", "yaml-syntax"),
    raw("open double quote", 'a: @HERE@"b\nc: d\n', "yaml-syntax"),
    raw("open single quote", "a: @HERE@'b\nc: d\n", "yaml-syntax"),
    raw("text after a quote", 'a: "b"@HERE@ c\n', "yaml-syntax"),
    raw("two colons", "a: b@HERE@: c\n", "yaml-syntax"),
    raw("no colon", "a: 1\n@HERE@b\nc: 2\n", "yaml-syntax"),
    raw("colon without blank", "@HERE@a:1\nb: 2\n", "yaml-syntax"),
    raw("less indentation", "a:\n    b: 1\n  @HERE@c: 2\n", "yaml-syntax"),
    raw("more indentation", "a: 1\n  b@HERE@: 2\n", "yaml-syntax"),
    raw("item in a mapping", "a: 1\n@HERE@- b\n", "yaml-syntax"),
    raw("key in a list", "- a\n@HERE@b: 1\n", "yaml-syntax"),
    raw("item on the line of its key", "a: @HERE@- b\n", "yaml-syntax"),
    raw("at sign", "a: @HERE@@b\n", "yaml-syntax"),
    raw("backtick", "a: @HERE@`b`\n", "yaml-syntax"),
    raw("percent", "a: @HERE@%b\n", "yaml-syntax"),
    raw("unknown escape", 'a: "b@HERE@\\qc"\n', "yaml-syntax"),
    raw("short escape", 'a: "\\@HERE@x1"\n', "yaml-syntax"),
    raw("escape beyond Unicode", 'a: "\\@HERE@U00110000"\n', "yaml-syntax"),
    raw("text behind a block mark", "a: |@HERE@ text\n", "yaml-syntax"),
    raw("block indentation 0", "a: |@HERE@0\n  b\n", "yaml-syntax"),
    raw("empty alias", "a: @HERE@*\n", "yaml-syntax"),
    raw("unknown alias", "a: @HERE@*b\n", "unknown-alias"),
    raw("alias in itself", "a: &x [1, @HERE@*x]\n", "recursive-alias"),
    raw("tag", "a: @HERE@!!str b\n", "yaml-tag"),
    raw("own tag", "a: @HERE@!secret b\n", "yaml-tag"),
    raw("Python object", 'a: @HERE@!!python/object/apply:os.system ["id"]\n', "yaml-tag"),
    raw("Python name", "a: @HERE@!!python/name:os.system\n", "yaml-tag"),
    raw("verbatim tag", "a: @HERE@!<tag:yaml.org,2002:str> b\n", "yaml-tag"),
    raw("binary", "a: @HERE@!!binary aGk=\n", "yaml-tag"),
    raw("unknown tag handle", "a: @HERE@!e!b c\n", "yaml-tag"),
    raw("tag directive", "@HERE@%TAG ! tag:x,2000:\n---\na: 1\n", "yaml-tag"),
    raw("YAML 2", "@HERE@%YAML 2.0\n---\na: 1\n", "yaml-directive"),
    raw("two documents", "a: 1\n@HERE@---\nb: 2\n", "several-documents"),
    raw("two documents by dots", "a: 1\n...\n@HERE@b: 2\n", "several-documents"),
    raw("a second empty document", "a: 1\n@HERE@---\n", "several-documents"),
    raw("merge key", "a: &x {b: 1}\nc:\n  @HERE@<<: *x\n", "merge-key"),
    raw("conflict marks", f"{HEAD}@HERE@<<<<<<< HEAD\nmetadata: {{}}\n=======\n>>>>>>> other\n", "yaml-syntax"),
    raw("template", f"{HEAD}metadata: @HERE@{{{{ .Values.metadata }}}}\n", "key-not-a-string"),
    raw("JSON with a comma too many", '{"a": 1, @HERE@, "b": 2}', "yaml-syntax"),
    raw("HCL", '@HERE@name = "acme"\n', "not-a-mapping"),
    raw("anchor twice", "a: &x 1\nb: @HERE@&x 2\n", "duplicate-anchor"),
    raw("JSON", '{"apiVersion": "dokaseca.dev/v1alpha1", @HERE@"metadat": {}}', "unknown-key"),
]

DUPLICATES: list[Case] = [
    raw("root", "a: 1\n@HERE@a: 2\n", "duplicate-key"),
    raw("nested", "a:\n  b: 1\n  c: 2\n  @HERE@b: 3\n", "duplicate-key"),
    raw("flow", "a: {b: 1, @HERE@b: 2}\n", "duplicate-key"),
    raw("quoted and plain", "a: 1\n@HERE@'a': 2\n", "duplicate-key"),
    raw("escaped", 'a: 1\n@HERE@"\\x61": 2\n', "duplicate-key"),
    raw("in a list", "a:\n- {b: 1, @HERE@b: 2}\n", "duplicate-key"),
    raw("equal entries", "a: 1\n@HERE@a: 1\n", "duplicate-key"),
    raw("three", "a: 1\n@HERE@a: 2\na: 3\n", "duplicate-key"),
    raw("composed and not", 'a: {"\\u00e9": 1, @HERE@"e\\u0301": 2}\n', "duplicate-key", "not-nfc"),
    raw("sign of Kelvin", 'a: {K: 1, @HERE@"\\u212a": 2}\n', "duplicate-key", "not-nfc"),
    raw("with an anchor", "a: 1\n@HERE@&x a: 2\n", "duplicate-key"),
    add("clusters", "@HERE@spoke: {}", "duplicate-key", at="clusters.hub"),
    add("addons.kyverno", "@HERE@version: 1.0.0", "duplicate-key"),
    raw("in a fragment", BASE, "duplicate-key", fragments=(b"clusters:\n  spoke: {}\n",)),
    raw("in two fragments", BASE, "duplicate-key", fragments=(b"teams:\n  a: {}\n", b"teams: {a: {}}\n")),
    raw("a section that is no mapping", BASE, "section-conflict", fragments=(b"clusters: []\n",)),
    raw("another version", BASE, "section-conflict", fragments=(b"apiVersion: dokaseca.dev/v2\n",)),
    raw("a fragment that is a list", BASE, "not-a-mapping", fragments=(b"- a\n",)),
    raw("an environment in a fragment", BASE, "section-conflict", fragments=(b"environments:\n  qa: {}\n",)),
    raw("a broken fragment", BASE, "yaml-syntax", fragments=(b"a: [\n",)),
]
# The place of a duplicate is its second mention, which stands in the base for these two.
DUPLICATES = [
    Case(each.name, each.content, each.slugs, None)
    if each.name.startswith(("clusters +", "addons.kyverno +"))
    else each
    for each in DUPLICATES
]


def _in_name(character: str) -> str:
    return BASE.replace("A platform", f"A @HERE@{character}platform", 1)


BYTES: list[Case] = [
    *(
        raw(f"raw U+{ord(each):04X}", _in_name(each), "control-character")
        for each in "\x00\x01\x07\x08\x0b\x0c\x0e\x1b\x1f"
    ),
    *(
        raw(f"raw U+{ord(each):04X}", _in_name(each), "control-character")
        for each in "\x7f\x80\x85\x9f\u2028\u2029\ufeff\ufffe\uffff"
    ),
    *(
        raw(f"bidi U+{ord(each):04X}", BASE.replace("A platform", f"@HERE@A {each}platform", 1), "forbidden-character")
        for each in "\u200e\u200f\u202a\u202e\u2066\u2069\u061c"
    ),
    raw("escaped NUL", BASE.replace("A platform", '@HERE@"\\0"', 1), "forbidden-character"),
    raw("escaped ESC", BASE.replace("A platform", '@HERE@"\\e"', 1), "forbidden-character"),
    raw("escaped DEL", BASE.replace("A platform", '@HERE@"\\x7f"', 1), "forbidden-character"),
    raw("escaped NEL", BASE.replace("A platform", '@HERE@"\\N"', 1), "forbidden-character"),
    raw("surrogates", BASE.replace("A platform", '"\\u@HERE@d83d\\ude00"', 1), "forbidden-character", "yaml-syntax"),
    raw("a lone surrogate", BASE.replace("A platform", '"\\u@HERE@d800"', 1), "forbidden-character", "yaml-syntax"),
    raw("not composed", BASE.replace("A platform", "@HERE@Cafe\u0301", 1), "not-nfc"),
    raw("Latin 1", BASE.replace("A platform", "Caf@HERE@").encode() + b"", "invalid-utf8"),
    raw("overlong", b"a: @HERE@\xc0\xaf\n", "invalid-utf8"),
    raw("cut at the end", b"a: @HERE@\xe2\x82", "invalid-utf8"),
    raw("a surrogate as UTF-8", b"a: @HERE@\xed\xa0\x80\n", "invalid-utf8"),
    raw("beyond Unicode", b"a: @HERE@\xf4\x90\x80\x80\n", "invalid-utf8"),
    raw("not UTF-8 on line 3", b"a: 1\r\nb: 2\r\nc: \xc3\xa9@HERE@\xff\n", "invalid-utf8"),
    raw("UTF-16", BASE.encode("utf-16"), "invalid-utf8"),
    raw("UTF-16 BE", b"\xfe\xff" + BASE.encode("utf-16-be"), "invalid-utf8"),
    raw("UTF-32", BASE.encode("utf-32"), "invalid-utf8"),
    raw("UTF-16 without mark", BASE.encode("utf-16-le"), "control-character"),
    raw("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(range(200)), "invalid-utf8"),
    raw("zeros", b"\0" * 1000, "control-character"),
    raw("byte order mark", b"\xef\xbb\xbf" + BASE.encode()),
    raw("CRLF", BASE.replace("\n", "\r\n").encode()),
    raw("CR", BASE.replace("\n", "\r").encode()),
    raw("no final line end", BASE.rstrip("\n")),
    raw("final blanks", BASE + "   \n\n"),
    raw("comment at the end", BASE + "# a comment without a line end"),
    raw("a mark and an end", f"---\n{BASE}...\n"),
    raw("%YAML 1.2", f"%YAML 1.2\n---\n{BASE}"),
    raw(
        "a fault after a mark and CRLF",
        b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").replace("name: acme\r", "@HERE@nam: acme\r", 1).encode(),
        "unknown-key",
    ),
]
BYTES = [
    Case(each.name, BASE.replace("A platform", "Caf").encode().replace(b"Caf", b"Caf\xe9"), each.slugs, (7, 19))
    if each.name == "Latin 1"
    else each
    for each in BYTES
]

# What a plain scalar must not be taken for where a string is meant: refused, or carried as that string.
_NUMBERS = (
    "1", "0", "-1", "+1", "1.0", "1.30", "1.10", "1e3", "1E5", "0o10", "0x1F", "12e03", ".5", "5.", "-0", "1.5e-3",
    "100000", "9223372036854775807", "3.1415", "0.0", "-.5", "+.5", "1e5",
)  # fmt: skip
_TOO_LARGE = (
    "9223372036854775808", "18446744073709551616", "1e400", "-1e999", ".inf", "-.inf", ".nan", "1" * 30,
    "0xffffffffffffffff", "+.inf", ".NaN", "0o7777777777777777777777", "1" * 5000, "-" + "9" * 4301,
)  # fmt: skip
_WORDS = (
    "true",
    "false",
    "True",
    "FALSE",
)
_NULLS = ("null", "~", "", "Null", "NULL")
_STRINGS = (
    "no", "yes", "on", "off", "y", "n", "No", "YES", "Off", "010", "08", "0o8", "1:20", "190:20:30", "2024-01-01",
    "2024-13-45", "2001-12-14t21:59:43.10-05:00", "1_000", "0b11", "=", "tRUE", "nULL", "inf", "nan", "1.2.3", "v1",
    "1.2.3-rc.1", "a#b", "a:b", "x-y", "-a", "?a", ":a", "-.inf2", "0x", "1e", "e3", "+", "a b", "a  b", "1.", "--",
    "---a", ".", "..", "...a", "TRUE.", "nil", "None", "undefined",
)  # fmt: skip
_OTHER_NUMBERS = {"1."}
SCALARS: list[Case] = [
    *(put("clusters.spoke.annotations.note", each, "not-a-string", "number-out-of-range") for each in _NUMBERS),
    *(put("addons.kyverno.version", each, "not-a-string", "number-out-of-range") for each in _NUMBERS),
    *(put("clusters.spoke.annotations.note", each, "number-out-of-range") for each in _TOO_LARGE),
    *(put("addons.kyverno.values.words.one", each, "number-out-of-range") for each in _TOO_LARGE),
    *(put("clusters.spoke.annotations.note", each, "wrong-type", "not-a-string") for each in (*_WORDS, *_NULLS[:2])),
    *(
        put(
            "clusters.spoke.annotations.note",
            each,
            *(("not-a-string",) if each in _OTHER_NUMBERS else ()),
            sink="" if each in _OTHER_NUMBERS else "annotation",
            carried=each,
        )
        for each in _STRINGS
    ),
    *(
        put("addons.kyverno.values.words.one", f"[{quoted(each)}]", sink="item", carried=each)
        for each in (*_NUMBERS, *_WORDS)
    ),
    *(put("clusters.spoke.annotations.note", quoted(each), sink="annotation", carried=each) for each in _TOO_LARGE),
    *(
        put("addons.kyverno.values.words", f"{{@HERE@{each}: x}}", "key-not-a-string")
        for each in ("1", "1.5", "true", "null", "~", "1e3", ".inf", "0x1")
    ),
    *(
        put("addons.kyverno.values.words", f"{{{each}: x}}", sink="key", carried=each)
        for each in ("y", "no", "on", "010", "1_000", "2024-01-01")
    ),
    put("clusters.spoke.kubernetesVersion", "1.33", "not-a-string"),
    put("clusters.spoke.kubernetesVersion", "1.30", "not-a-string"),
    put("teams.payments.quotas.cpu", "8", "not-a-string"),
    put("teams.payments.costCenter", "1042", "not-a-string"),
    put("clusters.spoke.labels.owner", "true", "wrong-type", "not-a-string"),
    put("environments.dev.sync.retries", "2.0", "wrong-type", "invalid-value"),
    put("environments.dev.sync.retries", '"2"', "wrong-type"),
    put("environments.dev.sync.retries", "true", "wrong-type"),
    put("environments.dev.sync.retries", "-1", "invalid-value"),
    put("environments.dev.sync.retries", "101", "invalid-value"),
    put("environments.dev.sync.retries", "1e1", "wrong-type", "invalid-value"),
    put("environments.dev.sync.retries", "0x0A"),
    put("environments.dev.sync.prune", "yes", "wrong-type"),
    put("environments.dev.sync.prune", "1", "wrong-type"),
    put("environments.dev.sync.prune", '"true"', "wrong-type"),
    put("environments.dev.sync.prune", "TRUE"),
    put("environments.dev.sync.prune", "off", "wrong-type"),
    put("environments.production.addons.traefik", "no", "wrong-type"),
    put("environments.production.addons.traefik", "0", "wrong-type"),
    put("environments.production.addons.traefik", '"false"', "wrong-type"),
    put("environments.production.addons.traefik", "~", "wrong-type"),
    put("environments.production.addons.traefik", "off", "wrong-type"),
]

_LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
)
_QUADRATIC = f"a: &a [{','.join(['x'] * 20000)}]\nb: [{','.join(['*a'] * 20000)}]\n"
BOMBS: list[Case] = [
    raw("a billion laughs", _LAUGHS, "alias-bomb"),
    raw("quadratic aliases", _QUADRATIC, "alias-bomb"),
    raw(
        "laughs in mappings",
        "a: &a {x: y}\n"
        + "".join(
            f"b{i}: &{chr(98 + i)} {{{', '.join(f'k{j}: *{chr(97 + i)}' for j in range(10))}}}\n" for i in range(9)
        ),
        "alias-bomb",
    ),
    raw("brackets", "a: " + "[" * 200_000, "too-deep", "yaml-syntax"),
    raw("braces", "a: " + "{a: " * 100_000, "too-deep", "yaml-syntax"),
    raw("brackets closed", "a: " + "[" * 5000 + "]" * 5000, "too-deep"),
    raw("block lists", "- " * 50_000 + "x", "too-deep", "yaml-syntax"),
    raw("indentation", "".join(" " * i + "a:\n" for i in range(1500)), "too-deep"),
    raw("depth 65 of values", BASE.replace("one: two", "one: " + "[" * 70 + "]" * 70, 1), "too-deep"),
    raw(
        "depth by aliases",
        "a: &a [[[[[[[[[[x]]]]]]]]]]\n"
        + "".join(f"b{i}: &b{i} [[[[[[[[[[*{'a' if not i else f'b{i - 1}'}]]]]]]]]]]\n" for i in range(10)),
        "too-deep",
        "alias-bomb",
    ),
    raw("50 MB", b"#" * (50 << 20), "file-too-large"),
    raw("one byte too many", BASE.encode() + b"#" * ((5 << 20) - len(BASE) + 1), "file-too-large"),
    raw(
        "a number of 5,000 digits", BASE.replace("retries: 2", "retries: @HERE@" + "2" * 5000, 1), "number-out-of-range"
    ),
    raw(
        "a hex number of 100,000 digits",
        BASE.replace("retries: 2", "retries: @HERE@0x" + "2" * 100_000, 1),
        "number-out-of-range",
    ),
    raw("100,000 root keys", HEAD + "".join(f"key{i}: 1\n" for i in range(100_000)), "unknown-key"),
    raw(
        "100,000 unknown keys in a mapping",
        BASE.replace("retries: 2", ", ".join(f"k{i}: 1" for i in range(100_000)), 1),
        "unknown-key",
    ),
    raw("100,000 equal keys", "a: 1\n" * 100_000, "duplicate-key"),
    raw(
        "100,000 bad names",
        BASE.replace("regions:\n", "regions:\n" + "".join(f"  R{i}: {{}}\n" for i in range(100_000)), 1),
        "invalid-name",
    ),
    raw(
        "100,000 unknown addons",
        BASE.replace(
            "    addons:\n      kyverno: {version",
            "    addons:\n" + "".join(f"      x{i}: true\n" for i in range(100_000)) + "      kyverno: {version",
            1,
        ),
        "unknown-addon",
    ),
    raw(
        "100,000 unknown requirements",
        BASE.replace("requires: [cert-manager]", f"requires: [{', '.join(f'x{i}' for i in range(100_000))}]", 1),
        "unknown-addon",
    ),
    raw("100,000 anchors", "a:\n" + "".join(f"- &a{i} x\n" for i in range(100_000)), "missing-key", "unknown-key"),
    raw("100,000 unknown aliases", "a:\n" + "- *x\n" * 100_000, "unknown-alias"),
    raw("a key of 1 MB", f"{HEAD}? {'k' * 1_000_000}\n: 1\n", "unknown-key"),
    raw("a text of 4 MB", BASE.replace("A platform", "@HERE@" + "a" * 4_000_000, 1), "too-long"),
    raw("an annotation of 300 kB", BASE.replace("note: a note", "note: @HERE@" + "a" * 300_000, 1), "too-long"),
    raw(
        "annotations of 270 kB",
        BASE.replace(
            "      note: a note\n",
            "      @HERE@note: a note\n" + "".join(f"      n{i}: {'a' * 10000}\n" for i in range(27)),
            1,
        ),
        "oversized-annotations",
    ),
    raw("a line of 4 MB", f"{HEAD}@HERE@x: [{'a, ' * 1_300_000}]\n", "unknown-key"),
    raw("a million colons", "a" + ":" * 1_000_000 + "\n", "not-a-mapping", "yaml-syntax"),
    raw("a million quotes", "a: " + "'" * 1_000_001, "yaml-syntax"),
    raw("a million comments", "#\n" * 1_000_000, "empty-document"),
    raw(
        "50,000 bad URLs",
        BASE.replace(
            "clusters:\n  hub:",
            "clusters:\n"
            + "".join(
                f"  c{i}: {{environment: dev, region: eu, server: 'x', auth: in-cluster}}\n" for i in range(50_000)
            )
            + "  hub:",
            1,
        ),
        "invalid-url",
    ),
    raw(
        "a backtracking name",
        BASE.replace("metadata:\n  name: acme", "metadata:\n  name: @HERE@" + "a-" * 100_000, 1),
        "invalid-name",
        "too-long",
    ),
    raw(
        "a backtracking range",
        BASE.replace('kubernetes: ">=1.22"', 'kubernetes: @HERE@"' + ">=1.1 " * 30 + '!"', 1),
        "invalid-kubernetes-range",
    ),
    raw(
        "a long URL",
        BASE.replace("https://spoke.acme.example:6443", "@HERE@https://" + "a." * 100_000 + "b", 1),
        "too-long",
        "invalid-url",
    ),
]
