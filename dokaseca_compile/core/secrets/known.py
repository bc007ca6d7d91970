"""Secrets that are known to be in the input of a run, and texts without them, however they are written there."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from dokaseca_compile.core.secrets.shapes import MASK, hide

_SHORTEST = 4
_PIECE = 6  # characters of a line of a longer secret that must not be shown by itself
# Between words there may be the end of a line, in a patch as well.
_FOLD = r"(?: |\n[-+ ]?[ ]*)"
_LINE = re.compile(r"\A([-+ ]?[ ]*).*\Z")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+.!|~-])")


class Known:
    """Secrets of one run. Empty, it still hides what has the shape of a secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = frozenset(each for each in secrets if len(each.strip()) >= _SHORTEST)
        forms = {form for each in self.secrets for form in _forms(each)}
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(_bounded, ordered))) if ordered else None

    def __or__(self, secrets: Iterable[str]) -> Known:
        """Return these secrets and more."""
        more = self.secrets.union(secrets)
        return self if more == self.secrets else Known(more)

    def __bool__(self) -> bool:
        return self._pattern is not None

    def finds(self, text: str) -> bool:
        """Return whether a text holds one of these secrets."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def hide(self, text: str) -> str:
        """Return a text without these secrets, and without any that is known by its shape."""
        shown = self._pattern.sub(_masked, text) if self._pattern is not None else text
        return hide(shown)


def _masked(found: re.Match[str]) -> str:
    """A mask in each line over which a secret is folded, so that lines keep their numbers."""
    _, *others = found[0].split("\n")
    return "\n".join([MASK, *(_LINE.sub(rf"\g<1>{MASK}", each) for each in others)])


def _bounded(form: str) -> str:
    """A pattern for one form of a secret. What reads as a word or a number is not sought within other words."""
    pattern = _FOLD.join(map(re.escape, form.split(" "))) if " " in form else re.escape(form)
    if form.isdigit():  # not a number of our own, such as a line
        return rf"(?<![0-9A-Za-z.]){pattern}(?![0-9A-Za-z.])"
    if form.isalpha() or len(form) < 8:
        return rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
    return pattern


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret is written in JSON, YAML, HCL, XML, Markdown, a URL, a traceback and a Kubernetes Secret."""
    import html  # noqa: PLC0415 - most platforms hold no secret

    lines = [each.strip() for each in secret.splitlines()]
    for text in {
        secret,
        secret.strip(),
        *(each for each in lines if len(each) >= _PIECE and "-----" not in each),
    }:
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
