"""Groups of clusters with the same Applications, each of which is evaluated once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from dokaseca_compile.argo import ApplicationSet, ClusterSecret
from dokaseca_compile.argo.applications import Application, read_application
from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.proof.mismatch import ANY_NAME, MismatchError
from dokaseca_compile.resolve.contract import label_key
from dokaseca_compile.resolve.resolved import ResolvedCluster

_ENVIRONMENT = label_key("environment")
_OWN_LABELS = frozenset(("cluster", "region", "cluster_type"))
"""Labels of an Application that its ApplicationSet does not have."""
_OF_BOOTSTRAP = frozenset(("cluster", "environment", "repository"))
"""The same of an Application that starts a hub: its ApplicationSet is for all environments."""


class _Inputs:
    """The labels and annotations that ApplicationSets read of a cluster.

    Of a label that selectors compare, the value counts only where a selector names it.
    """

    def __init__(self, sets: Iterable[ApplicationSet], known: Collection[str] = ()) -> None:
        """Leave out the keys in ``known``: callers compare them otherwise."""
        selected: defaultdict[str, set[str]] = defaultdict(set)
        fields: dict[tuple[str, ...], None] = {}
        for each in sets:
            fields.update(dict.fromkeys(each.fields))
            for requirement in each.requirements:
                selected[requirement.key].update(requirement.values)
        metadata: dict[str, list[str]] = {"labels": [], "annotations": []}
        for field in fields:
            if len(field) == 3 and field[2] not in known:
                _, kind, key = field
                metadata[kind].append(key)
        self._selected = [(key, values) for key, values in selected.items() if key not in known]
        self._labels, self._annotations = metadata["labels"], metadata["annotations"]
        self._server = ("server",) in fields
        self._any = any((self._selected, self._labels, self._annotations, self._server))

    def of(self, secret: ClusterSecret) -> tuple[object, ...]:
        """Return what a cluster has of them. Its name is left out: templates only insert it."""
        if not self._any:
            return ()
        # Copied to plain dicts, since many keys are looked up and most are missing.
        labels, annotations = dict(secret.labels.items()), dict(secret.annotations.items())
        found: list[object] = []
        for key, values in self._selected:
            value = labels.get(key)
            found.append(value if value in values else value is not None)
        found += [labels.get(key) for key in self._labels]
        found += [annotations.get(key) for key in self._annotations]
        if self._server:
            found.append(secret.server)
        return tuple(found)


class EvaluatedApplications:
    """The Applications of each ApplicationSet, evaluated once for clusters with the same inputs."""

    def __init__(self, known: Collection[str]) -> None:
        """``known`` are keys of labels and annotations that are equal within a ``group``."""
        self._known = known
        self.used: set[str] = set()
        """The ApplicationSets that make an Application."""
        self._inputs: dict[int, _Inputs] = {}
        self._by_environment: dict[tuple[str, str | None], list[ApplicationSet]] = {}
        self._evaluated: dict[tuple[object, ...], list[Application]] = {}

    def of(self, hub: Hub, secret: ClusterSecret, group: object) -> Iterator[Application]:
        """Yield the Applications of one cluster, with ``ANY_NAME`` as its name.

        ``group`` is equal for clusters that are alike in the ``known`` labels and annotations.
        """
        labels = dict(secret.labels.items())
        annotations = dict(secret.annotations.items())
        unnamed = replace(secret, name=ANY_NAME, labels=labels, annotations=annotations)
        for each in self._sets(hub, labels.get(_ENVIRONMENT)):
            if not each.selects(labels):
                continue
            if id(each) not in self._inputs:
                self._inputs[id(each)] = _Inputs([each], self._known)
            key = (id(each), group, *self._inputs[id(each)].of(unnamed))
            if key not in self._evaluated:
                self._evaluated[key] = list(self._evaluate(each, unnamed))
            yield from self._evaluated[key]

    def _sets(self, hub: Hub, environment: str | None) -> list[ApplicationSet]:
        """Return the ApplicationSets that may select clusters of an environment."""
        key = (hub.name, environment)
        if key not in self._by_environment:
            self._by_environment[key] = [
                each for each in hub.application_sets if _may_select(each, environment)
            ]
        return self._by_environment[key]

    def _evaluate(
        self, application_set: ApplicationSet, secret: ClusterSecret
    ) -> Iterator[Application]:
        name = application_set.name
        for document in application_set.applications(secret):
            application = read_application(document, name)
            own = _OF_BOOTSTRAP if application.label("repository") else _OWN_LABELS
            labels = application.labels.items()
            if application_set.labels != {k: v for k, v in labels if k not in own}:
                message = f"the ApplicationSet {name} has labels that its Applications lack"
                raise MismatchError(message)
            self.used.add(name)
            yield application


Member = tuple[ClusterSecret, ResolvedCluster]


def groups(
    hub: Hub, members: Sequence[ResolvedCluster], known: Collection[str]
) -> Iterator[list[Member]]:
    """Yield the clusters of a hub in groups whose Applications differ only in the cluster's name.

    ``known`` are the keys of labels and annotations that follow from profile and repositories.
    """
    inputs = _Inputs(hub.application_sets, known)
    found: dict[tuple[object, ...], list[Member]] = {}
    for secret, cluster in zip(hub.clusters, members, strict=True):
        key = (id(cluster.profile), id(cluster.repositories), *inputs.of(secret))
        found.setdefault(key, []).append((secret, cluster))
    yield from found.values()


def _may_select(application_set: ApplicationSet, environment: str | None) -> bool:
    """Return whether a requirement on the environment is met, if there is any."""
    required = [each for each in application_set.requirements if each.key == _ENVIRONMENT]
    if not required:
        return True
    labels = {_ENVIRONMENT: environment} if environment else {}
    return any(each.is_met(labels) for each in required)
