"""The manifests that start a hub: apps of apps with an AppProject for each repository it reads.

A hub reads the files of each environment that it serves by an Application of its own, at the
revision of that environment: what is merged for dev reaches dev, whatever production is pinned to.

Each environment has a marker in each folder, an ApplicationSet without Applications, so that its
files are never empty on purpose: Argo CD refuses an automated sync that would delete everything
(``autoSync``, unless ``allowEmpty``). So the last addon or workload can be removed, and a folder
that is emptied by accident still deletes nothing.

GitOps Bridge applies each file as one mapping, so each holds one document. Every Application is
named after its hub: with two hubs a constant name would be a duplicate, and Argo CD drops both
Applications (``validateGeneratedApplications``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.formats.body import CommentStyle, TextBody, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.contract import label_key, repository_annotation
from dokaseca_compile.resolve.layout import Layout, applied_pattern
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.targets.base import (
    MARKER,
    PATIENT,
    app_project,
    application_set,
    marker_name,
    named,
    ownership_labels,
    repository_url,
    retry,
)

NAME = "bootstrap"
# The kinds that each repository may add to Argo CD's namespace: authors of workloads must not
# register clusters.
_KINDS: dict[RepositoryKey, tuple[tuple[str, str], ...]] = {
    "addons": (("argoproj.io", "AppProject"), ("argoproj.io", "ApplicationSet")),
    "clusters": (("", "Secret"), ("external-secrets.io", "ExternalSecret")),
    "workloads": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")),
}
# Git keeps no empty folder, and an Application whose path is missing fails.
_READMES: dict[RepositoryKey, str] = {
    "addons": "# Addons\n\n"
    "The ApplicationSets of each addon, by category, and the AppProject of each category. Argo CD\n"
    "applies every `<environment>.yaml` below this folder at the revision of that environment.\n",
    "workloads": "# Applications\n\n"
    "A folder for each workload, `<team>/<workload>/`, with an ApplicationSet for each\n"
    "environment. Argo CD applies every `<environment>.yaml` below this folder at the revision\n"
    "of that environment. It refuses kinds other than Application and ApplicationSet.\n",
}


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield an AppProject and an ApplicationSet for each repository that a hub reads."""
    served = resolved.hubs_by_environment()
    registering = set(resolved.registering_hubs())
    for key in _KINDS:
        readers = served
        if key == "clusters":
            readers = {name: sorted(registering & {*hubs}) for name, hubs in served.items()}
        yield from _started(resolved, layout, key, readers)
    for key, text in _READMES.items():
        origin = Origin(NAME, (("repositories", key),))
        yield Artifact(layout.readme(key).file, TextBody(text, CommentStyle.HTML), origin)
        for environment in served:
            marker = YamlBody((_marker(resolved, layout, key, environment),))
            yield Artifact(layout.marker(key, environment).file, marker, origin)


def _started(
    resolved: Resolved, layout: Layout, key: RepositoryKey, readers: Mapping[str, Sequence[str]]
) -> Iterator[Artifact]:
    """Yield what applies a repository; ``readers`` are the hubs that read each environment."""
    hubs = sorted({hub for names in readers.values() for hub in names})
    if not hubs:
        return
    origin = Origin(NAME, (("repositories", key), *(("clusters", hub) for hub in hubs)))
    project = YamlBody((_project(resolved, key, hubs),))
    yield Artifact(layout.bootstrap(f"{key}-project").file, project, origin)
    body = YamlBody((_application_set(resolved, key, readers),))
    yield Artifact(layout.bootstrap(key).file, body, origin)


def _application_set(
    resolved: Resolved, key: RepositoryKey, readers: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    generators = [
        _generator(resolved, key, environment, hubs)
        for environment, hubs in readers.items()
        if hubs
    ]
    folder = repository_annotation(key, "basepath") + repository_annotation(key, "path")
    environment = "{{ .values.environment }}"
    source: dict[str, Any] = {
        "repoURL": repository_annotation(key, "url"),
        "targetRevision": "{{ .values.revision }}",
    }
    if key == "clusters":
        source["path"] = f"{folder}/{{{{ .name }}}}/{environment}"
    else:
        source["path"] = folder
        source["directory"] = {"recurse": True, "include": applied_pattern(environment)}
    template = {
        "metadata": {
            "name": f"bootstrap-{key}-{environment}-{{{{ .nameNormalized }}}}",
            "labels": {
                "cluster": "{{ .name }}",
                "environment": environment,
                "repository": key,
                **ownership_labels(resolved),
            },
        },
        "spec": {
            "project": f"bootstrap-{key}",
            "source": source,
            "destination": {"name": "{{ .name }}", "namespace": ARGOCD_NAMESPACE},
            "syncPolicy": {
                # Never `allowEmpty`: each folder has a marker, so only a mistake can empty it.
                "automated": {"prune": True, "selfHeal": True},
                # Server-side apply keeps a Secret's content out of the last-applied annotation.
                "syncOptions": ["ServerSideApply=true"],
                "retry": retry(PATIENT),
            },
        },
    }
    name = f"bootstrap-{key}"
    return application_set(name, ownership_labels(resolved), generators, template, preserve=True)


def _generator(
    resolved: Resolved, key: RepositoryKey, environment: str, hubs: Sequence[str]
) -> dict[str, Any]:
    """Return the hubs that read an environment, with its name and its revision."""
    names = {"key": label_key("cluster_name"), "operator": "In", "values": _hubs(hubs)}
    values = {
        "environment": named("environments", environment),
        "revision": resolved.environments[environment].repositories[key].revision,
    }
    return {"clusters": {"selector": {"matchExpressions": [names]}, "values": values}}


def _hubs(names: Sequence[str]) -> list[Setting[str]]:
    return [named("clusters", name) for name in names]


def _marker(
    resolved: Resolved, layout: Layout, key: RepositoryKey, environment: str
) -> dict[str, Any]:
    """Return an ApplicationSet without a generator: it makes no Application."""
    name = marker_name(key, environment)
    template = {
        "metadata": {"name": name},
        "spec": {
            "project": f"bootstrap-{key}",
            "source": {
                "repoURL": repository_url(resolved, key),
                "path": layout.applied(key).path,
            },
            "destination": {"namespace": ARGOCD_NAMESPACE},
        },
    }
    document = application_set(name, ownership_labels(resolved), [], template, preserve=True)
    document["metadata"]["annotations"] = MARKER
    return document


def _project(resolved: Resolved, key: RepositoryKey, hubs: Sequence[str]) -> dict[str, Any]:
    """Return a project for one repository and Argo CD's namespace on the hubs that read it."""
    spec = {
        "description": f"What a hub reads of the {key} repository.",
        "sourceRepos": [repository_url(resolved, key)],
        "destinations": [{"name": hub, "namespace": ARGOCD_NAMESPACE} for hub in _hubs(hubs)],
        "namespaceResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in _KINDS[key]
        ],
    }
    return app_project(f"bootstrap-{key}", ownership_labels(resolved), spec)
