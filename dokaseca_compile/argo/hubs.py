"""The content of every Argo CD of the platform, read from the files as the hubs read them.

Terraform starts a hub: GitOps Bridge writes the cluster Secret of the hub itself and applies the
bootstrap ApplicationSets. Their Applications read the folders of the addons and clusters
repositories, which have the other Secrets, the AppProjects and the ApplicationSets. A path to
nothing is an error here, not an empty cluster.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from dokaseca_compile.argo import (
    ApplicationSet,
    ClusterSecret,
    EvaluationError,
    Project,
    UnsupportedError,
)
from dokaseca_compile.argo.applications import Application, read_application
from dokaseca_compile.argo.errors import require
from dokaseca_compile.argo.reader import items, mapping, text
from dokaseca_compile.argo.secrets import unique_secrets
from dokaseca_compile.formats.body import JsonBody, TextBody, TfvarsBody, YamlBody
from dokaseca_compile.formats.read import read_yaml
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.resolve.contract import bridge_metadata
from dokaseca_compile.resolve.layout import Layout

NAMESPACE = "argocd"

_VERSIONS = {
    "Secret": "v1",
    "ExternalSecret": "external-secrets.io/v1",
    "ApplicationSet": "argoproj.io/v1alpha1",
    "AppProject": "argoproj.io/v1alpha1",
}
_HEAD = ("apiVersion", "kind", "metadata", "spec")
_SECRET_HEAD = ("apiVersion", "kind", "metadata", "type", "stringData")
_EXTERNAL_SECRET = ("refreshInterval", "secretStoreRef", "target", "data")
_CLUSTER_DATA = ("name", "server", "config")
"""Other keys have an effect in Argo CD: ``project``, ``namespaces``, ``shard``."""
_METADATA = ("name", "namespace", "labels", "annotations", "finalizers")
_FILES_OF_ONE_NAME = re.compile(r"\*/[a-z0-9.-]+")
_KUSTOMIZATION = ("kustomize.config.k8s.io/v1beta1", "Kustomization")


class Output:
    """The files of every repository as documents, by path below the output folder."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], Sequence[Any]]) -> None:
        """``read`` returns the documents of a path; the variables of a ``.tfvars`` file are one."""
        self._paths = sorted(paths)
        self._known = frozenset(self._paths)
        self._read = read

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def documents(self, path: str) -> Sequence[Any]:
        """Return the documents of a file."""
        return self._read(path)

    def below(self, folder: str, endings: str | tuple[str, ...]) -> list[str]:
        """Return the files below a folder whose names end in one of these, by path."""
        first = bisect_left(self._paths, f"{folder}/")
        behind = bisect_left(self._paths, f"{folder}0")  # the character after the slash
        return [path for path in self._paths[first:behind] if path.endswith(endings)]


def output_of(tree: FileTree) -> Output:
    """Return the documents of a tree as the targets emit them, before rendering."""

    def read(path: str) -> Sequence[Any]:
        body = tree[path].body
        if isinstance(body, YamlBody):
            return body.documents
        if isinstance(body, JsonBody):
            return (body.data,)
        if isinstance(body, TfvarsBody):
            return (body.attributes,)
        if isinstance(body, TextBody) and path.endswith(".yaml"):  # copied as it is
            found = read_yaml(body.text, path)
            return found.documents if found is not None else ()
        return ()

    return Output(tree, read)


class Repositories:
    """The Git repositories of the output, with paths as Argo CD reads them."""

    def __init__(self, output: Output, layout: Layout) -> None:
        self._output, self._layout = output, layout
        self._folders: dict[str, tuple[str, ...]] = {}

    def folders(self, url: str) -> tuple[str, ...]:
        """Return the folders of a repository in the output; none for other repositories."""
        if url not in self._folders:
            self._folders[url] = self._layout.folders(url)
        return self._folders[url]

    def places(self, url: str, path: str) -> list[str]:
        """Return the paths in the output for a path of a repository: one in each of its folders."""
        return [f"{folder}/{path}" for folder in self.folders(url)]

    def file(self, url: str, path: str) -> str | None:
        """Return the path in the output of a file of a repository; ``None`` if it is missing."""
        for folder in self.folders(url):
            place = f"{folder}/{path}"
            if place in self._output:
                return place
        return None

    def below(self, url: str, path: str, endings: str | tuple[str, ...]) -> list[str]:
        """Return the files below a folder of a repository whose names end in one of these."""
        found: list[str] = []
        for place in self.places(url, path):
            found += self._output.below(place, endings)
        return found


@dataclass(frozen=True, slots=True)
class Hub:
    """One Argo CD with its clusters, ApplicationSets, AppProjects and bootstrap Applications.

    ``documents`` are the objects as they are written, Secrets first.
    """

    name: str
    clusters: tuple[ClusterSecret, ...]
    application_sets: tuple[ApplicationSet, ...]
    projects: Mapping[str, Project]
    bootstrap: tuple[Application, ...]
    documents: tuple[Mapping[str, Any], ...]


