"""Faults as values: what is wrong, where, and what to do. Rendering them is ``render/``'s work."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.text import printable

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


class Severity(StrEnum):
    """How bad a fault is. An error stops the compile; a warning is shown and nothing else."""

    ERROR = "error"
    WARNING = "warning"


class At(StrEnum):
    """Which part of a mapping entry a label points at."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a source file. ``line`` and ``column`` count characters from 1."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """A symbolic place: a route into the sources (resolved to a line when shown), or a fixed place.

    ``place`` is set only where no route exists, as in a file that is not YAML at all.
    """

    route: Route = ()
    at: At = At.VALUE
    text: str = ""
    place: Place | None = None


Cause = tuple[str, str]
"""A section and a name in it, as ``("environments", "prod")``."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault.

    ``slug`` names the fault in kebab-case (``unknown-addon``) and finds its manual;
    ``primary`` is where to look first, ``related`` the other places that matter. ``cause`` is the
    section and the name that are missing, where that is what is wrong: all diagnostics with one
    cause are shown as one.
    Raises ``ValueError`` when the slug is not kebab-case: that is a bug of ours.
    """

    slug: str
    severity: Severity
    message: str
    primary: Label
    related: tuple[Label, ...] = ()
    help: str = ""
    cause: Cause | None = None

    def __post_init__(self) -> None:
        if not _SLUG.match(self.slug):
            message = f"not a slug: {self.slug!r}"
            raise ValueError(message)


def error(
    slug: str,
    message: str,
    primary: Label,
    *related: Label,
    help: str = "",  # noqa: A002
    cause: Cause | None = None,
) -> Diagnostic:
    """Build a diagnostic that stops the compile."""
    return Diagnostic(
        slug, Severity.ERROR, printable(message), primary, related, printable(help), cause
    )


def warning(slug: str, message: str, primary: Label, *related: Label, help: str = "") -> Diagnostic:  # noqa: A002
    """Build a diagnostic that is shown and stops nothing."""
    return Diagnostic(slug, Severity.WARNING, printable(message), primary, related, printable(help))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the faults stops the compile."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known name that ``word`` most likely meant, or ``None``.

    Case, ``-``, ``_`` and ``.`` do not count as differences: ``argoCd`` finds ``argo-cd``; letters in
    another order are close too, which matters in short names: ``ue`` finds ``eu``.
    """
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_fold(name), name)
    wanted = _fold(word)[:80]
    match = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    if match:
        return folded[match[0]]
    return next((name for short, name in folded.items() if sorted(short) == sorted(wanted)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Write the help line for an unknown name: the nearest one, or all of them when there are few."""
    names = list(known)
    found = nearest(word, names)
    if found is not None:
        return f"did you mean `{found}`?"
    if not names:
        return "none is declared"
    shown = ", ".join(f"`{name}`" for name in names[:12])
    return f"known: {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _fold(name: str) -> str:
    return re.sub(r"[-_. ]", "", name).lower()
