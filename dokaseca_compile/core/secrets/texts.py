"""Secrets inside of texts: properties, YAML, JSON, arguments, prose, source lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dokaseca_compile.core.secrets.entries import secret_entry, secret_key
from dokaseca_compile.core.secrets.shapes import (
    MASK,
    SHAPES,
    Shape,
    hide,
    secret_shape,
    shaped_parts,
)
from dokaseca_compile.core.secrets.values import decoded

_CODE = re.compile(r"[\s()]")
_ESCAPE = re.compile(
    r"\\(?:(?P<code>x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
    r"|\n[ \t]*|(?P<short>[/ \"\\ntr]))"
)
_LAST_CHARACTER = 0x10FFFF
_SHORT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_BASE64_LINE = re.compile(r"\s*[A-Za-z0-9+/]{60,}={0,2}\s*\Z")
_NO_VALUE = re.compile(r"(?:[|>][-+0-9]*|[*&!]\S*|[{\[].*)?\s*(?:#.*)?\Z")
_PAIR = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{1,200})"""
    r"""(\s*:\s+|\s*:(?=["'])|\s*=\s*)(?:[&!]\S+\s+)*(?=[^\s=])"""
)
_QUOTED_VALUE = re.compile(r""""(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?""")
_ARGUMENT = re.compile(r"[^\s&\"',;]*")
_FLOW = re.compile(r"[{\[]")
_FLOW_VALUE = re.compile(r"[^,\]}]*")
_FOLDED = re.compile(r"""([A-Za-z0-9_.-]{1,200})["']?:[ ]+(["'])([^"'\n]*(?:\n[^"'\n]*){1,9})\2""")
_NAME_AND_VALUE = re.compile(
    r"""(?:name|key)["']?:[ ]*["']?([A-Za-z0-9_.-]{1,200})["']?,?[ ]*\n"""
    r"""[ ]*["']?value["']?:[ ]*(["']?)([^"'\n]+)\2"""
)
_SPACE = re.compile(r"\s")
_COMMENT = re.compile(r"\s+#.*\Z")
_LONGEST = 4000  # characters of a line or a value that are checked; no output shows more
_SHORT_LINE = 12  # other characters in a line that has only a key and its value
_TELLING = re.compile(
    r"passw|passphrase|pass[\"']?\s*[:=]|pwd|psk|token|secret|key|cred|dockerconfig|auth|pat\b"
)
_SHORTEST_CODE = 24
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=_.-])")
# In prose, the first word after `password:` is a password if it mixes letters and digits.
_PROSE = re.compile(r"(?=\S*[a-z])(?=\S*[0-9])\S{5,}")
_TECHNICAL = re.compile(
    r"(?i)(?:sha|md|hs|rs|es|ed|utf|base|oauth|oidc|argon|scrypt|k[38]s|s3|x|v|tls)-?[0-9]+\S{0,6}\Z"
)


def may_hold_entries(text: str) -> bool:
    """Return whether a text may contain an entry with a secret; a cheap test."""
    return ("=" in text or ":" in text) and _TELLING.search(text.lower()) is not None


def may_hold_base64(text: str) -> bool:
    """Return whether a text contains base64 that is long enough for a secret."""
    return len(text) >= _SHORTEST_CODE and _BASE64.search(text) is not None


def secret_in_text(text: str, *, prose: bool = False) -> bool:
    """Return whether a text contains a key for a secret with a literal value."""
    return next(secrets_in_text(text, prose=prose), None) is not None


def secrets_in_text(text: str, *, prose: bool = False) -> Iterator[str]:
    """Yield the literal values of keys for secrets.

    In ``prose``, a single plain word after ``token:`` is a word, unless the line has nothing else.
    """
    for line in text.splitlines():
        yield from _secrets_in_line(line, prose=prose)
        for quoted in _json_in_json(line):
            yield from secrets_in_text(unescape(_inside(quoted)), prose=prose)


def _secrets_in_line(line: str, *, prose: bool) -> Iterator[str]:
    for key, start, end in _pairs(line):
        if not secret_key(key) and not key.endswith("auth"):
            continue
        value = _literal(_beginning(line[start : min(end, start + _LONGEST)]))
        secret = _literal_secret(key, value, line, prose=prose)
        if secret:
            yield secret


def _json_in_json(line: str) -> Iterator[re.Match[str]]:
    """Yield the quoted texts with escaped quotes in them."""
    if '\\"' not in line:
        return
    for quoted in _QUOTED.finditer(line):
        if '\\"' in quoted[0]:
            yield quoted


def secret_parts(text: str, *, prose: bool = False) -> Iterator[str]:
    """Yield each part of a text that is a secret: by its shape, by its key, or in base64."""
    yield from shaped_parts(text)
    if may_hold_entries(text):
        yield from secrets_in_text(text, prose=prose)
        yield from _values_on_other_lines(text)
    yield from filter(hides_secret, _BASE64.findall(text))


def secret_kind(text: str, *, prose: bool = False, shapes: Sequence[Shape] = SHAPES) -> str | None:
    """Return why a text is a secret, as the end of a sentence, or ``None``.

    ``shapes`` are those that the text may have, if more is known about it.
    """
    kind = secret_shape(text, shapes)
    if kind:
        return f"looks like {kind}"
    if may_hold_entries(text) and secret_in_text(text, prose=prose):
        return "holds a text with a secret in it"
    if any(map(hides_secret, _BASE64.findall(text))):
        return "holds a secret in base64"
    return None


