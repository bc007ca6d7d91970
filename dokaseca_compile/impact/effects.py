"""What happens to Applications, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.core.compare import Change

Placed = tuple[str, Application]
"""An Application and the hub that has it."""


class Action(StrEnum):
    """What Argo CD does, the most dangerous first."""

    DELETE = "delete"
    RECREATE = "recreate"
    UPDATE = "update"
    ADD = "add"


class Fate(StrEnum):
    """What becomes of what an Application has deployed when it goes.

    ``FORGOTTEN``: the cluster's Secret goes as well, and the ApplicationSet controller takes the finalizer off what has
    no destination any more (``removeFinalizerOnInvalidDestination``), unless the Application goes first.
    """

    DELETED = "deleted"
    KEPT = "kept"
    FORGOTTEN = "forgotten"


class Step(StrEnum):
    """How far a version moves. ``OTHER``: one of them is no version (a branch, a commit), or it is another build."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    DOWNGRADE = "downgrade"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one Application. ``before`` and ``after`` are with their hubs; one is ``None`` for an end or a
    beginning. ``why`` says why it is deleted or created again, ``entry`` which entry speaks of it (``removed.kepler``;
    empty: none). ``unregistered``: its cluster's Secret goes and comes back, and so does the Application.
    ``destroys``: Argo CD deletes what it has deployed.
    """

    action: Action
    before: tuple[str, Application] | None
    after: tuple[str, Application] | None
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
        """Whether Argo CD deletes what it has deployed."""
        return self.fate is Fate.DELETED

    @property
    def application(self) -> Application:
        """The Application as it is, or was."""
        found = self.after or self.before
        if found is None:
            message = "an effect on nothing"
            raise ValueError(message)
        return found[1]

    @property
    def versions(self) -> tuple[str, str]:
        """The version before and after; empty where there is none."""
        return self.before[1].runs if self.before else "", self.after[1].runs if self.after else ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An environment that would get a version of a part which an environment before it has not reached."""

    part: str
    version: str
    environment: str
    earlier: str
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Every effect, the most dangerous first, then by part and cluster; how many Applications stay as they are.

    ``rollouts`` has the environments whose steps are others, with their number before and after. ``configured`` has the
    environments with the clusters to which their Application applies something else. ``is_new``: there was no platform
    before.
    """

    effects: tuple[Effect, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    rollouts: tuple[tuple[str, int, int], ...] = ()
    configured: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_new: bool = False

    def of(self, action: Action) -> tuple[Effect, ...]:
        """The effects of one kind."""
        return tuple(each for each in self.effects if each.action is action)

    @property
    def blocked(self) -> tuple[Effect, ...]:
        """The effects that nobody has listed as meant."""
        return tuple(each for each in self.effects if each.blocked)
