"""Why a compile wrote nothing, what would have been lost, and the way out."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.plan import Plan, State
from dokaseca_compile.render.drift import block
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted
from dokaseca_compile.report import Report

_MOST = 10  # files whose difference is shown
_MOST_GONE = 100  # files to be deleted that are named


def refused(report: Report, plan: Plan, reason: str, style: Style) -> str:
    """Everything that stands in the way of a plan, then the command that goes on all the same."""
    if plan.refused or plan.faults:
        return "\n\n".join([*_damaged(plan, report, style), *_taken(report, style), _way_out(report, style)])
    gone = plan.prunes()
    lines = [f"{style.red('-')} {report.path(each)}{_why(each.precious)}" for each in gone[:_MOST_GONE]]
    if len(gone) > _MOST_GONE:
        lines.append(f"… and {len(gone) - _MOST_GONE} more")
    head = f"{style.red('error')}: {reason}, and that has to be asked for; nothing was written or deleted"
    return "\n".join([*lines, "", head, f"  {style.cyan('help')}: if that is meant, run `{report.repair}`"])


def _damaged(plan: Plan, report: Report, style: Style) -> Iterator[str]:
    for root in plan.roots:
        difference = root.ledger_difference
        if root.fault is not None and difference is not None:
            yield (
                f"{report.path(difference)}: {style.red('error')}: the ledger {root.fault.reason}\n"
                f"  {style.cyan('help')}: {root.fault.help}"
            )


def _taken(report: Report, style: Style) -> Iterator[str]:
    for each in report.drifts[:_MOST]:
        yield "\n".join(block(each, (), report, style))
    if len(report.drifts) > _MOST:
        yield f"… and {len(report.drifts) - _MOST} more; `dokaseca diff` shows all"


def _way_out(report: Report, style: Style) -> str:
    if not report.drifts:
        return "nothing was written"
    states = [each.difference.state for each in report.drifts]
    edited, foreign = states.count(State.EDITED), states.count(State.FOREIGN)
    parts = [f"{counted(edited, 'file')} edited by hand"] if edited else []
    parts += [f"{counted(foreign, 'file')} in the way and not ours"] if foreign else []
    verb = "stands" if len(report.drifts) == 1 else "stand"
    head = f"{style.red('error')}: {' and '.join(parts)} {verb} in the way; nothing was written"
    keep = "to keep a change, say it in the source; to keep a file, move it away"
    lose = "overwrite or delete" if any(each.difference.goes for each in report.drifts) else "overwrite"
    return f"{head}\n  {style.cyan('help')}: {keep}; to {lose}, run `{report.repair}`"


def _why(precious: str) -> str:
    return f" ({precious})" if precious else ""
