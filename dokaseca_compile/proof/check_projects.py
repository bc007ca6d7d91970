"""Every AppProject: exactly what its Applications use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dokaseca_compile.argo import Project
from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.proof.difference import DisagreementError, same, same_mapping
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.proof.expected.projects import MeantProject


def check_bootstrap(hub: Hub) -> None:
    """The AppProjects allow the Applications that start the hub."""
    for application in hub.bootstrap:
        project = hub.projects.get(application.project)
        if project is None:
            message = f"{application.name} is in the unknown project {application.project}"
            raise DisagreementError(message)
        for refusal in project.refusals(
            [application.repository], application.cluster, application.namespace
        ):
            message = f"{application.name}: {refusal}"
            raise DisagreementError(message)


def check_projects(intent: Intent, hubs: Iterable[Hub]) -> None:
    """Every AppProject allows exactly what its Applications use."""
    meant = intent.projects
    checked: set[int] = set()
    for hub in hubs:
        same(f"the projects of {hub.name}", sorted(hub.projects), sorted(meant))
        for name, project in hub.projects.items():
            if id(project) not in checked:
                checked.add(id(project))
                _check_project(name, project, meant[name])


def _check_project(name: str, found: Project, meant: MeantProject) -> None:
    same_mapping(f"{name}: label", found.labels, meant.labels)
    same_mapping(f"{name}: annotation", found.annotations, {})
    same(f"{name}: finalizers", list(found.finalizers), ["resources-finalizer.argocd.argoproj.io"])
    same(f"{name}: kinds", _kinds(found.cluster_kinds), meant.cluster_kinds)
    same(f"{name}: namespaced kinds", _kinds(found.namespace_kinds), meant.namespace_kinds)
    same(f"{name}: refused kinds", _kinds(found.refused_kinds), meant.refused_kinds)
    same(
        f"{name}: roles",
        [(each.name, each.policies, each.groups) for each in found.roles],
        list(meant.roles),
    )
    same(f"{name}: sources", list(found.sources), list(meant.sources))
    _check_destinations(name, found.destinations, meant.destinations)


def _kinds(listed: Sequence[Mapping[str, Any]] | None) -> tuple[tuple[str, str], ...] | None:
    """Group and kind of each entry; an entry with more or less is none of ours."""
    if listed is None:
        return None
    return tuple(
        (each["group"], each["kind"]) if len(each) == 2 else ("", str(each)) for each in listed
    )


def _check_destinations(
    project: str, found: Sequence[Mapping[str, Any]], meant: Mapping[str, Sequence[str]]
) -> None:
    """An entry for each cluster and namespace, in their order and no more."""
    listed = iter(found)
    for cluster, namespaces in meant.items():
        for namespace in namespaces:
            entry = next(listed, {})
            if (
                len(entry) != 2
                or entry.get("name") != cluster
                or entry.get("namespace") != namespace
            ):
                same(
                    f"{project}: destination",
                    dict(entry),
                    {"name": cluster, "namespace": namespace},
                )
    same(f"{project}: further destinations", [dict(each) for each in listed], [])
