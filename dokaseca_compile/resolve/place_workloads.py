"""Pass: tell which workload of which team runs on which clusters, in which version and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.workloads import Workload, WorkloadSettings
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import (
    DEFAULT,
    Layer,
    Placement,
    Resolved,
    ResolvedWorkload,
    Setting,
)


def place_workloads(resolved: Resolved) -> Resolved:
    """Fill in ``workloads``, sorted by team and name. What an unknown team or environment says is left out."""
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
    """Environment → what runs there, in the order of promotion."""
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
    default = (
        Setting(workload.version, (*route, "version"), DEFAULT)
        if workload.version is not None
        else None
    )
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
    """The layers that have values, weak to strong; of an image, with its name and tag among them."""
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
        said = merge_values(values, _image(workload, layer, version))
        if said:
            yield Setting(said, (*place, "values") if values else place, layer)


def _image(workload: Workload, layer: Layer, version: str | None) -> Values:
    """What the web-service chart is told of an image; the rule ``reserved-value`` keeps people from saying it too."""
    if workload.image is None:
        return {}
    image = {"repository": workload.image} if layer == DEFAULT else {}
    if version is not None:
        image["tag"] = version
    return {"image": image} if image else {}


def _clusters(
    resolved: Resolved, team: str, environment: str, settings: WorkloadSettings
) -> tuple[str, ...]:
    """Where the team works, as far as the workload is to run there. The pass before has asked every cluster."""
    tenant = resolved.tenants.get((environment, team))
    known = tenant.clusters if tenant is not None else ()
    return (
        tuple(name for name in known if name in settings.clusters) if settings.clusters else known
    )
