"""Texts that hold entries: properties, YAML, JSON, arguments, prose; and source lines as they may be shown."""

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
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\n[ \t]*|([/ \"\\ntr]))"
)
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
_FLOW_VALUE = re.compile(r"[^,\]}]*")
_FOLDED = re.compile(r"""([A-Za-z0-9_.-]{1,200})["']?:[ ]+(["'])([^"'\n]*(?:\n[^"'\n]*){1,9})\2""")
_NAME_AND_VALUE = re.compile(
    r"""(?:name|key)["']?:[ ]*["']?([A-Za-z0-9_.-]{1,200})["']?,?[ ]*\n[ ]*["']?value["']?:[ ]*(["']?)([^"'\n]+)\2"""
)
_SPACE = re.compile(r"\s")
_COMMENT = re.compile(r"\s+#.*\Z")
_LONGEST = 4000  # characters of a line or a value that are looked at; no output shows more
_SHORT_LINE = 12  # characters beside a key and its value, where these are all that a line says
_TELLING = re.compile(
    r"passw|passphrase|pass[\"']?\s*[:=]|pwd|psk|token|secret|key|cred|dockerconfig|auth|pat\b"
)
_SHORTEST_CODE = 24
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=_.-])")
# In prose, the first word behind `password:` is one when it mixes letters and digits as no other word does.
_PROSE = re.compile(r"(?=\S*[a-z])(?=\S*[0-9])\S{5,}")
_TECHNICAL = re.compile(
    r"(?i)(?:sha|md|hs|rs|es|ed|utf|base|oauth|oidc|argon|scrypt|k[38]s|s3|x|v|tls)-?[0-9]+\S{0,6}\Z"
)


def may_hold_entries(text: str) -> bool:
    """Return whether a text can hold an entry with a secret; a cheap test."""
    return ("=" in text or ":" in text) and _TELLING.search(text.lower()) is not None


def may_hold_base64(text: str) -> bool:
    """Return whether a text has base64 in it that is long enough to hide a secret."""
    return len(text) >= _SHORTEST_CODE and _BASE64.search(text) is not None


def secret_in_text(text: str, *, prose: bool = False) -> bool:
    """Return whether a text (properties, YAML, arguments, prose) gives a secret-like key a literal value."""
    return any(True for _ in secrets_in_text(text, prose=prose))


def secrets_in_text(text: str, *, prose: bool = False) -> Iterator[str]:
    """Yield the literal values that a text gives to secret-like keys.

    In ``prose`` a single plain word behind ``token:`` is a word, unless the line holds nothing else.
    """
    for line in text.splitlines():
        for key, start, end in _pairs(line):
            if secret_key(key) or key.endswith("auth"):
                value = _literal(_beginning(line[start : min(end, start + _LONGEST)]))
                if secret := _given(key, value, line, prose=prose):
                    yield secret
        if '\\"' in line:  # JSON in JSON
            for quoted in _QUOTED.finditer(line):
                if '\\"' in quoted[0]:
                    yield from secrets_in_text(unescape(_inside(quoted)), prose=prose)


def secret_parts(text: str, *, prose: bool = False) -> Iterator[str]:
    """Yield every part of a text that is a secret: by its shape, by a key before it, or within base64."""
    yield from shaped_parts(text)
    if may_hold_entries(text):
        yield from secrets_in_text(text, prose=prose)
        yield from _values_on_other_lines(text)
    for found in _BASE64.finditer(text):
        if hides_secret(found[0]):
            yield found[0]


def secret_kind(text: str, *, prose: bool = False, shapes: Sequence[Shape] = SHAPES) -> str | None:
    """Return what makes a text a secret, as the end of a sentence, or ``None``.

    ``shapes`` are those that the text may have, where more is known of it.
    """
    if shapes and (kind := secret_shape(text, shapes)):
        return f"looks like {kind}"
    if may_hold_entries(text) and secret_in_text(text, prose=prose):
        return "holds a text with a secret in it"
    if any(hides_secret(found[0]) for found in _BASE64.finditer(text)):
        return "holds a secret in base64"
    return None


def hides_secret(code: str) -> bool:
    """Return whether base64 stands for a text with a secret in it: a kubeconfig, a Docker configuration."""
    text = decoded(code)
    return bool(text) and (secret_shape(text) is not None or secret_in_text(text))


