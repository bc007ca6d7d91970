"""Findings and results as JSON for other programs. Later versions only add keys."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.diagnostics import Diagnostic, Label, Severity
from dokaseca_compile.core.limits import DIFF_CHANGES
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.core.secrets import hide, hide_data
from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.formats.read import plain
from dokaseca_compile.output.difference import State
from dokaseca_compile.output.drift import Drift
from dokaseca_compile.output.report import Report
from dokaseca_compile.output.write_plan import Plan

FORMAT_VERSION = "1.0"


def report(found: Report) -> str:
    """Return the findings of the source and, if files were compared, every difference."""
    document = _head(found)
    if found.plan is not None:
        counts = found.counts()
        document["summary"]["files"] = {
            "unchanged": found.plan.kept,
            **{str(each): counts.get(each, 0) for each in State},
        }
        ledgers = found.counts(ledgers=True)
        document["summary"]["ledgers"] = {str(each): ledgers.get(each, 0) for each in State}
        document["release"] = found.plan.release
        document["repair"] = found.repair if found.drifts else ""
        document["differences"] = [_drift(each, found) for each in found.drifts]
    return render(JsonBody(document)).decode()


def compiled(found: Report, plan: Plan, *, refused: bool) -> str:
    """Return what a compile created, changed and deleted, or why it was refused."""
    document = _head(found)
    document["release"] = plan.release
    document["files"] = {
        "created": [each.label for each in plan.writes if each.found is None],
        "changed": [each.label for each in plan.writes if each.found is not None],
        "deleted": [each.label for each in plan.prunes()],
        "unchanged": plan.kept,
        "leftover": [each.label for each in plan.strays()],
    }
    document["refused"] = refused
    document["losses"] = [
        {"file": found.path(each), "losses": list(lost)} for each, lost in plan.losses()
    ]
    document["repair"] = found.repair if refused else ""
    document["faults"] = [
        {"repository": root, "reason": fault.reason, "help": fault.help}
        for root, fault in plan.faults
    ]
    document["differences"] = [_drift(each, found) for each in found.drifts]
    return render(JsonBody(document)).decode()


def _head(found: Report) -> dict[str, Any]:
    compilation = found.compilation
    return {
        "format_version": FORMAT_VERSION,
        "command": found.command,
        "summary": {
            "errors": compilation.count(Severity.ERROR),
            "warnings": compilation.count(Severity.WARNING),
            "accepted": len(found.accepted),
        },
        "strict": found.strict,
        "diagnostics": [_diagnostic(each, compilation) for each in compilation.diagnostics],
        "accepted": [_accepted(each, compilation) for each in found.accepted],
    }


def _accepted(accepted: Accepted, compilation: Compilation) -> dict[str, Any]:
    """Return a finding in the form of the diagnostics, with the entry that accepts it."""
    return {
        **_diagnostic(accepted.diagnostic, compilation),
        "entry": accepted.entry,
        "reason": accepted.reason,
        "until": accepted.until,
    }


def _drift(drift: Drift, found: Report) -> dict[str, Any]:
    difference = drift.difference
    cause = _label(drift.cause, found.compilation) if drift.cause is not None else None
    return {
        "file": found.path(difference),
        "repository": difference.root,
        "path": difference.path,
        "state": difference.state.value,
        "slug": difference.slug,
        "note": difference.note,
        "line": drift.line,
        "changes": [_change(each) for each in drift.changes[:DIFF_CHANGES]],
        "more_changes": max(0, len(drift.changes) - DIFF_CHANGES),
        "cause": cause,
    }


def _change(change: Change) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": change.kind.value, "path": hide(change.path)}
    if change.kind in {Kind.CHANGED, Kind.REMOVED}:
        shown["old"] = hide_data(plain(change.old), change.key)
    if change.kind in {Kind.CHANGED, Kind.ADDED}:
        shown["new"] = hide_data(plain(change.new), change.key)
    return shown


def _diagnostic(diagnostic: Diagnostic, compilation: Compilation) -> dict[str, Any]:
    return {
        "slug": diagnostic.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        **_label(diagnostic.primary, compilation),
        "related": [
            {**_label(each, compilation), "text": each.text} for each in diagnostic.related
        ],
    }


def _label(label: Label, compilation: Compilation) -> dict[str, Any]:
    place = compilation.place(label)
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "length": compilation.shown_line(place).length,
        "route": compilation.known.hide(format_route(label.route)),
    }
