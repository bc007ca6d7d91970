"""Findings and summaries as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.report import Report
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.render.style import Style

if TYPE_CHECKING:  # `validate` compares no files
    from dokaseca_compile.output.write_plan import Plan

_MOST = 50
"""How many findings are shown; the others are counted. ``--format json`` lists all."""
_MOST_STRAYS = 10
_MOVE = (
    "move them to another folder, or declare their content in the source; "
    "until then `dokaseca check` fails"
)
_DELETE = "delete files that nobody needs, or remove the header from your own"
_DONE = {"write": "Wrote", "delete": "Deleted"}


def findings(compilation: Compilation, style: Style) -> str:
    """Return all diagnostics with their source lines, then their number; empty without any."""
    if not compilation.diagnostics:
        return ""
    # Errors must be fixed, so warnings are left out first.
    ranked = sorted(compilation.diagnostics, key=lambda each: each.severity is not Severity.ERROR)
    shown = set(map(id, ranked[:_MOST]))
    parts = [
        snippet(each, compilation, style) for each in compilation.diagnostics if id(each) in shown
    ]
    parts += left_out(len(ranked), _MOST, "; `--format json` lists all")
    return "\n\n".join([*parts, totals(compilation, style)])


def totals(compilation: Compilation, style: Style) -> str:
    """Return the numbers: ``2 errors, 1 warning, 3 accepted``."""
    errors, warnings = compilation.count(Severity.ERROR), compilation.count(Severity.WARNING)
    accepted = len(compilation.accepted)
    parts = (
        (errors, style.red(counted(errors, "error"))),
        (warnings, style.yellow(counted(warnings, "warning"))),
        (accepted, f"{accepted} accepted"),
    )
    return ", ".join(text for number, text in parts if number)


def valid(report: Report, style: Style) -> str:
    """Return that the source is valid, and its size."""
    return f"{style.green('Valid')}: {scope_of(report)}"


def too_many_warnings(report: Report, style: Style) -> str:
    """Return why a run with warnings only fails."""
    number = report.compilation.count(Severity.WARNING)
    verb = "fails" if number == 1 else "fail"
    return f"{style.red('error')}: {counted(number, 'warning')} {verb} with `--strict`"


def compiled(report: Report, plan: Plan, style: Style, *, dry_run: bool) -> str:
    """Return how many files were written and deleted, or would be."""
    written, deleted = plan.writes, plan.prunes()
    if not written and not deleted:
        return _up_to_date(report, plan, style, dry_run=dry_run)
    new = sum(each.found is None for each in written)
    parts = [
        (new, "new"),
        (len(written) - new, "changed"),
        (len(deleted), "deleted"),
        (plan.kept, "unchanged"),
    ]
    detail = ", ".join(f"{number} {word}" for number, word in parts if number)
    verb, where = ("write", f"to {report.where}") if written else ("delete", f"from {report.where}")
    done = f"Would {verb}" if dry_run else _DONE[verb]
    files = counted(len(written) or len(deleted), "file")
    return f"{style.green(done)} {files} {where}: {detail} ({scope_of(report)})"


def _up_to_date(report: Report, plan: Plan, style: Style, *, dry_run: bool) -> str:
    files = f"{counted(plan.kept, 'file')} in {report.where}"
    head = f"{style.green('Up to date')}: {files} ({scope_of(report)})"
    ledgers = sum(each.ledger_difference is not None for each in plan.roots)
    verb = "would be written" if dry_run else "written"
    return f"{head}; {counted(ledgers, 'ledger')} {verb}" if ledgers else head


def listing(report: Report, plan: Plan, style: Style) -> str:
    """Return a line for each file that would change: ``+`` new, ``~`` changed, ``-`` deleted."""
    new, changed, deleted = style.green("+"), style.yellow("~"), style.red("-")
    rows = [(new if each.found is None else changed, each) for each in plan.writes]
    rows += [(deleted, each) for each in plan.prunes()]
    return "\n".join(f"{sign} {report.path(each)}" for sign, each in rows)


def strays(report: Report, plan: Plan, style: Style) -> str:
    """List foreign files that take effect, then others with the header of a generated file."""
    found = plan.strays()
    effective = [f"{report.path(each)}: {each.note}" for each in found if each.takes_effect]
    other = [report.path(each) for each in found if not each.takes_effect]
    takes = "takes" if len(effective) == 1 else "take"
    warning = f"{style.yellow('warning')}: {counted(len(effective), 'foreign file')}"
    has, be = ("has", "is") if len(other) == 1 else ("have", "are")
    generated = f"the header of a generated file but {be} in no ledger:"
    lines = [
        *_some(f"{warning} {takes} effect:", effective, _MOVE, style),
        *_some(f"{counted(len(other), 'file')} {has} {generated}", other, _DELETE, style),
    ]
    return "\n".join(lines)


def _some(head: str, files: Sequence[str], advice: str, style: Style) -> list[str]:
    """Return the first files between a head and an advice; nothing without files."""
    if not files:
        return []
    listed = (f"{style.yellow('?')} {each}" for each in files[:_MOST_STRAYS])
    return [head, *listed, *left_out(len(files), _MOST_STRAYS), advice]


def left_out(total: int, most: int, ending: str = "") -> list[str]:
    """Return a line with the number of lines that are left out, if there are any."""
    return [f"… and {total - most} more{ending}"] if total > most else []


def counted(number: int, word: str) -> str:
    """Return a number with a noun: ``1 file``, ``2 files``."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def aligned(rows: Sequence[Sequence[str]], *, numbers: bool = True) -> list[str]:
    """Return a table as lines: the first column to the left, ``numbers`` to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    justify = str.rjust if numbers else str.ljust
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *map(justify, others, widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return lines


def scope_of(report: Report) -> str:
    """Return the size of the platform, and how many findings are accepted."""
    accepted = len(report.accepted)
    more = f", {accepted} accepted" if accepted else ""
    return f"{scope(report.compilation)}{more}"


def scope(compilation: Compilation) -> str:
    """Return the size: ``16 clusters in 3 environments, 74 addons, 460 installs``."""
    resolved = compilation.resolved
    if resolved is None:
        return "nothing"
    installs = sum(
        len(profile.clusters) * sum(1 for _ in profile.enabled()) for profile in resolved.profiles
    )
    clusters = counted(len(resolved.clusters), "cluster")
    addons = counted(len(resolved.addons), "addon")
    environments = counted(len(resolved.environments), "environment")
    return f"{clusters} in {environments}, {addons}, {counted(installs, 'install')}"
