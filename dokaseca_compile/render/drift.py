"""Differences as text for a terminal: a line a file for ``check``, by structure for ``diff``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.limits import DIFF_CHANGES, DIFF_VALUE
from dokaseca_compile.core.secrets import hide_data, mask
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain
from dokaseca_compile.formats.yaml import YamlWriter
from dokaseca_compile.output.drift import Drift, groups
from dokaseca_compile.output.report import Report, both, details, value
from dokaseca_compile.output.write_plan import State
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted, scope_of

_SIGNS = {
    State.MISSING: "+",
    State.STALE: "~",
    State.EDITED: "!",
    State.ORPHANED: "-",
    State.FOREIGN: "?",
}
MOST = 100
"""How many files ``check`` writes out; ``--format json`` has all."""

_MOST_NAMED = 3  # files of a group that are named
_LEFT_ALONE = {
    "foreign-manifest": "Move files that are not ours out of folders that are read as a whole, "
    "or declare in the source what they are for: `dokaseca compile` leaves them alone",
    "foreign-file": "Remove what nobody needs, or the header of what is yours: `dokaseca compile` leaves both alone",
}


def checked(report: Report, style: Style) -> str:
    """The result of ``check``: a line for each file that differs, how many, and the command that repairs it."""
    if not report.drifts:
        total = counted(report.plan.kept if report.plan else 0, "file")
        if report.left_out:
            return f"{style.green('No difference')} in what was looked at; {counted(report.left_out, 'file')} left out"
        return f"{style.green(f'All {total} up to date')}: {scope_of(report)}"
    lines = [_line(each, report, style) for each in report.drifts[:MOST]]
    if len(report.drifts) > MOST:
        lines.append(f"… and {len(report.drifts) - MOST} more; `--format json` lists all")
    return "\n".join([*lines, "", totals(report, style), repair(report)])


def totals(report: Report, style: Style) -> str:
    """``3 of 305 files differ: 2 stale, 1 edited``; ledgers are counted apart, as ``compile`` does."""
    kept = report.plan.kept if report.plan else 0
    files, ledgers = report.counts(), report.counts(ledgers=True)
    parts = []
    if files:
        number = sum(files.values())
        head = f"{number} of {counted(number + kept + report.left_out, 'file')} {_differ(number)}"
        parts.append(f"{style.red(head)}: {_states(files)}")
    if ledgers:
        number = sum(ledgers.values())
        head = f"{counted(number, 'ledger')} {_differ(number)}"
        parts.append(f"{style.red(head)}: {_states(ledgers)}")
    if report.left_out:
        parts.append(f"{counted(report.left_out, 'file')} that {_differ(report.left_out)} left out")
    if report.accepted:
        parts.append(f"{len(report.accepted)} accepted")
    return "; ".join(parts)


def _differ(number: int) -> str:
    return "differs" if number == 1 else "differ"


def _states(counts: Mapping[State, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items())


def repair(report: Report) -> str:
    """What to do, with the command as the last words."""
    strays = [each.difference for each in report.drifts if each.difference.is_stray]
    lines = [
        text for slug, text in _LEFT_ALONE.items() if any(each.slug == slug for each in strays)
    ]
    if len(strays) < len(report.drifts):
        lines.append(_command(report))
    return "\n".join(lines)


def _command(report: Report) -> str:
    """Return the command that repairs what a compile repairs, and what would be lost."""
    refused = [each.difference.state for each in report.drifts if each.difference.is_refused]
    if not refused:
        return f"To repair it, run `{report.repair}`"
    states = [(refused.count(each), each) for each in (State.EDITED, State.FOREIGN)]
    words = " and ".join(f"{number} {state}" for number, state in states if number)
    look = (
        ""
        if report.command == "diff"
        else f"Look at what would be lost with `{report.look}`: {words}; "
    )
    return f"{look or f'{words}: '}to overwrite {'it' if len(refused) == 1 else 'them'}, run `{report.repair}`"


def _line(drift: Drift, report: Report, style: Style) -> str:
    difference = drift.difference
    place = ""
    if drift.cause is not None:
        there = report.compilation.place(drift.cause)
        place = style.dim(f" ({there.file}:{there.line}:{there.column})")
    state = _tone(difference.state, style)(f"{difference.state:<8}")
    more = details(drift)
    return f"{state} {report.path(difference)}{f': {more}' if more else ''}{place}"


def compared(report: Report, style: Style) -> str:
    """The result of ``diff``: each file with its changes by structure, the same change in many files once."""
    if not report.drifts:
        return checked(report, style)
    blocks = [
        "\n".join(block(first, others, report, style)) for first, others in groups(report.drifts)
    ]
    return "\n\n".join([*blocks, f"{totals(report, style)}\n{repair(report)}"])


def stat(report: Report, style: Style) -> str:
    """A line for each file with the number of its changes, then the totals."""
    if not report.drifts:
        return checked(report, style)
    width = max(len(report.path(each.difference)) for each in report.drifts)
    lines = []
    for each in report.drifts:
        state = each.difference.state
        number = (
            counted(len(each.changes), "change")
            if each.changes
            else "text"
            if each.textual
            else str(state)
        )
        lines.append(
            f"{_tone(state, style)(_SIGNS[state])} {report.path(each.difference):<{width}} | {number}"
        )
    return "\n".join([*lines, "", totals(report, style)])


def block(first: Drift, others: Sequence[Drift], report: Report, style: Style) -> Iterator[str]:
    """The lines about one file, or about one change that several files have."""
    difference = first.difference
    tone = _tone(difference.state, style)
    gone = "no longer made" if difference.goes and difference.is_refused else ""
    note = f": {difference.note or gone}" if difference.note or gone else ""
    yield f"{tone(_SIGNS[difference.state])} {style.bold(report.path(difference))} ({difference.state}{note})"
    for change in first.changes[:DIFF_CHANGES]:
        yield from (f"    {line}" for line in _change(change, style))
    if len(first.changes) > DIFF_CHANGES:
        yield f"    … and {counted(len(first.changes) - DIFF_CHANGES, 'more change')}; `--format unified` shows all"
    if first.textual and not difference.note:
        yield f"    only the text differs, from line {first.line}; `--format unified` shows it"
    if first.cause is not None:
        place = report.compilation.place(first.cause)
        yield style.dim(f"    from {place.file}:{place.line}:{place.column}")
    if others:
        names = [report.path(each.difference) for each in others[:_MOST_NAMED]]
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        same = style.cyan(f"same in {counted(len(others), 'more file')}")
        yield f"    {same}: {', '.join(names)}{more}"


def _change(change: Change, style: Style) -> Iterator[str]:
    path = style.bold(printable(change.path) or "(all)")
    if change.kind is Kind.ORDER:
        yield f"{path}  the same items in another order"
    elif change.kind is Kind.CHANGED and not _is_large(change.old) and not _is_large(change.new):
        old, new = both(change)
        yield f"{path}  {style.red(old)} → {style.green(new)}"
    else:
        yield path
        if change.kind is not Kind.ADDED:
            yield from (style.red(f"  - {line}") for line in _lines(change.old, change.key))
        if change.kind is not Kind.REMOVED:
            yield from (style.green(f"  + {line}") for line in _lines(change.new, change.key))


def _is_large(data: object) -> bool:
    return (
        "\n" in data
        if isinstance(data, str)
        else bool(data) and isinstance(data, Mapping | Sequence)
    )


def _lines(data: object, key: str) -> list[str]:
    """A value as lines, as many as a person reads."""
    lines = _all_lines(data, key)
    more = len(lines) - DIFF_VALUE
    return lines if more <= 0 else [*lines[:DIFF_VALUE], f"… and {counted(more, 'more line')}"]


def _all_lines(data: object, key: str) -> list[str]:
    """A value as lines: a collection as YAML, a text as itself; secrets hidden."""
    shown = hide_data(plain(data), key)
    if isinstance(shown, str) and "\n" in shown:
        return [mask(printable(line)) for line in shown.split("\n")]
    if isinstance(shown, dict | list) and shown:
        try:
            text = YamlWriter().render(YamlBody(({"": shown},))).decode()
        except (ValueError, TypeError):  # a value of a file edited by hand that we would not write
            return [value(data, key)]
        return [mask(line[2:]) for line in text.splitlines()[1:]]
    return [value(data, key)]


def _tone(state: State, style: Style) -> Callable[[str], str]:
    return {State.MISSING: style.green, State.STALE: style.yellow}.get(state, style.red)
