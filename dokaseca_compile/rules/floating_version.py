"""A version can refer to different content over time.

## Problem

A `version` is incomplete (`1.2`), a wildcard (`1.2.x`) or a moving name (`latest`, `main`). The
requirement depends on the source:

- A Helm chart needs an exact SemVer version, with or without `v` as in its repository.
- A Kustomize path in another Git repository needs a tag or a commit.
- The image of a workload needs a tag that is not the name of a branch.
- A revision of a Git repository must not be a range.

## Why

Helm reads `1.2` as a range and installs the newest match. Clusters change without a commit, two
clusters can differ, and a rollback in Git has no effect. Argo CD also reads the Git revision
`1.x` as a range: it follows the newest tag and ignores a branch of that name.

## Fix

Write the complete version. An overridden version is reported as well, because it becomes active
as soon as the stronger one is removed.

## Example

```yaml
addons:
  kyverno: {version: "3.3"}       # floating-version: Helm reads a range
  kyverno: {version: 3.3.7}       # valid
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import is_range, parse_version
from dokaseca_compile.resolve.resolved import Part
from dokaseca_compile.rules.shared.addon_versions import Pin, is_fixed, is_listed_branch, pins
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.workload_versions import workload_versions

SLUG = "floating-version"
_MOVING = frozenset({"main", "master", "head", "latest", "develop"})


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each place where a version is not exact."""
    branches = context.platform.repositories.branching.branches
    for pin in pins(context.resolved):
        fault = next((found for part in pin.parts if (found := _fault(pin, part, branches))), None)
        if fault is not None:
            yield fault
    yield from _workloads(context, branches)


def _workloads(context: Context, branches: Mapping[str, str]) -> Iterator[Diagnostic]:
    """A folder may follow a branch of its team's: where that must not be, the branching rules say so."""
    for pin in workload_versions(context.resolved):
        version = parse_version(pin.text)
        if pin.kind == "chart" and (version is None or not version.exact):
            message = f"`{pin.text}` is no exact SemVer version, and the chart of `{pin.workload}` needs one"
            yield error(
                SLUG,
                message,
                Label(pin.route),
                help="write the exact version that is meant, all three numbers",
            )
        elif pin.kind == "folder" and is_range(pin.text):
            yield _git_range(pin.text, pin.route, f"the folder of `{pin.workload}`")
        elif pin.kind == "image" and (
            pin.text.lower() in _MOVING or is_listed_branch(pin.text, branches)
        ):
            message = f"the tag `{pin.text}` of `{pin.workload}` means another image tomorrow"
            yield error(
                SLUG, message, Label(pin.route), help="pin a tag that is never pushed again"
            )


def _fault(pin: Pin, part: Part, branches: Mapping[str, str]) -> Diagnostic | None:
    version = parse_version(pin.text)
    if part.kind == "kustomize":
        # A path of the addons repository has the version as a folder name, which may be any word.
        if part.git_repository is not None and is_range(pin.text):
            return _git_range(pin.text, pin.route, f"`{part.git_repository}`")
        moving = pin.text.lower() in _MOVING or (
            is_listed_branch(pin.text, branches) and not is_fixed(pin.text)
        )
        if part.git_repository is None or not moving:
            return None
        message = f"`{pin.text}` is a branch of `{part.git_repository}`, not a tag or a commit"
        return error(
            SLUG, message, Label(pin.route), help="pin a tag or a commit of that repository"
        )
    if version is not None and version.exact:
        return None
    if version is None and not is_range(pin.text):
        message = f"`{pin.text}` is no SemVer version, and the chart `{part.chart}` needs one"
        return error(
            SLUG, message, Label(pin.route), help="write an exact version, as `1.2.3` or `v1.2.3`"
        )
    message = (
        f"`{pin.text}` is a range to Helm: the chart `{part.chart}` would follow its newest match"
    )
    return error(
        SLUG,
        message,
        Label(pin.route),
        help="write the exact version that is meant, all three numbers",
    )


def _git_range(text: str, route: Route, where: str) -> Diagnostic:
    message = f"Argo CD reads `{text}` as a range, and would follow the newest tag of {where} in it"
    return error(SLUG, message, Label(route), help="pin a tag or a commit")
