"""Strings that some reader takes for something else, and documents made of them."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

# What a string must become, in .tfvars and in YAML; None: the same text in both.
RENDERED: tuple[tuple[str, str, str | None], ...] = (
    ('a"b', r'"a\"b"', None),
    ("a\\nb", r'"a\\nb"', None),
    ("a\\", r'"a\\"', None),
    ("a\nb", r'"a\nb"', None),
    ("a\n\n", r'"a\n\n"', None),
    ("a\r\nb", r'"a\r\nb"', None),
    ("a\tb", r'"a\tb"', None),
    ("${var.x}", '"$${var.x}"', '"${var.x}"'),
    ("$${var.x}", '"$$${var.x}"', '"$${var.x}"'),
    ("$$${x}", '"$$$${x}"', '"$$${x}"'),
    ("${", '"$${"', '"${"'),
    ("%{ if true }x%{ endif }", '"%%{ if true }x%%{ endif }"', '"%{ if true }x%{ endif }"'),
    ("%%{x}", '"%%%{x}"', '"%%{x}"'),
    ("$%{x}%${y}", '"$%%{x}%$${y}"', '"$%{x}%${y}"'),
    ("$ $$ 100%", '"$ $$ 100%"', None),
    ("<<EOT\nx\nEOT\n", r'"<<EOT\nx\nEOT\n"', None),
    ("{{ .Values.x }}", '"{{ .Values.x }}"', None),
    ("{{`x`}}", '"{{`x`}}"', None),
    ("x{", '"x{"', None),
    ("${{ github.token }}", '"$${{ github.token }}"', '"${{ github.token }}"'),
    ("$(id)`id`;'", '"$(id)`id`;\'"', None),
    ("no", '"no"', None),
    ("y", '"y"', None),
    ("1e3", '"1e3"', None),
    ("0o10", '"0o10"', None),
    ("010", '"010"', None),
    ("08", '"08"', None),
    ("1:20", '"1:20"', None),
    ("1.30", '"1.30"', None),
    ("2024-01-01", '"2024-01-01"', None),
    ("~", '"~"', None),
    ("<<", '"<<"', None),
    ("=", '"="', None),
    ("---\nx: 1\n...\n", r'"---\nx: 1\n...\n"', None),
    ("!!python/name:os.system", '"!!python/name:os.system"', None),
    ("a: b #c", '"a: b #c"', None),
    (" a ", '" a "', None),
    ("", '""', None),
    ("a\u2028b", r'"a\u2028b"', None),
    ("\ufeffa", r'"\ufeffa"', None),
    ("a😀b", '"a😀b"', None),
    ("18446744073709551616", '"18446744073709551616"', None),
    ('{"a": [1, null]}', r'"{\"a\": [1, null]}"', None),
    # Refused by the rules before they get here; written exactly all the same.
    ("a\x1bb", r'"a\u001bb"', r'"a\x1bb"'),
    ("a\x7fb", r'"a\u007fb"', r'"a\x7fb"'),
    ("a\x85b", r'"a\u0085b"', r'"a\x85b"'),
)

# What kustomize loses when it writes YAML again, however it was written for it: DEL, C1 and noncharacters
# anywhere; as keys also `<<` and what is longer than a simple key may be.
LOST_BY_KUSTOMIZE = frozenset((*map(chr, range(0x7F, 0xA0)), "\uffff", "\ufffe"))
KEYS_LOST_BY_KUSTOMIZE = ("<<", "x: " * 400)

_WORDS = r"""
Y n N yes Yes YES No NO on On ON off Off OFF true True TRUE tRUE false False FALSE null Null NULL Nil nan NaN
.nan .NaN -.inf .inf +.Inf inf Inf Infinity -Infinity 0 -0 +1 -1 1_000 0x1F 0b11 0o17 017 09 1.0 .5 5. 1. -.5
+.5 1e5 1E5 1e+3 1e-3 1.5e3 6.02E23 0.1e1 12e03 1234e56 72225e2 1e400 1e999 190:20:30 1:2:3 12:30:45.5
2024-13-45 2001-12-14t21:59:43.10-05:00 2024-01-01T00:00:00Z 9223372036854775808 -9223372036854775809 1.2.3
v1.30 3.8.2 - -- --- ... ? : : , [ ] { } # & * ! | > ' " % @ ` & &a *a !a !!str |2 >- ?a :a -a a: a:b a:b: ::a
[a {a a] a} a, ,a #a a#b a'b 'a' "a" %YAML %a @a `a` <<: =: == =a a=b ~a /a //a /~ $a $1 $ $$ $values/x.yaml
${a} %%{a} $${a} \ \x \u0041 \" / _ _1 __ _a a_ a- a. a/ A.b/c+d@e=f,g https://a.b/c?d=e&f
https://kubernetes.default.svc git@github.com:o/r.git arn:aws:iam::111122223333:role/x sha256:00ff 10.0.0.0/8
fe80::1 00:11:22:33:44:55 *.example.com for in if null-a true.b var.x each.key count self.x foo(1) a?b:c !a a&&b
"""

_MORE_RAW = (
    " ", "  ", "\t", "\n", "\r", "\n\n", " a", "a ", "\ta", "a\t", "\na", "a\n", "a\n b\n", " a\nb",
    "a\n\n\nb", "a\r", "a\rb", "- a", "-\ta", "? a", ": a", "a :b", "a: b", "a:\tb", "a #b", "a\t#b", "a\n#b",
    "key: |\n  x", "yes ", " no", "no\n", "1 ", "\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1f",
    "\x80", "\x9f", "\xa0", "\xad", "\u200b", "\u200d", "\u200e", "\u202e", "\u2029", "\u2060", "\u2066",
    "\ufeff", "a\ufeffb", "\ufffd", "\ufffe", "\uffff", "\ue000", "é", "ß", "日本語", "👨\u200d👩\u200d👧", "🇪🇺",
    "\U0001f600", "\U0010fffd", "\uff59", "²", "١٢", "½", "İ", "ﬁ", "\u212a", "\u0131", "\u017f", "a'b\"c\\d",
    "\\", "\\\\", '\\"', "\"'", "''", '""', '"', "'", '${"a"}', "${jsonencode({})}", "$\n{", "$ {",
    "%{ for x in y }", "%{~ if true ~}", "{{", "}}", "{%", "%}", "{{- end }}", "EOT", "<<-EOT", "a" * 300,
    "no " * 80, "x: " * 400, "$" * 50 + "{",
)  # fmt: skip

STRINGS: tuple[str, ...] = tuple(dict.fromkeys((*(text for text, _, _ in RENDERED), *_WORDS.split(), *_MORE_RAW)))


def normalised(text: str) -> str:
    """Compose as terraform does to every string it reads."""
    return unicodedata.normalize("NFC", text)


def strings() -> st.SearchStrategy[str]:
    """Hostile strings, parts of them put together, and any other text."""
    # By index: a strategy that shows the whole table is too long for error messages.
    known = st.integers(0, len(STRINGS) - 1).map(lambda index: STRINGS[index])
    pieces = st.lists(known.filter(lambda text: len(text) < 20), max_size=4)
    any_text = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=30)
    return st.one_of(known, pieces.map("".join), any_text).map(normalised)


def scalars(text: st.SearchStrategy[str], *, bits: int = 63) -> st.SearchStrategy[object]:
    """Anything that is one value."""
    whole = st.integers(-(2**bits), 2**bits - 1)
    real = st.floats(allow_nan=False, allow_infinity=False)
    return st.one_of(text, text, whole, real, st.booleans(), st.none())


def documents(text: st.SearchStrategy[str], *, bits: int = 63) -> st.SearchStrategy[dict[str, object]]:
    """Nested mappings with hostile keys and values."""
    nested = st.recursive(
        scalars(text, bits=bits),
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
        max_leaves=20,
    )
    return st.dictionaries(text, nested, max_size=6)
