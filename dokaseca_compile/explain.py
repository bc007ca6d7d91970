"""The manual of a rule: its module's docstring."""

from __future__ import annotations

from inspect import cleandoc

from dokaseca_compile.rules import RULES

MANUALS: dict[str, str] = {rule.SLUG: cleandoc(rule.__doc__ or "") for rule in RULES}
"""Slug → manual page, plain text in the form of the docstring."""
