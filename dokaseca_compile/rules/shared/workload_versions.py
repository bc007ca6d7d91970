"""Every version of a workload as written, with its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.workloads import Workload
from dokaseca_compile.resolve.resolved import Resolved

Kind = Literal["image", "chart", "folder", "local chart"]
"""The version is an image tag, a chart version, a Git revision, or unused: a chart in the charts
repository follows the revision of that repository."""


@dataclass(frozen=True, slots=True)
class WorkloadVersion:
    """A version as written; ``environments`` are those where it applies."""

    workload: str
    text: str
    route: Route
    kind: Kind
    environments: tuple[str, ...]


def kind_of(workload: Workload) -> Kind:
    """Return what kind of source the version of a workload selects from."""
    if workload.git is not None:
        return "folder"
    if workload.chart is not None:
        return "chart" if workload.chart.path is None else "local chart"
    return "image"


def workload_versions(resolved: Resolved) -> Iterator[WorkloadVersion]:
    """Yield every version of every workload, overridden or not, the default first."""
    for (team, name), each in resolved.workloads.items():
        workload, full_name = each.workload, f"{team}/{name}"
        route: Route = ("workloads", team, name)
        kind = kind_of(workload)
        if workload.version is not None:
            followers = tuple(
                environment
                for environment, settings in workload.environments.items()
                if settings.version is None
            )
            default = (*route, "version")
            yield WorkloadVersion(full_name, workload.version, default, kind, followers)
        for environment, settings in workload.environments.items():
            if settings.version is not None:
                place = (*route, "environments", environment, "version")
                yield WorkloadVersion(full_name, settings.version, place, kind, (environment,))
