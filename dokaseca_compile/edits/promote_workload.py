"""Promotion of a team's workload: its version in one environment becomes its version in the next.

With it goes the digest of its image: left behind, that would go on running the image of the old version.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from dokaseca_compile.charts import IMAGE_DIGEST
from dokaseca_compile.core.routes import Edit, Put, Remove, Route, at
from dokaseca_compile.edits.promotion import Promotion, downgrade, out_of_order
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload


def promote_workload(
    resolved: Resolved, subject: str, source: str, target: str, *, skip: bool = False
) -> Promotion:
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
        return Promotion(
            subject,
            refusal=f"`{subject}` has no version in `{source}`: its chart follows a repository",
        )
    refusal = downgrade(version, there, target)
    refusal = refusal or (
        ""
        if skip
        else _unproven(workload, source, order[order.index(source) + 1 : order.index(target)])
    )
    if refusal:
        return Promotion(subject, refusal=refusal)
    digest = _digest_edits(workload, source, target)
    # A digest belongs to the version beside it, so that is said as well.
    own = workload.workload.environments[target].version
    if version == there and not (digest and own is None):
        return Promotion(subject, digest)
    return Promotion(subject, (Put((*_settings(workload, target), "version"), version), *digest))


def promotable_workloads(resolved: Resolved, source: str, target: str) -> list[str]:
    """The workloads that both environments run in different versions, by team and name."""
    return [
        f"{team}/{name}"
        for (team, name), each in resolved.workloads.items()
        if not _missing(name, each, source, target)
        and version_of(each.places[source])
        and (
            version_of(each.places[source]) != version_of(each.places[target])
            or _digest_edits(each, source, target)
        )
    ]


def version_of(place: Placement) -> str:
    """The version of a workload in an environment; empty where it follows a repository."""
    return place.version.value if place.version is not None else ""


def _settings(workload: ResolvedWorkload, environment: str) -> Route:
    return ("workloads", workload.team, workload.name, "environments", environment)


def _digest_edits(workload: ResolvedWorkload, source: str, target: str) -> tuple[Edit, ...]:
    """What gives the target the digest that the source runs, or takes away one that belongs to another version."""
    if workload.workload.image is None:
        return ()
    wanted, there = (_digest_of(workload.places[each]) for each in (source, target))
    route = (*_settings(workload, target), "values", *IMAGE_DIGEST)
    if wanted == there:
        return ()
    if wanted:
        return (Put(route, wanted),)
    if at(workload.workload.values, IMAGE_DIGEST):
        return (Put(route, None),)  # taken away, the workload's own would come back
    return (Remove(_all_of(workload, target)),)


def _all_of(workload: ResolvedWorkload, environment: str) -> Route:
    """The digest of an environment, or the values around it where they say nothing else."""
    values = workload.workload.environments[environment].values
    route = _settings(workload, environment)
    if len(at(values, IMAGE_DIGEST[:1])) > 1:
        return (*route, "values", *IMAGE_DIGEST)
    return (*route, "values", *IMAGE_DIGEST[:1]) if len(values) > 1 else (*route, "values")


def _digest_of(place: Placement) -> str:
    merged: Values = {}
    return str(
        at(reduce(merge_values, (each.value for each in place.values), merged), IMAGE_DIGEST) or ""
    )


def _missing(subject: str, workload: ResolvedWorkload, source: str, target: str) -> str:
    for environment in (source, target):
        place = workload.places.get(environment)
        if place is None:
            advice = (
                "" if environment == source else f"; add `{target}` to its `environments` first"
            )
            return f"`{subject}` does not run in `{environment}`{advice}"
        if environment == source and not place.clusters:
            return f"no cluster of `{environment}` runs `{subject}`"
    return ""


def _unproven(workload: ResolvedWorkload, source: str, between: Iterable[str]) -> str:
    """Why the environments in between do not stand for the version: one that runs the workload runs another."""
    meant = workload.places[source]
    for environment in between:
        place = workload.places.get(environment)
        if place is None or not place.clusters:
            continue
        there, version = version_of(place), version_of(meant)
        if there != version:
            return f"`{environment}` runs {there}, not {version}; promote it there first, or say --skip"
        if _digest_of(place) != _digest_of(meant):
            return f"`{environment}` runs another digest of {version}; promote it there first, or say --skip"
    return ""
