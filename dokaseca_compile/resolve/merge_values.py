"""Helm's rules for merging values files: maps merge, lists and scalars replace, ``null`` deletes a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeGuard

_NO_MAPPINGS = frozenset({str, int, float, bool, NoneType, list})
"""Types of most values: asking for an abstract class takes many times as long."""


def _is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    kind = type(value)
    return kind is dict or (kind not in _NO_MAPPINGS and isinstance(value, Mapping))


def merge_values(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``over`` on ``base`` as Helm does for a later ``--values`` file (Helm ``MergeTables``).

    A ``null`` stays in the result: it also deletes the chart's own default, which only Helm knows.
    Nothing of either argument is changed.
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
    """Put values on a chart's own as Helm does before it looks at the schema (Helm ``CoalesceValues``).

    Here a ``null`` deletes the chart's value; one that deletes nothing stays. A ``null`` of the chart itself counts as
    no value, as in Helm 4.
    """
    merged = {}
    for key in {**defaults, **values}:
        own, value = defaults.get(key), values.get(key)
        if key not in values:
            if own is not None:
                merged[key] = over_defaults({}, own) if _is_mapping(own) else own
        elif _is_mapping(value) and _is_mapping(own):
            merged[key] = over_defaults(value, own)
        elif value is not None or key not in defaults:
            merged[key] = value
    return merged