def read_hubs(output: Output, layout: Layout) -> Iterator[Hub]:
    """Read every hub, by name. Raises ``EvaluationError`` for missing or duplicate objects."""
    reader = _Reader(output, layout)
    for hub, secrets in sorted(_terraform_secrets(output, layout).items()):
        yield reader.hub(hub, secrets)


def _terraform_secrets(output: Output, layout: Layout) -> dict[str, list[Mapping[str, Any]]]:
    """Return hub → the Secrets that Terraform writes there, for all clusters that are hubs."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for path in output.below(layout.tfvars_folder().file, ".tfvars"):
        (variables,) = output.documents(path)
        name, hub = variables["cluster_name"], variables["cluster_hub"]
        require(
            posixpath.basename(path) == f"{name}.tfvars",
            f"{path} belongs to the cluster {name}",
            EvaluationError,
        )
        if hub == name:
            found.setdefault(hub, [])
        if variables["cluster_registration"] == "terraform":
            found.setdefault(hub, []).append(_bridge_secret(variables))
    return found


def _bridge_secret(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    labels, annotations = bridge_metadata(variables)
    name = variables["cluster_name"]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "labels": labels,
            "annotations": annotations,
        },
        "type": "Opaque",
        "stringData": {
            "name": name,
            "server": variables["cluster_server"],
            "config": variables["cluster_config"],
        },
    }


class _Reader:
    """Reads the folders of Applications; a folder that several hubs share is read once."""

    def __init__(self, output: Output, layout: Layout) -> None:
        self._output, self._repositories = output, Repositories(output, layout)
        self._started = self._documents(output.below(layout.bootstrap_folder().file, ".yaml"))
        self._shared: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        self._sets: dict[int, ApplicationSet] = {}
        self._projects: dict[int, Project] = {}

    def hub(self, name: str, secrets: Sequence[Mapping[str, Any]]) -> Hub:
        """Read a hub, from the Secrets that Terraform writes and the folders that it reads."""
        objects = [*secrets, *self._started]
        bootstrap = tuple(self._bootstrap(name, secrets))
        for application in bootstrap:
            objects += self._content(application)
        by_kind: dict[str, list[Mapping[str, Any]]] = {}
        for each in objects:
            _check_head(each)
            by_kind.setdefault(str(each.get("kind")), []).append(each)
        registered = [
            *by_kind.pop("Secret", []),
            *map(_secret_of, by_kind.pop("ExternalSecret", [])),
        ]
        sets, projects = by_kind.pop("ApplicationSet", []), by_kind.pop("AppProject", [])
        require(not by_kind, f"hub {name} gets the unknown kinds {', '.join(sorted(by_kind))}")
        clusters = _clusters(registered)
        return Hub(
            name,
            tuple(unique_secrets(cluster for cluster, _ in clusters)),
            tuple(self._set(each) for each in _unique(sets)),
            {each.name: each for each in map(self._project, _unique(projects))},
            bootstrap,
            (*(secret for _, secret in clusters), *projects, *sets),
        )

    def _bootstrap(self, hub: str, secrets: Sequence[Mapping[str, Any]]) -> Iterator[Application]:
        """Yield the Applications of the bootstrap ApplicationSets, before other clusters exist."""
        clusters = [cluster for cluster, _ in _clusters(secrets)]
        require(
            hub in {each.name for each in clusters},
            f"hub {hub} is not registered with its own Argo CD",
            EvaluationError,
        )
        for document in self._started:
            if document.get("kind") != "ApplicationSet":
                continue
            application_set = self._set(document)
            for cluster in clusters:
                for each in application_set.applications(cluster):
                    yield read_application(each, application_set.name)

    def _set(self, document: Mapping[str, Any]) -> ApplicationSet:
        if id(document) not in self._sets:
            self._sets[id(document)] = ApplicationSet.read(document)
        return self._sets[id(document)]

    def _project(self, document: Mapping[str, Any]) -> Project:
        if id(document) not in self._projects:
            self._projects[id(document)] = Project.read(document)
        return self._projects[id(document)]

    def _content(self, application: Application) -> list[Mapping[str, Any]]:
        """Return the objects in the folder of an Application."""
        url, path = application.repository, application.path
        require(
            self._repositories.folders(url),
            f"{application.name} reads the unknown repository {url}",
            EvaluationError,
        )
        directory = mapping(application.directory, application.name, ("recurse", "include"))
        if not directory:
            return list(self._kustomized(self._kustomize_root(url, path)))
        ending = _included(directory, application.name)
        if not self._repositories.below(url, path, ""):
            place = self._repositories.places(url, path)[0]
            message = f"{application.name} reads {place}, which has no files"
            raise EvaluationError(message)
        read = (url, path, ending)
        if read not in self._shared:
            self._shared[read] = self._documents(self._repositories.below(*read))
        return self._shared[read]

    def _documents(self, paths: Iterable[str]) -> list[Mapping[str, Any]]:
        return list(chain.from_iterable(map(self._output.documents, paths)))

    def _kustomize_root(self, url: str, path: str) -> str:
        """Return the folder with a Kustomization; a missing one is reported later."""
        places = self._repositories.places(url, path)
        return next(
            (each for each in places if f"{each}/kustomization.yaml" in self._output), places[0]
        )

    def _kustomized(self, folder: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of ``kustomize build`` for a folder with lists of resources."""
        path = f"{folder}/kustomization.yaml"
        require(path in self._output, f"{path} is missing", EvaluationError)
        (found,) = self._output.documents(path)
        kustomization = mapping(found, path, ("apiVersion", "kind", "namespace", "resources"))
        head = (kustomization.get("apiVersion"), kustomization.get("kind"))
        require(head == _KUSTOMIZATION, f"{path} is not a Kustomization")
        namespace = kustomization.get("namespace")
        require(namespace in {None, NAMESPACE}, f"{path} is for the namespace {namespace}")
        seen: set[str] = set()
        for resource in items(kustomization.get("resources"), path):
            place = posixpath.normpath(f"{folder}/{text(resource, path)}")
            if place in seen:  # Kustomize refuses duplicate objects
                message = f"{path} lists {resource} twice"
                raise EvaluationError(message)
            seen.add(place)
            for each in self._resource(place):
                metadata = mapping(each.get("metadata"), place)
                if namespace not in {None, metadata.get("namespace")}:
                    message = f"{path} moves {metadata.get('name')} to another namespace"
                    raise UnsupportedError(message)
                yield each

    def _resource(self, place: str) -> Iterable[Mapping[str, Any]]:
        """Return the objects of an entry of ``resources``: a file or a folder."""
        if place in self._output:
            return self._output.documents(place)
        return self._kustomized(place)


