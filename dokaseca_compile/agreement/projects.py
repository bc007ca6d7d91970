"""Every AppProject: exactly what its Applications use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dokaseca_compile.agreement.difference import DisagreementError, same, same_mapping
from dokaseca_compile.hubs import Hub
from dokaseca_compile.intent import Intent


def check_bootstrap(hub: Hub) -> None:
    """The AppProjects allow the Applications that start the hub."""
    for application in hub.bootstrap:
        project = hub.projects.get(application.project)
        if project is None:
            message = f"{application.name} is in the unknown project {application.project}"
            raise DisagreementError(message)
        for refusal in project.refusals([application.repository], application.cluster, application.namespace):
            message = f"{application.name}: {refusal}"
            raise DisagreementError(message)


def check_projects(intent: Intent, hubs: Iterable[Hub]) -> None:
    """Every AppProject allows exactly what its Applications use."""
    meant = intent.projects()
    checked: set[int] = set()
    for hub in hubs:
        same(f"the projects of {hub.name}", sorted(hub.projects), sorted(meant))
        for name, project in hub.projects.items():
            if id(project) not in checked:
                checked.add(id(project))
                sources, destinations = meant[name]
                same_mapping(f"{name}: label", project.labels, intent.owned)
                same_mapping(f"{name}: annotation", project.annotations, {"argocd.argoproj.io/sync-wave": "-1"})
                same(f"{name}: kinds", (project.cluster_kinds, project.namespace_kinds), intent.kinds(name))
                same(f"{name}: sources", list(project.sources), sources)
                _check_destinations(name, project.destinations, destinations)


def _check_destinations(project: str, found: Sequence[Mapping[str, Any]], meant: Mapping[str, Sequence[str]]) -> None:
    """An entry for each cluster and namespace, in their order and no more."""
    listed = iter(found)
    for cluster, namespaces in meant.items():
        for namespace in namespaces:
            entry = next(listed, {})
            if len(entry) != 2 or entry.get("name") != cluster or entry.get("namespace") != namespace:
                same(f"{project}: destination", dict(entry), {"name": cluster, "namespace": namespace})
    same(f"{project}: further destinations", [dict(each) for each in listed], [])
