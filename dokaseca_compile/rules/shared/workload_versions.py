"""What the rules on versions of workloads share: every version as it is written, and what it is a version of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.workloads import Workload
from dokaseca_compile.resolve.resolved import Resolved

Kind = Literal["image", "chart", "folder", "own chart"]
"""A tag, a version, a revision, or nothing: a chart of ours follows the charts repository."""


@dataclass(frozen=True, slots=True)
class WorkloadVersion:
    """A version as written; ``environments`` are those that it holds in."""

    workload: str
    text: str
    route: Route
    kind: Kind
    environments: tuple[str, ...]


def kind_of(workload: Workload) -> Kind:
    """What the version of a workload is a version of."""
    if workload.git is not None:
        return "folder"
    if workload.chart is not None:
        return "chart" if workload.chart.path is None else "own chart"
    return "image"


def workload_versions(resolved: Resolved) -> Iterator[WorkloadVersion]:
    """Every version of every workload, beaten or not, the default first."""
    for (team, name), each in resolved.workloads.items():
        workload, route, kind = each.workload, ("workloads", team, name), kind_of(each.workload)
        if workload.version is not None:
            follow = tuple(
                env for env, settings in workload.environments.items() if settings.version is None
            )
            yield WorkloadVersion(
                f"{team}/{name}", workload.version, (*route, "version"), kind, follow
            )
        for environment, settings in workload.environments.items():
            if settings.version is not None:
                place = (*route, "environments", environment, "version")
                yield WorkloadVersion(
                    f"{team}/{name}", settings.version, place, kind, (environment,)
                )
