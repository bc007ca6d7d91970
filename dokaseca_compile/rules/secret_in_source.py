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
from dokaseca_compile.redaction import MASK, SHAPES, Shape, secret_entry, secret_in_text, secret_shape, unescape
from dokaseca_compile.routes import Route, format_route
from dokaseca_compile.rules.base import Context

SLUG = "secret-in-source"
_FREE = frozenset({"values", "labels", "annotations"})
"""Maps whose keys are anyone's: elsewhere the schema has no place for a secret under its key."""
_TELLING = re.compile(
    r"passw|passphrase|pass[\"']?\s*[:=]|pwd|psk|token|secret|key|credential|dockerconfig", re.IGNORECASE
)
_SHORTEST = 10  # characters of the shortest secret that has a shape


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place with a secret."""
    texts = [unescape(text) for text in context.texts]  # "\x67hp_…" is `ghp_…` in the data
    lower = [text.lower() for text in texts]
    shapes = [each for each in SHAPES if any(map(each.possible, texts, lower))]
    if not shapes and not any(map(_TELLING.search, texts)):
        return
    for route, at, what in _walk(context.data, shapes):
        shown = format_route(tuple(MASK if isinstance(part, str) and secret_shape(part) else part for part in route))
        yield error(
            SLUG,
            f"`{shown}` {what}",
            Label(route, at),
            help="keep it in the secret store and name the entry here; then change the secret",
        )


Found = tuple[Route, At, str]


def _walk(data: Mapping[str, Any], shapes: Sequence[Shape]) -> Iterator[Found]:
    """Look at every mapping and list once, however often it is used; without recursion."""
    stack: list[tuple[Any, Route, bool]] = [(data, (), False)]
    seen: set[tuple[int, bool]] = set()
    while stack:
        node, route, free = stack.pop()
        if (id(node), free) in seen:
            continue
        seen.add((id(node), free))
        inner = []
        if isinstance(node, Mapping):
            yield from _named_value(node, route, free=free)
        for key, value in node.items() if isinstance(node, Mapping) else enumerate(node):
            if isinstance(value, dict | list):
                inner.append((value, (*route, key), free or key in _FREE))
            elif isinstance(value, str) and (kind := _kind(key, value, shapes, free=free)):
                yield (*route, key), At.KEY, kind
            if isinstance(key, str) and len(key) >= _SHORTEST and (kind := _shaped(key, shapes)):
                yield route, At.KEY, f"has a key that looks like {kind}"
        stack += reversed(inner)


def _kind(key: str | int, value: str, shapes: Sequence[Shape], *, free: bool) -> str | None:
    """Say why a text is a secret, or ``None``."""
    if len(value) >= _SHORTEST and (kind := _shaped(value, shapes)):
        return f"looks like {kind}"
    if not free:
        return None
    if isinstance(key, str) and secret_entry(key, value):
        return "looks like a secret: its key says so"
    if ("=" in value or ":" in value) and _TELLING.search(value) and secret_in_text(value):
        return "holds a text with a secret in it"
    return None


def _shaped(text: str, shapes: Sequence[Shape]) -> str | None:
    lower = ""
    for shape in shapes:
        if shape.folded:
            lower = lower or text.lower()
        if shape.possible(text, lower) and shape.pattern.search(text):
            return shape.kind
    return None


def _named_value(node: Mapping[Any, Any], route: Route, *, free: bool) -> Iterator[Found]:
    """``{name: DB_PASSWORD, value: …}``, as containers get their environment.

    The place is the name, so that the line shown with the fault is not the one with the secret.
    """
    name, value = node.get("name"), node.get("value")
    if free and isinstance(name, str) and isinstance(value, str) and secret_entry(name, value):
        yield (*route, "name"), At.KEY, "names a secret, and its value stands beside it"
