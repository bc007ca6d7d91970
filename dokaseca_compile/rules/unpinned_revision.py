"""An environment that must follow tags follows a branch.

## Problem

`repositories.branching.require` is `tag` for an environment, and one of its clusters uses a
revision of a repository that is neither a tag (a SemVer version, with or without `v`) nor a
commit; or a workload there uses such a revision for its folder.

## Why

Every push to a branch immediately reaches these clusters, without a reviewed change of the
platform.

## Fix

Set `environments.<name>.revisions.<repository>` to a tag, for each repository.

## Accept

While the environment is being migrated to tags, or for a fix that has to follow a branch.

## Example

```yaml
repositories: {branching: {require: {production: tag}}}
environments:
  production: {revisions: {addons: main}}      # unpinned-revision
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import BoundRepository, Resolved
from dokaseca_compile.rules.shared.addon_versions import is_fixed
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.workload_versions import workload_versions

SLUG = "unpinned-revision"
UNSURE_WITHOUT = frozenset({"repositories"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each revision that is not fixed where a tag is required."""
    require = context.platform.repositories.branching.require
    strict = frozenset(name for name, kind in require.items() if kind == "tag")
    for route, (repository, environments) in _unpinned(context.resolved, strict).items():
        yield error(
            SLUG,
            f"{some(environments)} must follow tags, but `{repository.key}` follows"
            f" `{repository.revision.value}`",
            Label(route),
            *map(_requirement, sorted(environments)),
            help=f"set `environments.{min(environments)}.revisions.{repository.key}` to a tag or"
            " a commit",
        )
    yield from _workloads(context.resolved, strict)


def _unpinned(
    resolved: Resolved, strict: frozenset[str]
) -> dict[Route, tuple[BoundRepository, set[str]]]:
    """Return each revision that is not fixed, with the environments that require it."""
    found: dict[Route, tuple[BoundRepository, set[str]]] = {}
    seen: set[int] = set()
    for cluster in resolved.clusters.values():
        environment = cluster.cluster.environment
        # Clusters without their own revisions share the mapping of their environment.
        if environment not in strict or id(cluster.repositories) in seen:
            continue
        seen.add(id(cluster.repositories))
        for repository in cluster.repositories.values():
            if not is_fixed(repository.revision.value):
                found.setdefault(repository.revision.route, (repository, set()))[1].add(environment)
    return found


def _workloads(resolved: Resolved, strict: frozenset[str]) -> Iterator[Diagnostic]:
    for pin in workload_versions(resolved):
        if pin.kind != "folder" or is_fixed(pin.text):
            continue
        for name in sorted(strict.intersection(pin.environments)):
            yield error(
                SLUG,
                f"`{name}` must follow tags, but `{pin.workload}` follows `{pin.text}`",
                Label(pin.route),
                _requirement(name),
                help=f"pin a tag or a commit for `{name}`",
            )


def _requirement(environment: str) -> Label:
    return Label(("repositories", "branching", "require", environment), text="required here")
