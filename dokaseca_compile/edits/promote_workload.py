"""Promote a workload: its version in one environment becomes its version in another.

The digest of its image is promoted, too: the old digest would keep the old image running.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from dokaseca_compile.core.routes import Edit, Put, Remove, Route, at
from dokaseca_compile.edits.promotion import Promotion, downgrade, holder, out_of_order
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.workloads import IMAGE_DIGEST
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Placement, Resolved, ResolvedWorkload


def promote_workload(
    resolved: Resolved, subject: str, source: str, target: str, *, skip: bool
) -> Promotion:
    """Plan the promotion of ``<team>/<workload>``. The target always gets its own version.

    ``skip`` allows versions that the environments in between do not run.
    """
    team, _, name = subject.partition("/")
    workload = resolved.workloads[team, name]
    reasons = _refusals(list(resolved.environments), subject, workload, source, target, skip=skip)
    if refusal := next(reasons, ""):
        return Promotion(subject, refusal=refusal)
    version, there = version_of(workload.places[source]), version_of(workload.places[target])
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
    if any(_absent("", workload, source, target)):
        return False
    version, other = version_of(workload.places[source]), version_of(workload.places[target])
    return bool(version) and (version != other or bool(_digest_edits(workload, source, target)))


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
    alone = holder(workload.workload.environments[target].values, IMAGE_DIGEST)
    return (Remove((*_settings(workload, target), "values", *alone)),)


def _digest_of(place: Placement) -> str:
    nothing: Values = {}
    merged = reduce(merge_values, (each.value for each in place.values), nothing)
    return str(at(merged, IMAGE_DIGEST) or "")


def _refusals(
    order: list[str],
    subject: str,
    workload: ResolvedWorkload,
    source: str,
    target: str,
    *,
    skip: bool,
) -> Iterator[str]:
    """Yield reasons to refuse a promotion, each if there is none before it."""
    yield from out_of_order(order, source, target)
    yield from _absent(subject, workload, source, target)
    version, there = version_of(workload.places[source]), version_of(workload.places[target])
    if not version:
        yield f"`{subject}` has no version in `{source}`: its chart follows a repository"
    yield from downgrade(version, there, target)
    between = order[order.index(source) + 1 : order.index(target)]
    for environment in () if skip else between:
        place = workload.places.get(environment)
        if place is not None and place.clusters:
            yield from _unproven(workload.places[source], place)


def _absent(subject: str, workload: ResolvedWorkload, source: str, target: str) -> Iterator[str]:
    if source not in workload.places:
        yield f"`{subject}` does not run in `{source}`"
    elif not workload.places[source].clusters:
        yield f"no cluster of `{source}` runs `{subject}`"
    if target not in workload.places:
        advice = f"add `{target}` to its `environments` first"
        yield f"`{subject}` does not run in `{target}`; {advice}"


def _unproven(wanted: Placement, there: Placement) -> Iterator[str]:
    """Yield why a version is unproven: an environment in between runs another one."""
    version, other = version_of(wanted), version_of(there)
    advice = "promote it there first, or use --skip"
    if version != other:
        yield f"`{there.environment}` runs {other}, not {version}; {advice}"
    elif _digest_of(there) != _digest_of(wanted):
        yield f"`{there.environment}` runs another digest of {version}; {advice}"
