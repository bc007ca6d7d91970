"""The annotations of a cluster exceed the limit of Kubernetes.

## Problem

The annotations of an environment, or of an environment and one of its clusters together, are
larger than 256 KiB (262144 bytes). Keys and values are counted in UTF-8.

## Why

Kubernetes rejects a larger object, so the cluster Secret could not be created and the cluster
would not be registered. The compiler adds annotations of its own, so stay well below the limit.

## Fix

Keep large texts elsewhere, for example in a ConfigMap or behind a link.

## Example

```yaml
environments:
  dev:
    annotations: {acme.example/inventory: "…"}    # oversized-annotations if it has over 256 KiB
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context

SLUG = "oversized-annotations"
_LIMIT = 256 * 1024


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each environment, or cluster with its environment, over the limit."""
    platform = context.platform
    too_large: set[str] = set()
    for name, environment in platform.environments.items():
        size = _size(environment.annotations)
        if size > _LIMIT:
            too_large.add(name)
            who = f"the annotations of environment `{name}`"
            yield _fault(who, size, Label(("environments", name, "annotations")))
    for name, cluster in platform.clusters.items():
        if not cluster.annotations or cluster.environment in too_large:
            continue
        shared = platform.environments.get(cluster.environment)
        if shared is None:
            continue
        size = _size({**shared.annotations, **cluster.annotations})
        if size > _LIMIT:
            who = f"the annotations of cluster `{name}` and its environment"
            yield _fault(who, size, Label(("clusters", name, "annotations")))


def _fault(who: str, size: int, label: Label) -> Diagnostic:
    message = f"{who} have {size} bytes; Kubernetes allows {_LIMIT}"
    return error(
        SLUG,
        message,
        label,
        help="move large texts out of the annotations, for example to a ConfigMap",
    )


def _size(annotations: Mapping[str, str]) -> int:
    return sum(
        len(key) + len(value.encode(errors="surrogatepass")) for key, value in annotations.items()
    )
