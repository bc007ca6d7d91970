"""Manual pages: one for each slug that a finding can have.

A page is Markdown. Its first line says what is wrong; then come the sections Problem, Why, Fix,
Accept (only for an error that can be accepted) and Example. The page of a rule is the docstring of
its module; all others are in the Markdown files beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from inspect import cleandoc

from dokaseca_compile.rules import RULES

_TITLE = re.compile(r"^# `([a-z0-9-]+)`$", re.MULTILINE)


def _pages(file: str) -> dict[str, str]:
    """Return the pages of a Markdown file of this package, by slug."""
    with resources.files(__name__).joinpath(file).open(encoding="utf-8") as opened:
        _, *parts = _TITLE.split(opened.read())
    return {slug: page.strip() for slug, page in zip(parts[::2], parts[1::2], strict=True)}


LAYERS: Mapping[str, Mapping[str, str]] = {
    "rules": {rule.SLUG: cleandoc(rule.__doc__ or "") for rule in RULES},
    "source": _pages("source.md"),
    "model": _pages("model.md"),
    "acceptance": _pages("acceptance.md"),
    "output": _pages("output.md"),
}
"""The layer that reports a finding → slug → page."""

MANUALS: dict[str, str] = {slug: page for pages in LAYERS.values() for slug, page in pages.items()}
"""Slug → page."""

ACCEPTABLE: frozenset[str] = frozenset(
    slug for slug, page in MANUALS.items() if "\n## Accept\n" in page
)
"""The errors that can be accepted: their page has a section Accept, which says when."""

# A rule builds its findings with `error`, with `warning`, or with both.
WARNINGS: frozenset[str] = frozenset(rule.SLUG for rule in RULES if hasattr(rule, "warning"))
"""The findings that can be warnings, except ``unused-accept``, which cannot be accepted."""

READ_CHARTS: frozenset[str] = frozenset(
    rule.SLUG for rule in RULES if getattr(rule, "READS_CHARTS", False)
)
"""The rules that read local charts: where a chart is missing, they report nothing about it."""
