"""Workflow commands of GitHub Actions: each becomes an annotation of the run and of a line."""

from __future__ import annotations

from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.report import Finding, Report, findings

_MOST = 10
"""GitHub shows ten errors and ten warnings of a step and silently drops the others."""


def workflow_commands(report: Report) -> str:
    """Return ten errors, ten warnings, and a notice on how many more there are."""
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for each in findings(report):
        (errors if each.severity is Severity.ERROR else warnings).append(each)
    shown = [*errors[:_MOST], *warnings[:_MOST]]
    lines = [_command(each, report.from_top(each.file)) for each in shown]
    parts = [(len(errors) - _MOST, "errors"), (len(warnings) - _MOST, "warnings")]
    more = " and ".join(f"{number} more {word}" for number, word in parts if number > 0)
    if more:
        text = f"{more} have no annotation: `dokaseca {report.command} --format json` lists all"
        lines.append(f"::notice title=dokaseca::{_data(text)}")
    return "\n".join(lines)


def _command(finding: Finding, file: str) -> str:
    kind = "error" if finding.severity is Severity.ERROR else "warning"
    end = finding.column + finding.length - 1
    place = f"file={_property(file)},line={finding.line},col={finding.column},endColumn={end}"
    text = f"{finding.message} ({finding.help})" if finding.help else finding.message
    return f"::{kind} {place},title={_property(finding.slug)}::{_data(text)}"


def _data(text: str) -> str:
    """Escape text as GitHub's own toolkit does (``escapeData``)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property (``escapeProperty``)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
