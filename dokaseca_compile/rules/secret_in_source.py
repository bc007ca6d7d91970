"""A secret stands in the platform's source.

Problem
    A text looks like a credential (a token, a private key, a URL with a password …), or a key that
    says so (``adminPassword``) has a value, in Helm values, labels or annotations.

Why
    The source and all that is compiled from it are in Git, which keeps every version for everyone
    who can read it. Cluster annotations also reach logs and screens of Argo CD.

Fix
    Put the secret into the secret store and name the entry: most charts take ``existingSecret`` or
    a ``secretKeyRef``. Then change the secret: once committed it is known. A reference
    (``${…}``, ``{{ … }}``, ``vault:…``, ``ref+…``, ``<path:…>``) is no secret.

Accept
    When somebody has looked at the text and it is no secret: the name of a key of a Secret, a public
    key, a default of a demonstration that is changed at the first login.

Example
    .. code-block:: yaml

        addons:
          grafana: {values: {adminPassword: hunter2}}              # secret-in-source
          grafana: {values: {admin: {existingSecret: grafana}}}    # a reference
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.redaction import MASK, SHAPES, Shape, secret_entry, secret_in_text, secret_shape
from dokaseca_compile.routes import Route, format_route
from dokaseca_compile.rules.base import Context

SLUG = "secret-in-source"
_FREE = frozenset({"values", "labels", "annotations"})
"""Maps whose keys are anyone's: elsewhere the schema has no place for a secret under its key."""
_TELLING = re.compile(r"passw|passphrase|pass[\"']?\s*[:=]|pwd|psk|token|secret|key|cred|dockerconfig|salt|dsn|pat\b")
_SHORTEST = 10  # characters of the shortest secret that has a shape


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place with a secret."""
    words, free = _survey(context.data)
    # One search through all words instead of one in each: most platforms hold nothing of any shape.
    text = "\n".join(words)
    lower = text.lower()
    shapes = [shape for shape in SHAPES if shape.possible(text, lower) and shape.found(text)]
    starts: list[Start] = [(context.data, (), False)] if shapes else free
    for route, at, what in _walk(starts, _Looker(shapes)):
        shown = format_route(tuple(MASK if isinstance(part, str) and secret_shape(part) else part for part in route))
        yield error(
            SLUG,
            f"`{shown}` {what}",
            Label(route, at),
            help="keep it in the secret store and name the entry here; then change the secret",
        )


Start = tuple[Any, Route, bool]
"""A mapping or list, where it stands, and whether its keys are anyone's."""


def _survey(data: Mapping[str, Any]) -> tuple[set[str], list[Start]]:
    """Every key and longer text, once, and the maps whose keys are anyone's."""
    words: set[str] = set()
    free: list[Start] = []
    seen: set[int] = set()
    stack: list[Start] = [(data, (), False)]
    while stack:
        node, route, anyones = stack.pop()
        if anyones:
            free.append((node, route, True))
        if id(node) in seen:
            continue
        seen.add(id(node))
        inner = []
        keyed = type(node) is dict
        if keyed:
            words.update(node)
        for key, value in node.items() if keyed else enumerate(node):
            if type(value) is str:
                if len(value) >= _SHORTEST:
                    words.add(value)
            elif value and isinstance(value, dict | list):
                inner.append((value, (*route, key), key in _FREE))
        stack += reversed(inner)
    return words, free


Found = tuple[Route, At, str]


class _Looker:
    """Says why a text is a secret; knows the few shapes that can occur in this platform at all."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        needles = {re.escape(needle) for shape in shapes for needle in shape.needles}
        self._quick = re.compile("|".join(sorted(needles)) or r"(?!)", re.IGNORECASE)
        self.good_keys: set[object] = set()

    def shaped(self, text: str) -> str | None:
        """The kind of secret that the text's shape tells, or ``None``."""
        if len(text) < _SHORTEST or not self._quick.search(text):
            return None
        return next((shape.kind for shape in self._shapes if shape.found(text)), None)

    def value(self, key: object, value: str, *, free: bool) -> str | None:
        """Why a value is a secret, or ``None``; ``free`` where its key is anyone's choice."""
        if kind := self.shaped(value):
            return f"looks like {kind}"
        if not free:
            return None
        if isinstance(key, str) and secret_entry(key, value):
            return "looks like a secret: its key says so"
        if ("=" in value or ":" in value) and _TELLING.search(value.lower()) and secret_in_text(value):
            return "holds a text with a secret in it"
        return None

    def key(self, key: object) -> str | None:
        """Why a key is a secret itself, or ``None``; the same keys come again and again."""
        kind = self.shaped(key) if isinstance(key, str) else None
        if kind is None:
            self.good_keys.add(key)
            return None
        return f"has a key that looks like {kind}"


def _walk(starts: Sequence[Start], look: _Looker) -> Iterator[Found]:
    """Look at every mapping and list once, however often it is used; without recursion."""
    stack = list(reversed(starts))
    seen: set[tuple[int, bool]] = set()
    while stack:
        node, route, free = stack.pop()
        if (id(node), free) in seen:
            continue
        seen.add((id(node), free))
        inner = []
        keyed = isinstance(node, dict)
        if keyed and free and "name" in node:
            yield from _named_value(node, route)
        for key, value in node.items() if keyed else enumerate(node):
            if type(value) is str:
                # Most values are short names; only under a free key can such a one be a secret.
                if (free or len(value) >= _SHORTEST) and (why := look.value(key, value, free=free)):
                    yield (*route, key), At.VALUE, why
            elif value and isinstance(value, dict | list):
                inner.append((value, (*route, key), free or key in _FREE))
            if keyed and key not in look.good_keys and (why := look.key(key)):
                yield (*route, key), At.KEY, why
        stack += reversed(inner)


def _named_value(node: Mapping[Any, Any], route: Route) -> Iterator[Found]:
    """``{name: DB_PASSWORD, value: …}``, as containers get their environment.

    The place is the name, so that the line shown with the fault is not the one with the secret.
    """
    name, value = node["name"], node.get("value")
    if isinstance(name, str) and isinstance(value, str) and secret_entry(name, value):
        yield (*route, "name"), At.KEY, "names a secret, and its value stands beside it"
