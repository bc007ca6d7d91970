"""An Application as people speak of it: what is deployed, in which version, where, with which values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.application_sets import FINALIZER
from dokaseca_compile.argo.shape import items, mapping, text, texts

_VALUES = "values"
"""The name by which an Application's value files name the source that holds them."""


@dataclass(frozen=True, slots=True)
class Application:
    """One Application of an Argo CD, all that its document says.

    ``repository`` is the URL of the chart or folder; exactly one of ``chart`` and ``path`` is not empty, and
    ``version`` is the chart's, or the revision of the folder. ``value_files`` are paths in ``values_repository`` at
    ``values_revision``, weak to strong. ``sync`` is the sync policy. ``cascades`` says that Argo CD deletes what it
    has deployed when the Application goes. ``annotations`` and ``directory`` are mostly empty.
    """

    name: str
    application_set: str
    project: str
    cluster: str
    namespace: str
    labels: Mapping[str, str]
    repository: str
    chart: str
    path: str
    version: str
    release: str
    values_repository: str
    values_revision: str
    value_files: tuple[str, ...]
    sync: Mapping[str, Any]
    cascades: bool
    annotations: Mapping[str, str]
    directory: Mapping[str, Any]

    def label(self, key: str) -> str:
        """The value of a label, empty where it has none."""
        return self.labels.get(key, "")

    @property
    def addon(self) -> str:
        """The addon that it is a part of; empty for one that is no addon's."""
        return self.label("addon")

    @property
    def part(self) -> str:
        """What is one Application on each cluster: an addon, ``<addon>-<component>``, ``bootstrap-<repository>``.

        The rule ``reserved-name`` keeps addons from being called as what starts a hub.
        """
        component = self.label("component")
        if not self.addon:
            return self.name.removesuffix(f"-{self.cluster}")
        return f"{self.addon}-{component}" if component else self.addon


def read_application(document: Mapping[str, Any], application_set: str) -> Application:
    """Read an Application that an ApplicationSet makes. Raises ``UnsupportedError`` for what is not emitted."""
    metadata = mapping(document["metadata"], "metadata")
    where = f"Application {metadata.get('name')}"
    spec = mapping(document["spec"], where, ("project", "source", "sources", "destination", "syncPolicy"))
    sources = spec["sources"] if "sources" in spec else [spec.get("source")]
    values, deployed = _sources(items(sources, where), where)
    helm = mapping(deployed.get("helm") or {}, where, ("releaseName", "valueFiles"))
    destination = mapping(spec.get("destination"), where, ("name", "namespace"))
    if ("chart" in deployed) == ("path" in deployed):
        message = f"{where} has neither a chart nor a path, or both"
        raise UnsupportedError(message)
    return Application(
        name=text(metadata.get("name"), where),
        application_set=application_set,
        project=text(spec.get("project"), where),
        cluster=text(destination.get("name"), where),
        namespace=text(destination.get("namespace"), where),
        labels=texts(metadata.get("labels") or {}, where),
        repository=text(deployed.get("repoURL"), where),
        chart=text(deployed.get("chart", ""), where),
        path=text(deployed.get("path", ""), where),
        version=text(deployed.get("targetRevision"), where),
        release=text(helm.get("releaseName", ""), where),
        values_repository=text(values.get("repoURL", ""), where),
        values_revision=text(values.get("targetRevision", ""), where),
        value_files=tuple(_value_file(each, values, where) for each in helm.get("valueFiles", ())),
        sync=mapping(spec.get("syncPolicy") or {}, where),
        cascades=FINALIZER in metadata.get("finalizers", ()),
        annotations=texts(metadata.get("annotations") or {}, where),
        directory=mapping(deployed.get("directory") or {}, where),
    )


def _sources(sources: Any, where: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The source of values, empty where there is none, and what is deployed."""
    known = ("repoURL", "chart", "path", "targetRevision", "helm", "directory")
    if not 0 < len(sources) < 3:
        message = f"{where} has {len(sources)} sources"
        raise UnsupportedError(message)
    deployed = mapping(sources[-1], where, known)
    if len(sources) == 1:
        return {}, deployed
    values = mapping(sources[0], where, ("repoURL", "targetRevision", "ref"))
    if values.get("ref") != _VALUES:
        message = f"{where} reads values from {values.get('ref')!r}"
        raise UnsupportedError(message)
    return values, deployed


def _value_file(path: Any, values: Mapping[str, Any], where: str) -> str:
    """The path in the repository of values. Any other ``$`` would be taken for a variable and vanish."""
    start, _, rest = text(path, where).partition("/")
    if start != f"${_VALUES}" or not values or "$" in rest:
        message = f"{where} reads the value file {path}"
        raise UnsupportedError(message)
    return rest
