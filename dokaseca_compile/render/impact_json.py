"""The effects of a change on Applications, as JSON for other programs."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.core.compare import Change
from dokaseca_compile.core.secrets import hide, hide_data
from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.formats.read import plain
from dokaseca_compile.impact import DELETIONS, Action, Effect, Impact
from dokaseca_compile.impact.suggestions import Entries
from dokaseca_compile.render.apps import as_data
from dokaseca_compile.render.impact import summary
from dokaseca_compile.render.json import FORMAT_VERSION


def as_json(impact: Impact, suggested: Entries, base: str) -> str:
    """Return one document: the counts, every effect, and the entries that would allow it."""
    document = {
        "format_version": FORMAT_VERSION,
        "command": "plan",
        "base": base,
        "base_found": not impact.is_new,
        "summary": {
            "text": summary(impact),
            **{str(action): len(impact.of(action)) for action in Action},
            "unchanged": impact.unchanged,
            "blocked": len(impact.blocked),
        },
        "effects": [_effect(each) for each in impact.effects],
        "skipped": [
            {
                "part": each.part,
                "version": each.version,
                "environment": each.environment,
                "earlier_environment": each.earlier,
                "earlier_versions": list(each.runs),
            }
            for each in impact.skipped
        ],
        "rollouts": [
            {"environment": name, "steps_before": was, "steps_after": will}
            for name, was, will in impact.rollouts
        ],
        "configured": [
            {"environment": name, "clusters": list(clusters)}
            for name, clusters in impact.configured
        ],
        "leftovers": [
            {
                "environment": each.environment,
                "team": each.team,
                "namespace": each.namespace,
                "deleted_kinds": list(each.kinds),
                "clusters": list(each.clusters),
                "applications": list(each.applications),
            }
            for each in impact.leftovers
        ],
        "branch": impact.branch,
        "later": [
            {
                "environment": each.environment,
                "revision": each.revision,
                "applications": each.applications,
            }
            for each in impact.later
        ],
        "permits": plain(suggested),
    }
    return render(JsonBody(document)).decode()


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "action": str(effect.action),
        "blocked": effect.blocked,
        "destroys_resources": effect.destroys,
        "resources": str(effect.fate) if effect.action in DELETIONS else "",
        "why": effect.why,
        "entry": effect.entry,
        "step": str(effect.step) if effect.step is not None else "",
        "before": _application(effect.before),
        "after": _application(effect.after),
        "values": [_change(each) for each in effect.values],
        "other": [_change(each) for each in effect.other],
    }


def _application(placed: tuple[str, Application] | None) -> dict[str, Any] | None:
    if placed is None:
        return None
    hub, application = placed
    return as_data(application, hub)


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "path": hide(change.path),
        "old": hide_data(plain(change.old), change.key) if change.kind != "added" else None,
        "new": hide_data(plain(change.new), change.key) if change.kind != "removed" else None,
    }
