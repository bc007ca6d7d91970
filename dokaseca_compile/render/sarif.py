"""SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any
from urllib.parse import quote

from dokaseca_compile import __version__
from dokaseca_compile.acceptance import Accepted
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.manual import MANUALS
from dokaseca_compile.output.report import Finding, Report, accepted_findings, findings
from dokaseca_compile.render.manual import markdown, plain, summary

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_WIDTH = 100


def sarif(report: Report) -> str:
    """Return one run with every finding, and the manual pages of its rules."""
    found: list[tuple[Finding, Accepted | None]] = [(each, None) for each in findings(report)]
    found += accepted_findings(report)
    slugs = sorted({each.slug for each, _ in found})
    seen: Counter[str] = Counter()
    driver = {
        "name": "dokaseca",
        "semanticVersion": __version__,
        "rules": [_rule(slug) for slug in slugs],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    for each, accepted in found:
        result = _result(each, report.from_top(each.file), slugs.index(each.slug), seen)
        run["results"].append(result | _suppressed(accepted))
    return render(JsonBody({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})).decode()


def _suppressed(accepted: Accepted | None) -> dict[str, Any]:
    """Mark an accepted finding; ``external``, since the entry is not beside the finding."""
    if accepted is None:
        return {}
    justification = f"{accepted.reason} (accept.{accepted.entry}, until {accepted.until})"
    suppression = {"kind": "external", "status": "accepted", "justification": justification}
    return {"suppressions": [suppression]}


def _rule(slug: str) -> dict[str, Any]:
    page = MANUALS[slug]
    return {
        "id": slug,
        "shortDescription": {"text": summary(page)},
        "help": {"text": plain(slug, page, _WIDTH), "markdown": markdown(slug, page)},
    }


def _result(finding: Finding, file: str, index: int, seen: Counter[str]) -> dict[str, Any]:
    message = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    # A finding keeps its fingerprint if its line moves. Equal ones in a file are numbered.
    key = f"{finding.slug}\0{file}\0{finding.message}"
    seen[key] += 1
    mark = hashlib.sha256(f"{key}\0{seen[key]}".encode()).hexdigest()
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endColumn": finding.column + finding.length,
    }
    location = {"artifactLocation": {"uri": quote(file)}, "region": region}
    return {
        "ruleId": finding.slug,
        "ruleIndex": index,
        "level": "error" if finding.severity is Severity.ERROR else "warning",
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"dokaseca/v1": mark},
    }
