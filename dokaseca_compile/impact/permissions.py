"""What AppProjects still allow after a change, of what was deployed before it.

Argo CD deletes and prunes only objects that the project of their Application allows
(``getPermittedAppLiveObjects``). A project that loses a namespace or a cluster together with the
Application leaves its resources running.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo import Project
from dokaseca_compile.argo.applications import Application
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.impact.effects import Placed


class Permissions:
    """Answers whether the resources of an Application can be deleted after a change."""

    def __init__(self, before: Inventory, after: Inventory) -> None:
        self._before = before.resolved
        self._projects = {hub.name: hub.projects for hub in after.hubs}
        self._allowed: dict[int, frozenset[tuple[str, str]]] = {}

    def lost(self, hub: str, application: Application, project: str = "") -> list[str]:
        """Return the namespaces of an Application that its project no longer allows, by name.

        ``project`` is the one after the change, if it is another one. A project that is deleted
        itself stays as it was until its last Application is gone.
        """
        found = self._projects.get(hub, {}).get(project or application.project)
        if found is None:
            return []
        allowed = self._destinations(found)
        if not allowed.isdisjoint((("*", "*"), (application.cluster, "*"))):
            return []
        used = set(self._namespaces(application))
        return sorted(
            each for each in used if allowed.isdisjoint((("*", each), (application.cluster, each)))
        )

    def lost_by_move(self, before: Placed, after: Placed) -> list[str]:
        """Return the namespaces that no project allows of an Application that is created again.

        An Application of the same name and ApplicationSet stays, and prunes in its new project.
        """
        (hub, old), (_, new) = before, after
        stays = (old.name, old.application_set) == (new.name, new.application_set)
        return self.lost(hub, old, new.project if stays else "")

    def _destinations(self, project: Project) -> frozenset[tuple[str, str]]:
        """Return the clusters and namespaces that a project allows; a team may have thousands."""
        if id(project) not in self._allowed:
            pairs = ((each["name"], each["namespace"]) for each in project.destinations)
            self._allowed[id(project)] = frozenset(pairs)
        return self._allowed[id(project)]

    def _namespaces(self, application: Application) -> Iterator[str]:
        """Yield the namespaces that an Application deployed to."""
        yield application.namespace
        addon = self._before.addons.get(application.addon)
        if addon is not None:
            yield from addon.addon.namespaces

    def by_git(self, cluster: str) -> bool:
        """Return whether Git registered a cluster before the change."""
        found = self._before.clusters.get(cluster)
        return found is not None and found.registration == "gitops"
