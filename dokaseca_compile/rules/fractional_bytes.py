"""An amount of memory or storage is not a whole number of bytes.

## Problem

In Helm values, an amount of `memory`, `ephemeral-storage` or `storage`, a `sizeLimit`, or the
`size` of a volume is not a whole number of bytes. For example, `512m` is about half a byte, not
512 MB.

## Why

The suffix `m` means thousandths. Kubernetes rounds up to one byte and at most prints a warning
(kubernetes#49442): the container is killed as soon as it starts, or the volume has no space.

## Fix

Write `Mi` for mebibytes or `M` for megabytes.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      values: {resources: {limits: {memory: 512m}}}   # fractional-bytes
      environments: {dev: {version: 1.0.0}}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.data import Node, entries, scalars
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.model.policies import whole_bytes
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.free_form import free_nodes

SLUG = "fractional-bytes"
_BYTES = re.compile(
    r"(?:(?:requests|limits)\.)?(?:memory|(?:ephemeral-)?storage|hugepages-.+)|sizeLimit"
)
_SIZE = re.compile(r"size|capacity|storage(?:Size|Request)?", re.IGNORECASE)
_STORES = re.compile(r"persist|volume|storage|pvc|claim|disk", re.IGNORECASE)
_NODES = (dict, list)
_OWNERS = frozenset({"requests", "limits"})
_THOUSANDTHS = re.compile(r"[0-9.]+[mun]")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each such amount in the values of addons and workloads."""
    nodes = free_nodes(context)
    values = [each for each in nodes if each[1][-1] == "values" and isinstance(each[0], _NODES)]
    for value, route in scalars(values, _amounts_below):
        text = str(value)
        better = whole_bytes(text)
        if better is None:
            continue
        message = f"`{format_route(route)}` is a fraction of a byte: `{text}`"
        advice = f"write `{better}`" if better else "write whole bytes, such as `512Mi`"
        yield error(SLUG, message, Label(route), help=advice)


def _amounts_below(node: Any, route: Route) -> Iterator[Node]:
    """Yield every amount of bytes, mapping and list in Helm values."""
    for key, value in entries(node):
        if isinstance(value, _NODES) or _counts_bytes(route, key, value):
            yield value, (*route, key)


def _counts_bytes(route: Route, key: object, value: object) -> bool:
    """Return whether a value is an amount of bytes.

    Kubernetes has them under fixed names. Charts have other names for them; there, only
    thousandths and less count, which are never intended.
    """
    name, owner = str(key), route[-1]
    is_fixed_name = _BYTES.fullmatch(name) is not None
    if is_fixed_name and (owner in _OWNERS or name == "sizeLimit"):
        return True
    if not _THOUSANDTHS.fullmatch(str(value)):
        return False
    if is_fixed_name:
        return True
    return _STORES.search(str(owner)) is not None and _SIZE.fullmatch(name) is not None
