"""Judge whether objects ended as ``plan`` says: by what each Application had before, and what is there now. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from live.live_state import HubState, Key, Object

_SHOWN = 4


@dataclass(frozen=True)
class Verdict:
    """What happened to the objects of an Application, beside what ``plan`` says.

    ``stayed`` and ``gone`` are the objects that the Application had, but for those that the Application still has
    under the same name.
    """

    application: str
    action: str
    said: str
    stayed: tuple[Key, ...]
    gone: tuple[Key, ...]

    @property
    def agrees(self) -> bool:
        """Whether the objects ended as ``plan`` says."""
        return not self.wrong

    @property
    def wrong(self) -> tuple[Key, ...]:
        """The objects that ended otherwise."""
        return self.stayed if self.said == "deleted" else self.gone

    def __str__(self) -> str:
        wrong = self.wrong
        happened = "stayed" if self.said == "deleted" else "deleted"
        names = ", ".join(map(str, wrong[:_SHOWN])) + (" …" if len(wrong) > _SHOWN else "")
        return f"{self.application}: plan says {self.said}, but {len(wrong)} {happened}: {names}"


Objects = Mapping[Key, Object]
Managed = Mapping[str, Collection[tuple[str, str, str, str]]]
"""Application → the objects that Argo CD says it has: group, kind, namespace and name."""


def managed(live: HubState) -> dict[str, set[tuple[str, str, str, str]]]:
    """Return the objects that each Application of a hub has, as Argo CD sees it."""
    return {name: set(map(_place, _resources(document))) for name, document in live.applications.items()}


def _resources(document: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    return document.get("status", {}).get("resources", ())


def _place(resource: Mapping[str, str]) -> tuple[str, str, str, str]:
    group, namespace = resource.get("group", ""), resource.get("namespace", "")
    return group, resource["kind"], namespace, resource["name"]


def verdicts(plan: Mapping[str, Any], before: Objects, after: Objects, still: Managed) -> list[Verdict]:
    """Return a verdict on each Application that ``plan`` deletes or creates again."""
    configured = {cluster for each in plan["configured"] for cluster in each["clusters"]}
    found = []
    for effect in plan["effects"]:
        if effect["action"] in {"delete", "recreate"}:
            goes_on = effect["after"] or {"name": "", "wave": 0}
            verdict = _verdict(effect, before, after, still.get(goes_on["name"], ()))
            # The configuration of a cluster is a folder of the compiler. `plan` lists clusters where it changes, not
            # each object: the Application that goes on deletes what is no longer in the folder.
            if goes_on["wave"] == -1 and goes_on["cluster"] in configured:
                verdict = replace(verdict, gone=())
            found.append(verdict)
    return found


def _verdict(
    effect: Mapping[str, Any], before: Objects, after: Objects, kept: Collection[tuple[str, str, str, str]]
) -> Verdict:
    """Judge one effect; ``kept`` is what the Application that goes on has: Argo CD has no reason to delete it."""
    name, said = effect["before"]["name"], effect["resources"]
    own = {key: each for key, each in before.items() if each.application == name}
    if said == "orphaned":
        # Its project still allows other namespaces and cluster-scoped objects: what is there is deleted.
        own = {key: each for key, each in own.items() if key.namespace == effect["before"]["namespace"]}
    same = [key for key, each in own.items() if _is_same(each, after.get(key))]
    stayed = [key for key in same if said != "deleted" or tuple(key)[1:] not in kept]
    gone = [key for key in own if key not in same]
    return Verdict(name, effect["action"], said, tuple(stayed), tuple(gone))


def _is_same(before: Object, after: Object | None) -> bool:
    return after is not None and after.uid == before.uid


def disturbed(unchanged: Collection[str], before: Objects, after: Objects) -> list[str]:
    """Return each object of an unchanged Application that was deleted, or deleted and created again."""
    return [
        f"{key} of {own.application} was deleted, although plan does not name that Application"
        for key, own in before.items()
        if own.application in unchanged and not _is_same(own, after.get(key))
    ]


def unchanged_applications(expected: Iterator[Mapping[str, Any]], effects: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the Applications that keep their objects: ``plan`` does not name them, and their source is no Git folder
    that the compiler writes (the bootstrap and the configuration of a cluster, whose wave is -1)."""
    named = {effect[side]["name"] for effect in effects for side in ("before", "after") if effect[side]}
    return {each["name"] for each in expected if each["wave"] != -1} - named


def steps(sets: Mapping[str, Mapping[str, Any]], applications: Mapping[str, Mapping[str, Any]]) -> Counter[str]:
    """Return how often the syncs of an ApplicationSet with steps began in which order (``1 2 3``).

    For the record only: upstream does not keep the order reliably.
    """
    found: Counter[str] = Counter()
    for document in sets.values():
        began = []
        for each in document.get("status", {}).get("applicationStatus", ()):
            status = applications.get(each["application"], {}).get("status", {})
            began.append((status.get("operationState", {}).get("startedAt", ""), each.get("step", "-1")))
        if len(began) > 1:
            found[" ".join(step for _, step in sorted(began))] += 1
    return found
