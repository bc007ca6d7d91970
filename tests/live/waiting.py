"""Wait for states, and never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from live.progress import report

PATIENCE = 240
"""Seconds without any progress until a wait gives up.

Longer than three minutes, after which Argo CD tries an ApplicationSet again that had an error.
"""
AT_MOST = 900
_REPORTED = 20
_PAUSE = 1.0
_SHOWN = 20


class NotSettledError(Exception):
    """The state that was waited for did not come: what is missing, with the relevant conditions."""

    def __init__(self, what: str, pending: Sequence[str], seconds: float) -> None:
        self.pending = list(pending)
        lines = [f"{what}: not settled after {seconds:.0f} s; still waiting for", *self.pending[:_SHOWN]]
        if len(pending) > _SHOWN:
            lines.append(f"and {len(pending) - _SHOWN} more")
        super().__init__("\n  ".join(lines))


def wait_until_none(pending: Callable[[], Sequence[str]], what: str, patience: float = PATIENCE) -> float:
    """Wait until nothing is pending, and return the seconds.

    Every change of what is pending is progress, but for details in brackets. Raises ``NotSettledError`` after
    ``patience`` seconds without any.
    """
    started = changed = time.monotonic()
    reported = started
    before: Sequence[str] | None = None
    while found := pending():
        now = time.monotonic()
        if (brief := [each.partition(" (")[0] for each in found]) != before:
            before, changed = brief, now
        if now - reported > _REPORTED:
            reported = now
            report(f"waiting: {what}: {len(found)} to go, first {found[0]}")
        if now - changed > patience or now - started > AT_MOST:
            raise NotSettledError(what, found, now - started)
        time.sleep(_PAUSE)
    return time.monotonic() - started
