"""How many examples a property test tries: all in ``make test``, a few in ``make quick``."""

from __future__ import annotations

import os

QUICK = os.environ.get("DOKASECA_QUICK") == "1"


def examples(number: int) -> int:
    """Return ``number``, or a twentieth of it for the quick loop."""
    return max(5, number // 20) if QUICK else number