def unescape(text: str) -> str:
    """Resolve the escapes of double-quoted YAML that can hide plain text (``\\x67hp_`` is ``ghp_``)."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def hide_text(text: str) -> str:
    """Return a text of any number of lines as it may be shown: what a line gives to a secret-like key is masked."""
    text = _BASE64.sub(lambda found: MASK if hides_secret(found[0]) else found[0], text)
    if not may_hold_entries(text):
        return hide(text)
    hidden = hide(text)
    for value in sorted(set(secrets_in_text(hidden)), key=len, reverse=True):
        hidden = hidden.replace(value, MASK)
    return hidden


def mask(line: str) -> str:
    """Return a source line as it may be shown: secrets become ``********``; columns may shift after them."""
    line = line[:_LONGEST]
    if _BASE64_LINE.match(line):  # a line of a key in a block; what it is cannot be told from here
        return MASK
    if "\\" in line:
        line = _QUOTED.sub(_masked_quote, line)
    line = _BASE64.sub(lambda found: MASK if hides_secret(found[0]) else found[0], hide(line))
    pairs = list(_pairs(line))
    # `{name: DB_PASSWORD, value: …}`: the name says what the value is.
    names = (_unquoted(line[start:end]) for key, start, end in pairs if key in {"name", "key"})
    named = next(filter(secret_key, names), "")
    shown, done = "", 0
    for key, start, end in pairs:
        value = line[start:end]
        name = named if named and key == "value" else key
        secret = secret_entry(name, _literal(value)) and not _NO_VALUE.match(value)
        if secret and start >= done:
            shown, done = shown + line[done:start] + MASK, end
    return shown + line[done:]


def _values_on_other_lines(text: str) -> Iterator[str]:
    """Yield the secrets of YAML that a single line does not show: a folded text, ``value`` below ``name``."""
    for found in (*_FOLDED.finditer(text), *_NAME_AND_VALUE.finditer(text)):
        value = " ".join(found[3].split())
        if secret_key(found[1]) and secret_entry(found[1], value):
            yield value


def _given(key: str, value: str, line: str, *, prose: bool) -> str:
    """Return the secret that is given behind a key: the value, or its first word; else ``""``."""
    if value == key:
        return ""
    if code := _CODE.search(value):
        first = value[: code.start()].rstrip(".,;")
        mixed = _PROSE.fullmatch(first) and not _TECHNICAL.match(first)
        return first if mixed and secret_entry(key, first) else ""
    if len(value) < 4 or not secret_entry(key, value):
        return ""
    alone = len(line.strip()) <= len(key) + len(value) + _SHORT_LINE
    return value if alone or not prose or not value.isalpha() else ""


def _masked_quote(found: re.Match[str]) -> str:
    """A quoted text whose escapes hide a secret is masked as a whole."""
    text = unescape(_inside(found))
    return MASK if text != _inside(found) and secret_kind(text) else found[0]


def _inside(quoted: re.Match[str]) -> str:
    return quoted[0][1:].removesuffix('"')


def _pairs(line: str) -> Iterator[tuple[str, int, int]]:
    """Yield every ``key: value`` and ``key=value`` of a line, with the stretch of the value.

    Behind a ``{`` or ``[`` a plain value ends where flow style ends it; elsewhere it takes the rest of the line.
    """
    flow = min((at for at in (line.find("{"), line.find("[")) if at >= 0), default=len(line))
    position = 0
    while found := _PAIR.search(line, position):
        start = found.end()
        value = _QUOTED_VALUE.match(line, start)
        if value is None and "=" in found[2]:
            value = _ARGUMENT.match(line, start)
        # A plain value is searched as well: it may be a mapping, or a command.
        position = value.end() if value else start
        if value is None and flow < start:
            value = _FLOW_VALUE.match(line, start)
        yield found[1].strip("\"'"), start, value.end() if value else len(line)


def _literal(value: str) -> str:
    """A value without its quotes, or without the comment behind it."""
    text = value.strip()
    if text[:1] in {'"', "'"}:
        return text.strip("\"'")
    return _COMMENT.sub("", text).strip("\"'")


def _beginning(value: str) -> str:
    """A value as far as it can be one: of a plain one of many words, the first few."""
    if value[:1] in {'"', "'"} or (space := _SPACE.search(value)) is None:
        return value
    return value[: space.start() + _SHORT_LINE]


def _unquoted(value: str) -> str:
    return value.strip().strip("\"'")


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if not code:
        return _SHORT_ESCAPES.get(found[4] or "", found[4] or "")
    number = int(code, 16)
    return chr(number) if number < 0x110000 else ""
