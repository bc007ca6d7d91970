"""A revision is not a tag, a commit or a listed branch.

## Problem

`repositories.branching.branches` lists the branches of the platform, and a revision is neither a
tag, nor a commit, nor one of these branches. A pattern can have one `*`, at its end.

## Why

Argo CD would look for a branch that does not exist, and every Application that follows it would
fail with "revision not found".

## Fix

Correct the name, or list the branch.

## Accept

For a temporary branch, such as a fix that is tested in one environment.

## Example

```yaml
repositories:
  addons: {revision: mian}                            # unknown-branch
  branching: {branches: {main: Production, feature/*: Work in progress}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, did_you_mean, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import REPOSITORY_KEYS
from dokaseca_compile.rules.shared.addon_versions import is_fixed, listed
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "unknown-branch"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place with an unlisted branch, and for each unusable pattern."""
    repositories = context.platform.repositories
    branches = repositories.branching.branches
    if not branches:
        return
    for pattern in branches:
        if "*" in pattern[:-1] or not pattern:
            yield error(
                SLUG,
                f"`{pattern}` is no branch and no pattern",
                Label(("repositories", "branching", "branches", pattern), At.KEY),
                help="a pattern has one `*`, at its end: `feature/*`",
            )
    for revision, route in _written(context.platform):
        if not is_fixed(revision) and not listed(revision, branches):
            yield error(
                SLUG,
                f"`{revision}` is no tag, no commit and no branch that the branching rules list",
                Label(route),
                Label(("repositories", "branching", "branches"), At.KEY, text="the branches"),
                help=did_you_mean(revision, branches),
            )
    yield from _unsaid(context.platform)


def _written(platform: Platform) -> Iterator[tuple[str, Route]]:
    for key in REPOSITORY_KEYS:
        repository = platform.repositories.role(key)
        if repository is not None and "revision" in repository.model_fields_set:
            yield repository.revision, ("repositories", key, "revision")
    for name, environment in platform.environments.items():
        for key, revision in environment.revisions.items():
            yield revision, ("environments", name, "revisions", key)
    for name, cluster in platform.clusters.items():
        for key, revision in cluster.revisions.items():
            yield revision, ("clusters", name, "revisions", key)


def _unsaid(platform: Platform) -> Iterator[Diagnostic]:
    """The default revision, where repositories say none: one fault for all of them."""
    roles = {key: platform.repositories.role(key) for key in REPOSITORY_KEYS}
    silent = {
        key: role
        for key, role in roles.items()
        if role is not None and "revision" not in role.model_fields_set
    }
    branches = platform.repositories.branching.branches
    for revision in sorted({role.revision for role in silent.values()}):
        if not listed(revision, branches):
            yield error(
                SLUG,
                f"{some(silent)} follow the default revision `{revision}`, which the branching rules do not list",
                Label(("repositories", "branching", "branches"), At.KEY),
                help=f"list `{revision}`, or give each repository a `revision`",
            )
