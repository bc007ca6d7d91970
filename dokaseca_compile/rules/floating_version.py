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
from dokaseca_compile.rules.shared.addon_versions import (
    Pin,
    is_exact,
    is_fixed,
    is_listed_branch,
    pins,
)
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.workload_versions import WorkloadVersion, workload_versions

SLUG = "floating-version"
_MOVING = frozenset({"main", "master", "head", "latest", "develop"})
_EXACT = "write the exact version with all three numbers, such as `1.2.3`"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each version that is not exact."""
    branches = context.platform.repositories.branching.branches
    for pin in pins(context.resolved):
        for part in pin.parts:
            fault = _addon_fault(pin, part, branches)
            if fault is not None:
                yield fault
                break  # One fault for each place, even if several parts follow the version.
    for version in workload_versions(context.resolved):
        fault = _workload_fault(version, branches)
        if fault is not None:
            yield fault


def _workload_fault(version: WorkloadVersion, branches: Mapping[str, str]) -> Diagnostic | None:
    """Check a version by its kind; a folder may follow a branch, as the branching rules say."""
    text, subject = version.text, f"workload `{version.workload}`"
    if version.kind == "chart" and not is_exact(text):
        message = f"`{text}` is not an exact SemVer version, which the chart of {subject} needs"
        return error(SLUG, message, Label(version.route), help=_EXACT)
    if version.kind == "folder" and is_range(text):
        return _git_range(text, version.route, f"the repository of {subject}")
    if version.kind == "image" and _is_moving(text, branches):
        message = f"the tag `{text}` of {subject} can mean another image at any time"
        return error(SLUG, message, Label(version.route), help="pin a tag that never moves")
    return None


def _addon_fault(pin: Pin, part: Part, branches: Mapping[str, str]) -> Diagnostic | None:
    if part.kind != "kustomize":
        return _chart_fault(pin, part)
    if part.git_repository is None:
        return None  # the version is the name of a folder, which may be any word
    if is_range(pin.text):
        return _git_range(pin.text, pin.route, f"`{part.git_repository}`")
    if is_fixed(pin.text) or not _is_moving(pin.text, branches):
        return None
    message = f"`{pin.text}` is a branch of `{part.git_repository}`, not a tag or a commit"
    advice = "pin a tag or a commit of that repository"
    return error(SLUG, message, Label(pin.route), help=advice)


def _chart_fault(pin: Pin, part: Part) -> Diagnostic | None:
    if is_exact(pin.text):
        return None
    if parse_version(pin.text) is None and not is_range(pin.text):
        message = f"`{pin.text}` is not a SemVer version, which the chart `{part.chart}` needs"
        advice = "write an exact version, such as `1.2.3` or `v1.2.3`"
        return error(SLUG, message, Label(pin.route), help=advice)
    message = f"Helm reads `{pin.text}` as a range, and installs the newest match of `{part.chart}`"
    return error(SLUG, message, Label(pin.route), help=_EXACT)


def _is_moving(text: str, branches: Mapping[str, str]) -> bool:
    """Return whether a revision or an image tag has the name of a branch."""
    return text.lower() in _MOVING or is_listed_branch(text, branches)


def _git_range(text: str, route: Route, where: str) -> Diagnostic:
    message = f"Argo CD reads `{text}` as a range of the tags of {where}, and follows the newest"
    return error(SLUG, message, Label(route), help="pin a tag or a commit")
