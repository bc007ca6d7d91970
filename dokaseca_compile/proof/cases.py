"""Clusters that are alike, and the Applications of each distinct case, evaluated once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from dokaseca_compile.argo import ApplicationSet, ClusterSecret
from dokaseca_compile.argo.applications import Application, read_application
from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.proof.difference import ANY_NAME, DisagreementError
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.resolve.contract import label_key
from dokaseca_compile.resolve.resolved import ResolvedCluster

_ENVIRONMENT = label_key("environment")
_OF_A_CLUSTER = {"cluster", "region", "cluster_type", "repository"}
"""Labels of an Application that its ApplicationSet does not have."""


class _Asked:
    """What some ApplicationSets ask a cluster: clusters that answer alike get alike Applications.

    Of a label that selectors compare, only whether it is one of the values they name counts.
    """

    def __init__(self, sets: Iterable[ApplicationSet], known: Collection[str] = ()) -> None:
        """``known`` are keys of labels and annotations that need not be asked for."""
        values: dict[str, set[str]] = {}
        fields: dict[tuple[str, ...], None] = {}
        for each in sets:
            for requirement in each.requirements:
                if requirement.key not in known:
                    values.setdefault(requirement.key, set()).update(requirement.values)
            fields.update(dict.fromkeys(each.fields))
        self._labels = tuple(values.items())
        self._fields = tuple(each for each in fields if len(each) == 3 and each[2] not in known)
        self._server = ("server",) in fields

    def answers(self, secret: ClusterSecret) -> tuple[object, ...]:
        """What a cluster answers; its name, which templates put in place, is no part of it."""
        if not (self._labels or self._fields or self._server):
            return ()
        # Made plain first: they are asked for many keys, and most are not there.
        labels, annotations = dict(secret.labels.items()), dict(secret.annotations.items())
        told: list[object] = [
            value if (value := labels.get(key)) in values else value is not None
            for key, values in self._labels
        ]
        told += [
            (labels if kind == "labels" else annotations).get(key) for _, kind, key in self._fields
        ]
        if self._server:
            told.append(secret.server)
        return tuple(told)


class Cases:
    """The Applications of each ApplicationSet, evaluated once for clusters that answer alike."""

    def __init__(self, settled: Collection[str]) -> None:
        """``settled`` are the keys of labels and annotations that need not be asked for."""
        self._known_keys = settled
        self.used: set[str] = set()
        """The ApplicationSets that make an Application."""
        self._asked: dict[int, _Asked] = {}
        self._by_environment: dict[tuple[str, str | None], list[ApplicationSet]] = {}
        self._known: dict[tuple[object, ...], list[Application]] = {}

    def applications(
        self, hub: Hub, secret: ClusterSecret, settled: object
    ) -> Iterator[Application]:
        """Yield the Applications of one cluster as if it had the made-up name.

        ``settled`` is the same for clusters that are alike in the labels and annotations that were found right.
        """
        labels = dict(secret.labels.items())
        anyone = replace(
            secret, name=ANY_NAME, labels=labels, annotations=dict(secret.annotations.items())
        )
        for each in self._sets(hub, labels.get(_ENVIRONMENT)):
            if each.selects(labels):
                asked = self._asked.get(id(each)) or self._asked.setdefault(
                    id(each), _Asked([each], self._known_keys)
                )
                key = (id(each), settled, *asked.answers(anyone))
                if key not in self._known:
                    self._known[key] = list(self._made(each, anyone))
                yield from self._known[key]

    def _sets(self, hub: Hub, environment: str | None) -> list[ApplicationSet]:
        """The ApplicationSets that may speak of an environment: most speak of one."""
        key = (hub.name, environment)
        if key not in self._by_environment:
            self._by_environment[key] = [
                each for each in hub.application_sets if _may_speak_of(each, environment)
            ]
        return self._by_environment[key]

    def _made(self, by: ApplicationSet, secret: ClusterSecret) -> Iterator[Application]:
        for document in by.applications(secret):
            application = read_application(document, by.name)
            shared = {
                key: value for key, value in application.labels.items() if key not in _OF_A_CLUSTER
            }
            if by.labels != shared:
                message = (
                    f"the ApplicationSet {by.name} has labels that its Applications do not have"
                )
                raise DisagreementError(message)
            self.used.add(by.name)
            yield application


def alike_clusters(
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


def _may_speak_of(application_set: ApplicationSet, environment: str | None) -> bool:
    asked = [each for each in application_set.requirements if each.key == _ENVIRONMENT]
    return not asked or any(
        each.is_met({_ENVIRONMENT: environment} if environment else {}) for each in asked
    )
