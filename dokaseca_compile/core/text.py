"""Single values as text: unprintable characters, and numbers that every reader reads alike."""

from __future__ import annotations

import math
import re

# C0, DEL, C1, no-break space, soft hyphen, zero-width and bidi controls, line and paragraph
# separators, BOM, noncharacters. A fixed list, because str.isprintable() changes with the Unicode
# version of the Python that runs, and the same input must give the same bytes everywhere.
UNPRINTABLE = (
    "\\x00-\\x1f\\x7f-\\xa0\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f"
    "\\ufeff\\ufff0-\\ufffb\\ufffe\\uffff"
)

_PRINTED_DIGITS = 6  # before the dot, as `fmt.Sprint(1e6)` in Go is `1e+06`


def printable(text: str) -> str:
    """Escape unprintable characters and line ends: a name must not forge a line of output."""
    if text.isprintable():
        return text
    return "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, longest: int) -> str:
    """Return a text, cut to a number of characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def number(value: float) -> str:
    """Write a number so that YAML 1.1, YAML 1.2, Go, HCL and JSON read the same number and type.

    Integers must fit in 64 bits, because Go reads a longer one as a float. A float always has a dot
    and a signed exponent (``1.0e+16``), because PyYAML reads ``1e16`` as a string. Raises
    ``ValueError`` for infinity, not-a-number and longer integers.
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


def json_number(value: float) -> str:
    """Write a number as Helm and Argo CD pass it on: as the JSON of a float64.

    The text is that of ``floatEncoder`` in Go's ``encoding/json``: the shortest digits that read
    back as the same float, without an exponent from 1e-6 up to 1e21. Raises ``OverflowError``
    beyond a float64.
    """
    from decimal import Decimal  # noqa: PLC0415 - seldom needed

    as_float = float(value)
    shortest = float.__repr__(as_float)
    if as_float and not 1e-6 <= abs(as_float) < 1e21:
        mantissa, _, exponent = shortest.partition("e")
        return mantissa.removesuffix(".0") + "e" + re.sub("^([-+])0", r"\1", exponent)
    return f"{Decimal(shortest):f}".removesuffix(".0")


def survives_float64(value: float, written: str) -> bool:
    """Return whether a number keeps its digits when Helm or Argo CD read it as a float64.

    ``written`` are the decimal digits: ``9007199254740993`` becomes 9007199254740992 (helm#1707).
    """
    from decimal import Decimal  # noqa: PLC0415 - seldom needed

    try:
        return Decimal(written) == Decimal(float.__repr__(float(value)))
    except ArithmeticError:  # an exponent of twenty digits
        return False


def printed_number(value: float) -> str:
    """Write a number as Helm templates print it: by ``%v``, with an exponent from a million up."""
    text = json_number(value)
    digits, _, fraction = text.lstrip("-").partition(".")
    if len(digits) <= _PRINTED_DIGITS or "e" in text:
        return text
    mantissa = (digits[1:] + fraction).rstrip("0")
    sign = "-" if text[0] == "-" else ""
    dot = "." if mantissa else ""
    return f"{sign}{digits[0]}{dot}{mantissa}e+{len(digits) - 1:02d}"
