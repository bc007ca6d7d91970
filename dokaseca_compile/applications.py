"""An Application as people speak of it: what is deployed, in which version, where, with which values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.application_sets import FINALIZER

_VALUES = "values"
"""The name by which an Application's value files name the source that holds them."""
_VALUES_SOURCE = {"repoURL", "targetRevision", "ref"}


@dataclass(frozen=True, slots=True)
class Application:
    """One Application of an Argo CD, all that its document says.

    ``repository`` is the URL of the chart or folder; exactly one of ``chart`` and ``path`` is not empty, and
    ``version`` is the chart's, or the revision of the folder. ``value_files`` are paths in ``values_repository`` at
    ``values_revision``, weak to strong. ``sync`` is the sync policy. ``cascades`` says that Argo CD deletes what it
    has deployed when the Application goes. ``annotations`` and ``directory`` are mostly empty. ``tag`` is that of the
    image which its values name, where that is what people call its version; its document does not say it.
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
    tag: str = ""

    @property
    def runs(self) -> str:
        """Its version to people: the tag of its image, else ``version``."""
        return self.tag or self.version

    def label(self, key: str) -> str:
        """The value of a label, empty where it has none."""
        return self.labels.get(key, "")

    @property
    def addon(self) -> str:
        """The addon that it is a part of; empty for one that is no addon's."""
        return self.label("addon")

    @property
    def workload(self) -> str:
        """The workload that it is, as ``<team>/<workload>``; empty for one that is none."""
        name = self.label("workload")
        return f"{self.label('team')}/{name}" if name else ""

    @property
    def owner(self) -> str:
        """The team that looks after it; empty where nobody is named."""
        return self.label("owner") or self.label("team")

    @property
    def part(self) -> str:
        """What is one Application on each cluster: an addon, ``<addon>-<component>``, ``<team>-<workload>``,
        ``cluster-config``, ``bootstrap-<repository>``.

        Rules keep all of these apart.
        """
        if self.workload:
            return self.workload.replace("/", "-")
        component = self.label("component")
        if self.addon:
            return f"{self.addon}-{component}" if component else self.addon
        return self.name.removesuffix(f"-{self.cluster}").removeprefix(f"{self.cluster}-")


def read_application(document: Mapping[str, Any], application_set: str) -> Application:
    """Read an Application that an ApplicationSet makes; ``argo.spec`` has looked at its fields.

    Raises ``UnsupportedError`` for sources that are put together in another way than ours.
    """
    metadata, spec = document["metadata"], document["spec"]
    where = f"Application {metadata['name']}"
    values, deployed = _sources(spec["sources"] if "sources" in spec else [spec["source"]], where)
    helm = deployed.get("helm", {})
    if bool(deployed.get("chart")) == bool(deployed.get("path")):
        message = f"{where} has neither a chart nor a path, or both"
        raise UnsupportedError(message)
    return Application(
        name=metadata["name"],
        application_set=application_set,
        project=spec["project"],
        cluster=spec["destination"].get("name", ""),
        namespace=spec["destination"].get("namespace", ""),
        labels=metadata.get("labels", {}),
        repository=deployed.get("repoURL", ""),
        chart=deployed.get("chart", ""),
        path=deployed.get("path", ""),
        version=deployed.get("targetRevision", ""),
        release=helm.get("releaseName", ""),
        values_repository=values.get("repoURL", ""),
        values_revision=values.get("targetRevision", ""),
        value_files=tuple(_value_file(each, values, where) for each in helm.get("valueFiles", ())),
        sync=spec.get("syncPolicy", {}),
        cascades=FINALIZER in metadata.get("finalizers", ()),
        annotations=metadata.get("annotations", {}),
        directory=deployed.get("directory", {}),
    )


def _sources(sources: Sequence[Mapping[str, Any]], where: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The source of values, empty where there is none, and what is deployed."""
    values: Mapping[str, Any] = sources[0] if len(sources) == 2 else {}
    deployed = sources[-1] if sources else {}
    if len(sources) > 2 or "ref" in deployed or (values and values.keys() != _VALUES_SOURCE):
        message = f"{where} puts its sources together in another way"
        raise UnsupportedError(message)
    if values and values["ref"] != _VALUES:
        message = f"{where} reads values from {values['ref']!r}"
        raise UnsupportedError(message)
    return values, deployed


def _value_file(path: Any, values: Mapping[str, Any], where: str) -> str:
    """The path in the repository of values. Any other ``$`` would be taken for a variable and vanish."""
    start, _, rest = str(path).partition("/")
    if start != f"${_VALUES}" or not values or "$" in rest:
        message = f"{where} reads the value file {path}"
        raise UnsupportedError(message)
    return rest
