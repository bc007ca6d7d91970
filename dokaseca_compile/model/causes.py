"""One schema fault for one cause: pydantic also reports consequences of other faults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from dokaseca_compile.core.diagnostics import nearest
from dokaseca_compile.core.routes import Route

_IN_KEY = re.compile(r" [\[{]")
KEYS = "keys"
"""Name of the entry in an error's context that lists every key missing from the same mapping."""


def without_consequences(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors without those that another error explains.

    - A value is wrong because its bracket became part of the key.
    - A key is missing because it is misspelt.
    - Several keys that are missing from one mapping become one error.
    - A list is too short because one of its items is faulty.
    """
    merged = {tuple(each["loc"][:-1]) for each in errors if _is_entry_without_colon(each)}
    errors = [each for each in errors if tuple(each["loc"]) not in merged]
    parents = _parents(errors)
    absent = _absent(errors)
    _forget_misspelt(errors, absent)
    kept: list[ErrorDetails] = []
    for found in errors:
        if found["type"] == "missing":
            kept += _together(found, absent)
            continue
        has_faulty_item = tuple(found["loc"]) in parents
        if found["type"] != "too_short" or not has_faulty_item:
            kept.append(found)
    return kept


def _is_entry_without_colon(found: ErrorDetails) -> bool:
    """Return whether a key and its value became one key, as in ``dev {version: 1.0.0}``."""
    return found["loc"][-1:] == ("[key]",) and _IN_KEY.search(str(found["input"])) is not None


def _parents(errors: Sequence[ErrorDetails]) -> set[Route]:
    """Return the routes of every mapping and list with an error below it."""
    return {tuple(found["loc"][:length]) for found in errors for length in range(len(found["loc"]))}


def _absent(errors: Sequence[ErrorDetails]) -> dict[Route, list[str]]:
    """Return the keys that are missing from each mapping."""
    absent: dict[Route, list[str]] = {}
    for found in errors:
        if found["type"] == "missing":
            absent.setdefault(tuple(found["loc"][:-1]), []).append(str(found["loc"][-1]))
    return absent


def _forget_misspelt(errors: Sequence[ErrorDetails], absent: dict[Route, list[str]]) -> None:
    """Remove keys from ``absent`` that are written with another spelling, as an unknown key."""
    for found in errors:
        if found["type"] != "extra_forbidden":
            continue
        *route, key = found["loc"]
        keys = absent.get(tuple(route), [])
        misspelt = nearest(_IN_KEY.split(str(key))[0], keys)
        if misspelt is not None:
            keys.remove(misspelt)


def _together(found: ErrorDetails, absent: dict[Route, list[str]]) -> list[ErrorDetails]:
    """Return the error with all missing keys of its mapping, if it is the first of them."""
    *route, key = found["loc"]
    keys = absent[tuple(route)]
    if key not in keys:
        return []
    if not route:  # each section has its own example
        return [found]
    if key != keys[0]:
        return []
    context: dict[str, Any] = {**found.get("ctx", {}), KEYS: keys}
    return [{**found, "ctx": context}]
