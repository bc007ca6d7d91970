"""The Applications of the teams' workloads, and those that configure clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.proof.expected.common import owned, places, synced
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedCluster, ResolvedWorkload


class WorkloadApplications:
    """What teams run on a cluster."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._on: dict[str, list[tuple[ResolvedWorkload, Placement]]] = {}
        self.sets: dict[str, Mapping[str, frozenset[str]]] = {}
        """ApplicationSet → the labels of the clusters that it is for, with their values."""
        for workload in resolved.workloads.values():
            for place in workload.places.values():
                for cluster in place.clusters:
                    self._on.setdefault(cluster, []).append((workload, place))
                if place.clusters:
                    self.sets[f"{workload.team}-{workload.name}-{place.environment}"] = _selected(
                        workload, place
                    )

    def on(self, cluster: ResolvedCluster, name: str) -> Iterator[Application]:
        """Yield those of a cluster, as if it was called ``name``."""
        for workload, place in self._on.get(cluster.name, ()):
            yield self._application(cluster, workload, place, name)

    def urls(self, workload: ResolvedWorkload, place: Placement) -> Iterator[str]:
        """Every URL that a workload reads in an environment: the same for all clusters."""
        yield self._source(self._resolved.clusters[place.clusters[0]], workload, place)[
            "repository"
        ]
        if place.values:
            yield self._resolved.repositories["workloads"].url

    def _application(
        self, cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement, name: str
    ) -> Application:
        team, environment, bound = (
            workload.team,
            place.environment,
            cluster.repositories["workloads"],
        )
        helm = workload.workload.git is None or workload.workload.git.helm
        files = (
            self._layout.workload_values(said.layer, team, workload.name).path
            for said in place.values
        )
        return Application(
            name=f"{name}-{team}-{workload.name}",
            application_set=f"{team}-{workload.name}-{environment}",
            project=f"team-{team}.{environment}",
            cluster=name,
            namespace=self._resolved.platform.teams[team].namespace or team,
            labels={
                "team": team,
                "workload": workload.name,
                **places(cluster, name),
                **owned(self._resolved),
            },
            **self._source(cluster, workload, place),
            release=(workload.workload.release_name or workload.name) if helm else "",
            values_repository=bound.url if helm else "",
            values_revision=bound.revision.value if helm else "",
            value_files=tuple(files) if helm else (),
            sync=synced(self._resolved, environment, ["CreateNamespace=false"], least=10),
            cascades=self._resolved.environments[environment].environment.deletion != "preserve",
            annotations={},
            directory={},
        )

    def _source(
        self, cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement
    ) -> dict[str, Any]:
        """``repository``, ``chart``, ``path`` and ``version`` of the Application."""
        said, charts = workload.workload, cluster.repositories["charts"]
        version = place.version.value if place.version is not None else ""
        if said.git is not None:
            return {
                "repository": said.git.repository,
                "chart": "",
                "path": said.git.path,
                "version": version,
            }
        if said.chart is not None and said.chart.repository is not None:
            repository = said.chart.repository.removeprefix("oci://")
            return {
                "repository": repository,
                "chart": said.chart.name or "",
                "path": "",
                "version": version,
            }
        own = said.chart.path if said.chart is not None else None
        place_of = (
            self._layout.in_charts(own) if own is not None else self._layout.chart("web-service")
        )
        return {
            "repository": charts.url,
            "chart": "",
            "path": place_of.path,
            "version": charts.revision.value,
        }


def _selected(workload: ResolvedWorkload, place: Placement) -> Mapping[str, frozenset[str]]:
    team = workload.team.replace("-", "_")
    selected = {
        f"team_{team}": frozenset(("true",)),
        "environment": frozenset((place.environment,)),
    }
    if workload.workload.environments[place.environment].clusters:
        selected["cluster_name"] = frozenset(place.clusters)
    return selected


def configured(
    resolved: Resolved, layout: Layout, cluster: ResolvedCluster, name: str
) -> Application:
    """The Application that configures a cluster, as if it was called ``name``."""
    bound = cluster.repositories["clusters"]
    environment = cluster.cluster.environment
    return Application(
        name=f"{name}-cluster-config",
        application_set=f"cluster-config-{environment}",
        project="cluster-config",
        cluster=name,
        namespace="kube-public",
        labels={"config": "cluster", **places(cluster, name), **owned(resolved)},
        repository=bound.url,
        chart="",
        path=layout.cluster(name).path,
        version=bound.revision.value,
        release="",
        values_repository="",
        values_revision="",
        value_files=(),
        sync=_pruning(synced(resolved, environment, ["ServerSideApply=true"], least=10)),
        cascades=False,
        annotations={},
        directory={},
    )


def _pruning(policy: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with what Git no longer has deleted: access that was taken away among it."""
    return {
        key: {**value, "prune": True} if key == "automated" else value
        for key, value in policy.items()
    }
