"""Read what is live: Applications, ApplicationSets and AppProjects of a hub, and the objects of every cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from live.argocd import NAMESPACE
from live.clusters import Cluster
from live.kubernetes import ApiError

TRACKING = "argocd.argoproj.io/tracking-id"
REFRESH = "argocd.argoproj.io/refresh"
SET_REFRESH = "argocd.argoproj.io/application-set-refresh"
_ARGO = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}"
_SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets?labelSelector=argocd.argoproj.io/secret-type=cluster"


@dataclass(frozen=True)
class HubState:
    """The objects of Argo CD on a hub, by name."""

    applications: Mapping[str, dict[str, Any]]
    sets: Mapping[str, dict[str, Any]]
    projects: Mapping[str, dict[str, Any]]
    secrets: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """The Secrets of clusters."""


class Key(NamedTuple):
    """The place of an object; ``cluster`` is the name of the API server."""

    cluster: str
    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place} on {self.cluster}"


class Object(NamedTuple):
    """An object: its identity, the Application that tracks it (empty for none), and whether it is being deleted."""

    uid: str
    application: str
    deleting: bool


def read_hub(hub: Cluster) -> HubState:
    """Read a hub."""
    kinds = ("applications", "applicationsets", "appprojects")
    places = [*(f"{_ARGO}/{each}" for each in kinds), _SECRETS]
    return HubState(*(_by_name(hub.api.list(each)) for each in places))


def read_objects(clusters: Iterable[Cluster]) -> dict[Key, Object]:
    """Read the metadata of every object of every cluster."""
    found = {}
    for cluster in clusters:
        for resource, metadata in cluster.api.metadata():
            key = Key(cluster.name, resource.group, resource.kind, metadata.get("namespace", ""), metadata["name"])
            application = metadata.get("annotations", {}).get(TRACKING, "").partition(":")[0]
            found[key] = Object(metadata.get("uid", ""), application, "deletionTimestamp" in metadata)
    return found


def refresh_applications(hub: Cluster, names: Iterable[str]) -> None:
    """Let Argo CD compare Applications with Git now, as a webhook of the Git server does."""
    for name in names:
        _annotate(hub, f"{_ARGO}/applications/{name}", REFRESH, "normal")


def refresh_sets(hub: Cluster, names: Iterable[str]) -> None:
    """Let Argo CD evaluate ApplicationSets now."""
    for name in names:
        _annotate(hub, f"{_ARGO}/applicationsets/{name}", SET_REFRESH, "true")


def sync(hub: Cluster, application: Mapping[str, Any]) -> None:
    """Sync an Application, as a person does who presses the button."""
    options = application["spec"].get("syncPolicy", {}).get("syncOptions", [])
    operation = {"initiatedBy": {"username": "live"}, "sync": {"prune": True, "syncOptions": options}}
    hub.api.patch(f"{_ARGO}/applications/{application['metadata']['name']}", {"operation": operation})


def _annotate(hub: Cluster, path: str, key: str, value: str) -> None:
    try:
        hub.api.patch(path, {"metadata": {"annotations": {key: value}}})
    except ApiError as error:
        if error.status != 404:
            raise


def _by_name(documents: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in documents}
