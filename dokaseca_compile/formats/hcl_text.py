"""HCL on one line: strings, keys, labels and expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from dokaseca_compile.core.text import UNPRINTABLE, number
from dokaseca_compile.formats.body import (
    Call,
    Expression,
    ForObject,
    Operation,
    Reference,
    Template,
)

_IDENTIFIER = re.compile("[A-Za-z_][A-Za-z0-9_-]*")
_FUNCTION = re.compile("[A-Za-z_][A-Za-z0-9_-]*(?:::[A-Za-z_][A-Za-z0-9_-]*)*")
_LABEL = re.compile("[A-Za-z0-9_./-]+")
# An object that begins with `for` is a loop; the other words are values or keywords, not names.
_RESERVED = frozenset(("for", "in", "if", "else", "endfor", "endif", "null", "true", "false"))
_SPECIAL = re.compile(f"[{UNPRINTABLE}]|[$%](?={{)")
# `terraform fmt` counts grapheme clusters to align, so a key is kept to one column a character.
_SPECIAL_IN_KEY = re.compile('["\\\\]|[^ -~]|[$%](?={)')
_NAMED = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "$": "$$",
    "%": "%%",
}
_CONSTANTS = {None: "null", True: "true", False: "false"}
_OPERATORS = frozenset(("==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", "/", "%"))
_CHAINED = frozenset(("&&", "||", "+", "*"))


def quote(text: str) -> str:
    """Write one string, with the escapes of hclwrite."""
    # Quotes by plain replacement: JSON in a string has dozens, and a callback for each is slow.
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_SPECIAL.sub(_escape, text)}"'


def key_text(key: str) -> str:
    """Write the key of an object: bare when it is a name, in ASCII."""
    if _IDENTIFIER.fullmatch(key) and key not in _RESERVED:
        return str.__str__(key)
    return f'"{_SPECIAL_IN_KEY.sub(_escape, key)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        message = f"lone surrogate: U+{code:04X}"
        raise ValueError(message)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def identifier(name: str) -> str:
    """Check the name of an attribute, a block type or a loop variable."""
    return _checked(name, _IDENTIFIER, "identifier")


def label_text(text: str) -> str:
    """Write the label of a block. Labels take no templates, so only plain characters are valid."""
    return f'"{_checked(text, _LABEL, "block label")}"'


def function(name: str) -> str:
    """Check the name of a function; a provider's own has ``::`` in it."""
    return _checked(name, _FUNCTION, "function")


def _checked(text: str, form: re.Pattern[str], what: str) -> str:
    if not form.fullmatch(text):
        message = f"not an HCL {what}: {text!r}"
        raise ValueError(message)
    return text


def inline(value: Expression) -> str:  # noqa: PLR0911 - one case for each kind of expression
    """Write an expression on one line.

    Raises ``TypeError`` for anything but an expression, ``ValueError`` for bad names.
    """
    match value:
        case str():
            return quote(value)
        case Reference():
            return _reference(value)
        case Call():
            return f"{function(value.name)}({', '.join(map(inline, value.arguments))})"
        case Operation():
            return _operation(value)
        case ForObject():
            return _for_object(value)
        case Template():
            return _template(value)
        case list() | tuple():
            return f"[{', '.join(map(inline, value))}]"
        case Mapping():
            return _object(value)
    return _constant(value)


def _constant(value: object) -> str:
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, int | float):
        return number(value)
    message = f"not an expression: {value!r}"
    raise TypeError(message)


def _reference(reference: Reference) -> str:
    first, *rest = reference.parts
    if not isinstance(first, str):
        message = f"a reference begins with a name: {reference!r}"
        raise TypeError(message)
    text = identifier(first)
    for part in rest:
        if isinstance(part, str) and _IDENTIFIER.fullmatch(part):
            text += f".{part}"
        else:
            text += f"[{inline(part)}]"
    return text


def _operation(operation: Operation) -> str:
    if operation.operator not in _OPERATORS:
        message = f"not an HCL operator: {operation.operator!r}"
        raise ValueError(message)
    left = operation.left
    chained = (
        isinstance(left, Operation)
        and left.operator == operation.operator
        and left.operator in _CHAINED
    )
    first = inline(left) if chained else _operand(left)
    return f"{first} {operation.operator} {_operand(operation.right)}"


def _operand(value: Expression) -> str:
    """Write an operand; brackets save the reader from knowing the precedence of operators."""
    text = inline(value)
    return f"({text})" if isinstance(value, Operation) else text


def _for_object(loop: ForObject) -> str:
    names = ", ".join(map(identifier, loop.names))
    result = f"{inline(loop.key)} => {inline(loop.value)}"
    return f"{{ for {names} in {inline(loop.collection)} : {result} }}"


def _object(mapping: Mapping[str, Expression]) -> str:
    if not mapping:
        return "{}"
    pairs = ", ".join(f"{key_text(key)} = {inline(item)}" for key, item in mapping.items())
    return f"{{ {pairs} }}"


def _template(template: Template) -> str:
    parts = [part for part in template.parts if part != ""]
    if len(parts) == 1 and not isinstance(parts[0], str):
        # `terraform fmt` itself unwraps "${x}".
        return inline(parts[0])
    text = ""
    # Adjacent literals are quoted as one, since an escape may depend on the next character.
    for is_literal, run in groupby(parts, key=lambda part: isinstance(part, str)):
        if is_literal:
            text += quote("".join(map(str, run)))[1:-1]
            continue
        if text.endswith("$"):
            # "$" right before "${" would read as the escape "$${".
            text = f"{text[:-1]}\\u0024"
        text += "".join(f"${{{inline(part)}}}" for part in run)
    return f'"{text}"'
