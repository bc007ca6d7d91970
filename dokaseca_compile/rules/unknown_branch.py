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
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.rules.shared.addon_versions import is_fixed, is_listed_branch
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.declarations import declared_revisions

SLUG = "unknown-branch"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each unlisted branch, and for each invalid pattern."""
    repositories = context.platform.repositories
    branches = repositories.branching.branches
    if not branches:
        return
    for pattern in branches:
        if "*" in pattern[:-1] or not pattern:
            yield error(
                SLUG,
                f"`{pattern}` is neither a branch nor a valid pattern",
                Label(("repositories", "branching", "branches", pattern), At.KEY),
                help="write one `*`, at the end: `feature/*`",
            )
    for revision, route in _revisions(context.platform):
        if not is_fixed(revision) and not is_listed_branch(revision, branches):
            yield error(
                SLUG,
                f"`{revision}` is not a tag, a commit or a branch of `branching.branches`",
                Label(route),
                Label(
                    ("repositories", "branching", "branches"), At.KEY, text="the listed branches"
                ),
                help=did_you_mean(revision, branches),
            )
    yield from _defaults(context.platform)


def _revisions(platform: Platform) -> Iterator[tuple[str, Route]]:
    for key, repository in platform.repositories.declared().items():
        if "revision" in repository.model_fields_set:
            yield repository.revision, ("repositories", key, "revision")
    for route, _, revision in declared_revisions(platform):
        yield revision, route


def _defaults(platform: Platform) -> Iterator[Diagnostic]:
    """Yield one fault for all repositories that follow an unlisted default revision."""
    unset: dict[RepositoryKey, str] = {}
    for key, repository in platform.repositories.declared().items():
        if "revision" not in repository.model_fields_set:
            unset[key] = repository.revision
    branches = platform.repositories.branching.branches
    for revision in sorted(set(unset.values())):
        if not is_listed_branch(revision, branches):
            yield error(
                SLUG,
                f"{some(unset)} follow the default revision `{revision}`, which is not listed in"
                " `branching.branches`",
                Label(("repositories", "branching", "branches"), At.KEY),
                help=f"list `{revision}`, or set a `revision` for each repository",
            )
