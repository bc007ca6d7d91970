"""Syntax errors of YAML in plain words, at the place where a person would look first."""

from __future__ import annotations

import re

import yaml

from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.source.anchors import MAX_DEPTH
from dokaseca_compile.source.quotes import open_quote
from dokaseca_compile.source.text import Lines, shown

# Part of the parser's message (libyaml's or pure Python's) → our message and help.
_KNOWN = tuple(
    (re.compile(pattern), message, advice)
    for pattern, message, advice in (
        (
            "tab character",
            "a tab is used as indentation",
            "indent with spaces",
        ),
        (
            "mapping values are not allowed",
            "a `:` is not allowed here",
            "quote the value if it contains `: `, or check the indentation here and one line above",
        ),
        (
            "unexpected end of stream",
            "this quote is never closed",
            "add the closing quote",
        ),
        (
            "unexpected document",
            "this quote is not closed before the end of the document",
            "add the closing quote",
        ),
        (
            "could not find expected ':'",
            "this line has no `:` after the key",
            "write `key: value`, or `- item` with a blank after the dash",
        ),
        (
            "unknown escape",
            "this is not a valid escape in a double-quoted string",
            "write the backslash twice, or use single quotes",
        ),
        (
            "Unicode character escape",
            "this escape is not a character",
            "write the character itself, or `\\U` and eight digits",
        ),
        (
            "hexa?decimal",
            "this escape has too few hexadecimal digits",
            "write two digits after `\\x`, four after `\\u`, eight after `\\U`",
        ),
        (
            "comment or line break|chomping or indentation",
            "the text of a `|` or `>` block must start on the next line",
            "start a new line, or quote the value if it begins with `|` or `>`",
        ),
        (
            "equal to 0|range 1-9",
            "the indentation of a block must be 1 to 9",
            "remove the number",
        ),
        (
            "expected (the )?node content",
            "a value is missing here",
            "quote the value if it begins with `,`, `]` or `}`",
        ),
        (
            "alphabetic or numeric",
            "a name is missing after `*` or `&`",
            "quote the value if it begins with `*` or `&`",
        ),
        (
            "sequence entries are not allowed",
            "a list item is not allowed here",
            "put `- ` on a line of its own, or quote the value",
        ),
        (
            "mapping keys are not allowed",
            "a `?` is not allowed here",
            "quote the value",
        ),
    )
)
_MISPLACED = re.compile(r"expected key|expected <block end>|'-' indicator")
_BRACKET = re.compile(r"',' or '([\]}])'")
_LONE_KEY = re.compile(r" *[^\s:#'\"\[\]{},]+\Z")
_KEY_AND_VALUE = re.compile(r"( *(?:- +)*)([^\s:#'\"\[\]{},]+) +[\[{'\"]")
"""A key without its colon, and a value that begins with a bracket or a quote."""
_EMPTY_IN_BRACKETS = re.compile(r"[^\s:#'\"\[\]{},]+\Z")
_HAS_COLON = re.compile(r":(\s|\Z)")
_AT_START = re.compile(r"unexpected (end of stream|document)|could not find expected ':'")
_INVALID_NAME = re.compile(r"while scanning (an? )?(tag|alias|anchor)")
"""The parser stops inside such a name; the place to look at is its beginning."""


def syntax_fault(fault: yaml.YAMLError, text: str, lines: Lines, file: str) -> Diagnostic:
    """Turn a parser's error into one diagnostic with a fixed place."""
    problem = str(getattr(fault, "problem", None) or "")
    start, stop = _start_and_stop(fault, lines, file)
    earlier = (
        open_quote(text, stop)
        or _empty_in_brackets(problem, stop, lines)
        or _no_colon(problem, stop, lines)
        or _indented(problem, stop, lines)
    )
    return earlier or _at_stop(fault, problem, start, stop, lines)


def _start_and_stop(fault: yaml.YAMLError, lines: Lines, file: str) -> tuple[Place, Place]:
    """Return where the faulty construct starts, and where the parser stopped."""
    stop = _place(getattr(fault, "problem_mark", None), lines, file)
    start = _place(getattr(fault, "context_mark", None), lines, file) or stop or Place(file, 1, 1)
    in_name = _INVALID_NAME.search(str(getattr(fault, "context", None) or ""))
    return start, start if stop is None or in_name else stop


def _at_stop(
    fault: yaml.YAMLError, problem: str, start: Place, stop: Place, lines: Lines
) -> Diagnostic:
    """Report the problem where the parser stopped, or where the construct starts."""
    bracket = _BRACKET.search(problem)
    if bracket:
        return _open_bracket(bracket.group(1), start, stop, lines)
    if "<document start>" in problem:
        return _after_the_end(stop, lines)
    if _MISPLACED.search(problem):
        return _misplaced(start, stop)
    if "cannot start any token" in problem:
        return _bad_start(stop, lines)
    return _unsupported(fault, problem, stop) or _known(problem, start, stop)


def _misplaced(start: Place, stop: Place) -> Diagnostic:
    message = "this does not fit here"
    if start.line != stop.line:
        message = f"this does not fit into the block that starts on line {start.line}"
    advice = "check the indentation, quotes and colons of this line and of the one above"
    return error("yaml-syntax", message, Label(place=stop), Label(place=start), help=advice)


def _empty_in_brackets(problem: str, stop: Place, lines: Lines) -> Diagnostic | None:
    """Report a key between brackets with nothing after its colon."""
    before = lines.get(stop.line)[: stop.column - 1]
    empty = _EMPTY_IN_BRACKETS.search(before) if "unexpected ':'" in problem else None
    if not empty:
        return None
    place = Place(stop.file, stop.line, empty.start() + 1, len(empty[0]))
    advice = "write `key: value`, with a blank after the colon; without a value, delete the key"
    return error("yaml-syntax", "this key has no value", Label(place=place), help=advice)