def hides_secret(code: str) -> bool:
    """Return whether base64 contains a secret, such as a kubeconfig or a Docker configuration."""
    text = decoded(code)
    return bool(text) and (secret_shape(text) is not None or secret_in_text(text))


def unescape(text: str) -> str:
    """Resolve escapes of double-quoted YAML, which can hide text (``\\x67hp_`` is ``ghp_``)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def hide_text(text: str) -> str:
    """Return a text of any number of lines with masked secrets."""
    text = _BASE64.sub(_masked_base64, text)
    if not may_hold_entries(text):
        return hide(text)
    hidden = hide(text)
    for value in sorted(set(secrets_in_text(hidden)), key=len, reverse=True):
        hidden = hidden.replace(value, MASK)
    return hidden


def mask(line: str) -> str:
    """Return a source line with masked secrets; columns may shift after them."""
    line = line[:_LONGEST]
    if _BASE64_LINE.match(line):  # perhaps a line of a key in a block
        return MASK
    if "\\" in line:
        line = _QUOTED.sub(_masked_quote, line)
    line = _BASE64.sub(_masked_base64, hide(line))
    pairs = list(_pairs(line))
    secret_name = _secret_name(line, pairs)
    shown, done = "", 0
    for key, start, end in pairs:
        value = line[start:end]
        if start < done or _NO_VALUE.match(value):
            continue
        name = secret_name if secret_name and key == "value" else key
        if secret_entry(name, _literal(value)):
            shown += line[done:start] + MASK
            done = end
    return shown + line[done:]


def _secret_name(line: str, pairs: Sequence[Pair]) -> str:
    """Return the name in ``{name: DB_PASSWORD, value: …}`` if it makes the value a secret."""
    names = (_unquoted(line[start:end]) for key, start, end in pairs if key in {"name", "key"})
    return next(filter(secret_key, names), "")


def _values_on_other_lines(text: str) -> Iterator[str]:
    """Yield secrets that are not on the line of their key: folded texts, ``value`` of ``name``."""
    for found in (*_FOLDED.finditer(text), *_NAME_AND_VALUE.finditer(text)):
        value = " ".join(found[3].split())
        if secret_key(found[1]) and secret_entry(found[1], value):
            yield value


def _literal_secret(key: str, value: str, line: str, *, prose: bool) -> str:
    """Return the secret after a key: the value, or its first word; else ``""``."""
    if value == key:
        return ""
    code = _CODE.search(value)
    if code:
        return _first_word(key, value[: code.start()].rstrip(".,;"))
    if len(value) < 4 or not secret_entry(key, value):
        return ""
    if not prose or not value.isalpha():
        return value
    is_alone = len(line.strip()) <= len(key) + len(value) + _SHORT_LINE
    return value if is_alone else ""


def _first_word(key: str, word: str) -> str:
    """Return the first word of a longer text if it is a secret; else ``""``."""
    if not _PROSE.fullmatch(word) or _TECHNICAL.match(word):
        return ""
    return word if secret_entry(key, word) else ""


def _masked_base64(found: re.Match[str]) -> str:
    return MASK if hides_secret(found[0]) else found[0]


def _masked_quote(found: re.Match[str]) -> str:
    """Mask a quoted text as a whole if its escapes hide a secret."""
    quoted = _inside(found)
    text = unescape(quoted)
    if text == quoted or not secret_kind(text):
        return found[0]
    return MASK


def _inside(quoted: re.Match[str]) -> str:
    return quoted[0][1:].removesuffix('"')


Pair = tuple[str, int, int]
"""A key, and the start and end of its value."""


def _pairs(line: str) -> Iterator[Pair]:
    """Yield every ``key: value`` and ``key=value`` of a line.

    After a ``{`` or ``[``, a plain value ends as in flow style, else at the end of the line.
    """
    flow = len(_FLOW.split(line, maxsplit=1)[0])
    position = 0
    while found := _PAIR.search(line, position):
        key, start = found[1].strip("\"'"), found.end()
        value = _QUOTED_VALUE.match(line, start)
        if value is None and "=" in found[2]:
            value = _ARGUMENT.match(line, start)
        # A plain value may contain more pairs: it may be a mapping, or a command.
        position = value.end() if value else start
        if value is None and flow < start:
            value = _FLOW_VALUE.match(line, start)
        yield key, start, value.end() if value else len(line)


def _literal(value: str) -> str:
    """Return a value without its quotes, or without the comment after it."""
    text = value.strip()
    if text[:1] in {'"', "'"}:
        return text.strip("\"'")
    return _COMMENT.sub("", text).strip("\"'")


def _beginning(value: str) -> str:
    """Return a value, or only the beginning of a plain text of many words."""
    space = _SPACE.search(value)
    if space is None or value[:1] in {'"', "'"}:
        return value
    return value[: space.start() + _SHORT_LINE]


def _unquoted(value: str) -> str:
    return value.strip().strip("\"'")


def _unescaped(found: re.Match[str]) -> str:
    code, short = found.group("code", "short")
    if not code:
        return _SHORT_ESCAPES.get(short, short or "")
    number = int(code[1:], 16)
    return chr(number) if number <= _LAST_CHARACTER else ""
