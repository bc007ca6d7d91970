"""The faults of one file, each with a fixed place."""

from __future__ import annotations

from dataclasses import dataclass, field

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error, warning

MAX_EACH = 1000
"""How many errors, and how many warnings, are kept: a hostile file must not fill memory or time."""


class StopReadingError(Exception):
    """Raised to stop reading, where going on is useless or dangerous; the faults are kept."""


@dataclass(slots=True)
class Faults:
    """Collects diagnostics of one file, up to a limit for each severity."""

    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)

    def error(self, slug: str, message: str, place: Place, *related: Label, help: str = "") -> None:  # noqa: A002
        """Keep an error. Raises ``StopReadingError`` at the limit."""
        self.errors.append(error(slug, message, Label(place=place), *related, help=help))
        if len(self.errors) >= MAX_EACH:
            raise StopReadingError

    def warning(self, slug: str, message: str, place: Place, *, help: str = "") -> None:  # noqa: A002
        """Keep a warning."""
        self.warnings.append(warning(slug, message, Label(place=place), help=help))

    def has_room_for_warnings(self) -> bool:
        """Return whether more warnings may be kept; without room, do not create one."""
        return len(self.warnings) < MAX_EACH

    def in_order(self) -> list[Diagnostic]:
        """Return all faults by line and column."""
        return sorted(self.errors + self.warnings, key=_position)


def _position(fault: Diagnostic) -> tuple[int, int]:
    place = fault.primary.place
    return (place.line, place.column) if place else (0, 0)
