"""The manual of every fault that can be reported, whichever layer finds it."""

from __future__ import annotations

from inspect import cleandoc

from dokaseca_compile.manual import acceptance, model, output, source
from dokaseca_compile.rules import RULES

MANUALS: dict[str, str] = {
    **source.MANUALS,
    **model.MANUALS,
    **acceptance.MANUALS,
    **output.MANUALS,
    **{
        rule.SLUG: cleandoc(rule.__doc__ or "") for rule in RULES
    },  # a rule's manual is its docstring
}
"""Slug → manual page, plain text in the form of a rule's docstring."""

ACCEPTABLE: frozenset[str] = frozenset(
    slug for slug, page in MANUALS.items() if "\nAccept\n" in page
)
"""The errors that may be accepted: those whose manual says when, under the heading Accept."""

# A rule builds its findings with `error`, with `warning`, or with both.
WARNINGS: frozenset[str] = source.WARNINGS | {
    rule.SLUG for rule in RULES if hasattr(rule, "warning")
}
"""The findings that are warnings, at some places at least; ``unused-accept`` cannot be accepted."""

READ_CHARTS: frozenset[str] = frozenset(
    rule.SLUG for rule in RULES if getattr(rule, "READS_CHARTS", False)
)
"""The rules that find nothing where a chart is not at hand."""
