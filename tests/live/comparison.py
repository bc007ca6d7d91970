"""Compare what is live with what the compiler says. Pure: everything comes in as data.

Two questions: is each live Application the one that ``apps`` lists, in every field; and did the objects of each
Application that ``plan`` deletes or creates again end as ``plan`` says?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo import UnsupportedError
from dokaseca_compile.argo.applications import read_application
from dokaseca_compile.core.compare import compare
from dokaseca_compile.render.apps import as_data
from live.live_state import REFRESH, SET_REFRESH, TRACKING, HubState, Key, Object

_WRITTEN = ("name", "namespace", "labels", "annotations", "finalizers")
"""The metadata that the ApplicationSet controller writes."""
_ONLY_IN_APPS = {"rollout_step", "version"}
"""Fields of ``apps`` that no Application has: the step is in the ApplicationSet, and ``version`` may be an image tag,
which is in the values. The version of a chart or folder is checked with its source (``pending_application``)."""
_SHOWN = 4


# ---- every live Application against `apps`


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
    return {"labels": labels, "annotations": own, "spec": document.get("spec", {})}


# ---- whether an Application has arrived


def pending_application(document: Mapping[str, Any], revisions: Mapping[tuple[str, str], str]) -> str:
    """Return why an Application is not yet Synced and Healthy at the newest commits; empty if it is so.

    ``revisions`` are the commits of repositories: (URL, branch or tag) → commit.
    """
    status, spec = document.get("status", {}), document["spec"]
    sync, health = status.get("sync", {}), status.get("health", {}).get("status", "Unknown")
    reasons = []
    if "operation" in document or status.get("operationState", {}).get("phase") in {"Running", "Terminating"}:
        reasons.append("a sync is running")
    if sync.get("status") != "Synced" or health != "Healthy":
        reasons.append(f"{sync.get('status', 'Unknown')}, {health}")
    if not _is_compared(spec, sync, revisions):
        reasons.append("not compared with the newest commit yet")
    if REFRESH in document["metadata"].get("annotations", {}):
        reasons.append("not refreshed yet")
    if not reasons:
        return ""
    return f"Application {document['metadata']['name']}: {', '.join(reasons)}{_conditions(status)}"


def has_applied(document: Mapping[str, Any], revisions: Mapping[tuple[str, str], str]) -> bool:
    """Return whether an Application of one source has applied its newest commit, whatever that led to.

    It need not be Synced: the project of an Application that another repository still keeps is deleted later.
    """
    status, spec = document.get("status", {}), document["spec"]
    operation = status.get("operationState", {})
    if operation.get("phase") == "Running" or not _is_compared(spec, status.get("sync", {}), revisions):
        return False
    wanted = revisions.get((spec["source"]["repoURL"], spec["source"]["targetRevision"]))
    return status["sync"]["status"] == "Synced" or operation.get("syncResult", {}).get("revision") == wanted


def _is_compared(spec: Mapping[str, Any], sync: Mapping[str, Any], revisions: Mapping[tuple[str, str], str]) -> bool:
    """Return whether the state of a sync is about the present spec and the newest commits."""
    compared = sync.get("comparedTo", {})
    if compared.get("destination") != spec["destination"] or _sources(compared) != _sources(spec):
        return False
    commits = sync.get("revisions") or [sync.get("revision")]
    wanted = [revisions.get((each["repoURL"], each.get("targetRevision", ""))) for each in _sources(spec)]
    return len(commits) == len(wanted) and all(
        want is None or want == commit for want, commit in zip(wanted, commits, strict=True)
    )


def _sources(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return spec.get("sources") or ([spec["source"]] if spec.get("source") else [])


def _conditions(status: Mapping[str, Any]) -> str:
    """Return the conditions and the last operation of an Application, for people."""
    told = [f"{each['type']}: {each['message']}" for each in status.get("conditions", ())]
    operation = status.get("operationState", {})
    if operation and operation.get("phase") != "Succeeded":
        told.append(f"operation {operation.get('phase')}: {operation.get('message', '')}")
    return f" ({'; '.join(told)[:600]})" if told else ""


def set_errors(live: HubState) -> list[str]:
    """Return each ApplicationSet that reports an error."""
    return [
        f"ApplicationSet {name}: {each['type']}: {each.get('message', '')[:300]}"
        for name, document in sorted(live.sets.items())
        for each in document.get("status", {}).get("conditions", ())
        if (each["type"], each["status"]) in {("ErrorOccurred", "True"), ("ParametersGenerated", "False")}
    ]


# ---- the objects of Applications that are deleted or created again


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


def verdicts(effects: Sequence[Mapping[str, Any]], before: Objects, after: Objects, still: Managed) -> list[Verdict]:
    """Return a verdict on each Application that ``plan`` deletes or creates again."""
    found = []
    for effect in effects:
        if effect["action"] in {"delete", "recreate"}:
            goes_on = effect["after"]["name"] if effect["after"] else ""
            found.append(_verdict(effect, before, after, still.get(goes_on, ())))
    return found


def _verdict(
    effect: Mapping[str, Any], before: Objects, after: Objects, kept: Collection[tuple[str, str, str, str]]
) -> Verdict:
    """Judge one effect; ``kept`` is what the Application that goes on has: Argo CD has no reason to delete it."""
    name, said = effect["before"]["name"], effect["resources"]
    stayed, gone = [], []
    for key, own in before.items():
        if own.application != name:
            continue
        if _is_same(own, after.get(key)):
            if said != "deleted" or tuple(key)[1:] not in kept:
                stayed.append(key)
        else:
            gone.append(key)
    return Verdict(name, effect["action"], said, tuple(stayed), tuple(gone))


def _is_same(before: Object, after: Object | None) -> bool:
    return after is not None and after.uid == before.uid


# ---- the objects of Applications that `plan` does not name


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
