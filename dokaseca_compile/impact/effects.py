"""The effects of a change on Applications, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.core.compare import Change

Placed = tuple[str, Application]
"""The name of a hub, and an Application of its Argo CD."""


class Action(StrEnum):
    """The action of Argo CD, the most dangerous first."""

    DELETE = "delete"
    RECREATE = "recreate"
    UPDATE = "update"
    ADD = "add"


DELETIONS = (Action.DELETE, Action.RECREATE)
"""Actions that delete Applications."""


class Fate(StrEnum):
    """What happens to deployed resources when their Application is deleted.

    ``FORGOTTEN``: the cluster's Secret is deleted, too. The ApplicationSet controller removes the
    finalizer of Applications without a destination (``removeFinalizerOnInvalidDestination``),
    unless the Application is deleted first. ``ORPHANED``: the AppProject no longer allows their
    namespace on the cluster, so Argo CD skips them (``getPermittedAppLiveObjects``). ``UNREAD``:
    the hub no longer reads the files of the environment, so the Applications stay as well.
    """

    DELETED = "deleted"
    KEPT = "kept"
    FORGOTTEN = "forgotten"
    ORPHANED = "orphaned"
    UNREAD = "unread"


class Step(StrEnum):
    """The size of a version change. ``OTHER``: a branch, a commit or another build."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    DOWNGRADE = "downgrade"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect on one Application.

    ``before`` is ``None`` for an added and ``after`` for a deleted one. ``why`` is the reason why
    it is deleted or created again, ``entry`` the entry that declares it (``removed.kepler``), and
    ``blocked`` marks an effect that needs an entry and has none. ``elsewhere``: the cluster is on
    another hub, in another environment or at another API server. ``unregistered``: the cluster's
    Secret is deleted and created again, and so is the Application.
    """

    action: Action
    before: Placed | None
    after: Placed | None
    why: str = ""
    entry: str = ""
    elsewhere: bool = False
    unregistered: bool = False
    fate: Fate = Fate.KEPT
    blocked: bool = False
    step: Step | None = None
    values: tuple[Change, ...] = ()
    other: tuple[Change, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether Argo CD deletes the deployed resources."""
        return self.fate is Fate.DELETED

    @property
    def sides(self) -> tuple[Placed, ...]:
        """The Application before and after the change: one of them may be missing."""
        return tuple(each for each in (self.before, self.after) if each is not None)

    @property
    def applications(self) -> tuple[Application, ...]:
        """The Application before and after the change, without its hubs."""
        return tuple(application for _, application in self.sides)

    @property
    def application(self) -> Application:
        """The Application after the change, or before it if it is deleted."""
        return self.applications[-1]

    @property
    def versions(self) -> tuple[str, str]:
        """The version before and after; empty if there is none."""
        return _version(self.before), _version(self.after)


def _version(placed: Placed | None) -> str:
    return placed[1].runs if placed is not None else ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An environment that gets a version which an earlier environment does not run yet."""

    part: str
    version: str
    environment: str
    earlier: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Later:
    """The number of Applications of an environment that follow another revision."""

    environment: str
    revision: str
    applications: int


@dataclass(frozen=True, slots=True)
class Leftover:
    """The Applications whose Pods stay in a namespace, and the kinds of objects that it loses.

    ``environment`` is that of the clusters before the change; all lists are sorted.
    """

    environment: str
    team: str
    namespace: str
    kinds: tuple[str, ...]
    clusters: tuple[str, ...]
    applications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """The effects of a change, the most dangerous first, then by part and cluster.

    ``rollouts`` are environments whose rollout changes, with the number of steps before and after.
    ``configured`` are environments with their clusters whose configuration changes.
    ``leftovers`` are Pods that keep running in a namespace that loses its configuration.
    ``is_new``: there was no platform before. With a ``branch``, the effects are those of a merge to
    it, and ``later`` counts the others.
    """

    effects: tuple[Effect, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    rollouts: tuple[tuple[str, int, int], ...] = ()
    configured: tuple[tuple[str, tuple[str, ...]], ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    is_new: bool = False
    branch: str = ""
    later: tuple[Later, ...] = ()

    def of(self, action: Action) -> tuple[Effect, ...]:
        """Return the effects of one action."""
        return tuple(each for each in self.effects if each.action is action)

    @property
    def blocked(self) -> tuple[Effect, ...]:
        """The effects that need an entry and have none."""
        return tuple(each for each in self.effects if each.blocked)
