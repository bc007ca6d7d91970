"""Data with masked secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.core.secrets.entries import item_key, key_of, secret_entry, secret_number
from dokaseca_compile.core.secrets.shapes import MASK, hide
from dokaseca_compile.core.secrets.texts import hide_text


def hide_data(data: Any, key: str = "") -> Any:
    """Return data with ``********`` for each secret, by its shape or by its key."""
    if isinstance(data, Mapping):
        return {
            hide(str(inner)): _entry(key_of(inner, data), value, data, key)
            for inner, value in data.items()
        }
    if isinstance(data, list | tuple):
        name = item_key(key)
        return [
            _entry(name, each, {}, key) if isinstance(each, str) else hide_data(each, key)
            for each in data
        ]
    return _entry(key, data, {}, "")


def _entry(key: str, value: Any, beside: Mapping[Any, Any], above: str) -> Any:
    if isinstance(value, Mapping | list | tuple):
        return hide_data(value, key)
    if isinstance(value, str):
        if key and secret_entry(key, value, beside, (above,)):
            return MASK
        return hide_text(value)
    if type(value) is int and secret_number(key, value):
        return MASK
    return value
