"""What a change of the source does to Applications: deleted, created again, updated, added.

Two inventories are compared, a cluster at a time. An Application is known by its hub, cluster and
part; one that is gone is looked for under another name or in another hub before it counts as
deleted, because Argo CD deletes and creates what a person calls a rename.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from dokaseca_compile.applications import Application
from dokaseca_compile.compare import Change, compare
from dokaseca_compile.inventory import Inventory
from dokaseca_compile.succession import Succession
from dokaseca_compile.versions import parse_version


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
    empty: none). ``destroys``: Argo CD deletes what it has deployed.
    """

    action: Action
    before: tuple[str, Application] | None
    after: tuple[str, Application] | None
    why: str = ""
    entry: str = ""
    elsewhere: bool = False
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
        return self.before[1].version if self.before else "", self.after[1].version if self.after else ""


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

    ``rollouts`` has the environments whose steps are others, with their number before and after. ``is_new``: there was
    no platform before.
    """

    effects: tuple[Effect, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    rollouts: tuple[tuple[str, int, int], ...] = ()
    is_new: bool = False

    def of(self, action: Action) -> tuple[Effect, ...]:
        """The effects of one kind."""
        return tuple(each for each in self.effects if each.action is action)

    @property
    def blocked(self) -> tuple[Effect, ...]:
        """The effects that nobody has listed as meant."""
        return tuple(each for each in self.effects if each.blocked)


def impact(before: Inventory | None, after: Inventory) -> Impact:
    """Compare two platforms; without the first one, everything is new."""
    compared = _Comparison(before, after)
    succession = Succession(before.resolved if before else None, after.resolved)
    coming = {(each.cluster, each.part): (hub, each) for hub, each in compared.new}
    effects = list(compared.effects)
    # What becomes one of several components leaves the choice to what becomes just that one.
    for hub, application in sorted(compared.gone, key=lambda each: succession.splits(each[1])):
        found = coming.pop(succession.successor(application), None)
        if found is None:
            effects.append(Effect(Action.DELETE, (hub, application), None, why=succession.reason(application)))
        else:
            effects.append(_recreated((hub, application), found))
    effects += [Effect(Action.ADD, None, each) for each in coming.values()]
    judge = _Judge(succession, after)
    judged = sorted(map(judge.judged, effects), key=_order)
    skips, rollouts = tuple(_skipped(judged, after)), tuple(_rollouts(before, after))
    return Impact(tuple(judged), compared.unchanged, skips, rollouts, is_new=before is None)


class _Judge:
    """Says what becomes of resources, and whether somebody has to say that this is meant, and has."""

    def __init__(self, succession: Succession, after: Inventory) -> None:
        self._succession = succession
        self._clusters = {(hub.name, each.name) for hub in after.hubs for each in hub.clusters}
        # An ApplicationSet that stays writes its finalizer onto all it has made, before or after a cluster leaves it.
        self._deleting = {
            (hub.name, each.name) for hub in after.hubs for each in hub.application_sets if not each.preserve
        }

    def judged(self, effect: Effect) -> Effect:
        """The effect with its fate, and blocked where nobody has listed it."""
        if effect.before is None or effect.action is Action.UPDATE:
            return effect
        (hub, old), after = effect.before, effect.after
        fate = self._fate(hub, old)
        if after is None:
            entry = self._succession.removal(old)
            must = fate is not Fate.KEPT or not self._succession.is_declared(old)
            return replace(effect, entry=entry, fate=fate, blocked=must and not entry)
        new = after[1]
        stays = (hub, old.name, old.application_set) == (after[0], new.name, new.application_set)
        if stays:
            # It is not deleted: what it no longer has is pruned, if it prunes and still reaches the cluster.
            prunes = bool(new.sync.get("automated", {}).get("prune")) and not effect.elsewhere
            fate = Fate.DELETED if prunes else Fate.KEPT
        entry = self._succession.move(old, new, elsewhere=effect.elsewhere)
        # What stays one Application and is elsewhere has left its cluster behind, and all that it has there.
        must = fate is not Fate.KEPT or old.name != new.name or (stays and effect.elsewhere)
        return replace(effect, entry=entry, fate=fate, blocked=must and not entry)

    def _fate(self, hub: str, old: Application) -> Fate:
        cascades = old.cascades or (hub, old.application_set) in self._deleting
        if not cascades:
            return Fate.KEPT
        return Fate.DELETED if (hub, old.cluster) in self._clusters else Fate.FORGOTTEN


_Placed = tuple[str, Application]


class _Comparison:
    """The Applications that are gone, new or differ, found cluster by cluster."""

    def __init__(self, before: Inventory | None, after: Inventory) -> None:
        self._before, self._after = before, after
        # Stands for a layer without values: where another cluster has some, and so for nothing.
        self._empty = {each.layout.no_values().path for each in (before, after) if each is not None}
        self._compared: dict[tuple[int, int], tuple[Change, ...]] = {}
        self.gone: list[_Placed] = []
        self.new: list[_Placed] = []
        self.effects: list[Effect] = []
        self.unchanged = 0
        self._sources = [_sources(before), _sources(after)]
        was = {(each.hub, each.cluster.name): each for each in before.deployments()} if before else {}
        for deployment in after.deployments():
            hub, old = deployment.hub, was.pop((deployment.hub, deployment.cluster.name), None)
            known = {each.name: each for each in old.applications} if old is not None else {}
            elsewhere = old is not None and old.cluster.server != deployment.cluster.server
            for application in deployment.applications:
                self._pair(hub, known.pop(application.name, None), application, elsewhere=elsewhere)
            self.gone += [(hub, each) for each in known.values()]
        self.gone += [(hub, each) for (hub, _), left in was.items() for each in left.applications]

    def _pair(self, hub: str, old: Application | None, new: Application, *, elsewhere: bool) -> None:
        if old is None or old.part != new.part:
            self.new.append((hub, new))
            if old is not None:
                self.gone.append((hub, old))
            return
        effect = self._compare(hub, old, new)
        if elsewhere:
            why = f"cluster {new.cluster} is another API server"
            effect = replace(
                effect or _recreated((hub, old), (hub, new)), action=Action.RECREATE, why=why, elsewhere=True
            )
        if effect is None:
            self.unchanged += 1
        else:
            self.effects.append(effect)

    def _compare(self, hub: str, old: Application, new: Application) -> Effect | None:
        values = self._values(old, new)
        was, will = self._with_values(old), self._with_values(new)
        if was == will and not values:
            return None
        pair = (hub, old), (hub, new)
        if old.application_set != new.application_set:
            why = f"cluster {old.cluster} moves {_between('environment', old, new)}"
            return replace(_recreated(*pair), why=why, values=values, elsewhere=True)
        if why := self._moves(old, new):
            return replace(_recreated(*pair), why=why, values=values)
        step = _step(old.version, new.version) if old.version != new.version else None
        if values:  # they tell the same better
            will = replace(will, value_files=was.value_files)
        return Effect(Action.UPDATE, *pair, step=step, values=values, other=compare(_rest(was), _rest(will)))

    def _moves(self, old: Application, new: Application) -> str:
        """Why what is deployed goes and comes back under one name of an Application; empty when it stays."""
        was, will = (each.get(old.part, "") for each in self._sources)
        for what, one, other in (
            ("namespace", old.namespace, new.namespace),
            ("Helm release", old.release, new.release),
            ("chart", old.chart, new.chart),
            ("path", was, will),
        ):
            if one != other:
                return f"{old.part} moves from {what} {one or 'none'} to {other or 'none'}"
        return ""

    def _with_values(self, application: Application) -> Application:
        """The Application with only those of its files that hold values."""
        files = tuple(each for each in application.value_files if each not in self._empty)
        return application if files == application.value_files else replace(application, value_files=files)

    def _values(self, old: Application, new: Application) -> tuple[Change, ...]:
        if self._before is None:
            return ()
        was, will = self._before.values(old), self._after.values(new)
        key = (id(was), id(will))  # both are kept by their inventories
        if key not in self._compared:
            self._compared[key] = compare(was, will)
        return self._compared[key]


def _sources(inventory: Inventory | None) -> Mapping[str, str]:
    """Part → its folder, as it is declared: a version in the path is no other folder."""
    addons = inventory.resolved.addons.values() if inventory is not None else ()
    return {
        part.name: " of ".join(filter(None, (part.path, part.git_repository)))
        for addon in addons
        for part in addon.parts
    }


def _between(label: str, old: Application, new: Application) -> str:
    return f"from {label} {old.label(label)} to {new.label(label)}"


def _recreated(before: _Placed, after: _Placed) -> Effect:
    """The effect on an Application that has another name or hub."""
    (was_in, old), (will_be_in, new) = before, after
    whys = []
    if old.cluster != new.cluster:
        whys.append(f"cluster {old.cluster} becomes {new.cluster}")
    if old.part != new.part:
        whys.append(f"{old.part} becomes {new.part}")
    # A hub or standalone cluster with a new name takes its own hub along.
    if was_in != will_be_in and (was_in, will_be_in) != (old.cluster, new.cluster):
        whys.append(f"cluster {new.cluster} moves from hub {was_in} to {will_be_in}")
    elsewhere = was_in != will_be_in
    step = _step(old.version, new.version) if old.version != new.version else None
    return Effect(Action.RECREATE, before, after, why=", ".join(whys), step=step, elsewhere=elsewhere)


def _step(old: str, new: str) -> Step:
    was, will = parse_version(old), parse_version(new)
    if was is None or will is None:
        return Step.OTHER
    if will < was:
        return Step.DOWNGRADE
    steps = (Step.MAJOR, Step.MINOR, Step.PATCH)
    changed = (step for step, one, other in zip(steps, was.core, will.core, strict=True) if one != other)
    return next(changed, Step.PATCH if was.pre != will.pre else Step.OTHER)


def _rest(application: Application) -> Mapping[str, object]:
    """What may differ beside version and values."""
    return {
        "project": application.project,
        "repository": application.repository,
        "path": application.path,
        "labels": dict(application.labels),
        "annotations": dict(application.annotations),
        "syncPolicy": application.sync,
        "values": {
            "repository": application.values_repository,
            "revision": application.values_revision,
            "files": application.value_files,
        },
        "deletesResources": application.cascades,
    }


def _order(effect: Effect) -> tuple[int, str, str, str]:
    application = effect.application
    return (
        list(Action).index(effect.action),
        application.part or application.name,
        application.cluster,
        application.name,
    )


def _rollouts(before: Inventory | None, after: Inventory) -> Iterator[tuple[str, int, int]]:
    """The environments that are rolled out in other steps than before."""
    were = before.resolved.platform.environments if before is not None else {}
    for name, environment in after.resolved.platform.environments.items():
        if name in were and were[name].rollout != environment.rollout:
            yield name, len(were[name].rollout), len(environment.rollout)


def _skipped(effects: Iterable[Effect], after: Inventory) -> Iterator[Skipped]:
    """The new versions of parts in an environment that an earlier one, which has the part, has not reached."""
    upgraded = {
        (each.application.part, each.versions[1], each.application.label("environment"))
        for each in effects
        # What starts a hub is in no environment.
        if each.action is Action.UPDATE and each.step in {Step.MAJOR, Step.MINOR, Step.PATCH} and each.application.addon
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
                    found.setdefault((part.part.name, profile.environment), set()).add(part.version.value)
    return found
