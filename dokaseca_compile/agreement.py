"""The proof that what was written is what is meant: the compiled files against the model.

The evaluator makes of the files what Argo CD would make of them; ``intent`` says what the platform
means. Both must agree on every cluster, label, AppProject and Application, and every file that an
Application reads must be written. A difference is a bug of ours, found before anything is written.

Clusters that are alike are looked at once, under one made-up name: templates only put a name in
place, so what holds for one of them holds for each. Of ten thousand clusters that leaves some
hundreds, and of those each distinct case of an ApplicationSet is evaluated once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from dokaseca_compile.applications import Application, read_application
from dokaseca_compile.argo import ApplicationSet, ClusterSecret, EvaluationError
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.formats.body import TfvarsBody, YamlBody
from dokaseca_compile.hubs import Hub, Output, read_hubs
from dokaseca_compile.intent import Intent
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.contract import bridge_metadata, label_key
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster
from dokaseca_compile.tree import FileTree

_NAME = "0-any-cluster-0"
"""The made-up name: a legal one, so that it passes through ``nameNormalized`` as it is."""


_ENVIRONMENT = label_key("environment")
_NARROW = {label_key(each) for each in ("region", "cluster_type", "cluster_name")}
_OF_A_CLUSTER = {"cluster", "region", "cluster_type", "repository"}
"""Labels of an Application that its ApplicationSet does not have."""


# A new hub has no External Secrets yet, and must not wait for it.
_WITHOUT_CRD = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}


class DisagreementError(Exception):
    """The files say something else than the model. A bug of ours."""


def agree(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Prove that the files mean what the platform means. Raises ``DisagreementError`` naming the first difference."""
    intent, cases = Intent(resolved, layout), _Cases()
    files = _ValueFiles(output, resolved, layout)
    try:
        hubs = list(read_hubs(output, resolved, layout))
        _same("the hubs", [each.name for each in hubs], sorted(intent.clusters))
        for application_set in {id(each): each for hub in hubs for each in hub.application_sets}.values():
            _check_generators(intent, application_set)
        for hub in hubs:
            members = intent.clusters[hub.name]
            _check_clusters(intent, hub, members)
            _check_bootstrap(hub)
            for alike in _alike(intent, hub, members):
                _check_applications(intent, files, cases, hub, alike)
        _check_projects(intent, hubs)
        _check_credentials(intent, output)
        _check_variables(intent, output)
    except EvaluationError as fault:
        raise DisagreementError(str(fault)) from fault
    if idle := sorted({each.name for hub in hubs for each in hub.application_sets} - cases.used):
        message = f"the ApplicationSet {idle[0]} makes no Application"
        raise DisagreementError(message)


def output_of(tree: FileTree) -> Output:
    """The documents of a tree: what the targets made, before it is rendered."""

    def read(path: str) -> Sequence[Any]:
        body = tree[path].body
        if isinstance(body, YamlBody):
            return body.documents
        return (body.attributes,) if isinstance(body, TfvarsBody) else ()

    return Output(tree, read)


# ---- clusters


def _check_clusters(intent: Intent, hub: Hub, members: Sequence[ResolvedCluster]) -> None:
    """Every Secret of a hub has the name, server, connection, labels and annotations that the model means."""
    _same(f"the clusters of {hub.name}", [each.name for each in hub.clusters], [each.name for each in members])
    for secret, cluster in zip(hub.clusters, members, strict=True):
        where = f"the Secret of {cluster.name}"
        _same(f"{where}: name", secret.secret, cluster.name)
        _same(f"{where}: server", secret.server, cluster.server)
        _same(f"{where}: project", secret.project, "")
        _same(f"{where}: config", secret.config, intent.config(cluster))
        _same_mapping(f"{where}: label", secret.labels, intent.labels(cluster))
        _same_mapping(f"{where}: annotation", secret.annotations, intent.annotations(cluster))


def _check_credentials(intent: Intent, output: Output) -> None:
    """A credential comes from the entry of the secret store that the model names."""
    for path, meant in intent.credentials():
        (document,) = output.documents(path)
        spec = document["spec"]
        found = {"store": spec.get("secretStoreRef"), "data": spec.get("data")}
        _same_mapping(path, found, meant)
        metadata = document["metadata"]
        _same(f"{path}: name", metadata.get("name"), spec["target"].get("name"))
        _same_mapping(f"{path}: annotation", metadata.get("annotations", {}), _WITHOUT_CRD)


def _check_variables(intent: Intent, output: Output) -> None:
    """Terraform is told the same of every cluster, and would write its very labels and annotations.

    The latter follows from the former; it is looked at once for clusters with one profile.
    """
    seen: set[int] = set()
    for path, cluster, meant in intent.variables():
        if path not in output:
            message = f"{path} is not written"
            raise DisagreementError(message)
        (variables,) = output.documents(path)
        found = dict(variables.items())
        found.pop("teams", None)
        _same_mapping(path, found, meant)
        if id(cluster.profile) not in seen:
            seen.add(id(cluster.profile))
            labels, annotations = bridge_metadata(variables)
            _same_mapping(f"{path}: label", labels, intent.labels(cluster))
            _same_mapping(f"{path}: annotation", annotations, intent.annotations(cluster))


