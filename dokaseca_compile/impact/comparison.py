"""Compare the Applications of two platforms, cluster by cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from dokaseca_compile.argo.applications import Application, shown
from dokaseca_compile.argo.inventory import Deployment, Inventory
from dokaseca_compile.core.compare import Change, compare
from dokaseca_compile.core.semver import parse_version
from dokaseca_compile.impact.effects import Action, Effect, Placed, Step
from dokaseca_compile.model.workloads import WEB_SERVICE, Workload
from dokaseca_compile.resolve.resolved import ResolvedCluster

_TAG = "image.tag"
_STEPS = (Step.MAJOR, Step.MINOR, Step.PATCH, Step.PATCH)
"""The size of a change of each number, and of the pre-release."""


class _Move(NamedTuple):
    """Why all Applications of a cluster are created again; empty if they are not.

    ``unregistered`` if the cluster Secret is deleted in between.
    """

    why: str = ""
    unregistered: bool = False


class Comparison:
    """The Applications that only one side has, and the effects on those of both."""

    def __init__(self, before: Inventory, after: Inventory) -> None:
        self._before, self._after = before, after
        # The empty file that takes the place of a layer without values.
        self._empty = {each.layout.no_values().path for each in (before, after)}
        self._compared: dict[tuple[int, int], tuple[Change, ...]] = {}
        self.deleted: list[Placed] = []
        self.new: list[Placed] = []
        self.effects: list[Effect] = []
        self.unchanged = 0
        self._sources = [_sources(before), _sources(after)]
        was = {(each.hub, each.cluster.name): each for each in before.deployments()}
        for deployment in after.deployments():
            self._compare_cluster(
                was.pop((deployment.hub, deployment.cluster.name), None), deployment
            )
        for (hub, _), left in was.items():
            self.deleted += [(hub, each) for each in left.applications]

    def _compare_cluster(self, old: Deployment | None, new: Deployment) -> None:
        if old is None:
            self.new += [(new.hub, each) for each in new.applications]
            return
        known = {each.name: each for each in old.applications}
        moves = self._moved(new.cluster.name)
        for application in new.applications:
            self._pair(new.hub, known.pop(application.name, None), application, moves)
        self.deleted += [(new.hub, each) for each in known.values()]

    def _moved(self, cluster: str) -> _Move:
        was, will = (each.resolved.clusters[cluster] for each in (self._before, self._after))
        reasons = []
        if was.server != will.server:
            reasons.append(f"cluster {cluster} has another API server")
        one, other = _writer(was), _writer(will)
        if one != other:
            reasons.append(
                f"{one} deletes the Secret of cluster {cluster} before {other} creates it"
            )
        return _Move(", ".join(reasons), unregistered=one != other)

    def _pair(self, hub: str, old: Application | None, new: Application, moves: _Move) -> None:
        if old is None or old.part != new.part:
            self.new.append((hub, new))
            if old is not None:
                self.deleted.append((hub, old))
            return
        effect = self._compare(hub, old, new)
        if moves.why:
            effect = replace(
                effect or recreated((hub, old), (hub, new)),
                action=Action.RECREATE,
                why=moves.why,
                elsewhere=True,
                unregistered=moves.unregistered,
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
        if values:  # shown instead of the names of their files
            will = replace(will, value_files=was.value_files)
        other = compare(_details(was), _details(will))
        if old.application_set != new.application_set:
            why = f"cluster {old.cluster} moves {_between('environment', old, new)}"
            return replace(recreated(*pair), why=why, values=values, other=other, elsewhere=True)
        if why := self._moves(old, new):
            return replace(recreated(*pair), why=why, values=values, other=other)
        step = _step(old.runs, new.runs)
        return Effect(Action.UPDATE, *pair, step=step, values=values, other=other)

    def _moves(self, old: Application, new: Application) -> str:
        """Return why the same Application deletes and creates its resources, else empty."""
        was, will = (each.get(old.part, "") for each in self._sources)
        for kind, one, other in (
            ("namespace", old.namespace, new.namespace),
            ("Helm release", old.release, new.release),
            ("chart", *(WEB_SERVICE if each.tag else each.chart for each in (old, new))),
            ("path", was, will),
        ):
            if one != other:
                return f"{old.part} moves from {kind} {one or 'none'} to {other or 'none'}"
        return ""

    def _with_values(self, application: Application) -> Application:
        """Return the Application without values files that are empty."""
        files = tuple(each for each in application.value_files if each not in self._empty)
        if files == application.value_files:
            return application
        return replace(application, value_files=files)

    def _values(self, old: Application, new: Application) -> tuple[Change, ...]:
        was, will = self._before.values(old), self._after.values(new)
        key = (id(was), id(will))  # both are kept by their inventories
        if key not in self._compared:
            self._compared[key] = compare(was, will)
        changes = self._compared[key]
        if not (old.tag and new.tag):
            return changes
        # The tag of the image is the version, which is shown by itself.
        return tuple(each for each in changes if each.path != _TAG)


def _sources(inventory: Inventory) -> Mapping[str, str]:
    """Return part → its folder as declared: a new version in the path is not a move."""
    addons = inventory.resolved.addons.values()
    parts = chain.from_iterable(each.parts for each in addons)
    found = {each.name: _folder(each.path, each.git_repository) for each in parts}
    workloads = inventory.resolved.workloads.values()
    return found | {each.part: _source(each.workload) for each in workloads}


def _folder(path: str | None, repository: str | None) -> str:
    return " of ".join(filter(None, (path, repository)))


def _source(workload: Workload) -> str:
    """Return the folder of a workload; empty for an image or a chart of a registry."""
    if workload.git is not None:
        return _folder(workload.git.path, workload.git.repository)
    return (workload.chart and workload.chart.path) or ""


def _writer(cluster: ResolvedCluster) -> str:
    """Return who writes the Secret of a cluster.

    The writer deletes it when it stops, even if the next one has already written it.
    """
    if cluster.registration == "terraform":
        return "Terraform"
    return "an ExternalSecret" if cluster.cluster.auth.external else "the clusters repository"


def _between(label: str, old: Application, new: Application) -> str:
    return f"from {label} {old.label(label)} to {new.label(label)}"


def recreated(before: Placed, after: Placed) -> Effect:
    """Return the effect on an Application that has another name or hub."""
    (was_in, old), (will_be_in, new) = before, after
    elsewhere = was_in != will_be_in
    whys = []
    if old.cluster != new.cluster:
        whys.append(f"cluster {old.cluster} becomes {new.cluster}")
    if old.part != new.part:
        whys.append(f"{old.part} becomes {new.part}")
    # A hub or standalone cluster with a new name is its own hub before and after.
    if elsewhere and (was_in, will_be_in) != (old.cluster, new.cluster):
        whys.append(f"cluster {new.cluster} moves from hub {was_in} to {will_be_in}")
    step = _step(old.runs, new.runs)
    return Effect(
        Action.RECREATE, before, after, why=", ".join(whys), step=step, elsewhere=elsewhere
    )


def _step(old: str, new: str) -> Step | None:
    """Return the size of a version change; ``None`` for the same version."""
    was, will = parse_version(old), parse_version(new)
    if old == new:
        return None
    if was is None or will is None:
        return Step.OTHER
    if will < was:
        return Step.DOWNGRADE
    numbers = zip(_STEPS, (*was.core, was.pre), (*will.core, will.pre), strict=True)
    return next((step for step, one, other in numbers if one != other), Step.OTHER)


def _details(application: Application) -> Mapping[str, object]:
    """Return all fields but those that the versions of an effect show, as paths of a plan."""
    return shown(application, ("tag",) if application.tag else ("tag", "version"))
