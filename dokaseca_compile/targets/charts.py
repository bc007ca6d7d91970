"""The charts that we write, and what tests and publishes all charts of their repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from dokaseca_compile.assets import assets
from dokaseca_compile.charts import CHARTS, chart_files
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import UrlError, read_oci, repository_key
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets.base import traced

NAME = "charts"
# By hash, since a tag can be moved; a body of data has no comments for the versions.
_CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"  # v7.0.1
_PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97"  # v7.0.0
_HELM = "azure/setup-helm@dda3372f752e03dde6b3237bc9431cdc2f7a02a2"  # v5.0.0
_CHART_TESTING = "helm/chart-testing-action@0d28d3144d3a25ea2cc349d6e59901c4ff469b3b"  # v2.7.0
_HELM_VERSION = "v4.2.1"
"""The one that Argo CD 3.5 renders with (argo-cd hack/tool-versions.sh)."""
_GITHUB = re.compile(r"(?:https://|ssh://git@)github\.com/([a-z0-9_-]+)/([a-z0-9._-]+)")
# What is special in a filter of branches and paths (docs.github.com, "Filter pattern cheat sheet").
_PATTERN = re.compile(r"([\\*?+\[\]!])")
_PUBLISH = "scripts/publish.sh"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the built-in charts if an ``image`` needs them, and the tests of local charts."""
    ours = _image_routes(resolved)
    if ours:
        for name in CHARTS:
            for path, body in chart_files(name):
                yield Artifact(f"{layout.chart(name).file}/{path}", body, Origin(NAME, ours))
    folders = _folders(resolved, layout, ours=bool(ours))
    if not folders:
        return
    origin = Origin(NAME, (("repositories", "charts"),))
    for path, body in assets("chart-testing"):
        yield Artifact(layout.in_charts(path).file, body, origin)
    yield Artifact(
        layout.in_charts("ct.yaml").file,
        YamlBody((traced(_testing(resolved, layout, folders)),)),
        origin,
    )
    registry = _registry(resolved)
    if registry is not None:
        for path, body in assets("chart-publishing"):
            yield Artifact(layout.in_charts(f"scripts/{path}").file, body, origin)
        workflow = layout.in_charts(".github/workflows/charts.yaml").file
        yield Artifact(
            workflow, YamlBody((traced(_workflow(resolved, folders, registry)),)), origin
        )


def _image_routes(resolved: Resolved) -> tuple[Route, ...]:
    """Return the workloads that use the web-service chart."""
    return tuple(
        ("workloads", team, name)
        for (team, name), each in resolved.workloads.items()
        if each.workload.image is not None
    )


def _folders(resolved: Resolved, layout: Layout, *, ours: bool) -> list[str]:
    """Return the folders of the repository, from its root, that contain charts."""
    places = {layout.in_charts(path).path for path in _local_charts(resolved)}
    if ours:
        places.update(layout.chart(name).path for name in CHARTS)
    return sorted({place.rpartition("/")[0] or "." for place in places})


def _local_charts(resolved: Resolved) -> Iterator[str]:
    """Yield the paths of the charts that addons and workloads use from the charts repository."""
    for addon in resolved.addons.values():
        for part in addon.parts:
            if part.kind == "local-chart" and part.path is not None:
                yield part.path
    for each in resolved.workloads.values():
        if each.chart is not None and each.chart.path is not None:
            yield each.chart.path


def _testing(resolved: Resolved, layout: Layout, folders: list[str]) -> dict[str, Any]:
    """Return the configuration of chart-testing; paths are relative to the root, where it runs."""
    return {
        "chart-dirs": folders,
        "chart-yaml-schema": layout.in_charts("chart_schema.yaml").path,
        "check-version-increment": True,
        "lint-conf": layout.in_charts("lintconf.yaml").path,
        "remote": "origin",
        "target-branch": resolved.repositories["charts"].revision,
        "validate-maintainers": False,
    }


def _registry(resolved: Resolved) -> str | None:
    """Return GitHub's registry for a repository on GitHub, whose workflows may write to it.

    ``None`` if the repository has a basepath: GitHub reads workflows only at the root.
    """
    repository = resolved.repositories["charts"]
    found = _GITHUB.fullmatch(repository_key(repository.url))
    if found is None or repository.basepath:
        return None
    registry = f"ghcr.io/{found[1]}/{found[2]}"
    with suppress(UrlError):  # GitHub allows names that are invalid in registries, as `.github`
        read_oci(registry)
        return registry
    return None


def _workflow(resolved: Resolved, folders: list[str], registry: str) -> dict[str, Any]:
    """Return the workflow: lint changed charts, and publish new versions after a merge."""
    # A filter has no `.` for the root.
    inside = (f"{folder}/**" if folder != "." else "*/**" for folder in folders)
    paths = sorted({*inside, "ct.yaml", ".github/workflows/charts.yaml", _PUBLISH})
    revision = resolved.repositories["charts"].revision
    branch = revision.derive(_PATTERN.sub(r"\\\1", revision.value))
    return {
        "name": "Charts",
        "on": {"push": {"branches": [branch], "paths": paths}, "pull_request": {"paths": paths}},
        "permissions": {},
        "concurrency": {
            "group": "${{ github.workflow }}-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        "jobs": {"lint": _lint(), "publish": _publish(folders, registry)},
    }


def _lint() -> dict[str, Any]:
    return {
        "name": "Lint",
        "if": "github.event_name == 'pull_request'",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 15,
        "permissions": {"contents": "read"},
        "steps": [
            # The whole history: chart-testing compares with the target branch.
            _checkout(fetch_depth=0),
            {"name": "Set up Python", "uses": _PYTHON, "with": {"python-version": "3.13"}},
            _helm(),
            {"name": "Set up chart-testing", "uses": _CHART_TESTING},
            {"name": "Lint the charts that have changed", "run": "ct lint --config ct.yaml"},
        ],
    }


def _publish(folders: list[str], registry: str) -> dict[str, Any]:
    """Return the job that may write packages.

    No ``run`` contains a value of the platform: the shell gets them as variables. Paths have no
    blanks, so the shell can split a list of them into words.
    """
    return {
        "name": "Publish",
        "if": "github.event_name == 'push'",
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": 15,
        "permissions": {"contents": "read", "packages": "write"},
        "steps": [
            _checkout(),
            _helm(),
            {
                "name": "Log in",
                "env": {
                    "REGISTRY": registry.partition("/")[0],
                    "USERNAME": "${{ github.actor }}",
                    "PASSWORD": "${{ github.token }}",
                },
                "run": 'helm registry login "$REGISTRY" --username "$USERNAME" '
                '--password-stdin <<<"$PASSWORD"',
            },
            {
                "name": "Publish new versions",
                "env": {"REGISTRY": f"oci://{registry}", "FOLDERS": " ".join(folders)},
                "run": 'read -ra folders <<<"$FOLDERS" '
                f'&& bash {_PUBLISH} "$REGISTRY" "${{folders[@]}}"',
            },
        ],
    }


def _checkout(*, fetch_depth: int = 1) -> dict[str, Any]:
    return {
        "name": "Check out",
        "uses": _CHECKOUT,
        "with": {"fetch-depth": fetch_depth, "persist-credentials": False},
    }


def _helm() -> dict[str, Any]:
    return {"name": "Set up Helm", "uses": _HELM, "with": {"version": _HELM_VERSION}}
