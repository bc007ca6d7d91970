"""Generators: the clusters of an ApplicationSet, and the parameters of each.

Every supported generator handles one cluster at a time: a merge joins the parameters of its
children by name or server, and these are unique among the clusters of an Argo CD.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from dokaseca_compile.argo.errors import EvaluationError, require
from dokaseca_compile.argo.reader import items_at, mapping, strings_at, texts_at
from dokaseca_compile.argo.secrets import ClusterSecret
from dokaseca_compile.argo.selectors import Requirement, Selector
from dokaseca_compile.argo.templates import Template

_KEYS = {"name", "server"}


class Generator(Protocol):
    """Turns clusters into parameters."""

    @property
    def children(self) -> tuple[Clusters, ...]:
        """The clusters generators in it, the base first."""
        ...

    def parameters(self, cluster: ClusterSecret) -> dict[str, Any] | None:
        """Return the parameters of a cluster, ``None`` if it is not selected.

        Raises ``EvaluationError``.
        """
        ...

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Return whether it selects a cluster with these labels."""
        ...

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the requirements of the selectors."""
        ...

    def fields(self) -> tuple[tuple[str, ...], ...]:
        """Return the paths of the cluster's parameters that the values read."""
        ...


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters generator: selected clusters, with its own ``values``."""

    selector: Selector
    values: Template | None

    @property
    def children(self) -> tuple[Clusters, ...]:
        """Itself."""
        return (self,)

    def parameters(self, cluster: ClusterSecret) -> dict[str, Any] | None:
        """Return the cluster's parameters, and the values that are computed from them."""
        if not self.selector.selects(cluster.labels):
            return None
        found = cluster.parameters()
        if self.values is not None:
            found["values"] = self.values.render(found)
        return found

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Return whether the selector selects the labels."""
        return self.selector.selects(labels)

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the requirements of the selector."""
        return self.selector.requirements

    def fields(self) -> tuple[tuple[str, ...], ...]:
        """Return the paths that the values read."""
        return self.values.fields if self.values is not None else ()


@dataclass(frozen=True, slots=True)
class Merge:
    """The merge generator: the clusters of the base, with values overridden by later children."""

    base: Clusters
    overrides: tuple[Clusters, ...]

    @property
    def children(self) -> tuple[Clusters, ...]:
        """The base and its overrides."""
        return (self.base, *self.overrides)

    def parameters(self, cluster: ClusterSecret) -> dict[str, Any] | None:
        """Return the base's parameters with the values of every override for the cluster."""
        found = self.base.parameters(cluster)
        for override in self.overrides:
            # Also for clusters that the base leaves out: an error stops the whole ApplicationSet.
            other = override.parameters(cluster)
            if found is not None and other is not None and "values" in other:
                found["values"] = {**found.get("values", {}), **other["values"]}
        return found

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Return whether the base selects the labels."""
        return self.base.selects(labels)

    def requirements(self) -> tuple[Requirement, ...]:
        """Return the requirements of all children."""
        return tuple(chain.from_iterable(child.requirements() for child in self.children))

    def fields(self) -> tuple[tuple[str, ...], ...]:
        """Return the paths that the values of all children read."""
        return tuple(chain.from_iterable(child.fields() for child in self.children))


def read_generator(node: Any, where: str) -> Generator:
    """Read a generator of an ApplicationSet. Raises ``EvaluationError``."""
    generator = mapping(node, where, ("clusters", "merge"))
    require(len(generator) == 1, f"{where} has {len(generator)} generators in one entry")
    if "clusters" in generator:
        return _clusters(generator["clusters"], where)
    merge = mapping(generator["merge"], where, ("mergeKeys", "generators"))
    keys = strings_at(merge, "mergeKeys", where)
    children = items_at(merge, "generators", where)
    require(
        keys and len(children) > 1,
        f"{where} merges {len(children)} generators by {len(keys)} keys",
        EvaluationError,
    )
    # Another key may be missing or not unique, so that unrelated clusters would be merged.
    unknown = sorted(set(keys) - _KEYS)
    require(not unknown, f"{where} merges by {', '.join(unknown)}")
    base, *overrides = [mapping(each, where, ("clusters",)).get("clusters") for each in children]
    return Merge(_clusters(base, where), tuple(_clusters(each, where) for each in overrides))


def _clusters(node: Any, where: str) -> Clusters:
    clusters: Mapping[str, Any] = mapping(node, where, ("selector", "values"))
    values = texts_at(clusters, "values", f"{where}: values")
    selector = Selector.read(clusters.get("selector"), f"{where}: the selector")
    template = Template(values, f"{where}: values") if values else None
    # A value may read the cluster, but not other values, which have no order.
    if template is not None and any(each[0] == "values" for each in template.fields):
        message = f"{where}: a value reads another value"
        raise EvaluationError(message)
    return Clusters(selector, template)
