"""The day on which a command runs: all that the compiler knows about time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import click

_OVERRIDE = "SOURCE_DATE_EPOCH"


def today(after: int = 0) -> str:
    """Return the day as ``YYYY-MM-DD``, or the day ``after`` so many more days.

    In UTC, so that a laptop and CI agree on when an entry of ``accept`` expires.
    ``SOURCE_DATE_EPOCH`` (seconds since 1970, as for reproducible builds) replaces the clock.
    Raises ``click.UsageError`` when it is not such a number.
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