# ---- ApplicationSets


def _check_generators(intent: Intent, application_set: ApplicationSet) -> None:
    """It would be right for every cluster that may be declared, not only for those that are: its base asks for the
    switch and the environment, what is laid over it for one thing more, and the base's values are the wide ones.
    """
    switch = intent.switches.get(application_set.name)
    if switch is None:  # what starts the hubs: the fleet's own Applications show what it selects
        return
    base = {Requirement(key, "In", frozenset((value,))) for key, value in switch.items()}
    for generator in application_set.generators:
        first, *overrides = generator.children
        where = f"the ApplicationSet {application_set.name}"
        _same(f"{where}: selector", set(first.requirements()), base)
        for each in overrides:
            more = set(each.requirements()) - base
            if len(more) != 1 or len(each.requirements()) != len(base) + 1 or next(iter(more)).key not in _NARROW:
                message = f"{where} lays values over {sorted(map(str, each.requirements()))}"
                raise DisagreementError(message)
        wide = intent.wide(application_set.name)
        for key, value in first.values.node.items() if first.values is not None else ():
            _same(f"{where}: {key}", value, wide.get(key))


# ---- Applications


class _Asked:
    """What some ApplicationSets ask a cluster: clusters that answer alike get alike Applications.

    Of a label that selectors compare, only whether it is one of the values they name counts.
    """

    def __init__(self, sets: Iterable[ApplicationSet], known: Collection[str] = ()) -> None:
        """``known`` are keys of labels and annotations that need not be asked for."""
        values: dict[str, set[str]] = {}
        fields: dict[tuple[str, ...], None] = {}
        for each in sets:
            for requirement in each.requirements():
                if requirement.key not in known:
                    values.setdefault(requirement.key, set()).update(requirement.values)
            fields.update(dict.fromkeys(each.fields()))
        self._labels = tuple(values.items())
        self._fields = tuple(each for each in fields if len(each) == 3 and each[2] not in known)
        self._server = ("server",) in fields

    def answers(self, secret: ClusterSecret) -> tuple[object, ...]:
        """What a cluster answers; its name, which templates put in place, is no part of it."""
        labels = secret.labels
        told: list[object] = [
            value if (value := labels.get(key)) in values else key in labels for key, values in self._labels
        ]
        told += [(labels if kind == "labels" else secret.annotations).get(key) for _, kind, key in self._fields]
        if self._server:
            told.append(secret.server)
        return tuple(told)


