"""Look up where a value of a body comes from, in the origins that its containers recorded."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Body, Joined, JsonBody, Source, TfvarsBody, YamlBody


def documents(body: Body) -> tuple[Any, ...]:
    """Return the documents of a body of plain data; none for any other body."""
    if isinstance(body, YamlBody):
        return body.documents
    if isinstance(body, TfvarsBody):
        return (body.attributes,)
    return (body.data,) if isinstance(body, JsonBody) else ()


def trace(body: Body, route: Route) -> tuple[Source, Route] | None:
    """Return the innermost origin on a route (document first), and the rest of the route below it.

    ``None`` if no setting decides anything on the way.
    """
    node: Any = documents(body)
    found = None
    for depth, part in enumerate(route, start=1):
        source = _origin(node, part)
        if source is not None:
            found = source, route[depth:]
        if isinstance(node, str):
            break
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    return found


def _origin(node: Any, part: str | int) -> Source | None:
    """Return the recorded origin of an entry of a container."""
    if isinstance(node, Joined):
        node = next((each for each in node.parts if part in each), node)
    origins = getattr(node, "origins", None)
    return None if origins is None else origins.get(part)
