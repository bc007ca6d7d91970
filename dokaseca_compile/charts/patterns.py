"""Regular expressions of charts, matched by RE2: in linear time, and with exactly the syntax that Helm knows.

Helm reads them with Go's ``regexp``. Python's ``re`` backtracks, so that a pattern that is harmless there can run for
ever here, and it takes other syntax.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

_MEMORY = 1024 * 1024  # bytes that one pattern may take; RE2 refuses larger ones


class PatternError(ValueError):
    """A pattern that Helm would refuse, or that cannot be evaluated; the message is the end of a sentence."""


class Pattern(NamedTuple):
    """A pattern that is ready to use. ``size`` is how many instructions it has: as many are taken for each byte."""

    search: Callable[[bytes], object]
    size: int

    def found_in(self, text: str) -> bool:
        """Return whether it matches anywhere in a text."""
        return self.search(text.encode("utf-8", "replace")) is not None


@cache
def compiled(text: str) -> Pattern:
    """Compile a pattern. Raises ``PatternError``."""
    re2 = _engine()
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        # As bytes: RE2 then takes time for no positions in characters, and `é` still is one character.
        pattern = re2.compile(text.encode("utf-8"), options)
    except UnicodeEncodeError as wrong:
        raise PatternError("is half a character") from wrong
    except re2.error as wrong:
        reason = wrong.args[0] if wrong.args else ""
        words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        message = f"is refused by Helm: {words}"
        raise PatternError(message) from wrong
    return Pattern(pattern.search, int(pattern.programsize))


def _engine() -> Any:
    # Imported late: only a chart at hand whose schema has patterns needs it.
    try:
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as missing:
        raise PatternError(
            "needs the package `google-re2`: install `dokaseca[charts]`"
        ) from missing
    return re2
