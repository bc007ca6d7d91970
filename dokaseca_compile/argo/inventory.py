"""Which Applications every Argo CD of a platform will have, as the evaluator reads them from the compiled files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
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
    """Which Applications are asked for; an empty set asks for all.

    ``parts`` are addons, parts of them, and workloads as ``<team>/<workload>``; ``teams`` own an addon or a workload.
    """

    clusters: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()

    def takes_cluster(self, secret: ClusterSecret) -> bool:
        """Whether Applications of a cluster are asked for."""
        environment = secret.labels.get(label_key("environment"))
        return (not self.clusters or secret.name in self.clusters) and (
            not self.environments or environment in self.environments
        )

    def takes(self, application: Application) -> bool:
        """Whether an Application of such a cluster is asked for."""
        named = {application.addon, application.part, application.workload} - {""}
        return not (self.parts and self.parts.isdisjoint(named)) and not (
            self.teams and application.owner not in self.teams
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """A cluster with the Applications that its hub has for it, by wave and name.

    ``steps`` has the step of its rollout, from 1, for each Application that has one.
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
    """The hubs of a platform. Raises ``EvaluationError`` for output that Argo CD would not take."""

    def __init__(self, resolved: Resolved | None, tree: FileTree) -> None:
        """Raise ``ValueError`` for a platform that could not be resolved: it has no Applications."""
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

    def deployments(self, choice: Choice | None = None) -> Iterator[Deployment]:
        """Yield every cluster with its Applications, by hub and name: one cluster at a time, however many there are."""
        wanted = choice or Choice()
        for hub in self.hubs:
            for cluster in hub.clusters:
                if wanted.takes_cluster(cluster):
                    made = [
                        self._tagged(each)
                        for each in self._made(hub, cluster)
                        if wanted.takes(each)
                    ]
                    if made:
                        yield Deployment(
                            hub.name, cluster, tuple(sorted(made, key=_order)), _steps(hub, made)
                        )

    def _made(self, hub: Hub, cluster: ClusterSecret) -> Iterator[Application]:
        """Yield the Applications as the controller writes them: a rollout takes the place of automatic sync."""
        for each in hub.application_sets:
            rolling = bool(each.steps) and hub.name in self._rolling
            for document in each.applications(cluster):
                yield read_application(
                    without_autosync(document) if rolling else document, each.name
                )

    def _tagged(self, application: Application) -> Application:
        """With the tag of its image, where the platform's own chart runs one."""
        team, _, name = application.workload.partition("/")
        workload = self.resolved.workloads.get((team, name))
        if workload is None or workload.workload.image is None:
            return application
        tag = self.values(application).get("image", {}).get("tag", "")
        return replace(application, tag=tag)

    def values(self, application: Application) -> Mapping[str, Any]:
        """The values that an Application gives its chart: its files merged as Helm merges them.

        Equal lists of files give the same object, so that a fleet's values are merged once.
        """
        if not application.value_files:
            return _NO_VALUES
        listed = (application.values_repository, *application.value_files)
        if listed not in self._merged:
            merged: Mapping[str, Any] = {}
            for path in application.value_files:
                merged = merge_values(
                    merged, self._values_file(application.values_repository, path)
                )
            self._merged[listed] = merged
        return self._merged[listed]

    def _values_file(self, url: str, path: str) -> Mapping[str, Any]:
        """Return the content of a values file. Raises ``EvaluationError`` for one that is not written."""
        file = self._repositories.file(url, path)
        if file is None:
            message = f"there is no {path} in {url}"
            raise EvaluationError(message)
        values: Mapping[str, Any] = self._output.documents(file)[0]
        return values

    def waves(self) -> Mapping[int, Collection[str]]:
        """Wave → the parts of addons that come in it, those that no cluster installs left out."""
        installed = {each.addon for profile in self.resolved.profiles for each in profile.enabled()}
        found: dict[int, list[str]] = {}
        for name, addon in self.resolved.addons.items():
            for part in addon.parts if name in installed else ():
                found.setdefault(addon.wave + part.wave, []).append(part.name)
        return {wave: sorted(found[wave]) for wave in sorted(found)}


def wave(application: Application) -> int | None:
    """The wave of an addon's Application; -1 for what starts a hub or configures a cluster, ``None`` for a workload."""
    if application.workload:
        return None
    return int(application.label("wave") or -1)


def without_credentials(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document for tools that need none: of a cluster Secret only its name and server are left in its data."""
    if document.get("kind") != "Secret":
        return document
    data = {
        key: value for key, value in document["stringData"].items() if key in {"name", "server"}
    }
    return {**document, "stringData": data}


def _steps(hub: Hub, applications: Collection[Application]) -> dict[str, int]:
    rolling = {each.name: each for each in hub.application_sets if each.steps}
    steps = (
        (each.name, rolling[each.application_set].step_of(each.labels))
        for each in (applications if rolling else ())
        if each.application_set in rolling
    )
    return {name: step for name, step in steps if step is not None}


def _order(application: Application) -> tuple[bool, int, str]:
    """Workloads come last: they need what addons bring."""
    number = wave(application)
    return number is None, number or 0, application.name
