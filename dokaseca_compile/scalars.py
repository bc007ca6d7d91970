"""Single values as text: characters that none shows, and numbers that every reader takes alike."""

from __future__ import annotations

import math

# C0, DEL, C1, no-break space, soft hyphen, zero-width and bidi controls, line and paragraph
# separators, BOM, noncharacters. A fixed list, because str.isprintable() changes with the Unicode
# version of the Python that runs, and the same input must give the same bytes everywhere.
UNPRINTABLE = (
    "\\x00-\\x1f\\x7f-\\xa0\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f"
    "\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff"
)


def printable(text: str) -> str:
    """Escape what does not print, line ends included: a name must not forge a line of its own."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


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
