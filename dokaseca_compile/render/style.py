"""Terminal colours. Colour only repeats what the words say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Wraps text in ANSI codes if ``color`` is set."""

    color: bool = False

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text

    def bold(self, text: str) -> str:
        """Emphasize text."""
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        """Make text less prominent."""
        return self._wrap("2", text)

    def red(self, text: str) -> str:
        """Mark an error."""
        return self._wrap("1;31", text)

    def yellow(self, text: str) -> str:
        """Mark a warning."""
        return self._wrap("1;33", text)

    def green(self, text: str) -> str:
        """Mark success."""
        return self._wrap("32", text)

    def cyan(self, text: str) -> str:
        """Mark advice."""
        return self._wrap("36", text)
