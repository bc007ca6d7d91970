"""The day on which a command runs: the only thing that the compiler learns of time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import click

_OVERRIDE = "SOURCE_DATE_EPOCH"


def today(after: int = 0) -> str:
    """Return the day as ``YYYY-MM-DD``, or a day so many days ``after`` it.

    In UTC, so that a laptop and CI agree on when an entry of ``accept`` ends. ``SOURCE_DATE_EPOCH``
    (seconds since 1970, as for reproducible builds) takes the place of the clock.
    Raises ``click.UsageError`` when that is no such number.
    """
    return (_now() + timedelta(days=after)).date().isoformat()


def _now() -> datetime:
    given = os.environ.get(_OVERRIDE)
    if not given:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        message = f"{_OVERRIDE} is not a number of seconds since 1970: `{given}`"
        raise click.UsageError(message) from wrong
