"""Findings and results as JSON for other programs; ``format_version`` grows by adding, never by changing."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.diagnostics import Diagnostic, Label, Severity
from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.plan import Plan
from dokaseca_compile.redaction import hide, mask
from dokaseca_compile.render.snippet import extent
from dokaseca_compile.routes import format_route

FORMAT_VERSION = "1.0"


def report(command: str, compilation: Compilation, plan: Plan | None = None) -> str:
    """One document: what was found and, for a compile, what was written."""
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "command": command,
        "summary": {
            "errors": compilation.count(Severity.ERROR),
            "warnings": compilation.count(Severity.WARNING),
        },
        "diagnostics": [_diagnostic(each, compilation) for each in compilation.diagnostics],
    }
    if plan is not None:
        document["files"] = {
            "created": list(plan.create),
            "changed": list(plan.change),
            "unchanged": len(plan.keep),
            "leftover": list(plan.leftover),
        }
    return render(JsonBody(document)).decode()


def _diagnostic(diagnostic: Diagnostic, compilation: Compilation) -> dict[str, Any]:
    return {
        "slug": diagnostic.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        **_label(diagnostic.primary, compilation),
        "related": [{**_label(each, compilation), "text": each.text} for each in diagnostic.related],
    }


def _label(label: Label, compilation: Compilation) -> dict[str, Any]:
    place = compilation.place(label)
    text = compilation.line(place)
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "length": extent(place, text, mask(text))[1],
        "route": hide(format_route(label.route)),
    }
