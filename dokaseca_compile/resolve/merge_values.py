"""Merge values as Helm does: maps merge, lists and scalars replace, ``null`` deletes a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeGuard

_NO_MAPPINGS = frozenset({str, int, float, bool, NoneType, list})
"""Types of most values: ``isinstance`` with an abstract class takes many times as long."""


def _is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    kind = type(value)
    return kind is dict or (kind not in _NO_MAPPINGS and isinstance(value, Mapping))


def merge_values(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``over`` on ``base`` as Helm does for a later ``--values`` file (Helm ``MergeTables``).

    A ``null`` stays in the result: it also deletes the chart's own default, which only Helm knows.
    Neither argument is changed.
    """
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if _is_mapping(value) and _is_mapping(below):
            merged[key] = merge_values(below, value)
        else:
            merged[key] = value
    return merged


def over_defaults(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Put values on a chart's defaults as Helm does before it validates (Helm ``CoalesceValues``).

    Here a ``null`` deletes the chart's default; one that deletes nothing stays. A ``null`` in the
    chart's own defaults counts as no value, as in Helm 4.
    """
    merged = {}
    for key in {**defaults, **values}:
        own = defaults.get(key)
        value = values[key] if key in values else _inherited(own)
        if _is_mapping(value) and _is_mapping(own):
            merged[key] = over_defaults(value, own)
        elif value is not None or key not in defaults:
            merged[key] = value
    return merged


def _inherited(default: Any) -> Any:
    """Return the value of a key that only the chart sets: a mapping still loses its ``null``s."""
    return {} if _is_mapping(default) else default
