"""A workload's values say what the platform says itself: its name, or the repository or tag of its image.

## Problem

`values.image.repository`, `values.image.tag` or `values.fullnameOverride` stands at a
workload that has an `image`.

## Why

The workload's `image` and `version` are written into the same values, and they win. What is
said in `values` would be lost without a word, and a promotion would look at a version that is
not the one that runs. The names of its objects come from the release, of which no two are alike
in a namespace; by another name two workloads could write one Deployment.

## Fix

Say the repository in `image` and the tag in `version`, of the workload or of the
environment, and the name in `releaseName`. Everything else of `values.image` is yours, as
`digest` and `pullPolicy`. Objects of another name are other objects: what runs already is deleted
and made again.

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

SLUG = "reserved-value"
_RESERVED = {"repository": "image", "tag": "version"}
"""Key of ``values.image`` → key of the workload."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each such value, of the workload itself and of its environments."""
    for team, workloads in context.platform.workloads.items():
        for name, workload in workloads.items():
            if workload.image is None:
                continue
            route: Route = ("workloads", team, name)
            release = workload.release_name or name
            yield from _faults((*route, "values"), workload.values, release)
            for environment, settings in workload.environments.items():
                yield from _faults(
                    (*route, "environments", environment, "values"), settings.values, release
                )


def _faults(route: Route, values: Values, release: str) -> Iterator[Diagnostic]:
    if values.get("fullnameOverride") not in (None, "", release):
        yield error(
            SLUG,
            "`values.fullnameOverride` could name another workload's objects: that no two are alike is checked of "
            "`releaseName` only",
            Label((*route, "fullnameOverride"), At.KEY),
            help="delete it, and say it in `releaseName`",
        )
    if "image" in values:
        yield from _of_image((*route, "image"), values["image"])


def _of_image(route: Route, image: Any) -> Iterator[Diagnostic]:
    if not isinstance(image, Mapping):
        yield error(
            SLUG,
            "`values.image` is no mapping, and the platform writes the image's repository and tag into one",
            Label(route, At.KEY),
            help="delete it, and say the image in `image` and its tag in `version`",
        )
        return
    for key, instead in _RESERVED.items():
        if key in image:
            yield error(
                SLUG,
                f"`values.image.{key}` is said by the workload's `{instead}`, which would win",
                Label((*route, key), At.KEY),
                help=f"delete it, and say it in `{instead}`",
            )
