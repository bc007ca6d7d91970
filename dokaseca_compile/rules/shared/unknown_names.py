"""The findings of rules that look for names without a declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import Hints

Mention = tuple[str, str, Label]
"""The start of a message, the name, and the place."""
Report = Callable[..., Diagnostic]
"""Makes a finding of a message, a place, a help line and a cause."""


def unknown_names(
    context: Context, report: Report, section: str, noun: str, mentions: Iterable[Mention]
) -> Iterator[Diagnostic]:
    """Yield a finding for each mention of a name that a section does not declare."""
    names = context.names(section)
    known, hints = frozenset(names), Hints(names)
    for start, name, label in mentions:
        if name not in known:
            yield report(
                f"{start} the unknown {noun} `{name}`",
                label,
                help=hints.of(name),
                cause=(section, name),
            )
