"""The value of a scalar, from its text alone: the YAML 1.2 core schema, strictly.

Libraries disagree about plain scalars (``no``, ``010``, ``1:20``, ``2024-01-01``), so none is used.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

from dokaseca_compile.core.text import json_number, printed_number, survives_float64
from dokaseca_compile.source.text import code_point

Scalar = str | int | float | bool | None


class Unreadable(Enum):
    """Numbers that some readers refuse or change."""

    OUT_OF_RANGE = "infinite, not a number, or beyond 64 bits"
    ROUNDED = "more digits than a float64 has"


@dataclass(frozen=True, slots=True)
class TextFault:
    """Why a string is refused."""

    slug: str
    message: str
    help: str


STARTS_UNUSUAL: Final = frozenset("+-.~0123456789nNtTfFyYoO=<")
"""First characters of plain scalars that some reader may not read as a string."""

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_OTHER_BASE = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
# A dot or an exponent is required: without them `010` would be a float.
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?\Z|[-+]?[0-9]+[eE][-+]?[0-9]+\Z"
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_LONGEST_DECIMAL = 20  # a sign and the 19 digits of 2**63
_PRINTED_WITH_EXPONENT = 10**6
_EXACT = 2**53  # up to here a float64 holds every integer
_INT64 = range(-(2**63), 2**63)

_OTHER_READINGS: Final = (
    (re.compile(r"(?:yes|no|on|off|y|n)\Z", re.IGNORECASE), "a boolean"),
    (re.compile(r"[-+]?0[0-9_]+\Z"), "an octal number"),
    (re.compile(r"[-+]?0[bB][01_]+\Z|[-+]?0[xX][0-9a-fA-F_]+\Z|[-+]?0[oO][0-7_]+\Z"), "a number"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"), "a number in base 60"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?\Z"), "a number"),
    (re.compile(r"[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?\Z"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?\Z"), "a date"),
    (re.compile(r"(?:=|<<)\Z"), "an operator"),
)

# C0 without tab, LF and CR; DEL, C1; non-characters, surrogates; marks that reorder shown text.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def resolve(text: str) -> Scalar | Unreadable:
    """Return the value of a plain scalar; a string unless it is null, a boolean or a number."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        # The length is checked first: `int` raises for thousands of digits.
        if len(text) > _LONGEST_DECIMAL:
            return Unreadable.OUT_OF_RANGE
        return _integer(int(text))
    if _OTHER_BASE.match(text):
        return _integer(int(text, base=0))
    if _FLOAT.match(text):
        return _float(text)
    return Unreadable.OUT_OF_RANGE if _NOT_FINITE.match(text) else text


def other_reading(text: str) -> str | None:
    """Name the type that a YAML 1.1 or Go reader sees in a plain string; ``None`` if a string."""
    readings = (reading for pattern, reading in _OTHER_READINGS if pattern.match(text))
    return next(readings, None)


def text_fault(text: str) -> TextFault | None:
    """Return why a string is refused, because some reader of the output would change it.

    Kustomize drops DEL and turns NEL into a blank. Terraform returns strings in form NFC, so two
    keys can become one. Bidi controls show reviewers another text than machines read.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        message = f"the character {code_point(forbidden.group())} is not allowed in a string"
        return TextFault("forbidden-character", message, "remove it")
    if unicodedata.is_normalized("NFC", text):
        return None
    culprit = _first_not_composed(text)
    composed = " ".join(map(code_point, unicodedata.normalize("NFC", culprit)))
    message = f"{' '.join(map(code_point, culprit))} is not in Unicode normal form C (NFC)"
    return TextFault(
        "not-nfc", message, f"write {composed} instead: other tools change it silently"
    )


def is_respelled(text: str, value: float) -> bool:
    """Return whether Helm passes on, or prints, a number differently from its plain scalar."""
    if type(value) is int and text == str(value):
        return abs(value) >= _PRINTED_WITH_EXPONENT
    return text != json_number(value) or text != printed_number(value)


def _integer(number: int) -> int | Unreadable:
    if number not in _INT64:
        return Unreadable.OUT_OF_RANGE
    if abs(number) <= _EXACT or survives_float64(number, str(number)):
        return number
    return Unreadable.ROUNDED


def _float(text: str) -> float | Unreadable:
    number = float(text)
    if math.isinf(number):
        return Unreadable.OUT_OF_RANGE
    return number if survives_float64(number, text) else Unreadable.ROUNDED


def _first_not_composed(text: str) -> str:
    """Return the first characters, at most eight, that NFC would change."""
    pairs = zip(text, unicodedata.normalize("NFC", text), strict=False)
    start = next((index for index, (one, other) in enumerate(pairs) if one != other), 0)
    runs = [text[start : start + length] for length in range(1, 9)]
    return next((each for each in runs if not unicodedata.is_normalized("NFC", each)), runs[-1])
