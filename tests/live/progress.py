"""Print what is going on, with the seconds since the start."""

from __future__ import annotations

import time

_STARTED = time.monotonic()


def report(text: str) -> None:
    """Print a line at once."""
    print(f"live: {seconds():4.0f} s: {text}", flush=True)


def seconds() -> float:
    """Return the seconds since the start."""
    return time.monotonic() - _STARTED
