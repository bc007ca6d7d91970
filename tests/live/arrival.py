"""Whether an Application has arrived: Synced and Healthy at the newest commits. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from live.live_state import REFRESH, HubState


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
