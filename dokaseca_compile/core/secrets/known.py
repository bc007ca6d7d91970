"""Secrets that a run has found in its input, and texts without them in any spelling."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from dokaseca_compile.core.secrets.shapes import MASK, hide

_SHORTEST = 4
_PIECE = 6  # characters of a line of a longer secret from which on the line is secret by itself
# Words may be separated by a line end, in a patch too.
_FOLD = r"(?: |\n[-+ ]?[ ]*)"
_LINE = re.compile(r"\A([-+ ]?[ ]*).*\Z")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+.!|~-])")


class Known:
    """The secrets of one run. Without any, it still hides texts with the shape of a secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = frozenset(each for each in secrets if len(each.strip()) >= _SHORTEST)
        forms: set[str] = set().union(*map(_forms, self.secrets))
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(_bounded, ordered))) if ordered else None

    def __or__(self, secrets: Iterable[str]) -> Known:
        """Return these secrets and ``secrets``."""
        more = self.secrets.union(secrets)
        return self if more == self.secrets else Known(more)

    def __bool__(self) -> bool:
        return self._pattern is not None

    def finds(self, text: str) -> bool:
        """Return whether a text contains one of these secrets."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def hide(self, text: str) -> str:
        """Return a text without these secrets, and without texts with the shape of a secret."""
        shown = self._pattern.sub(_masked, text) if self._pattern is not None else text
        return hide(shown)


def _masked(found: re.Match[str]) -> str:
    """Return a mask for each line of a folded secret, so that lines keep their numbers."""
    _, *others = found[0].split("\n")
    return "\n".join([MASK, *(_LINE.sub(rf"\g<1>{MASK}", each) for each in others)])


def _bounded(form: str) -> str:
    """Return a pattern for one form of a secret; a word or a number must not be inside another."""
    pattern = _FOLD.join(map(re.escape, form.split(" ")))
    if form.isdigit():  # not a number of our own, such as a line
        return rf"(?<![0-9A-Za-z.]){pattern}(?![0-9A-Za-z.])"
    if form.isalpha() or len(form) < 8:
        return rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
    return pattern


def _forms(secret: str) -> Iterator[str]:
    """Yield the spellings of a secret and of its lines."""
    yield from _spellings(secret)
    yield from _spellings(secret.strip())
    for line in map(str.strip, secret.splitlines()):
        if len(line) >= _PIECE and "-----" not in line:
            yield from _spellings(line)


def _spellings(text: str) -> Iterator[str]:
    """Yield a text as written in JSON, YAML, HCL, XML, Markdown, URLs, tracebacks and Secrets."""
    import html  # noqa: PLC0415 - most platforms hold no secret

    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield repr(text)[1:-1]
    yield text.replace("'", "''")
    yield html.escape(text)
    yield html.escape(text, quote=False)
    yield text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    yield quote(text)
    yield quote(text, safe="")
    yield _MARKDOWN.sub(r"\\\1", text)
    yield base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