class _Cases:
    """The Applications of each ApplicationSet, evaluated once for clusters that answer alike."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        """The ApplicationSets that make an Application."""
        self._asked: dict[int, _Asked] = {}
        self._by_environment: dict[tuple[str, str | None], list[ApplicationSet]] = {}
        self._known: dict[tuple[object, ...], list[Application]] = {}

    def applications(self, hub: Hub, secret: ClusterSecret) -> Iterator[Application]:
        """Yield the Applications of one cluster as if it had the made-up name."""
        anyone = replace(secret, name=_NAME)
        for each in self._sets(hub, secret.labels.get(_ENVIRONMENT)):
            if each.selects(secret.labels):
                asked = self._asked.get(id(each)) or self._asked.setdefault(id(each), _Asked([each]))
                key = (id(each), *asked.answers(secret))
                if key not in self._known:
                    self._known[key] = list(self._made(each, anyone))
                yield from self._known[key]

    def _sets(self, hub: Hub, environment: str | None) -> list[ApplicationSet]:
        """The ApplicationSets that may speak of an environment: most speak of one."""
        key = (hub.name, environment)
        if key not in self._by_environment:
            self._by_environment[key] = [each for each in hub.application_sets if _may_speak_of(each, environment)]
        return self._by_environment[key]

    def _made(self, by: ApplicationSet, secret: ClusterSecret) -> Iterator[Application]:
        for document in by.applications(secret):
            application = read_application(document, by.name)
            shared = {key: value for key, value in application.labels.items() if key not in _OF_A_CLUSTER}
            if by.labels != shared:
                message = f"the ApplicationSet {by.name} has labels that its Applications do not have"
                raise DisagreementError(message)
            self.used.add(by.name)
            yield application


def _may_speak_of(application_set: ApplicationSet, environment: str | None) -> bool:
    asked = [each for each in application_set.requirements() if each.key == _ENVIRONMENT]
    return not asked or any(each.is_met({_ENVIRONMENT: environment} if environment else {}) for each in asked)


def _alike(
    intent: Intent, hub: Hub, members: Sequence[ResolvedCluster]
) -> Iterator[list[tuple[ClusterSecret, ResolvedCluster]]]:
    """The clusters of a hub in groups that mean the same and answer the same."""
    # What follows from the profile and the repositories was found right for every cluster.
    asked = _Asked(hub.application_sets, intent.settled)
    groups: dict[tuple[object, ...], list[tuple[ClusterSecret, ResolvedCluster]]] = {}
    for secret, cluster in zip(hub.clusters, members, strict=True):
        key = (id(cluster.profile), id(cluster.repositories), *asked.answers(secret))
        groups.setdefault(key, []).append((secret, cluster))
    return iter(groups.values())


class _ValueFiles:
    """The values files that are written, as Applications name them."""

    def __init__(self, output: Output, resolved: Resolved, layout: Layout) -> None:
        self._output = output
        self._folders = {each.url: each.name for each in resolved.repositories.values()}
        self._empty = layout.no_values().path

    def without_empty(self, application: Application) -> Application:
        """The Application with only those of its files that hold values."""
        files = tuple(each for each in application.value_files if each != self._empty)
        return application if files == application.value_files else replace(application, value_files=files)

    def check(self, application: Application, clusters: Iterable[str]) -> None:
        """Every file that it lists for every one of the clusters is written."""
        folder = self._folders.get(application.values_repository, "")
        for path in application.value_files:
            for name in clusters if _NAME in path else (application.cluster,):
                place = f"{folder}/{path.replace(_NAME, name)}"
                if place not in self._output:
                    message = f"{application.name.replace(_NAME, name)} reads {place}: no such file"
                    raise DisagreementError(message)


def _check_applications(
    intent: Intent,
    files: _ValueFiles,
    cases: _Cases,
    hub: Hub,
    alike: Sequence[tuple[ClusterSecret, ResolvedCluster]],
) -> None:
    """The Applications of clusters that are alike are those that the model means, and read files that are there."""
    secret, cluster = alike[0]
    meant = intent.applications(cluster, _NAME) | intent.bootstrap(cluster, _NAME)
    found: dict[str, Application] = {}
    for application in cases.applications(hub, secret):
        if found.setdefault(application.name, application) is not application:
            message = f"two ApplicationSets make {application.name.replace(_NAME, cluster.name)}"
            raise DisagreementError(message)
    for name in sorted(found.keys() ^ meant.keys()):
        verb = "is written and not meant" if name in found else "is meant and not written"
        message = f"the Application {name.replace(_NAME, cluster.name)} {verb}"
        raise DisagreementError(message)
    for name, application in found.items():
        files.check(application, [each.name for _, each in alike])
        wanted = meant[name]
        if not application.value_files:
            wanted = replace(wanted, values_repository="", values_revision="")
        _same_application(files.without_empty(application), wanted, cluster.name)


def _check_bootstrap(hub: Hub) -> None:
    """The AppProjects allow the Applications that start the hub."""
    for application in hub.bootstrap:
        project = hub.projects.get(application.project)
        if project is None:
            message = f"{application.name} is in the unknown project {application.project}"
            raise DisagreementError(message)
        for refusal in project.refusals([application.repository], application.cluster, application.namespace):
            message = f"{application.name}: {refusal}"
            raise DisagreementError(message)


def _check_projects(intent: Intent, hubs: Iterable[Hub]) -> None:
    """Every AppProject allows exactly what its Applications use."""
    meant = intent.projects()
    checked: set[int] = set()
    for hub in hubs:
        _same(f"the projects of {hub.name}", sorted(hub.projects), sorted(meant))
        for name, project in hub.projects.items():
            if id(project) not in checked:
                checked.add(id(project))
                sources, destinations = meant[name]
                _same_mapping(f"{name}: label", project.labels, intent.owned)
                _same_mapping(f"{name}: annotation", project.annotations, {"argocd.argoproj.io/sync-wave": "-1"})
                _same(f"{name}: sources", list(project.sources), sources)
                _check_destinations(name, project.destinations, destinations)


def _check_destinations(project: str, found: Sequence[Mapping[str, Any]], meant: Mapping[str, Sequence[str]]) -> None:
    """An entry for each cluster and namespace, in their order and no more."""
    listed = iter(found)
    for cluster, namespaces in meant.items():
        for namespace in namespaces:
            entry = next(listed, {})
            if len(entry) != 2 or entry.get("name") != cluster or entry.get("namespace") != namespace:
                _same(f"{project}: destination", dict(entry), {"name": cluster, "namespace": namespace})
    _same(f"{project}: further destinations", [dict(each) for each in listed], [])


# ---- comparing


def _same(what: str, found: object, meant: object) -> None:
    if found != meant:
        message = f"{what}: written is {_short(found)}, meant is {_short(meant)}"
        raise DisagreementError(message)


def _same_mapping(what: str, found: Mapping[str, Any], meant: Mapping[str, Any]) -> None:
    if found != meant:
        for key in sorted({*found, *meant}):
            _same(f"{what} {key}", found.get(key), meant.get(key))


def _same_application(found: Application, meant: Application, cluster: str) -> None:
    if found != meant:
        for field in fields(Application):
            what = f"{meant.name.replace(_NAME, cluster)}: {field.name}"
            _same(what, getattr(found, field.name), getattr(meant, field.name))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
