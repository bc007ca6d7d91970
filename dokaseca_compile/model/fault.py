"""A validation error of pydantic, with what the schema and the sources know about its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import At, Label
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.core.secrets import secret_key, secret_shape
from dokaseca_compile.source import Sources

_LONGEST_REPEATED = 80

Node = dict[str, Any]
"""One alternative of the JSON Schema for a place."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A validation error. ``given`` is the rejected value, ``original`` pydantic's message."""

    kind: str
    given: Any
    route: Route
    at_key: bool
    context: dict[str, Any]
    original: str
    sources: Sources

    @classmethod
    def of(cls, found: ErrorDetails, sources: Sources) -> Fault:
        """Read an error of pydantic. An error in a key gets the route of that key."""
        location: Route = tuple(found["loc"])
        at_key = bool(location) and location[-1] == "[key]"
        return cls(
            kind=found["type"],
            given=found["input"],
            route=location[:-1] if at_key else location,
            at_key=at_key,
            context=found.get("ctx", {}),
            original=found["msg"],
            sources=sources,
        )

    @property
    def where(self) -> str:
        """The place as people write it: ``clusters.spoke.hub``."""
        return format_route(self.route)

    @property
    def parent(self) -> Route:
        """The route of the mapping or list around the value."""
        return self.route[:-1]

    @property
    def key(self) -> str:
        """The last part of the route."""
        return str(self.route[-1]) if self.route else ""

    @property
    def label(self) -> Label:
        """The place to point at."""
        return Label(self.route, At.KEY if self.at_key else At.VALUE)

    @property
    def text(self) -> str:
        """The given text if a message may repeat it: short, printable and not a secret."""
        given = self.given
        if not isinstance(given, str) or len(given) > _LONGEST_REPEATED:
            return ""
        is_secret = secret_key(self.key) or secret_shape(given)
        if is_secret or not given.isprintable():
            return ""
        return given

    def nodes(self, route: Route | None = None) -> list[Node]:
        """Return the JSON Schema for the place of the fault, or for another route."""
        from dokaseca_compile.model.schema import nodes_at  # noqa: PLC0415 - only for faults

        return nodes_at(self.route if route is None else route)

    def keys(self, route: Route) -> tuple[str, ...]:
        """Return the keys that the mapping at ``route`` may have."""
        from dokaseca_compile.model.schema import keys_at  # noqa: PLC0415 - only for faults

        return keys_at(route)
