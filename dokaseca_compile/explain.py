"""The manual of every fault that can be reported, whichever layer finds it."""

from __future__ import annotations

from inspect import cleandoc

from dokaseca_compile import output_manual as output
from dokaseca_compile.model import manual as model
from dokaseca_compile.rules import RULES
from dokaseca_compile.source import manual as source

MANUALS: dict[str, str] = {
    **source.MANUALS,
    **model.MANUALS,
    **output.MANUALS,
    **{rule.SLUG: cleandoc(rule.__doc__ or "") for rule in RULES},  # a rule's manual is its docstring
}
"""Slug → manual page, plain text in the form of a rule's docstring."""
