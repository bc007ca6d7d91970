"""What a merge to one branch reaches: the environments that follow the branch.

Hubs and clusters read each repository at the revision of their environment. A change that is merged
to the branch of dev takes effect in production when the tag of production is moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.impact.effects import Effect, Impact, Later
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.resolved import Resolved

_CONFIGURED_BY: tuple[RepositoryKey, RepositoryKey] = ("addons", "clusters")


def revisions(resolved: Resolved) -> list[str]:
    """Return every revision that some environment follows, by name."""
    environments = resolved.environments.values()
    bound = (each for environment in environments for each in environment.repositories.values())
    return sorted({each.revision.value for each in bound})


def reached(impact: Impact, after: Resolved, branch: str) -> Impact:
    """Return the impact without the effects on environments that follow another revision.

    Those are counted in ``later``, by environment and revision.
    """
    kept, left = _split(impact.effects, after, branch)
    reached_environments = {effect.application.label("environment") for effect in kept}
    of_addons, of_clusters = (_followers(after, each, branch) for each in _CONFIGURED_BY)
    return replace(
        impact,
        effects=kept,
        skipped=tuple(each for each in impact.skipped if each.environment in reached_environments),
        configured=tuple(each for each in impact.configured if each[0] in of_clusters),
        rollouts=tuple(each for each in impact.rollouts if each[0] in of_addons),
        leftovers=tuple(each for each in impact.leftovers if each.environment in of_clusters),
        later=tuple(_later(after, left)),
        branch=branch,
    )


def _split(
    effects: Iterable[Effect], after: Resolved, branch: str
) -> tuple[tuple[Effect, ...], Counter[tuple[str, str]]]:
    """Return the effects of a merge, and the number of others by environment and revision."""
    kept, left = [], Counter[tuple[str, str]]()
    for effect in effects:
        application = effect.application
        environment = application.label("environment")
        revision = _revision(after, environment, _repository(application))
        if revision in {"", branch}:
            kept.append(effect)
        else:
            left[environment, revision] += 1
    return tuple(kept), left


def _followers(after: Resolved, repository: RepositoryKey, branch: str) -> set[str]:
    """Return the environments that follow a branch of a repository."""
    return {name for name in after.environments if _revision(after, name, repository) == branch}


def _repository(application: Application) -> RepositoryKey:
    """Return the repository whose revision decides when a change of an Application takes effect."""
    if application.label("repository"):
        return "controlPlane"
    return "workloads" if application.workload else "addons"


def _revision(after: Resolved, environment: str, repository: RepositoryKey) -> str:
    """Return the revision that an environment follows; empty if there is no such environment."""
    found = after.environments.get(environment)
    return found.repositories[repository].revision.value if found is not None else ""


def _later(after: Resolved, left: Counter[tuple[str, str]]) -> Iterator[Later]:
    """Yield the counts in the order of promotion."""
    order = list(after.environments)
    for environment, revision in sorted(left, key=lambda each: (order.index(each[0]), each[1])):
        yield Later(environment, revision, left[environment, revision])
