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

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.workloads import IMAGE_DIGEST
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import web_services

SLUG = "mismatched-digest"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each digest that is not set beside its version, in any environment."""
    found: dict[Route, tuple[str, Route, list[str]]] = {}
    for _, placement, layers in web_services(context):
        digest, version = layers.place(IMAGE_DIGEST), placement.version
        if version is None or not at(layers.merged, IMAGE_DIGEST):
            continue
        beside = (*version.route[:-1], "values", *IMAGE_DIGEST)
        if digest.route != beside:
            known = found.setdefault(digest.route, (layers.subject, version.route, []))
            known[2].append(placement.environment)
    for digest_route, (subject, version_route, environments) in found.items():
        yield _fault(subject, digest_route, version_route, environments)


def _fault(subject: str, digest: Route, version: Route, environments: list[str]) -> Diagnostic:
    return error(
        SLUG,
        f"the image digest of {subject} and its version in {some(environments)} are set in "
        "different places: they may be of different images",
        Label(digest),
        Label(version, text="the version"),
        help="set `version` and `values.image.digest` in the same place, the workload or the "
        "environment",
    )
