"""ApplicationSets as they would be for clusters that are not declared yet, and the markers beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import product
from typing import Any

from dokaseca_compile.argo import ApplicationSet
from dokaseca_compile.argo.generators import Clusters
from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.argo.selectors import Requirement
from dokaseca_compile.proof.mismatch import MismatchError, check_equal
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Install, PartInstall, Resolved
from dokaseca_compile.resolve.setting import NARROW_SCOPES, Setting

_KNOWN_VALUES = {"version", "namespace", *(f"{scope}Values" for scope in NARROW_SCOPES)}
_BOOTSTRAP = {"bootstrap-addons", "bootstrap-clusters", "bootstrap-workloads"}
_NARROW_LABELS = {"region", "cluster_type", "cluster_name"}
Labels = Mapping[str, frozenset[str]]
Document = Mapping[str, Any]


class Generators:
    """What the generators and rollouts of ApplicationSets should be.

    The base of each asks for the switch and the environment, what is merged over it asks for one label more, and the
    base's values are those of a cluster for which no region, type or cluster sets any.
    """

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._parts: dict[str, tuple[Install, PartInstall]] = {}
        self._selected: dict[str, Labels] = dict(_of_workloads(resolved))
        self._values: dict[str, dict[tuple[str, str], Any]] = dict(_values_of_workloads(resolved))
        for profile in resolved.profiles:
            for install in profile.enabled():
                for part in install.parts:
                    name = f"{part.part.name}-{profile.environment}"
                    self._parts[name] = (install, part)
                    layers = {(each.layer.scope, each.layer.name): each.value for each in part.values}
                    self._values.setdefault(name, {}).update(layers)
                    switch = resolved.addons[install.addon].key
                    self._selected[name] = _labels(environment=profile.environment, **{switch: "true"})
        for environment in resolved.environments:
            self._selected[f"cluster-config-{environment}"] = _labels(environment=environment)

    def check(self, hubs: Iterable[Hub]) -> None:
        """Check each ApplicationSet once.

        Those that start hubs are checked by their Applications, which read all values of their generators.
        """
        for application_set in {id(each): each for hub in hubs for each in hub.application_sets}.values():
            if application_set.name in self._selected:
                self._check(application_set)
            elif application_set.name in _BOOTSTRAP:
                for generator in application_set.generators:
                    where = f"the ApplicationSet {application_set.name}: values"
                    check_equal(where, sorted(_values(*generator.children)), ["environment", "revision"])

    def check_digests(self, documents: Iterable[Document]) -> None:
        """Check the annotation that wakes a rollout: it is there with values only, and changes with any of them."""
        for document in documents:
            name = document["metadata"]["name"]
            if document["kind"] == "ApplicationSet" and name in self._selected:
                found = dict(document["metadata"].get("annotations", {}))
                check_equal(f"the ApplicationSet {name}: annotations", found, self._annotations(name))

    def _annotations(self, name: str) -> dict[str, str]:
        (environment,) = self._selected[name]["environment"]
        layers = self._values.get(name)
        if not layers or not self._resolved.environments[environment].environment.rollout:
            return {}
        rows = [[scope, layer, values] for (scope, layer), values in sorted(layers.items())]
        text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
        return {"dokaseca.dev/values-digest": sha256(text.encode()).hexdigest()[:16]}

    def _check(self, application_set: ApplicationSet) -> None:
        where, name = f"the ApplicationSet {application_set.name}", application_set.name
        selected, wide = self._selected[name], self._wide(name)
        (environment,) = selected["environment"]
        steps = [(set(each.selector.requirements), each.at_once) for each in application_set.steps]
        check_equal(f"{where}: steps", steps, list(self._steps(environment)))
        base = {Requirement(key, "In", values) for key, values in selected.items()}
        for generator in application_set.generators:
            first, *overrides = generator.children
            check_equal(f"{where}: selector", set(first.requirements()), base)
            for each in overrides:
                _check_override(where, each, base)
            varying = {key for each in overrides for key in _values(each)}
            check_equal(f"{where}: values", dict(_values(first)), {key: wide[key] for key in varying if key in wide})
            check_equal(f"{where}: merged values", sorted(varying - _KNOWN_VALUES), [])

    def _steps(self, environment: str) -> Iterator[tuple[set[Requirement], int | str | None]]:
        for each in self._resolved.environments[environment].environment.rollout:
            key, names = ("region", each.regions) if each.regions else ("cluster", each.clusters)
            yield {Requirement(key, "In", frozenset(names))}, each.at_once

    def _wide(self, application_set: str) -> dict[str, str]:
        """Return the values for a cluster for which no region, type or cluster sets any."""
        if application_set not in self._parts:
            return {}
        install, part = self._parts[application_set]
        values = {"version": _widest(part.version), "namespace": _widest(install.namespace)}
        empty = dict.fromkeys((f"{scope}Values" for scope in NARROW_SCOPES), self._layout.no_values().path)
        return {key: value for key, value in values.items() if value is not None} | empty


def _check_override(where: str, generator: Clusters, base: set[Requirement]) -> None:
    required = generator.requirements()
    more = set(required) - base
    if len(more) != 1 or len(required) != len(base) + 1 or next(iter(more)).key not in _NARROW_LABELS:
        message = f"{where} merges values for {sorted(map(str, required))}"
        raise MismatchError(message)


def _values(generator: Clusters) -> Mapping[str, str]:
    return generator.values.node if generator.values is not None else {}


def _widest(said: Setting[str] | None) -> str | None:
    """Return the strongest value that the addon or an environment sets."""
    chain = said.chain() if said is not None else ()
    return next((each.value for each in chain if each.layer.scope not in NARROW_SCOPES), None)


def _of_workloads(resolved: Resolved) -> Iterator[tuple[str, Labels]]:
    for workload in resolved.workloads.values():
        for place in workload.places.values():
            team = f"team_{workload.team.replace('-', '_')}"
            labels = _labels(environment=place.environment, **{team: "true"})
            if workload.workload.environments[place.environment].clusters:
                labels = {**labels, "cluster_name": frozenset(place.clusters)}
            yield f"{workload.team}-{workload.name}-{place.environment}", labels


def _values_of_workloads(resolved: Resolved) -> Iterator[tuple[str, dict[tuple[str, str], Any]]]:
    for workload in resolved.workloads.values():
        for place in workload.places.values():
            layers = {(each.layer.scope, each.layer.name): each.value for each in place.values}
            yield f"{workload.team}-{workload.name}-{place.environment}", layers


def _labels(**labels: str) -> Labels:
    return {key: frozenset((value,)) for key, value in labels.items()}


def markers(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Document]]:
    """Yield path and content of every object that keeps what a hub reads from becoming empty."""
    served = {environment for environments in resolved.served.values() for environment in environments}
    for key, environment in product(("addons", "workloads"), served):
        place, name = layout.marker(key, environment), f"bootstrap-{key}-{environment}-marker"
        source = {"repoURL": resolved.repositories[key].url, "path": layout.applied(key).path}
        template = {"project": f"bootstrap-{key}", "source": source, "destination": {"namespace": "argocd"}}
        spec = {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "syncPolicy": {"preserveResourcesOnDeletion": True},
            "generators": [],
            "template": {"metadata": {"name": name}, "spec": template},
        }
        head = {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet"}
        yield place.file, {**head, "metadata": _marked(resolved, name), "spec": spec}
    for hub in {each.hub for each in resolved.clusters.values() if _registers(each)}:
        for environment in resolved.served[hub]:
            metadata = _marked(resolved, f"bootstrap-clusters-{environment}-marker")
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}
            yield layout.hub(hub, environment, "marker.yaml").file, secret


def _registers(cluster: Any) -> bool:
    return cluster.registration == "gitops" or cluster.cluster.type == "hub"


def _marked(resolved: Resolved, name: str) -> Document:
    text = "Keeps this folder from becoming empty: Argo CD refuses an automated sync that would delete everything."
    labels = {
        "app.kubernetes.io/managed-by": "dokaseca",
        "app.kubernetes.io/part-of": resolved.platform.metadata.name,
    }
    return {"name": name, "namespace": "argocd", "labels": labels, "annotations": {"dokaseca.dev/description": text}}
