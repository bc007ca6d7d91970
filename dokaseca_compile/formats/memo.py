"""A memo of texts written before: most of the quoted text of a fleet is a few repeated words."""

from __future__ import annotations

from collections.abc import Callable

MEMO_ENTRIES = 16_384
MEMO_LENGTH = 256


class Memo(dict[str, str]):
    """A bounded memo of one pure function from text to text; ``memo[text]`` is the fast path.

    Long texts are computed each time, and a full memo starts afresh.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> str:
        result = self._function(text)
        if len(text) <= MEMO_LENGTH:
            if len(self) >= MEMO_ENTRIES:
                self.clear()
            self[text] = result
        return result
