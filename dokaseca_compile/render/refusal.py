"""Why a compile was refused, which changes would be lost, and the command that overrides it."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.output.difference import State
from dokaseca_compile.output.report import Report
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.render.drift import block
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted, left_out

_MOST = 10  # files whose differences are shown
_MOST_DELETED = 100  # files to be deleted that are listed


def refused(report: Report, plan: Plan, style: Style, *, force: bool, prune: bool) -> str:
    """Return all reasons for the refusal, then the command that overrides them."""
    parts = []
    if not force:
        parts += [*_damaged_ledgers(plan, report, style), *_changed(report, style)]
    if not prune and plan.prune_reason():
        parts.append(_deleted(plan, report, style))
    return "\n\n".join([*parts, _conclusion(report, plan, style, force=force, prune=prune)])


def _deleted(plan: Plan, report: Report, style: Style) -> str:
    """Return the files to be deleted, and the others by which clusters lose something."""
    losses = {id(each): found for each, found in plan.losses()}
    every = [*plan.prunes(), *(each for each, _ in plan.losses() if not each.is_deletion)]
    lines = []
    for each in every[:_MOST_DELETED]:
        sign = style.red("-" if each.is_deletion else "~")
        line = f"{sign} {report.path(each)}"
        if lost := losses.get(id(each)):
            line += f" ({', '.join(lost)})"
        lines.append(line)
    return "\n".join([*lines, *left_out(len(every), _MOST_DELETED)])


def _damaged_ledgers(plan: Plan, report: Report, style: Style) -> Iterator[str]:
    for root in plan.roots:
        difference = root.ledger_difference
        if root.fault is not None and difference is not None:
            yield (
                f"{report.path(difference)}: {style.red('error')}: the ledger {root.fault.reason}\n"
                f"  {style.cyan('help')}: {root.fault.help}"
            )


def _changed(report: Report, style: Style) -> Iterator[str]:
    for each in report.drifts[:_MOST]:
        yield "\n".join(block(each, (), report, style))
    yield from left_out(len(report.drifts), _MOST, "; `dokaseca diff` shows all")


def _conclusion(report: Report, plan: Plan, style: Style, *, force: bool, prune: bool) -> str:
    lines = [] if force else [*_in_the_way(report, style)]
    action = _overwrite(report) if lines else "continue anyway"
    if not prune and (reason := plan.prune_reason()):
        lines.append(f"{style.red('error')}: {reason}, which needs --prune")
    lines.append(f"Nothing was written; to {action}, run `{report.repair}`")
    return "\n".join(lines)


def _in_the_way(report: Report, style: Style) -> Iterator[str]:
    """Yield how many files that were edited or are foreign would be overwritten."""
    states = [each.difference.state for each in report.drifts]
    edited, foreign = states.count(State.EDITED), states.count(State.FOREIGN)
    parts = (
        (edited, f"{counted(edited, 'file')} edited by hand"),
        (foreign, counted(foreign, "foreign file")),
    )
    files = " and ".join(text for number, text in parts if number)
    if files:
        would = "overwritten or deleted" if _deletes(report) else "overwritten"
        yield f"{style.red('error')}: {files} would be {would}"
        yield (
            f"  {style.cyan('help')}: to keep a change, make it in the source; "
            "to keep a file, move it away"
        )


def _overwrite(report: Report) -> str:
    files = "it" if len(report.drifts) == 1 else "them"
    return f"overwrite or delete {files}" if _deletes(report) else f"overwrite {files}"


def _deletes(report: Report) -> bool:
    return any(each.difference.is_deletion for each in report.drifts)
