"""What a change does to environments: those that a version skips, and those that are rolled out in other steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.impact.effects import Action, Effect, Skipped, Step


def skipped_environments(effects: Iterable[Effect], after: Inventory) -> Iterator[Skipped]:
    """The new versions of parts in an environment that an earlier one, which has the part, has not reached."""
    upgraded = {
        (each.application.part, each.versions[1], each.application.label("environment"))
        for each in effects
        # What starts a hub is in no environment, and what configures a cluster follows a repository.
        if each.action is Action.UPDATE
        and each.step in {Step.MAJOR, Step.MINOR, Step.PATCH}
        and (each.application.addon or each.application.workload)
    }
    if not upgraded:
        return
    order = list(after.resolved.environments)
    running = _running(after, {part for part, _, _ in upgraded})
    for part, version, environment in sorted(upgraded):
        for earlier in order[: order.index(environment)]:
            runs = running.get((part, earlier), set())
            if runs and not any(_has_reached(each, version) for each in runs):
                yield Skipped(part, version, environment, earlier, tuple(sorted(runs)))


def _has_reached(runs: str, version: str) -> bool:
    """Whether what runs is the version, or past it."""
    one, other = parse_version(runs), parse_version(version)
    return runs == version if one is None or other is None else not one < other


def _running(after: Inventory, parts: set[str]) -> Mapping[tuple[str, str], set[str]]:
    """Part and environment → its versions there; what stands in a repository of the platform follows that."""
    found: dict[tuple[str, str], set[str]] = {}
    for profile in after.resolved.profiles:
        for install in profile.enabled():
            for part in install.parts:
                outside = part.part.repository or part.part.git_repository
                if part.part.name in parts and part.version is not None and outside:
                    found.setdefault((part.part.name, profile.environment), set()).add(
                        part.version.value
                    )
    for workload in after.resolved.workloads.values():
        for place in workload.places.values():
            if workload.part in parts and place.clusters and place.version is not None:
                found[workload.part, place.environment] = {place.version.value}
    return found


def other_rollouts(before: Inventory | None, after: Inventory) -> Iterator[tuple[str, int, int]]:
    """The environments that are rolled out in other steps than before."""
    were = before.resolved.platform.environments if before is not None else {}
    for name, environment in after.resolved.platform.environments.items():
        if name in were and were[name].rollout != environment.rollout:
            yield name, len(were[name].rollout), len(environment.rollout)