def _no_colon(problem: str, stop: Place, lines: Lines) -> Diagnostic | None:
    """Report a key without its colon."""
    before = lines.get(stop.line)[: stop.column - 1]
    key = None
    if "mapping values" in problem or _MISPLACED.search(problem):
        key = _key_before_value(before, stop)
    if "mapping values" in problem and key is None:
        key = _line_without_colon(stop, lines)
    if key is None:
        return None
    message = "this line has no `: ` after the key"
    advice = "write `key: value`, with a blank after the colon"
    return error("yaml-syntax", message, Label(place=key), Label(place=stop), help=advice)


def _key_before_value(before: str, stop: Place) -> Place | None:
    """Return the place of the key in ``key {a: b}``, where the parser stopped after it."""
    found = _KEY_AND_VALUE.match(f"{before}{{")
    return Place(stop.file, stop.line, len(found[1]) + 1, len(found[2])) if found else None


def _indented(problem: str, stop: Place, lines: Lines) -> Diagnostic | None:
    """Report an entry that is indented deeper than the entry above, which has a value of one line.

    The parser reads its key as part of that value, and stops at its colon.
    """
    before = lines.get(stop.line)[: stop.column - 1]
    if "mapping values" not in problem or not _LONE_KEY.match(before):
        return None
    numbers_above = range(stop.line - 1, 0, -1)
    above = next(filter(str.strip, map(lines.get, numbers_above)), "")
    if _indent(above) >= _indent(before) or not _HAS_COLON.search(above):
        return None
    key = before.lstrip(" ")
    place = Place(stop.file, stop.line, stop.column - len(key), len(key))
    message = "this key is indented deeper than the line above, which already has a value"
    advice = "indent it like the keys beside it, or quote the value above if this is part of it"
    return error("yaml-syntax", message, Label(place=place), help=advice)


def _line_without_colon(stop: Place, lines: Lines) -> Place | None:
    """Return the place of the line above if it has no colon.

    The parser joined both lines to one text with a colon in it.
    """
    text = lines.get(stop.line)
    if stop.line == 1 or not _LONE_KEY.match(text[: stop.column - 1]):
        return None
    above = lines.get(stop.line - 1)
    written = above.strip()
    if not written or written[0] in "-#?" or _HAS_COLON.search(above):
        return None
    if _indent(above) > _indent(text):
        return None
    return Place(stop.file, stop.line - 1, _indent(above) + 1, len(written))


def _unsupported(fault: yaml.YAMLError, problem: str, stop: Place) -> Diagnostic | None:
    label = Label(place=stop)
    # libyaml has its own limit. It reads ahead of its events, so this one may be reached first.
    if "nesting depth" in problem:
        message = f"the data is nested deeper than {MAX_DEPTH} levels"
        return error("too-deep", message, label, help="make it flatter")
    if "directive" in problem or "incompatible YAML" in problem:
        message = "this `%` directive is not supported"
        advice = "remove the line; YAML 1.2 is read without it"
        return error("yaml-directive", message, label, help=advice)
    if re.search(r"\btag\b", f"{problem} {getattr(fault, 'context', '')}"):
        return error("yaml-tag", "tags (`!`) are not supported", label, help="remove the tag")
    return None


def _known(problem: str, start: Place, stop: Place) -> Diagnostic:
    primary = Label(place=start if _AT_START.search(problem) else stop)
    for pattern, message, advice in _KNOWN:
        if pattern.search(problem):
            return error("yaml-syntax", message, primary, help=advice)
    message = f"this is not valid YAML: {shown(problem) or 'unreadable'}"
    return error("yaml-syntax", message, primary)


def _open_bracket(closing: str, start: Place, stop: Place, lines: Lines) -> Diagnostic:
    """Report the opening bracket if the text after it is outside, else the place of the stop.

    It is outside at the end of a line, or if it is indented no deeper than the bracket's line.
    """
    opening = "[" if closing == "]" else "{"
    at_end = not lines.get(stop.line)[stop.column - 1 :].strip()
    is_indented = _indent(lines.get(stop.line)) > _indent(lines.get(start.line))
    if at_end or (stop.line > start.line and not is_indented):
        message, primary, other = f"this `{opening}` is never closed", start, stop
    else:
        message, primary, other = f"a `,` or `{closing}` is missing here", stop, start
    advice = f"add `{closing}`, a `,` between items, or quote values that contain `[]{{}},:`"
    return error("yaml-syntax", message, Label(place=primary), Label(place=other), help=advice)


def _after_the_end(stop: Place, lines: Lines) -> Diagnostic:
    label = Label(place=stop)
    if any(lines.get(line).startswith("...") for line in range(1, stop.line)):
        advice = "put everything into one document, or into several files"
        return error("several-documents", "a second document starts here", label, help=advice)
    message = "the document is already complete here"
    advice = "check the indentation, and look for a surplus closing bracket"
    return error("yaml-syntax", message, label, help=advice)


def _bad_start(stop: Place, lines: Lines) -> Diagnostic:
    character = lines.get(stop.line)[stop.column - 1 : stop.column]
    if character == "\t":
        message, advice = "a tab is used as indentation", "indent with spaces"
    else:
        message = f"a plain value cannot start with `{shown(character)}`"
        advice = "quote the value"
    return error("yaml-syntax", message, Label(place=stop), help=advice)


def _place(mark: object, lines: Lines, file: str) -> Place | None:
    if mark is None:
        return None
    line, column = lines.clip(getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)
    return Place(file, line, column)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