def _included(directory: Mapping[str, Any], where: str) -> str:
    """Return the ending of the paths that a directory source reads, which begins with a slash.

    Argo CD's ``*`` matches slashes too (``glob.Match`` without separators).
    """
    include = str(directory.get("include"))
    require(
        directory.get("recurse") is True and _FILES_OF_ONE_NAME.fullmatch(include),
        f"{where} reads a directory by {dict(directory)}",
    )
    return include.removeprefix("*")


def _check_head(document: Mapping[str, Any]) -> None:
    """Check the API version of a document, and that it has supported fields only.

    The API server would refuse or silently drop the others.
    """
    kind = str(document.get("kind"))
    metadata = mapping(document.get("metadata"), f"the metadata of a {kind}", _METADATA)
    where = f"{kind} {metadata.get('name')}"
    if kind not in _VERSIONS:
        return  # reported later, with all unknown kinds
    require(
        _VERSIONS[kind] == document.get("apiVersion"),
        f"{where} has the version {document.get('apiVersion')}",
    )
    mapping(document, where, _SECRET_HEAD if kind == "Secret" else _HEAD)
    if kind == "Secret":
        mapping(document.get("stringData", {}), where, _CLUSTER_DATA)  # a placeholder has none
    elif kind == "ExternalSecret":
        mapping(document.get("spec"), where, _EXTERNAL_SECRET)


def _clusters(
    secrets: Iterable[Mapping[str, Any]],
) -> list[tuple[ClusterSecret, Mapping[str, Any]]]:
    """Return the clusters that Secrets register, each with its Secret.

    A Secret without a cluster only keeps a folder from being empty: other tools need none.
    """
    found = []
    for secret in secrets:
        cluster = ClusterSecret.read(secret, NAMESPACE)
        if cluster is not None:
            found.append((cluster, secret))
    return found


def _secret_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the Secret that External Secrets creates from the template of an ExternalSecret."""
    own = mapping(document.get("metadata"), "metadata")
    where = f"ExternalSecret {own.get('name')}"
    spec = mapping(document.get("spec"), where)
    target = mapping(spec.get("target"), where, ("name", "creationPolicy", "template"))
    template = mapping(target.get("template"), where, ("engineVersion", "type", "metadata", "data"))
    metadata = mapping(template.get("metadata"), where, ("labels", "annotations"))
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": target.get("name"), "namespace": own.get("namespace"), **metadata},
        "type": template.get("type"),
        "stringData": mapping(template.get("data"), where, _CLUSTER_DATA),
    }


def _unique(documents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return objects of one kind by name.

    Raises ``EvaluationError`` for two with one name, since one would replace the other, and for one
    outside of Argo CD's namespace, where Argo CD ignores it.
    """
    known: dict[str, Mapping[str, Any]] = {}
    for each in documents:
        metadata = mapping(each.get("metadata"), str(each.get("kind")))
        name, namespace = str(metadata.get("name")), metadata.get("namespace")
        if namespace != NAMESPACE:
            message = f"{each.get('kind')} {name} is in the namespace {namespace}"
            raise EvaluationError(message)
        if known.setdefault(name, each) is not each:
            message = f"{each.get('kind')} {name} is written twice"
            raise EvaluationError(message)
    return [known[name] for name in sorted(known)]
