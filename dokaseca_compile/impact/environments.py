"""Effects on environments: skipped ones, and other rollout steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.impact.effects import Action, Effect, Skipped, Step


def skipped_environments(effects: Iterable[Effect], after: Inventory) -> Iterator[Skipped]:
    """Yield upgrades in an environment to versions that an earlier environment does not run."""
    upgraded = {
        (each.application.part, each.versions[1], each.application.label("environment"))
        for each in effects
        if _is_upgrade(each)
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


def _is_upgrade(effect: Effect) -> bool:
    """Return whether an addon or workload gets a newer version.

    The Applications of a hub are in no environment, and those that configure a cluster follow a
    repository.
    """
    if effect.action is not Action.UPDATE:
        return False
    if effect.step not in {Step.MAJOR, Step.MINOR, Step.PATCH}:
        return False
    return bool(effect.application.addon or effect.application.workload)


def _has_reached(runs: str, version: str) -> bool:
    """Return whether the running version is this one or a later one."""
    running, wanted = parse_version(runs), parse_version(version)
    if running is None or wanted is None:
        return runs == version
    return not running < wanted


def _running(after: Inventory, parts: set[str]) -> Mapping[tuple[str, str], set[str]]:
    """Return part and environment → its versions there."""
    found: dict[tuple[str, str], set[str]] = {}
    for part, environment, version in (*_addon_versions(after), *_workload_versions(after)):
        if part in parts:
            found.setdefault((part, environment), set()).add(version)
    return found


def _addon_versions(after: Inventory) -> Iterator[tuple[str, str, str]]:
    """Yield part, environment and version; parts in the platform's own repositories have none."""
    for profile in after.resolved.profiles:
        for install in profile.enabled():
            for part in install.parts:
                is_outside = part.part.repository or part.part.git_repository
                if part.version is not None and is_outside:
                    yield part.part.name, profile.environment, part.version.value


def _workload_versions(after: Inventory) -> Iterator[tuple[str, str, str]]:
    for workload in after.resolved.workloads.values():
        for place in workload.places.values():
            if place.clusters and place.version is not None:
                yield workload.part, place.environment, place.version.value


def other_rollouts(before: Inventory | None, after: Inventory) -> Iterator[tuple[str, int, int]]:
    """Yield environments with other rollout steps, with their number before and after."""
    were = before.resolved.platform.environments if before is not None else {}
    for name, environment in after.resolved.platform.environments.items():
        if name in were and were[name].rollout != environment.rollout:
            yield name, len(were[name].rollout), len(environment.rollout)
