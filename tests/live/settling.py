"""Wait until every hub has done what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from live.arrival import has_applied, pending_application, set_errors
from live.clusters import Cluster
from live.comparison import fleet_differences, hub_differences
from live.live_state import (
    REFRESH,
    SET_REFRESH,
    HubState,
    read_hub,
    read_objects,
    refresh_applications,
    refresh_sets,
    sync,
)
from live.processes import Processes
from live.waiting import wait_until_none

_STUCK = 5
"""So often in a row an Application is seen to be left out of a rollout, until it gets help."""


class Expected(NamedTuple):
    """What the compiler says of each hub: its Applications by name, and its other objects of Argo CD."""

    apps: Mapping[str, Mapping[str, Any]]
    bundle: Mapping[str, Sequence[Mapping[str, Any]]]


Revisions = Mapping[tuple[str, str], str]


class Settling:
    """Waits for the hubs, and keeps a record of the help that Argo CD needed."""

    def __init__(self, processes: Processes, hubs: Mapping[str, Cluster], clusters: Iterable[Cluster]) -> None:
        self._processes, self._hubs, self._clusters = processes, hubs, list(clusters)
        self._stuck: Counter[tuple[str, str]] = Counter()
        self.helped: list[str] = []

    def notify(self, url: str) -> None:
        """Tell each hub of a commit, as a webhook of the Git server does."""
        for hub in self._hubs.values():
            applications = read_hub(hub).applications
            refresh_applications(hub, [name for name, each in applications.items() if url in _urls(each)])

    def wait_for_repository(self, url: str, revisions: Revisions) -> None:
        """Wait until each hub has read a repository, and has done everything that follows from it.

        The controllers confirm it: each takes the request for a refresh away when it has worked on the object.
        """
        self._wait(lambda hub: _unread(hub, url, revisions), f"{url} is read")
        for hub in self._hubs.values():
            refresh_sets(hub, read_hub(hub).sets)
        self._wait(_unconfirmed_sets, f"the ApplicationSets have followed {url}")
        for hub in self._hubs.values():
            refresh_applications(hub, read_hub(hub).applications)
        self._wait(_busy_applications, f"the Applications have followed {url}")

    def wait_for_hubs(self, expected: Expected, revisions: Revisions) -> float:
        """Wait until the hubs are as the compiler says, and each Application Synced and Healthy at the newest commits.

        Returns the seconds. Raises ``NotSettledError`` with everything that is not.
        """
        self._stuck.clear()

        def pending() -> list[str]:
            found = self._processes.ended()
            for name, hub in self._hubs.items():
                live = read_hub(hub)
                self._help(hub, live)
                found += fleet_differences(expected.apps.get(name, {}), live)
                found += hub_differences(expected.bundle.get(name, ()), live) + set_errors(live)
                found += filter(None, (pending_application(each, revisions) for each in live.applications.values()))
            return found

        seconds = wait_until_none(pending, "hubs")
        return seconds + wait_until_none(self._terminating, "objects that are being deleted")

    def _terminating(self) -> list[str]:
        return [str(key) for key, each in read_objects(self._clusters).items() if each.deleting]

    def _wait(self, pending: Callable[[Cluster], list[str]], what: str) -> None:
        wait_until_none(
            lambda: self._processes.ended() + [e for hub in self._hubs.values() for e in pending(hub)], what
        )

    def _help(self, hub: Cluster, live: HubState) -> None:
        """Sync what a rollout has forgotten.

        Upstream takes a stale state as done, and does not look again (applicationset ``progressivesync``): then the
        Application stays OutOfSync until somebody syncs it.
        """
        forgotten = set(_forgotten(live))
        for name in live.applications:
            self._stuck[hub.name, name] = self._stuck[hub.name, name] + 1 if name in forgotten else 0
            if self._stuck[hub.name, name] == _STUCK:
                self.helped.append(f"{name}: a rollout had forgotten it")
                sync(hub, live.applications[name])
                self._stuck[hub.name, name] = 0


def _urls(application: Mapping[str, Any]) -> set[str]:
    spec = application["spec"]
    return {each["repoURL"] for each in spec.get("sources") or [spec["source"]]}


def _unread(hub: Cluster, url: str, revisions: Revisions) -> list[str]:
    """Return the bootstrap Applications that have not yet applied the newest commit of a repository."""
    return [
        f"Application {name}: has not applied the newest commit"
        for name, each in read_hub(hub).applications.items()
        # An Application of an addon is part of what follows, not of reading the repository.
        if "repository" in each["metadata"].get("labels", {}) and url in _urls(each)
        if not has_applied(each, revisions)
    ]


def _unconfirmed_sets(hub: Cluster) -> list[str]:
    return [
        f"ApplicationSet {name}: not refreshed yet"
        for name, each in read_hub(hub).sets.items()
        if SET_REFRESH in each["metadata"].get("annotations", {})
    ]


def _busy_applications(hub: Cluster) -> list[str]:
    """Return the Applications that are being refreshed, synced or deleted."""
    found = []
    for name, each in read_hub(hub).applications.items():
        status = each.get("status", {})
        if "deletionTimestamp" in each["metadata"]:
            found.append(f"Application {name}: being deleted")
        elif REFRESH in each["metadata"].get("annotations", {}):
            found.append(f"Application {name}: not refreshed yet")
        elif "operation" in each or status.get("operationState", {}).get("phase") == "Running":
            found.append(f"Application {name}: a sync is running")
    return found


def _forgotten(live: HubState) -> Iterable[str]:
    """Yield each Application that is OutOfSync, while its rollout takes it as done."""
    for document in live.sets.values():
        for each in document.get("status", {}).get("applicationStatus", ()):
            status = live.applications.get(each["application"], {}).get("status", {})
            running = status.get("operationState", {}).get("phase") == "Running"
            if each["status"] == "Healthy" and status.get("sync", {}).get("status") == "OutOfSync" and not running:
                yield each["application"]
