"""``accept``: findings that are accepted, where, why, and until when."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Annotated

from pydantic import AfterValidator, Field

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.core.patterns import FilePattern, parse_pattern
from dokaseca_compile.model.common import Model
from dokaseca_compile.model.grammar import grammar, refusal, require
from dokaseca_compile.model.history import Reason
from dokaseca_compile.model.repositories import REPOSITORY_KEYS


def _pattern(text: str) -> str:
    try:
        pattern = parse_pattern(text)
    except ValueError as wrong:
        advice = "write it as messages show it: `addons.kyverno.values.**`"
        raise refusal("invalid-pattern", f": {wrong}", advice) from wrong
    if isinstance(pattern, FilePattern) and pattern.repository not in REPOSITORY_KEYS:
        message = f": unknown repository `{pattern.repository}`"
        advice = did_you_mean(pattern.repository, REPOSITORY_KEYS)
        raise refusal("invalid-pattern", message, advice)
    return text


def fixed_date(text: str) -> str:
    """``2027-6-3`` → ``2027-06-03``; a time after the day is dropped."""
    found = re.match(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])", text.strip())
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else ""


def _calendar_date(text: str) -> str:
    """Refuse a day that does not exist. Raises ``PydanticCustomError``."""
    year, month, day = map(int, text.split("-"))
    is_day = year > 0 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    message = f": there is no day `{text}`"
    require(is_day, "invalid-date", message, "write a date of the calendar")
    return text


RuleName = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        "a rule name is words joined by `-`, as in brackets after `error` or `warning`",
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
        fix=fixed_date,
    ),
    AfterValidator(_calendar_date),
]


class Acceptance(Model):
    """Findings of one rule that are accepted at some places until a day."""

    rule: RuleName = Field(description="Rule of the findings: the slug in brackets.")
    at: Place = Field(
        description="Place in the source (`*` is one key or index; `**`, only at the end, is "
        "everything below), or `<repository>:<path>` for output files (`*` is any text in a name, "
        "`**` any folders)."
    )
    reason: Reason = Field(
        description="Why the findings are accepted.", examples=["names of keys of a Secret"]
    )
    until: Date = Field(description="Last day, in UTC, on which they are accepted.")
