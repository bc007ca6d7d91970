"""The values of a workload set its name or its image, which the platform sets.

## Problem

A workload with an `image` has `values.image.repository`, `values.image.tag` or
`values.fullnameOverride`.

## Why

The compiler writes the workload's `image` and `version` into the same values, and they take
precedence. The repository or tag in `values` would be silently ignored, and promotions would read
a version that is not deployed. Object names come from the release, which is unique in a
namespace; with another name, two workloads could write the same Deployment.

## Fix

Set the repository as `image`, the tag as `version` of the workload or the environment, and the
name as `releaseName`. Other keys of `values.image`, such as `digest` and `pullPolicy`, are
allowed. Note that a new name creates new objects and deletes the existing ones.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values: {image: {tag: 1.5.0}}       # reserved-value
      environments: {dev: {}}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import every_workload, values_of

SLUG = "reserved-value"
_RESERVED = {"repository": "image", "tag": "version"}
"""Key of ``values.image`` → key of the workload."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each reserved value of a workload, its environments included."""
    for team, name, workload in every_workload(context.platform):
        if workload.image is None:
            continue
        for route, values in values_of(team, name, workload):
            yield from _faults(route, values, workload.release_name or name)


def _faults(route: Route, values: Values, release: str) -> Iterator[Diagnostic]:
    if values.get("fullnameOverride") not in (None, "", release):
        yield error(
            SLUG,
            "`values.fullnameOverride` may repeat the object names of another workload:"
            " only `releaseName` is checked to be unique",
            Label((*route, "fullnameOverride"), At.KEY),
            help="delete it, and set `releaseName` instead",
        )
    if "image" in values:
        yield from _of_image((*route, "image"), values["image"])


def _of_image(route: Route, image: Any) -> Iterator[Diagnostic]:
    if not isinstance(image, Mapping):
        yield error(
            SLUG,
            "`values.image` must be a mapping: the platform sets its `repository` and `tag`",
            Label(route, At.KEY),
            help="delete it, and set the workload's `image` and `version` instead",
        )
        return
    for key, instead in _RESERVED.items():
        if key in image:
            yield error(
                SLUG,
                f"`values.image.{key}` has no effect: the workload's `{instead}` overrides it",
                Label((*route, key), At.KEY),
                help=f"delete it, and set `{instead}` instead",
            )
