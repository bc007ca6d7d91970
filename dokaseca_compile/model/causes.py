"""One schema fault for one cause: pydantic also reports what only follows from another fault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import nearest
from dokaseca_compile.core.routes import Route

_IN_KEY = re.compile(r" [\[{]")
KEYS = "keys"
"""The keys that are missing beside the one of the error, in the error's context."""


def without_consequences(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors without those that another one explains.

    A list is too short because an item of it is at fault, a key is missing because it is misspelt, and
    several keys that one mapping lacks are one error. A value is wrong because its bracket is in the key.
    """
    merged_keys = {tuple(each["loc"][:-1]) for each in errors if _is_entry_without_colon(each)}
    errors = [each for each in errors if tuple(each["loc"]) not in merged_keys]
    inside = _inside(errors)
    absent = _absent(errors)
    for found in errors:
        parent = absent.get(tuple(found["loc"][:-1]))
        if parent and found["type"] == "extra_forbidden":
            written = nearest(_IN_KEY.split(str(found["loc"][-1]))[0], parent)
            if written is not None:
                parent.remove(written)
    kept: list[ErrorDetails] = []
    for found in errors:
        if found["type"] == "missing":
            kept += _together(found, absent)
        elif found["type"] != "too_short" or tuple(found["loc"]) not in inside:
            kept.append(found)
    return kept


def _is_entry_without_colon(found: ErrorDetails) -> bool:
    """Return whether a key and the bracket of its value became one key, as in ``dev {version: 1.0.0}``."""
    return found["loc"][-1:] == ("[key]",) and _IN_KEY.search(str(found["input"])) is not None


def _inside(errors: Sequence[ErrorDetails]) -> set[Route]:
    """Return the routes of all that holds an error."""
    return {tuple(found["loc"][:length]) for found in errors for length in range(len(found["loc"]))}


def _absent(errors: Sequence[ErrorDetails]) -> dict[Route, list[str]]:
    """Return the keys that each mapping lacks."""
    absent: dict[Route, list[str]] = {}
    for found in errors:
        if found["type"] == "missing":
            absent.setdefault(tuple(found["loc"][:-1]), []).append(str(found["loc"][-1]))
    return absent


def _together(found: ErrorDetails, absent: dict[Route, list[str]]) -> list[ErrorDetails]:
    """Return the error with all keys that its mapping lacks, if it is the first of them."""
    route, key = tuple(found["loc"][:-1]), str(found["loc"][-1])
    keys = absent[route]
    if key not in keys:
        return []
    if not route:  # each section has an example of its own
        return [found]
    context: dict[str, Any] = {**found.get("ctx", {}), KEYS: keys}
    return [{**found, "ctx": context}] if key == keys[0] else []
