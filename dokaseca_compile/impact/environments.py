"""Effects on environments: skipped ones, and changed rollouts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.core.groups import grouped
from dokaseca_compile.core.semver import is_older, parse_version
from dokaseca_compile.impact.effects import Action, Effect, Skipped, Step

_UPGRADES = {Step.MAJOR, Step.MINOR, Step.PATCH}

_Running = tuple[tuple[str, str], str]
"""A part and an environment, and a version that runs there."""


def skipped_environments(effects: Iterable[Effect], after: Inventory) -> Iterator[Skipped]:
    """Yield upgrades in an environment to versions that an earlier environment does not run."""
    upgraded = {
        (each.application.part, each.versions[1], each.application.label("environment"))
        for each in effects
        if _is_upgrade(each)
    }
    order = list(after.resolved.environments)
    running = grouped(chain(_addon_versions(after), _workload_versions(after)))
    for part, version, environment in sorted(upgraded):
        for earlier in order[: order.index(environment)]:
            runs = set(running.get((part, earlier), ()))
            if runs and not any(_has_reached(each, version) for each in runs):
                yield Skipped(part, version, environment, earlier, tuple(sorted(runs)))


def _is_upgrade(effect: Effect) -> bool:
    """Return whether an addon or workload gets a newer version.

    The Applications of a hub are in no environment, and those that configure a cluster follow a
    repository.
    """
    is_version = effect.action is Action.UPDATE and effect.step in _UPGRADES
    return is_version and bool(effect.application.addon or effect.application.workload)


def _has_reached(runs: str, version: str) -> bool:
    """Return whether the running version is this one or a later one."""
    return is_older(version, runs) or parse_version(runs) == parse_version(version)


def _addon_versions(after: Inventory) -> Iterator[_Running]:
    """Yield the versions of parts; those in the platform's own repositories have none."""
    for profile in after.resolved.profiles:
        for install in chain.from_iterable(each.parts for each in profile.enabled()):
            is_outside = install.part.repository or install.part.git_repository
            if install.version is not None and is_outside:
                yield (install.part.name, profile.environment), install.version.value


def _workload_versions(after: Inventory) -> Iterator[_Running]:
    for workload in after.resolved.workloads.values():
        for place in workload.places.values():
            if place.clusters and place.version is not None:
                yield (workload.part, place.environment), place.version.value


def changed_rollouts(before: Inventory, after: Inventory) -> Iterator[tuple[str, int, int]]:
    """Yield environments whose rollout changes, with the number of steps before and after."""
    were = before.resolved.platform.environments
    for name, environment in after.resolved.platform.environments.items():
        if name in were and were[name].rollout != environment.rollout:
            yield name, len(were[name].rollout), len(environment.rollout)
