"""JUnit XML, as CI servers read it: a failed case for each error, a passed one for valid parts."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.report import Finding, Report, accepted_findings, findings
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.render.text import counted

# Characters that XML 1.0 cannot represent.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """Return one suite. Warnings are passed cases with output, accepted findings skipped ones.

    If warnings fail, they are failed cases.
    """
    found = list(findings(report))
    suite = ET.Element("testsuite", name=f"dokaseca {report.command}")
    for finding in found:
        _case(suite, finding, failed=report.strict or finding.severity is Severity.ERROR)
    accepted = list(accepted_findings(report))
    for finding, entry in accepted:
        case = _named_case(suite, finding)
        reason = f"accepted until {entry.until}: {entry.reason} (accept.{entry.entry})"
        ET.SubElement(case, "skipped", message=_text(reason))
    if report.plan is not None:
        _passed_roots(suite, report, report.plan)
    elif not found:
        ET.SubElement(suite, "testcase", classname="source", name="the source is valid")
    failures = len(suite.findall("testcase/failure"))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", str(len(accepted)))
    ET.indent(suite)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
    )


def _passed_roots(suite: ET.Element, report: Report, plan: Plan) -> None:
    """Add a passed case for each root with files that are up to date."""
    for root in plan.roots:
        if root.kept:
            folder = report.folders.get(root.root, root.root) or "."
            name = f"{counted(root.kept, 'file')} up to date"
            ET.SubElement(suite, "testcase", classname=_text(folder), name=name)


def _case(suite: ET.Element, finding: Finding, *, failed: bool) -> None:
    case = _named_case(suite, finding)
    place = f"{finding.file}:{finding.line}:{finding.column}"
    text = _text(f"{place}: {finding.message}\n{finding.help}".rstrip())
    if failed:
        message = _text(finding.message)
        ET.SubElement(case, "failure", type=finding.slug, message=message).text = text
    else:
        ET.SubElement(case, "system-out").text = text


def _named_case(suite: ET.Element, finding: Finding) -> ET.Element:
    name = _text(f"{finding.slug}: {finding.message}")
    case = ET.SubElement(suite, "testcase", classname=_text(finding.file), name=name)
    case.set("file", _text(finding.file))
    case.set("line", str(finding.line))
    return case


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
