"""The teams' workloads: an ApplicationSet for each environment of a workload, and its values files.

As with addons, an environment has its own ApplicationSet, since the deletion policy is the
ApplicationSet's and a fault in one environment must not freeze the others. Clusters are selected by
the label of the team, so that a cluster gets its workloads when the team is put on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import Traced, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.workloads import WEB_SERVICE
from dokaseca_compile.resolve.contract import label_key, label_template, team_label
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload
from dokaseca_compile.resolve.setting import Layer, Setting, declared
from dokaseca_compile.targets.base import (
    PATIENT,
    Labels,
    application_set,
    named,
    ownership_labels,
    preserves,
    repository_source,
    rolling_sync,
    sync_policy,
    team_project,
    traced_values,
    values_source,
)

NAME = "workloads"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the ApplicationSets of every workload that has clusters, and its values files."""
    for workload in resolved.workloads.values():
        places = [place for place in workload.places.values() if place.clusters]
        route: Route = ("workloads", workload.team, workload.name)
        if not places:
            continue
        for place in places:
            path = layout.workload(workload.team, workload.name, place.environment).file
            body = YamlBody((_application_set(resolved, layout, workload, place),))
            yield Artifact(path, body, Origin(NAME, (route,)))
        layers: dict[Layer, Setting[Values]] = {}
        for place in places:
            layers |= {each.layer: each for each in place.values}
        for values in layers.values():
            path = layout.workload_values(values.layer, workload.team, workload.name).file
            body = YamlBody((_values(workload, values),))
            yield Artifact(path, body, Origin(NAME, (values.route, values.route[:-1], route)))


def _values(workload: ResolvedWorkload, values: Setting[Values]) -> Traced:
    """Return a values file; of an image, its name and its tag are settings of the workload."""
    document = traced_values(values)
    image = document.get("image")
    if workload.workload.image is None or not isinstance(image, Mapping):
        return document
    route: Route = ("workloads", workload.team, workload.name)
    layer = values.layer
    place = (*route, "environments", layer.name) if layer.scope == "environment" else route
    own = {key: declared(None, *values.route, "image", key) for key in image}
    names = {
        "repository": declared(None, *route, "image"),
        "tag": declared(None, *place, "version"),
    }
    document["image"] = Traced(image, {**own, **names})
    return document


def _application_set(
    resolved: Resolved, layout: Layout, workload: ResolvedWorkload, place: Placement
) -> dict[str, Any]:
    environment = resolved.environments[place.environment]
    route: Route = ("workloads", workload.team, workload.name)
    labels: Labels = {
        "team": named("teams", workload.team),
        "workload": Setting(workload.name, route),
        "environment": named("environments", place.environment),
        **ownership_labels(resolved),
    }
    namespace = declared(workload.namespace, "teams", workload.team, "namespace")
    template = {
        "metadata": {
            "name": Setting(f"{{{{ .nameNormalized }}}}-{workload.part}", route),
            "labels": {
                **labels,
                "cluster": "{{ .name }}",
                "region": label_template("region"),
                "cluster_type": label_template("cluster_type"),
            },
        },
        "spec": {
            "project": named("teams", workload.team).derive(
                team_project(workload.team, place.environment)
            ),
            "sources": _sources(layout, workload, place),
            "destination": {"name": "{{ .name }}", "namespace": namespace},
            # The namespace is part of the cluster's configuration, with quota and policies.
            "syncPolicy": sync_policy(environment, ["CreateNamespace=false"], PATIENT),
        },
    }
    return application_set(
        Setting(
            f"{workload.part}-{place.environment}", (*route, "environments", place.environment)
        ),
        labels,
        [_clusters(workload, place)],
        template,
        preserve=preserves(environment),
        strategy=rolling_sync(environment),
        values=place.values,
    )


def _clusters(workload: ResolvedWorkload, place: Placement) -> dict[str, Any]:
    """Return the generator of the team's clusters in the environment, or of the listed ones."""
    selector: dict[str, Any] = {
        "matchLabels": {
            team_label(workload.team): named("teams", workload.team).derive("true"),
            label_key("environment"): named("environments", place.environment),
        }
    }
    listed = workload.workload.environments[place.environment].clusters
    if listed:
        route: Route = ("workloads", workload.team, workload.name)
        clusters: Route = (*route, "environments", place.environment, "clusters")
        values = [Setting(each, (*clusters, listed.index(each))) for each in place.clusters]
        names = {"key": label_key("cluster_name"), "operator": "In", "values": values}
        selector["matchExpressions"] = Setting([names], clusters)
    return {"clusters": {"selector": selector}}


def _sources(layout: Layout, workload: ResolvedWorkload, place: Placement) -> list[dict[str, Any]]:
    """Return the source, after the workloads repository if it has values files."""
    source = _source(layout, workload, place)
    if not workload.takes_values:
        return [source]
    files = []
    for each in place.values:
        path = layout.workload_values(each.layer, workload.team, workload.name).path
        files.append(each.derive(f"$values/{path}"))
    release = declared(workload.release, "workloads", workload.team, workload.name, "releaseName")
    helm: dict[str, Any] = {"releaseName": release}
    if files:
        helm["valueFiles"] = files
    sources = [{**source, "helm": helm}]
    return [values_source("workloads"), *sources] if files else sources


def _source(layout: Layout, workload: ResolvedWorkload, place: Placement) -> dict[str, Any]:
    route: Route = ("workloads", workload.team, workload.name)
    version = place.version if place.version is not None else Setting("", route)
    chart, git = workload.chart, workload.workload.git
    if git is not None:
        return {
            "repoURL": Setting(git.repository, (*route, "git", "repository")),
            "targetRevision": version,
            "path": Setting(git.path, (*route, "git", "path")),
        }
    if chart is None:
        return repository_source("charts", layout.chart(WEB_SERVICE).path)
    if chart.path is not None:
        path = Setting(layout.in_charts(chart.path).path, (*route, "chart", "path"))
        return repository_source("charts", path)
    return {
        "repoURL": Setting(workload.chart_repository, (*route, "chart", "repository")),
        "chart": Setting(chart.name or "", (*route, "chart", "name")),
        "targetRevision": version,
    }
