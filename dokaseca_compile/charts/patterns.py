"""Regular expressions of charts, matched by RE2: in linear time, with exactly Helm's syntax.

Helm uses Go's ``regexp``. Python's ``re`` has another syntax, and it backtracks: a pattern that is
harmless in Helm could run endlessly here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

_MEMORY = 1024 * 1024  # bytes that one pattern may take; RE2 refuses larger ones


class PatternError(ValueError):
    """A pattern that Helm rejects, or that cannot be evaluated. The message ends a sentence."""


class Pattern(NamedTuple):
    """A compiled pattern. ``size`` is its number of instructions: the work for each byte."""

    search: Callable[[bytes], object]
    size: int

    def found_in(self, text: str) -> bool:
        """Return whether the pattern matches anywhere in a text."""
        return self.search(text.encode("utf-8", "replace")) is not None


@cache
def compiled(text: str) -> Pattern:
    """Compile a pattern. Raises ``PatternError``."""
    re2 = _engine()
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        # Bytes save the translation of positions; `é` still counts as one character.
        pattern = re2.compile(text.encode("utf-8"), options)
    except UnicodeEncodeError as wrong:
        raise PatternError("contains half of a surrogate pair") from wrong
    except re2.error as wrong:
        reason = wrong.args[0] if wrong.args else ""
        words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        message = f"Helm rejects: {words}"
        raise PatternError(message) from wrong
    return Pattern(pattern.search, int(pattern.programsize))


def _engine() -> Any:
    # Imported late: only a local chart whose schema has patterns needs it.
    try:
        import re2  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as missing:
        raise PatternError(
            "needs the package `google-re2`: install `dokaseca[charts]`"
        ) from missing
    return re2
