"""Bytes of a file to text whose lines and columns are those an editor shows."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.core.limits import SOURCE, size
from dokaseca_compile.core.text import printable, shortened

MAX_BYTES = SOURCE

_MAX_SHOWN = 80
_MAX_REPORTED = 20

# Characters that YAML refuses, characters that are line ends in YAML 1.1 and text in YAML 1.2 (NEL,
# U+2028, U+2029), and a byte order mark that is not at the start. A class of the allowed characters
# would be shorter, but `re` needs 8 ms to compile it, for every command.
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

# The 32-bit mark comes first: it starts with the bytes of the 16-bit one.
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(raw: bytes, file: str) -> tuple[str, list[Diagnostic]]:
    """Return the text of ``file`` with ``\\n`` line ends and without a byte order mark.

    All diagnostics are errors. With any of them the text is empty: do not parse it.
    """
    if len(raw) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES:,} bytes ({size(MAX_BYTES)}), the limit"
        advice = "split it into platform.d/*.yaml"
        return "", [_file_error("file-too-large", message, file, help=advice)]
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as bad:
        return "", [_not_utf8(raw, bad.start, file)]
    text = normalise_lines(text)
    faults = control_characters(text, file)
    return ("" if faults else text), faults


def normalise_lines(text: str) -> str:
    """Replace CRLF and lone CR by LF, so that lines are counted as in editors."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def control_characters(text: str, file: str) -> list[Diagnostic]:
    """Report the first 20 characters that YAML readers refuse or read as line ends."""
    faults: list[Diagnostic] = []
    lines = Lines(text)
    for match in _CONTROL.finditer(text):
        if len(faults) == _MAX_REPORTED:
            break
        place = lines.place(file, match.start(), match.end())
        faults.append(_control_character(match.group(), place))
    return faults


def code_point(character: str) -> str:
    """Name a character without showing it: ``U+202E``."""
    return f"U+{ord(character):04X}"


def shown(text: str) -> str:
    """Return text of users as messages show it: at most 80 characters, unprintable ones escaped."""
    return shortened(printable(text[: _MAX_SHOWN + 1]), _MAX_SHOWN)


class Lines:
    """The lines of a text, found on first use. Lines and columns count characters from 1."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []

    def get(self, line: int) -> str:
        """Return a line without its line end, or ``""`` when there is no such line."""
        starts = self._all()
        if not 1 <= line <= len(starts):
            return ""
        return self._text[starts[line - 1] : starts[line] - 1 if line < len(starts) else None]

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of the character at ``offset``."""
        line = bisect_right(self._all(), offset)
        return line, offset - self._starts[line - 1] + 1

    def place(self, file: str, start: int, end: int) -> Place:
        """Return the place from offset ``start`` to ``end``, or to the end of the line.

        It is at least 1 character long.
        """
        line, column = self.position(start)
        rest = len(self.get(line)) - column + 1
        return Place(file, line, column, max(1, min(end - start, rest)))

    def clip(self, line: int, column: int) -> tuple[int, int]:
        """Move a position after the text back to the end of the last line that is not blank."""
        last = len(self._all())
        if line < last or (line == last and self.get(last)):
            return line, column
        while last > 1 and not self.get(last).strip():
            last -= 1
        return last, len(self.get(last)) + 1

    def _all(self) -> list[int]:
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        return self._starts


def _control_character(character: str, place: Place) -> Diagnostic:
    if character == "\0":
        advice = "remove it; if the whole file looks like this it may be UTF-16: save it as UTF-8"
    elif character in "\x85\u2028\u2029":
        advice = "some readers read it as a line end: remove it or start a new line"
    else:
        advice = "remove it"
    message = f"the character {code_point(character)} is not allowed here"
    return error("control-character", message, Label(place=place), help=advice)


def _not_utf8(raw: bytes, start: int, file: str) -> Diagnostic:
    advice = "save the file as UTF-8"
    for mark, encoding in _OTHER_ENCODINGS:
        if raw.startswith(mark):
            return _file_error("invalid-utf8", f"the file is {encoding}", file, help=advice)
    before = normalise_lines(raw[:start].decode("utf-8"))
    line, column = Lines(before).position(len(before))
    message = f"the byte 0x{raw[start]:02X} is not UTF-8"
    return error("invalid-utf8", message, Label(place=Place(file, line, column)), help=advice)


def _file_error(slug: str, message: str, file: str, *, help: str) -> Diagnostic:  # noqa: A002
    return error(slug, message, Label(place=Place(file, 1, 1)), help=help)
