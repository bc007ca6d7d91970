"""Compare the objects of Argo CD on a hub with what ``apps`` lists, in every field. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.applications import read_application
from dokaseca_compile.core.compare import compare
from dokaseca_compile.render.apps import as_data
from live.live_state import REFRESH, SET_REFRESH, TRACKING, HubState

_WRITTEN = ("name", "namespace", "labels", "annotations", "finalizers")
"""The metadata that the ApplicationSet controller writes."""
_ONLY_IN_APPS = {"rollout_step", "version"}
"""Fields of ``apps`` that no Application has: the step is in the ApplicationSet, and ``version`` may be an image tag,
which is in the values. The version of a chart or folder is checked with its source (``live.arrival``)."""


def application_differences(expected: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    """Return each field in which a live Application differs from what ``apps`` lists."""
    name = expected["name"]
    try:
        found = _as_apps_lists(live, expected["hub"])
    except UnsupportedError as error:
        return [f"Application {name} cannot be read: {error}"]
    left_out = set(_ONLY_IN_APPS)
    if expected["chart"]:
        left_out.remove("version")
    one, other = ({key: each for key, each in data.items() if key not in left_out} for data in (expected, found))
    changes = compare(one, other)
    return [f"Application {name}: {each.path} is {each.new!r}, expected {each.old!r}" for each in changes]


def _as_apps_lists(document: Mapping[str, Any], hub: str) -> dict[str, Any]:
    """Return a live Application in the form of ``apps --format json``, without what the API server adds."""
    metadata = {key: value for key, value in document["metadata"].items() if key in _WRITTEN}
    annotations = {key: value for key, value in metadata.pop("annotations", {}).items() if key != REFRESH}
    if annotations:
        metadata["annotations"] = annotations
    own = {key: document[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": metadata}
    (owner,) = document["metadata"].get("ownerReferences", [{"name": ""}])
    return as_data(read_application(own, owner["name"]), hub)


def fleet_differences(expected: Mapping[str, Mapping[str, Any]], live: HubState) -> list[str]:
    """Return each Application of a hub that is missing, not expected, or differs."""
    found = [f"Application {name} is missing" for name in sorted(expected.keys() - live.applications.keys())]
    for name in sorted(live.applications.keys() - expected.keys()):
        deleting = ", which is being deleted," if "deletionTimestamp" in live.applications[name]["metadata"] else ""
        found.append(f"Application {name}{deleting} is not expected")
    for name in sorted(expected.keys() & live.applications.keys()):
        found += application_differences(expected[name], live.applications[name])
    return found


def hub_differences(expected: Sequence[Mapping[str, Any]], live: HubState) -> list[str]:
    """Return each ApplicationSet, AppProject and cluster Secret of ``apps --bundle`` that is missing, differs or is
    not expected. Credentials are not compared."""
    found = []
    kinds = {"ApplicationSet": live.sets, "AppProject": live.projects, "Secret": live.secrets}
    for kind, documents in kinds.items():
        wanted = {each["metadata"]["name"]: each for each in expected if each["kind"] == kind}
        found += [f"{kind} {name} is missing" for name in sorted(wanted.keys() - documents.keys())]
        found += [f"{kind} {name} is not expected" for name in sorted(documents.keys() - wanted.keys() - _BUILT_IN)]
        for name in sorted(wanted.keys() & documents.keys()):
            changes = compare(_own(wanted[name]), _own(documents[name]))
            found += [f"{kind} {name}: {each.path} is {each.new!r}, expected {each.old!r}" for each in changes]
    return found


_BUILT_IN = {"default"}
"""The AppProject that Argo CD makes for itself."""
_FOREIGN_LABELS = {"app.kubernetes.io/managed-by"}  # Helm writes its own
_FOREIGN_ANNOTATIONS = {TRACKING, SET_REFRESH, "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"}


def _own(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the compiler has written into a document."""
    metadata = document["metadata"]
    labels = {key: value for key, value in metadata.get("labels", {}).items() if key not in _FOREIGN_LABELS}
    annotations = metadata.get("annotations", {})
    own = {key: value for key, value in annotations.items() if key not in _FOREIGN_ANNOTATIONS}
    return {"labels": labels, "annotations": own, "spec": _without_empty(document.get("spec", {}))}


def _without_empty(node: Any) -> Any:
    """Return a value without what Go leaves out: Argo CD's controllers write a document again from their own types."""
    if isinstance(node, Mapping):
        inner = {key: _without_empty(each) for key, each in node.items()}
        return {key: each for key, each in inner.items() if each not in (None, False, "", {}, [])}
    return [_without_empty(each) for each in node] if isinstance(node, list) else node
