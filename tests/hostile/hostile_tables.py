"""Every class of hostile case, by name."""

from __future__ import annotations

from hostile_cases import Case
from hostile_text import BOMBS, BYTES, DUPLICATES, SCALARS, SYNTAX

TABLES: dict[str, list[Case]] = {
    "syntax": SYNTAX,
    "duplicates": DUPLICATES,
    "bytes": BYTES,
    "scalars": SCALARS,
    "bombs": BOMBS,
}
