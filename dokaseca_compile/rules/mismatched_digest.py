"""The image digest of a workload is not set together with its version.

## Problem

`values.image.digest` and the `version` that it belongs to are set in different places: one at the
workload and the other in an environment.

## Why

The digest decides which image runs, regardless of the tag. If the version changes and the digest
does not, the old image continues to run under the new version number. No tool reports this, and
promotions copy a version that is not deployed.

## Fix

Set `version` and `values.image.digest` in the same place: both at the workload, or both in the
environment. `dokaseca promote` copies them together.

## Example

```yaml
workloads:
  payments:
    api:
      image: ghcr.io/acme/api
      version: 1.4.0
      values: {image: {digest: "sha256:…"}}          # mismatched-digest
      environments:
        dev: {version: 1.5.0}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.charts import IMAGE_DIGEST
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import web_services

SLUG = "mismatched-digest"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each digest, however many environments have a version from elsewhere."""
    found: dict[Route, list[tuple[str, Route]]] = {}
    for _, place, stack in web_services(context):
        digest, version = stack.place(IMAGE_DIGEST), place.version
        if version is None or not at(stack.merged(), IMAGE_DIGEST):
            continue
        if digest.route != (*version.route[:-1], "values", *IMAGE_DIGEST):
            found.setdefault(digest.route, []).append((place.environment, version.route))
    for route, elsewhere in found.items():
        yield error(
            SLUG,
            f"a digest decides which image runs, and the version in {some([name for name, _ in elsewhere])} is said "
            "elsewhere: it could be that of another image",
            Label(route),
            Label(elsewhere[0][1], text="the version"),
            help="say `version` and `values.image.digest` in one place",
        )
