"""Promotion of a team's workload: its version in one environment becomes its version in the next."""

from __future__ import annotations

from collections.abc import Iterable

from dokaseca_compile.promote.promotion import Promotion, downgrade, out_of_order
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload
from dokaseca_compile.routes import Put


def promote_workload(resolved: Resolved, subject: str, source: str, target: str, *, skip: bool = False) -> Promotion:
    """Plan the promotion of ``<team>/<workload>``. The target always gets a version of its own.

    With ``skip``, what the environments in between run is not asked.
    """
    team, _, name = subject.partition("/")
    workload = resolved.workloads[team, name]
    order = list(resolved.environments)
    refusal = out_of_order(order, source, target) or _missing(subject, workload, source, target)
    if refusal:
        return Promotion(subject, refusal=refusal)
    version, there = version_of(workload.places[source]), version_of(workload.places[target])
    if not version:
        return Promotion(subject, refusal=f"`{subject}` has no version in `{source}`: its chart follows a repository")
    refusal = downgrade(version, there, target)
    refusal = refusal or (
        "" if skip else _unproven(workload, order[order.index(source) + 1 : order.index(target)], version)
    )
    if refusal:
        return Promotion(subject, refusal=refusal)
    route = ("workloads", team, name, "environments", target, "version")
    return Promotion(subject, (Put(route, version),) if version != there else ())


def promotable_workloads(resolved: Resolved, source: str, target: str) -> list[str]:
    """The workloads that both environments run in different versions, by team and name."""
    return [
        f"{team}/{name}"
        for (team, name), each in resolved.workloads.items()
        if not _missing(name, each, source, target)
        and version_of(each.places[source]) not in {"", version_of(each.places[target])}
    ]


def version_of(place: Placement) -> str:
    """The version of a workload in an environment; empty where it follows a repository."""
    return place.version.value if place.version is not None else ""


def _missing(subject: str, workload: ResolvedWorkload, source: str, target: str) -> str:
    for environment in (source, target):
        place = workload.places.get(environment)
        if place is None:
            advice = "" if environment == source else f"; add `{target}` to its `environments` first"
            return f"`{subject}` does not run in `{environment}`{advice}"
        if environment == source and not place.clusters:
            return f"no cluster of `{environment}` runs `{subject}`"
    return ""


def _unproven(workload: ResolvedWorkload, between: Iterable[str], version: str) -> str:
    """Why the environments in between do not stand for the version: one that runs the workload runs another."""
    for environment in between:
        place = workload.places.get(environment)
        if place is not None and place.clusters and version_of(place) != version:
            there = version_of(place)
            return f"`{environment}` runs {there}, not {version}; promote it there first, or say --skip"
    return ""
