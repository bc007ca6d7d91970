"""A revision is set for a repository that is not declared.

## Problem

A key of `revisions` in an environment or a cluster is the optional repository `backstage` or
`templates`, and `repositories` does not declare it.

## Why

The revision looks like a pin but has no effect: it is in no cluster Secret, and no ApplicationSet
reads it.

## Fix

Declare the repository, or remove the revision.

## Example

```yaml
repositories: {organization: https://github.com/acme}
environments:
  production: {revisions: {backstage: v0.6.0}}    # unknown-repository
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import declared_revisions

SLUG = "unknown-repository"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each revision without its repository."""
    declared = context.platform.repositories.declared()
    for route, key, _ in declared_revisions(context.platform):
        if key not in declared:
            yield error(
                SLUG,
                f"this revision is for the repository `{key}`, which is not declared",
                Label(route, At.KEY),
                help=f"declare `repositories.{key}`, or delete the revision",
                cause=("repositories", key),
            )
