"""Why a compile wrote nothing, what would have been lost, and the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dokaseca_compile.output.report import Report
from dokaseca_compile.output.write_plan import Plan, State
from dokaseca_compile.render.drift import block
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted

_MOST = 10  # files whose difference is shown
_MOST_GONE = 100  # files to be deleted that are named


def refused(report: Report, plan: Plan, style: Style, *, force: bool, prune: bool) -> str:
    """Everything that stands in the way of a plan, then the command that goes on all the same."""
    parts = []
    if not force:
        parts += [*_damaged(plan, report, style), *_taken(report, style)]
    if not prune and plan.guarded():
        parts.append(_lost(plan, report, style))
    return "\n\n".join([*parts, _way_out(report, plan, style, force=force, prune=prune)])


def _lost(plan: Plan, report: Report, style: Style) -> str:
    """The files that would go, and what clusters would lose by files that stay."""
    losses = {id(each): found for each, found in plan.losses()}
    every = [*plan.prunes(), *(each for each, _ in plan.losses() if not each.goes)]
    lines = [
        f"{style.red('-' if each.goes else '~')} {report.path(each)}{_why(losses.get(id(each), ()))}"
        for each in every
    ]
    more = [f"… and {len(lines) - _MOST_GONE} more"] if len(lines) > _MOST_GONE else []
    return "\n".join([*lines[:_MOST_GONE], *more])


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


def _way_out(report: Report, plan: Plan, style: Style, *, force: bool, prune: bool) -> str:
    states = [] if force else [each.difference.state for each in report.drifts]
    edited, foreign = states.count(State.EDITED), states.count(State.FOREIGN)
    parts = [f"{counted(edited, 'file')} edited by hand"] if edited else []
    parts += (
        [f"{counted(foreign, 'file')} that {'is' if foreign == 1 else 'are'} not ours"]
        if foreign
        else []
    )
    lines = []
    if parts:
        verb = "stands" if edited + foreign == 1 else "stand"
        lose = (
            "overwrite or delete"
            if any(each.difference.goes for each in report.drifts)
            else "overwrite"
        )
        lines.append(f"{style.red('error')}: {' and '.join(parts)} {verb} in the way")
        lines.append(
            f"  {style.cyan('help')}: to keep a change, say it in the source; to keep a file, move it away"
        )
    else:
        lose = "go on"
    if not prune and (why := plan.guarded()):
        lines.append(f"{style.red('error')}: {why}, and that has to be asked for")
    lines.append(f"Nothing was written; to {lose} all the same, run `{report.repair}`")
    return "\n".join(lines)


def _why(losses: Sequence[str]) -> str:
    return f" ({', '.join(losses)})" if losses else ""
