"""The expected Applications of teams' workloads, and those that configure clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.workloads import WEB_SERVICE
from dokaseca_compile.proof.expected.common import cascades, location, ownership, sync_policy
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedCluster, ResolvedWorkload


class WorkloadApplications:
    """The Applications of the workloads on a cluster."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._placed: dict[str, list[tuple[ResolvedWorkload, Placement]]] = {}
        for workload in resolved.workloads.values():
            for place in workload.places.values():
                for cluster in place.clusters:
                    self._placed.setdefault(cluster, []).append((workload, place))

    def of(self, cluster: ResolvedCluster, name: str) -> Iterator[Application]:
        """Yield those of a cluster, as if it had this ``name``."""
        for workload, place in self._placed.get(cluster.name, ()):
            yield self._application(cluster, workload, place, name)

    def _application(
        self, cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement, name: str
    ) -> Application:
        team, environment = workload.team, place.environment
        bound = cluster.repositories["workloads"]
        helm = workload.workload.git is None or workload.workload.git.helm
        files = (
            self._layout.workload_values(each.layer, team, workload.name).path
            for each in place.values
        )
        labels = {"team": team, "workload": workload.name, **location(cluster, name)}
        return Application(
            name=f"{name}-{team}-{workload.name}",
            application_set=f"{team}-{workload.name}-{environment}",
            project=f"team-{team}.{environment}",
            cluster=name,
            namespace=self._resolved.platform.teams[team].namespace or team,
            labels={**labels, **ownership(self._resolved)},
            **self._source(cluster, workload, place),
            release=(workload.workload.release_name or workload.name) if helm else "",
            values_repository=bound.url if helm else "",
            values_revision=bound.revision.value if helm else "",
            value_files=tuple(files) if helm else (),
            sync=sync_policy(self._resolved, environment, ["CreateNamespace=false"], least=10),
            cascades=cascades(self._resolved, environment),
            annotations={},
            directory={},
        )

    def _source(
        self, cluster: ResolvedCluster, workload: ResolvedWorkload, place: Placement
    ) -> dict[str, Any]:
        """Return ``repository``, ``chart``, ``path`` and ``version`` of the Application."""
        git, chart = workload.workload.git, workload.workload.chart
        version = place.version.value if place.version is not None else ""
        if git is not None:
            url = git.repository
            return {"repository": url, "chart": "", "path": git.path, "version": version}
        if chart is not None and chart.repository is not None:
            url, name = chart.repository.removeprefix("oci://"), chart.name or ""
            return {"repository": url, "chart": name, "path": "", "version": version}
        bound = cluster.repositories["charts"]
        folder = self._layout.chart(WEB_SERVICE)
        if chart is not None and chart.path is not None:
            folder = self._layout.in_charts(chart.path)
        revision = bound.revision.value
        return {"repository": bound.url, "chart": "", "path": folder.path, "version": revision}


def configuration_application(
    resolved: Resolved, layout: Layout, cluster: ResolvedCluster, name: str
) -> Application:
    """Return the Application that configures a cluster, as if it had this ``name``."""
    bound, environment = cluster.repositories["clusters"], cluster.cluster.environment
    sync = sync_policy(resolved, environment, ["ServerSideApply=true"], least=10)
    if "automated" in sync:  # access that was taken away in Git is taken away in the cluster
        sync["automated"]["prune"] = True
    return Application(
        name=f"{name}-cluster-config",
        application_set=f"cluster-config-{environment}",
        project=f"cluster-conf.{environment}",
        cluster=name,
        namespace="kube-public",
        labels={"config": "cluster", **location(cluster, name), **ownership(resolved)},
        repository=bound.url,
        chart="",
        path=layout.cluster(name).path,
        version=bound.revision.value,
        release="",
        values_repository="",
        values_revision="",
        value_files=(),
        sync=sync,
        cascades=False,
        annotations={},
        directory={},
    )
