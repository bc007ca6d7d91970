"""Helm's rules for merging values files: maps merge, lists and scalars replace, ``null`` deletes a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge_values(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``over`` on ``base`` as Helm does for a later ``--values`` file (Helm ``MergeTables``).

    A ``null`` stays in the result: it also deletes the chart's own default, which only Helm knows.
    Nothing of either argument is changed.
    """
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            merged[key] = merge_values(below, value)
        else:
            merged[key] = value
    return merged
