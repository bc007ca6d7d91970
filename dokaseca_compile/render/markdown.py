"""Markdown for a pull request: as many whole blocks as fit, and how many are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.core.groups import grouped_by
from dokaseca_compile.formats.markdown import code, code_fence, escape
from dokaseca_compile.output.difference import State
from dokaseca_compile.output.drift import Drift, groups
from dokaseca_compile.output.report import Finding, Report, details, findings, one_line
from dokaseca_compile.render.drift import totals
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted, left_out, scope_of

MOST = 60_000
"""Characters. GitHub refuses comments of 65,536 or more; a bot adds its own text."""

_MOST_CHANGES = 50  # of a file, and files of a group
# The most dangerous states come first and are left out last.
_ORDER = (State.ORPHANED, State.EDITED, State.FOREIGN, State.MISSING, State.STALE)


def markdown(report: Report, most: int = MOST) -> str:
    """Return the numbers, the repair, and findings and files up to ``most`` characters."""
    head = "\n\n".join(_head(report)) + "\n"
    blocks = [
        *_diagnosed(report, Severity.ERROR),
        *_differences(report),
        *_diagnosed(report, Severity.WARNING),
        *_accepted(report),
    ]
    kept, left = fitting(blocks, most - len(head) - 200)  # room for the last line
    rest = []
    if left:
        all_of_them = f"`dokaseca {report.command} --format json` lists all"
        rest.append(f"… and {left} more of these {counted(len(blocks), 'block')}: {all_of_them}.")
    return "\n\n".join([head.rstrip("\n"), *kept, *rest]) + "\n"


def fitting(blocks: Iterable[str], room: int) -> tuple[list[str], int]:
    """Return the blocks that fit into so many characters, and the number of the others."""
    kept, left = [], 0
    for each in blocks:
        if len(each) + 2 <= room:
            room -= len(each) + 2
            kept.append(each)
        else:
            left += 1
    return kept, left


def _head(report: Report) -> Iterator[str]:
    errors = report.compilation.count(Severity.ERROR)
    if report.compilation.failed:
        yield f"### ❌ dokaseca {report.command}: {counted(errors, 'error')} in the source"
        return
    if not report.drifts:
        total = f"{counted(report.plan.kept, 'file')} up to date: " if report.plan else ""
        sign, what = "✅", f"{total}{scope_of(report)}"
        if report.warnings_fail:
            number = report.compilation.count(Severity.WARNING)
            sign, what = "❌", f"{counted(number, 'warning')} with `--strict`; {what}"
        yield f"### {sign} dokaseca {report.command}: {what}"
        return
    yield f"### ❌ dokaseca {report.command}: {totals(report, Style())}"
    files, ledgers = report.counts(), report.counts(ledgers=True)
    states = [state for state in _ORDER if state in files or state in ledgers]
    rows = [f"| {each} | {files.get(each, 0)} | {ledgers.get(each, 0)} |" for each in states]
    yield "\n".join(["| state | files | ledgers |", "|---|---:|---:|", *rows])
    yield f"Repair: {code(report.repair)}"


def _diagnosed(report: Report, severity: Severity) -> Iterator[str]:
    slugs = {each.slug for each in report.compilation.diagnostics}
    return (
        _finding(each)
        for each in findings(report)
        if each.slug in slugs and each.severity is severity
    )


def _finding(finding: Finding) -> str:
    sign = "❌" if finding.severity is Severity.ERROR else "⚠️"
    place = code(f"{finding.file}:{finding.line}:{finding.column}")
    text = f"{sign} {place} **{finding.slug}**: {prose(finding.message)}"
    return f"{text}<br>{prose(finding.help)}" if finding.help else text


def _accepted(report: Report) -> Iterator[str]:
    """Yield a line for each used entry of `accept`, with the number of its findings."""
    entries = grouped_by(lambda each: each.entry, report.accepted)
    lines = []
    for name, found in sorted(entries.items()):
        first = found[0]
        times = f", {len(found)} times" if len(found) > 1 else ""
        head = f"- **{first.diagnostic.slug}** ({code(f'accept.{name}')}){times}"
        lines.append(f"{head}, until {first.until}: {prose(first.reason)}")
    if lines:
        yield f"{len(report.accepted)} accepted:"
        yield from lines


def _differences(report: Report) -> Iterator[str]:
    ranked = sorted(report.drifts, key=lambda each: _ORDER.index(each.difference.state))
    for first, others in groups(ranked):
        yield _file(first, others, report)


def _file(first: Drift, others: Sequence[Drift], report: Report) -> str:
    place = ""
    if first.cause is not None:
        there = report.compilation.place(first.cause)
        place = f" (from {code(f'{there.file}:{there.line}')})"
    same = f", and the same in {counted(len(others), 'more file')}" if others else ""
    lines = [one_line(each) for each in first.changes[:_MOST_CHANGES]]
    if not first.changes:
        lines += filter(None, [details(first)])
    lines += left_out(len(first.changes), _MOST_CHANGES)
    lines += [f"also {report.path(each.difference)}" for each in others[:_MOST_CHANGES]]
    lines += left_out(len(others), _MOST_CHANGES, " files")
    head = f"- **{first.difference.state}** {code(report.path(first.difference))}{same}{place}"
    return f"{head}\n{fenced(lines)}" if lines else head


def fenced(lines: Sequence[str], language: str = "") -> str:
    """Return lines as code in a list item, where they cannot become links or headings."""
    fence = code_fence("\n".join(lines))
    return "\n".join(f"  {line}" for line in (fence + language, *lines, fence))


def prose(text: str) -> str:
    """Escape a message for Markdown; parts in backticks stay code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an unpaired backtick
        return escape(text)
    return "`".join(part if index % 2 else escape(part) for index, part in enumerate(parts))
