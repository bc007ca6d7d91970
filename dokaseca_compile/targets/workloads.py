"""The teams' applications: an ApplicationSet for each environment that a workload runs in, and its values files.

As with addons, an environment has its own ApplicationSet, since the deletion policy is the
ApplicationSet's and a fault in one environment must not freeze the others. Clusters are selected by
the label of the team, so that a cluster gets its workloads when the team is put on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.workloads import WEB_SERVICE
from dokaseca_compile.resolve.contract import label_key, label_template, team_label
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload
from dokaseca_compile.targets.base import (
    PATIENT,
    application_set,
    ownership_labels,
    repository_source,
    rolling_sync,
    sorted_values,
    sync_policy,
    team_project,
    values_source,
)

NAME = "workloads"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the ApplicationSets of every workload that runs somewhere, and the values of its layers."""
    for workload in resolved.workloads.values():
        places = [place for place in workload.places.values() if place.clusters]
        route: Route = ("workloads", workload.team, workload.name)
        if places:
            documents = tuple(
                _application_set(resolved, layout, workload, place) for place in places
            )
            path = layout.workload(workload.team, workload.name).file
            yield Artifact(path, YamlBody(documents), Origin(NAME, (route,)))
        for said in {said.layer: said for place in places for said in place.values}.values():
            path = layout.workload_values(said.layer, workload.team, workload.name).file
            yield Artifact(
                path,
                YamlBody((sorted_values(said.value),)),
                Origin(NAME, (said.route, said.route[:-1], route)),
            )


def _application_set(
    resolved: Resolved, layout: Layout, workload: ResolvedWorkload, place: Placement
) -> dict[str, Any]:
    environment = resolved.environments[place.environment]
    labels = {
        "team": workload.team,
        "workload": workload.name,
        "environment": place.environment,
        **ownership_labels(resolved),
    }
    template = {
        "metadata": {
            "name": f"{{{{ .nameNormalized }}}}-{workload.part}",
            "labels": {
                **labels,
                "cluster": "{{ .name }}",
                "region": label_template("region"),
                "cluster_type": label_template("cluster_type"),
            },
        },
        "spec": {
            "project": team_project(workload.team, place.environment),
            "sources": _sources(layout, workload, place),
            "destination": {"name": "{{ .name }}", "namespace": workload.namespace},
            # The namespace comes with the cluster's configuration, with the team's quota and policies.
            "syncPolicy": sync_policy(environment, ["CreateNamespace=false"], PATIENT),
        },
    }
    return application_set(
        f"{workload.part}-{place.environment}",
        labels,
        [_clusters(workload, place)],
        template,
        preserve=environment.environment.deletion == "preserve",
        strategy=rolling_sync(environment),
    )


def _clusters(workload: ResolvedWorkload, place: Placement) -> dict[str, Any]:
    """The team's clusters in the environment, or those of them that the workload names."""
    selector: dict[str, Any] = {
        "matchLabels": {
            team_label(workload.team): "true",
            label_key("environment"): place.environment,
        }
    }
    if workload.workload.environments[place.environment].clusters:
        names = {"key": label_key("cluster_name"), "operator": "In", "values": list(place.clusters)}
        selector["matchExpressions"] = [names]
    return {"clusters": {"selector": selector}}


def _sources(layout: Layout, workload: ResolvedWorkload, place: Placement) -> list[dict[str, Any]]:
    """What is deployed, and before it the workloads repository when values files are read from it."""
    source = _source(layout, workload, place)
    if not workload.takes_values:
        return [source]
    files = [
        layout.workload_values(said.layer, workload.team, workload.name).path
        for said in place.values
    ]
    helm: dict[str, Any] = {"releaseName": workload.release}
    if files:
        helm["valueFiles"] = [f"$values/{path}" for path in files]
    return [*([values_source("workloads")] if files else []), {**source, "helm": helm}]


def _source(layout: Layout, workload: ResolvedWorkload, place: Placement) -> dict[str, Any]:
    version = place.version.value if place.version is not None else ""
    chart, git = workload.chart, workload.workload.git
    if git is not None:
        return {"repoURL": git.repository, "targetRevision": version, "path": git.path}
    if chart is None:
        return repository_source("charts", layout.chart(WEB_SERVICE).path)
    if chart.path is not None:
        return repository_source("charts", layout.in_charts(chart.path).path)
    return {
        "repoURL": workload.chart_repository,
        "chart": chart.name or "",
        "targetRevision": version,
    }
