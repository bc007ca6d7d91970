"""What the writers share on scalars: numbers every reader takes alike, and characters none shows."""

from __future__ import annotations

import math
from collections.abc import Callable

# C0, DEL, C1, no-break space, soft hyphen, zero-width and bidi controls, line and paragraph
# separators, BOM, noncharacters. A fixed list, because str.isprintable() changes with the Unicode
# version of the Python that runs, and the same input must give the same bytes everywhere.
UNPRINTABLE = (
    "\\x00-\\x1f\\x7f-\\xa0\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f"
    "\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff"
)
MEMO_ENTRIES = 16_384
MEMO_LENGTH = 256


class Memo(dict[str, str]):
    """A bounded memo of one pure function from text to text; ``memo[text]`` is the fast path.

    Long texts are computed each time, and a full memo starts afresh: most of what is quoted in a
    fleet is few words said often.
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


def number(value: float) -> str:
    """Write a number so that YAML 1.1, YAML 1.2, Go, HCL and JSON read the same one, of the same kind.

    Integers must fit 64 bits, because Go reads a longer one as a float. A float always has a dot and
    a signed exponent (``1.0e+16``), because PyYAML reads ``1e16`` as a string. Raises ``ValueError``
    for what cannot be written: infinity, not-a-number, longer integers.
    """
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            message = f"integer outside 64 bits: {value}"
            raise ValueError(message)
        return int.__repr__(value)
    if not math.isfinite(value):
        message = f"not a finite number: {value}"
        raise ValueError(message)
    text = float.__repr__(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text
