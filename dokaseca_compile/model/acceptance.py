"""``accept``: findings that are accepted, where, why, and until when."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Annotated

from pydantic import AfterValidator, Field

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.core.patterns import FilePattern, parse_pattern
from dokaseca_compile.model.common import Model
from dokaseca_compile.model.grammar import grammar, refusal
from dokaseca_compile.model.history import Reason
from dokaseca_compile.model.repositories import REPOSITORY_KEYS


def _pattern(text: str) -> str:
    try:
        pattern = parse_pattern(text)
    except ValueError as wrong:
        said, advice = f": {wrong}", "write it as messages show it: `addons.kyverno.values.**`"
        raise refusal("invalid-pattern", said, advice) from wrong
    if isinstance(pattern, FilePattern) and pattern.repository not in REPOSITORY_KEYS:
        said = f": no repository is called `{pattern.repository}`"
        raise refusal("invalid-pattern", said, did_you_mean(pattern.repository, REPOSITORY_KEYS))
    return text


def mended_date(text: str) -> str:
    """``2027-6-3`` → ``2027-06-03``; a time behind the day is dropped."""
    found = re.match(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])", text.strip())
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""


def _calendar_date(text: str) -> str:
    """Refuse a day that no month has. Raises ``PydanticCustomError``."""
    year, month, day = map(int, text.split("-"))
    if not (year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise refusal("invalid-date", f": there is no day `{text}`", "write a date of the calendar")
    return text


RuleName = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "a rule is named as in brackets behind `error` or `warning`: words joined by `-`",
        "secret-in-source",
        longest=63,
    ),
]
Place = Annotated[
    str,
    Field(max_length=2000, examples=["addons.kyverno.values.**", "addons:appsets/extra/*.yaml"]),
    AfterValidator(_pattern),
]
Date = Annotated[
    str,
    grammar(
        "invalid-date",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "a date is `YYYY-MM-DD`",
        "2027-06-30",
        mend=mended_date,
    ),
    AfterValidator(_calendar_date),
]


class Acceptance(Model):
    """Findings of one rule that are accepted at some places until a day."""

    rule: RuleName = Field(description="Which findings: the slug that is in brackets.")
    at: Place = Field(
        description="Where: a place of the source (`*` is one key or index, `**` at the end any "
        "tail), or `<repository>:<path>` for files of the output (`*` within a name, `**` any "
        "folders)."
    )
    reason: Reason = Field(
        description="Why that is right here.", examples=["names of keys of a Secret"]
    )
    until: Date = Field(description="Last day, in UTC, on which it is accepted.")
