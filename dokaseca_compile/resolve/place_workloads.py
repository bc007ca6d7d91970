"""Pass: resolve the clusters, version and values of each workload in each environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.workloads import Workload, WorkloadSettings
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload
from dokaseca_compile.resolve.setting import DEFAULT, Layer, Setting


def place_workloads(resolved: Resolved) -> Resolved:
    """Fill in ``workloads``, sorted; unknown teams and environments are left out."""
    declared = resolved.platform.workloads
    workloads = {
        (team, name): ResolvedWorkload(
            team,
            name,
            resolved.namespace(team),
            declared[team][name],
            _places(resolved, team, name, declared[team][name]),
        )
        for team in sorted(declared)
        if team in resolved.platform.teams
        for name in sorted(declared[team])
    }
    return replace(resolved, workloads=workloads)


def _places(
    resolved: Resolved, team: str, name: str, workload: Workload
) -> Mapping[str, Placement]:
    """Return environment → placement, in the order of promotion."""
    return {
        environment: Placement(
            environment,
            _version(team, name, workload, environment),
            tuple(_values(team, name, workload, environment)),
            _clusters(resolved, team, environment, workload.environments[environment]),
        )
        for environment in resolved.environments
        if environment in workload.environments
    }


def _version(team: str, name: str, workload: Workload, environment: str) -> Setting[str] | None:
    route: Route = ("workloads", team, name)
    default = None
    if workload.version is not None:
        default = Setting(workload.version, (*route, "version"), DEFAULT)
    own = workload.environments[environment].version
    if own is None:
        return default
    return Setting(
        own,
        (*route, "environments", environment, "version"),
        Layer("environment", environment),
        default,
    )


def _values(
    team: str, name: str, workload: Workload, environment: str
) -> Iterator[Setting[Values]]:
    """Yield the layers that have values, weak to strong; those of an image include name and tag."""
    route: Route = ("workloads", team, name)
    own = workload.environments[environment]
    layers = (
        (DEFAULT, route, workload.values, workload.version),
        (
            Layer("environment", environment),
            (*route, "environments", environment),
            own.values,
            own.version,
        ),
    )
    for layer, place, values, version in layers:
        merged = merge_values(values, _image(workload, layer, version))
        if merged:
            yield Setting(merged, (*place, "values") if values else place, layer)


def _image(workload: Workload, layer: Layer, version: str | None) -> Values:
    """Return the web-service chart's values for an image, which users must not set themselves."""
    if workload.image is None:
        return {}
    image = {"repository": workload.image} if layer == DEFAULT else {}
    if version is not None:
        image["tag"] = version
    return {"image": image} if image else {}


def _clusters(
    resolved: Resolved, team: str, environment: str, settings: WorkloadSettings
) -> tuple[str, ...]:
    """Return the team's clusters in an environment, filtered by the workload's own list."""
    tenant = resolved.tenants.get((environment, team))
    known = tenant.clusters if tenant is not None else ()
    if not settings.clusters:
        return known
    return tuple(name for name in known if name in settings.clusters)
