"""An Application as a value: chart or folder, version, destination and values files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.application_sets import FINALIZER
from dokaseca_compile.argo.errors import require
from dokaseca_compile.argo.reader import is_mapping
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE

_VALUES = "values"
"""The ``ref`` of the source with the values files."""
_VALUES_SOURCE = {"repoURL", "targetRevision", "ref"}
_COMBINATION = "an unsupported combination of sources"

_READ: Final = "read"
_UNKNOWN: Final = "unknown"
_KNOWN: Mapping[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {
        "name": _READ,
        "namespace": ARGOCD_NAMESPACE,
        "labels": _READ,
        "annotations": _READ,
        "finalizers": [FINALIZER],
    },
    "spec": {
        "project": _READ,
        "destination": {"name": _READ, "namespace": _READ},
        "source": {
            "repoURL": _READ,
            "chart": _READ,
            "path": _READ,
            "targetRevision": _READ,
            "directory": _READ,
            "helm": {"releaseName": _READ, "valueFiles": _READ},
        },
        "syncPolicy": _READ,
    },
}
"""The fields that have a name in ``Application``, and constants; ``other`` has everything else."""


@dataclass(frozen=True, slots=True)
class Application:
    """An Application with the whole content of its document.

    ``repository`` is the URL of the chart or folder. Exactly one of ``chart`` and ``path`` is not
    empty, and ``version`` is that of the chart, or the revision of the folder. ``value_files`` are
    paths in ``values_repository`` at ``values_revision``, weak to strong. ``sync`` is the sync
    policy. With ``cascades``, Argo CD deletes the resources when it deletes the Application.
    ``annotations`` and ``directory`` are mostly empty.

    ``other`` has the remaining fields at their place in the document (``{"spec": {"info": […]}}``).
    The source of the chart or folder is ``spec.source`` there, also beside a source of values. A
    document with one entry in ``sources`` equals one with ``source``, as for Argo CD.

    ``tag`` is the image tag in its values, if that is the version that people use; it is not in the
    document.
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
    other: Mapping[str, Any] = field(default_factory=dict)
    tag: str = ""

    @property
    def runs(self) -> str:
        """The version for people: the tag of its image, else ``version``."""
        return self.tag or self.version

    def label(self, key: str) -> str:
        """Return the value of a label; empty if it is missing."""
        return self.labels.get(key, "")

    @property
    def addon(self) -> str:
        """The addon that it belongs to; empty for none."""
        return self.label("addon")

    @property
    def workload(self) -> str:
        """The workload, as ``<team>/<workload>``; empty for any other Application."""
        name = self.label("workload")
        return f"{self.label('team')}/{name}" if name else ""

    @property
    def owner(self) -> str:
        """The team that owns it; empty if none is named."""
        return self.label("owner") or self.label("team")

    @property
    def part(self) -> str:
        """The name that is the same on each cluster.

        An addon, ``<addon>-<component>``, ``<team>-<workload>``, ``cluster-config`` or
        ``bootstrap-<repository>``; rules make sure that these differ.
        """
        if self.workload:
            return self.workload.replace("/", "-")
        component = self.label("component")
        if self.addon:
            return f"{self.addon}-{component}" if component else self.addon
        return self.name.removesuffix(f"-{self.cluster}").removeprefix(f"{self.cluster}-")


_SHOWN = {
    "application_set": "applicationSet",
    "version": "revision",
    "values_repository": "values.repository",
    "values_revision": "values.revision",
    "value_files": "values.files",
    "sync": "syncPolicy",
    "cascades": "deletesResources",
}
"""Field of an ``Application`` → the path that a plan shows, if that is not its name."""


def shown(application: Application, left_out: Sequence[str] = ()) -> dict[str, Any]:
    """Return every field under the path that a plan shows, ``other`` at its place in the document.

    It iterates over the fields of the class, so that a new one is shown, too.
    """
    found: dict[str, Any] = _placed(application.other, _KNOWN)
    for each in fields(Application):
        if each.name == "other" or each.name in left_out:
            continue
        *parents, key = _SHOWN.get(each.name, each.name).split(".")
        node = found
        for parent in parents:
            node = node.setdefault(parent, {})
        node[key] = getattr(application, each.name)
    return found


def _placed(other: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``other`` with all mappings of a document, so that a plan names each new field."""
    placed = dict(other)
    for key, inner in known.items():
        if is_mapping(inner):
            placed[key] = _placed(other.get(key, {}), inner)
    return placed


def read_application(document: Mapping[str, Any], application_set: str) -> Application:
    """Read a generated Application, whose fields ``argo.spec`` has checked.

    Raises ``UnsupportedError`` for combinations of sources that the targets do not use.
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
        other=_rest({**document, "spec": _as_one_source(spec, deployed)}, _KNOWN),
    )


def _as_one_source(spec: Mapping[str, Any], deployed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec with the chart or folder as its only source."""
    found = dict(spec)
    found.pop("source", None)
    found.pop("sources", None)
    found["source"] = deployed
    return found


def _rest(node: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields that are neither read nor the known constant, without empty mappings."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        expected = known.get(key, _UNKNOWN)
        if expected is _READ:
            continue
        if type(expected) is dict:
            if rest := _rest(value, expected):
                found[key] = rest
        elif expected is _UNKNOWN or value != expected:
            found[key] = value
    return found


def _sources(
    sources: Sequence[Mapping[str, Any]], where: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the source of values (empty for none), and the source to deploy."""
    if len(sources) == 1 and "ref" not in sources[0]:
        return {}, sources[0]
    require(len(sources) == 2, f"{where} has {_COMBINATION}")
    values, deployed = sources
    require(values.keys() == _VALUES_SOURCE, f"{where} has {_COMBINATION}")
    require("ref" not in deployed, f"{where} has {_COMBINATION}")
    require(values["ref"] == _VALUES, f"{where} reads values from {values['ref']!r}")
    return values, deployed


def _value_file(path: Any, values: Mapping[str, Any], where: str) -> str:
    """Return the path in the repository of values. Argo CD would expand any other ``$``."""
    start, _, rest = str(path).partition("/")
    if start != f"${_VALUES}" or not values or "$" in rest:
        message = f"{where} reads the value file {path}"
        raise UnsupportedError(message)
    return rest
