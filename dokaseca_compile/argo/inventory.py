"""The Applications of every Argo CD of a platform, evaluated from the compiled files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any

from dokaseca_compile.argo import ClusterSecret, EvaluationError
from dokaseca_compile.argo.applications import Application, read_application
from dokaseca_compile.argo.hubs import Hub, Repositories, output_of, read_hubs
from dokaseca_compile.argo.strategy import without_autosync
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.resolve.argocd import ignores_rollouts
from dokaseca_compile.resolve.contract import label_key
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Resolved

_NO_VALUES: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter for Applications; an empty set selects all.

    ``parts`` are addons, parts of them, and workloads as ``<team>/<workload>``; ``teams`` own
    addons or workloads.
    """

    clusters: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()

    def takes_cluster(self, secret: ClusterSecret) -> bool:
        """Return whether a cluster is selected."""
        if self.clusters and secret.name not in self.clusters:
            return False
        environment = secret.labels.get(label_key("environment"))
        return not self.environments or environment in self.environments

    def takes(self, application: Application) -> bool:
        """Return whether an Application of a selected cluster is selected."""
        names = {application.addon, application.part, application.workload} - {""}
        if self.parts and self.parts.isdisjoint(names):
            return False
        return not self.teams or application.owner in self.teams


@dataclass(frozen=True, slots=True)
class Deployment:
    """A cluster with its Applications, by wave and name.

    ``steps`` has the rollout step, from 1, of each Application that has one.
    """

    hub: str
    cluster: ClusterSecret
    applications: tuple[Application, ...]
    steps: Mapping[str, int]

    @property
    def environment(self) -> str:
        """The environment of the cluster."""
        return self.cluster.labels.get(label_key("environment"), "")


class Inventory:
    """The hubs of a platform. Raises ``EvaluationError`` for output that Argo CD would refuse."""

    def __init__(self, resolved: Resolved | None, tree: FileTree) -> None:
        """Evaluate the compiled files. Raises ``ValueError`` if the platform was not resolved."""
        if resolved is None:
            message = "there is nothing to evaluate"
            raise ValueError(message)
        self.resolved = resolved
        self.tree = tree
        self.layout = Layout(resolved)
        self._output = output_of(tree)
        self._repositories = Repositories(self._output, self.layout)
        self._merged: dict[tuple[str, ...], Mapping[str, Any]] = {}
        self.hubs: tuple[Hub, ...] = tuple(read_hubs(self._output, self.layout))
        clusters = self.resolved.clusters
        self._rolling = {
            each.name for each in self.hubs if not ignores_rollouts(clusters[each.name])
        }

    def emptied(self) -> Inventory:
        """Return the inventory of a platform that has the same repositories and nothing else."""
        platform = self.resolved.platform.model_copy(update={"environments": {}, "moved": {}})
        return Inventory(Resolved(platform, self.resolved.repositories), FileTree())

    def deployments(self, choice: Choice | None = None) -> Iterator[Deployment]:
        """Yield every cluster with its Applications, by hub and name, one cluster at a time."""
        wanted = choice or Choice()
        for hub in self.hubs:
            for cluster in filter(wanted.takes_cluster, hub.clusters):
                found = filter(wanted.takes, self._generated(hub, cluster))
                applications = tuple(sorted(map(self._tagged, found), key=_order))
                if applications:
                    yield Deployment(hub.name, cluster, applications, _steps(hub, applications))

    def _generated(self, hub: Hub, cluster: ClusterSecret) -> Iterator[Application]:
        """Yield Applications as the controller writes them: a rollout replaces automatic sync."""
        for each in hub.application_sets:
            documents: Iterator[Mapping[str, Any]] = each.applications(cluster)
            if each.steps and hub.name in self._rolling:
                documents = map(without_autosync, documents)
            for document in documents:
                yield read_application(document, each.name)

    def _tagged(self, application: Application) -> Application:
        """Return the Application with its image tag, if it uses the platform's own chart."""
        team, _, name = application.workload.partition("/")
        workload = self.resolved.workloads.get((team, name))
        if workload is None or workload.workload.image is None:
            return application
        tag = self.values(application).get("image", {}).get("tag", "")
        return replace(application, tag=tag)

    def values(self, application: Application) -> Mapping[str, Any]:
        """Return the values of an Application: its files, merged as Helm merges them.

        Equal lists of files return the same object, so that a fleet's values are merged once.
        """
        if not application.value_files:
            return _NO_VALUES
        listed = (application.values_repository, *application.value_files)
        if listed not in self._merged:
            files = map(partial(self._values_file, listed[0]), application.value_files)
            self._merged[listed] = reduce(merge_values, files, _NO_VALUES)
        return self._merged[listed]

    def _values_file(self, url: str, path: str) -> Mapping[str, Any]:
        """Return the content of a values file. Raises ``EvaluationError`` if it is missing."""
        file = self._repositories.file(url, path)
        if file is None:
            message = f"there is no {path} in {url}"
            raise EvaluationError(message)
        values: Mapping[str, Any] = self._output.documents(file)[0]
        return values

    def waves(self) -> Mapping[int, Collection[str]]:
        """Return wave → the parts of addons in it, without those that no cluster installs."""
        installed = {each.addon for profile in self.resolved.profiles for each in profile.enabled()}
        found: dict[int, list[str]] = {}
        for name in installed:
            addon = self.resolved.addons[name]
            for part in addon.parts:
                found.setdefault(addon.wave + part.wave, []).append(part.name)
        return {wave: sorted(names) for wave, names in sorted(found.items())}


def wave(application: Application) -> int | None:
    """Return the wave of an addon's Application, ``None`` for a workload.

    It is -1 for an Application that starts a hub or configures a cluster.
    """
    if application.workload:
        return None
    return int(application.label("wave") or -1)


def without_credentials(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document without credentials: a cluster Secret keeps only its name and server."""
    if document.get("kind") != "Secret":
        return document
    shown = document["stringData"].items()
    data = {key: value for key, value in shown if key in {"name", "server"}}
    return {**document, "stringData": data}


def _steps(hub: Hub, applications: Collection[Application]) -> dict[str, int]:
    rolling = {each.name: each for each in hub.application_sets if each.steps}
    found = {}
    for each in applications:
        if each.application_set not in rolling:
            continue
        step = rolling[each.application_set].step_of(each.labels)
        if step is not None:
            found[each.name] = step
    return found


def _order(application: Application) -> tuple[bool, int, str]:
    """Order by wave and name; workloads come last, since they need addons."""
    number = wave(application)
    return number is None, number or 0, application.name
