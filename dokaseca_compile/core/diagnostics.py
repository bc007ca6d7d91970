"""Faults as values: the problem, its place and the fix. ``render/`` shows them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.text import printable

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_MOST_LISTED = 12


class Severity(StrEnum):
    """The severity of a fault. An error stops the compile; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class At(StrEnum):
    """The part of a mapping entry that a label points at."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Place:
    """A part of one line of a source file. ``line`` and ``column`` are counted from 1."""

    file: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """A place: a route into the sources, which is resolved to a line when shown, or a fixed place.

    ``place`` is set only where no route exists, for example in a file that is not YAML.
    """

    route: Route = ()
    at: At = At.VALUE
    text: str = ""
    place: Place | None = None


Cause = tuple[str, str]
"""A section and a name in it, such as ``("environments", "prod")``."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault.

    ``slug`` names the fault in kebab-case (``unknown-addon``) and is the name of its manual;
    ``primary`` is the place to look at first, ``related`` are other relevant places. ``cause`` is
    a name that is missing from a section: all diagnostics with the same cause are shown as one.
    Raises ``ValueError`` if the slug is not kebab-case: a bug of ours.
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
    """Return a diagnostic that stops the compile."""
    return Diagnostic(
        slug, Severity.ERROR, printable(message), primary, related, printable(help), cause
    )


def warning(slug: str, message: str, primary: Label, *related: Label, help: str = "") -> Diagnostic:  # noqa: A002
    """Return a diagnostic that does not stop the compile."""
    return Diagnostic(slug, Severity.WARNING, printable(message), primary, related, printable(help))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Return whether any fault stops the compile."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to ``word``, or ``None``.

    Case, ``-``, ``_`` and ``.`` do not count: ``argoCd`` finds ``argo-cd``. Letters in another
    order are similar too, which matters for short names: ``ue`` finds ``eu``.
    """
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(_fold(name), name)
    short = _fold(word)[:80]
    match = difflib.get_close_matches(short, folded, n=1, cutoff=0.6)
    if match:
        return folded[match[0]]
    letters = sorted(short)
    for each, name in folded.items():
        if sorted(each) == letters:
            return name
    return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the help line for an unknown name: the nearest known one, or the first known ones."""
    names = list(known)
    if not names:
        return "none is declared"
    return suggestion(nearest(word, names)) or list_known(names, most=_MOST_LISTED)


def suggestion(name: str | None) -> str:
    """Return the help line for the name that was probably intended; ``""`` for none."""
    return f"did you mean `{name}`?" if name else ""


def list_known(names: Sequence[str], *, most: int) -> str:
    """Return the help line with the first known names, at most ``most``."""
    listed = ", ".join(f"`{name}`" for name in names[:most])
    if len(names) <= most:
        return f"known: {listed}"
    return f"known: {listed} and {len(names) - most} more"


def _fold(name: str) -> str:
    return re.sub(r"[-_. ]", "", name).lower()
