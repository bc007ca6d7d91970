"""Promote a workload: its version in one environment becomes its version in another.

The digest of its image is promoted, too: the old digest would keep the old image running.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from dokaseca_compile.core.routes import Edit, Put, Remove, Route, at
from dokaseca_compile.edits.promotion import Promotion, downgrade, out_of_order
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.workloads import IMAGE_DIGEST
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload


def promote_workload(
    resolved: Resolved, subject: str, source: str, target: str, *, skip: bool = False
) -> Promotion:
    """Plan the promotion of ``<team>/<workload>``. The target always gets its own version.

    ``skip`` allows versions that the environments in between do not run.
    """
    team, _, name = subject.partition("/")
    workload = resolved.workloads[team, name]
    order = list(resolved.environments)
    refusal = out_of_order(order, source, target) or _missing(subject, workload, source, target)
    if refusal:
        return Promotion(subject, refusal=refusal)
    version, there = version_of(workload.places[source]), version_of(workload.places[target])
    if not version:
        refusal = f"`{subject}` has no version in `{source}`: its chart follows a repository"
        return Promotion(subject, refusal=refusal)
    refusal = downgrade(version, there, target)
    if not refusal and not skip:
        between = order[order.index(source) + 1 : order.index(target)]
        refusal = _unproven(workload, source, between)
    if refusal:
        return Promotion(subject, refusal=refusal)
    digest = _digest_edits(workload, source, target)
    # A digest belongs to a version, so the version is written beside it.
    own = workload.workload.environments[target].version
    if version == there and not (digest and own is None):
        return Promotion(subject, digest)
    return Promotion(subject, (Put((*_settings(workload, target), "version"), version), *digest))


def promotable_workloads(resolved: Resolved, source: str, target: str) -> list[str]:
    """Return the workloads that both environments run in different versions or digests."""
    workloads = resolved.workloads.items()
    return ["/".join(key) for key, each in workloads if _differs(each, source, target)]


def _differs(workload: ResolvedWorkload, source: str, target: str) -> bool:
    if _missing(workload.name, workload, source, target):
        return False
    version = version_of(workload.places[source])
    if not version:
        return False
    other = version_of(workload.places[target])
    return version != other or bool(_digest_edits(workload, source, target))


def version_of(place: Placement) -> str:
    """Return the version of a workload in an environment; empty if it follows a repository."""
    return place.version.value if place.version is not None else ""


def _settings(workload: ResolvedWorkload, environment: str) -> Route:
    return ("workloads", workload.team, workload.name, "environments", environment)


def _digest_edits(workload: ResolvedWorkload, source: str, target: str) -> tuple[Edit, ...]:
    """Return edits that copy the digest of the source, or remove one of another version."""
    if workload.workload.image is None:
        return ()
    wanted, there = (_digest_of(workload.places[each]) for each in (source, target))
    route = (*_settings(workload, target), "values", *IMAGE_DIGEST)
    if wanted == there:
        return ()
    if wanted:
        return (Put(route, wanted),)
    if at(workload.workload.values, IMAGE_DIGEST):
        return (Put(route, None),)  # removing it would restore the workload's own digest
    return (Remove(_all_of(workload, target)),)


def _all_of(workload: ResolvedWorkload, environment: str) -> Route:
    """Return the route of a digest, or of the parent that has only the digest."""
    values = workload.workload.environments[environment].values
    route = _settings(workload, environment)
    if len(at(values, IMAGE_DIGEST[:1])) > 1:
        return (*route, "values", *IMAGE_DIGEST)
    if len(values) > 1:
        return (*route, "values", *IMAGE_DIGEST[:1])
    return (*route, "values")


def _digest_of(place: Placement) -> str:
    nothing: Values = {}
    merged = reduce(merge_values, (each.value for each in place.values), nothing)
    return str(at(merged, IMAGE_DIGEST) or "")


def _missing(subject: str, workload: ResolvedWorkload, source: str, target: str) -> str:
    for environment in (source, target):
        place = workload.places.get(environment)
        if place is None:
            refusal = f"`{subject}` does not run in `{environment}`"
            advice = f"; add `{target}` to its `environments` first"
            return refusal if environment == source else refusal + advice
        if environment == source and not place.clusters:
            return f"no cluster of `{environment}` runs `{subject}`"
    return ""


def _unproven(workload: ResolvedWorkload, source: str, between: Iterable[str]) -> str:
    """Return why a version is unproven: an environment in between runs another one."""
    wanted = workload.places[source]
    for environment in between:
        place = workload.places.get(environment)
        if place is None or not place.clusters:
            continue
        there, version = version_of(place), version_of(wanted)
        advice = "promote it there first, or use --skip"
        if there != version:
            return f"`{environment}` runs {there}, not {version}; {advice}"
        if _digest_of(place) != _digest_of(wanted):
            return f"`{environment}` runs another digest of {version}; {advice}"
    return ""
