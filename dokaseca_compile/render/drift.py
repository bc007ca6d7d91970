"""Differences as text: one line for each file for ``check``, by structure for ``diff``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.limits import DIFF_CHANGES, DIFF_VALUE
from dokaseca_compile.core.secrets import hide_data, mask
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain
from dokaseca_compile.formats.yaml import YamlWriter
from dokaseca_compile.output.difference import Difference, State
from dokaseca_compile.output.drift import Drift, groups
from dokaseca_compile.output.report import Report, both, details, value
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted, left_out, scope_of

_SIGNS = {
    State.MISSING: "+",
    State.STALE: "~",
    State.EDITED: "!",
    State.ORPHANED: "-",
    State.FOREIGN: "?",
}
MOST = 100
"""How many files ``check`` lists; ``--format json`` lists all."""

_MOST_NAMED = 3  # files of a group
_SIDES = {Kind.REMOVED: "-", Kind.ADDED: "+", Kind.CHANGED: "-+"}
_LEFT_ALONE = {
    "foreign-manifest": "Move foreign files out of folders that Argo CD or Terraform reads as a "
    "whole, or declare their content in the source: `dokaseca compile` leaves them alone",
    "foreign-file": "Delete files that nobody needs, or remove the header from your own: "
    "`dokaseca compile` leaves both alone",
}


def checked(report: Report, style: Style) -> str:
    """Return the result of ``check``: the files that differ, their number, and the repair."""
    if not report.drifts:
        total = counted(report.plan.kept if report.plan else 0, "file")
        if report.left_out:
            others = counted(report.left_out, "file")
            return f"{style.green('No difference')} in the compared files; {others} left out"
        return f"{style.green(f'All {total} up to date')}: {scope_of(report)}"
    lines = [_line(each, report, style) for each in report.drifts[:MOST]]
    lines += left_out(len(report.drifts), MOST, "; `--format json` lists all")
    return "\n".join([*lines, "", totals(report, style), repair(report)])


def totals(report: Report, style: Style) -> str:
    """Return the numbers: ``3 of 305 files differ: 2 stale, 1 edited``; ledgers by themselves."""
    kept = report.plan.kept if report.plan else 0
    files, ledgers = report.counts(), report.counts(ledgers=True)
    number = sum(files.values())
    every = counted(number + kept + report.left_out, "file")
    others, accepted = report.left_out, len(report.accepted)
    parts = (
        (number, _with_states(f"{number} of {every}", files, style)),
        (len(ledgers), _with_states(counted(sum(ledgers.values()), "ledger"), ledgers, style)),
        (others, f"{counted(others, 'file')} that {_differ(others)} left out"),
        (accepted, f"{accepted} accepted"),
    )
    return "; ".join(text for amount, text in parts if amount)


def _differ(number: int) -> str:
    return "differs" if number == 1 else "differ"


def _with_states(head: str, counts: Mapping[State, int], style: Style) -> str:
    states = ", ".join(f"{number} {state}" for state, number in counts.items())
    return f"{style.red(f'{head} {_differ(sum(counts.values()))}')}: {states}"


def repair(report: Report) -> str:
    """Return what to do, ending with the command."""
    strays = [each.difference for each in report.drifts if each.difference.is_stray]
    slugs = {each.slug for each in strays}
    lines = [text for slug, text in _LEFT_ALONE.items() if slug in slugs]
    if len(strays) < len(report.drifts):
        lines.append(_command(report))
    return "\n".join(lines)


def _command(report: Report) -> str:
    """Return the command that repairs the output, and which changes it would overwrite."""
    refused = [each.difference.state for each in report.drifts if each.difference.is_refused]
    if not refused:
        return f"To repair it, run `{report.repair}`"
    states = [(refused.count(each), each) for each in (State.EDITED, State.FOREIGN)]
    words = " and ".join(f"{number} {state}" for number, state in states if number)
    files = "it" if len(refused) == 1 else "them"
    overwrite = f"to overwrite {files}, run `{report.repair}`"
    if report.command == "diff":
        return f"{words}: {overwrite}"
    return f"To see what would be lost, run `{report.look}`: {words}; {overwrite}"


def _line(drift: Drift, report: Report, style: Style) -> str:
    difference = drift.difference
    place = ""
    if drift.cause is not None:
        there = report.compilation.place(drift.cause)
        place = style.dim(f" ({there.file}:{there.line}:{there.column})")
    state = _tone(difference.state, style)(f"{difference.state:<8}")
    text = ": ".join(filter(None, [report.path(difference), details(drift)]))
    return f"{state} {text}{place}"


def compared(report: Report, style: Style) -> str:
    """Return the result of ``diff``: the changes by structure, the same in many files once."""
    if not report.drifts:
        return checked(report, style)
    blocks = [
        "\n".join(block(first, others, report, style)) for first, others in groups(report.drifts)
    ]
    return "\n\n".join([*blocks, f"{totals(report, style)}\n{repair(report)}"])


def stat(report: Report, style: Style) -> str:
    """Return the number of changes in each file, then the totals."""
    if not report.drifts:
        return checked(report, style)
    width = max(len(report.path(each.difference)) for each in report.drifts)
    lines = []
    for each in report.drifts:
        state, path = each.difference.state, report.path(each.difference)
        sign = _tone(state, style)(_SIGNS[state])
        lines.append(f"{sign} {path:<{width}} | {_size(each)}")
    return "\n".join([*lines, "", totals(report, style)])


def _size(drift: Drift) -> str:
    if drift.changes:
        return counted(len(drift.changes), "change")
    return "text" if drift.textual else str(drift.difference.state)


def block(first: Drift, others: Sequence[Drift], report: Report, style: Style) -> Iterator[str]:
    """Yield the lines on one file, or on a change that several files have."""
    yield _head(first.difference, report, style)
    for change in first.changes[:DIFF_CHANGES]:
        yield from (f"    {line}" for line in _change(change, style))
    if len(first.changes) > DIFF_CHANGES:
        more = counted(len(first.changes) - DIFF_CHANGES, "more change")
        yield f"    … and {more}; `--format unified` shows all"
    if first.textual and not first.difference.note:
        yield f"    only the text differs, from line {first.line}; `--format unified` shows it"
    if first.cause is not None:
        place = report.compilation.place(first.cause)
        yield style.dim(f"    from {place.file}:{place.line}:{place.column}")
    if others:
        yield f"    {_same(others, report, style)}"


def _head(difference: Difference, report: Report, style: Style) -> str:
    sign = _tone(difference.state, style)(_SIGNS[difference.state])
    deleted = "no longer generated" if difference.is_deletion and difference.is_refused else ""
    state = ": ".join(filter(None, [difference.state, difference.note or deleted]))
    return f"{sign} {style.bold(report.path(difference))} ({state})"


def _same(others: Sequence[Drift], report: Report, style: Style) -> str:
    names = [report.path(each.difference) for each in others[:_MOST_NAMED]]
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    same = style.cyan(f"same in {counted(len(others), 'more file')}")
    return f"{same}: {', '.join(names)}{more}"


def _change(change: Change, style: Style) -> Iterator[str]:
    path = style.bold(printable(change.path) or "(all)")
    if change.kind is Kind.ORDER:
        yield f"{path}  the same items in another order"
        return
    is_large = _is_large(change.old) or _is_large(change.new)
    if change.kind is Kind.CHANGED and not is_large:
        old, new = both(change)
        yield f"{path}  {style.red(old)} → {style.green(new)}"
        return
    yield path
    sides = {"-": (style.red, change.old), "+": (style.green, change.new)}
    for sign in _SIDES[change.kind]:
        tone, data = sides[sign]
        yield from (tone(f"  {sign} {line}") for line in _lines(data, change.key))


def _is_large(data: object) -> bool:
    if isinstance(data, str):
        return "\n" in data
    return bool(data) and isinstance(data, Mapping | Sequence)


def _lines(data: object, key: str) -> list[str]:
    """Return a value as lines, up to a limit."""
    lines = _all_lines(data, key)
    more = len(lines) - DIFF_VALUE
    return lines if more <= 0 else [*lines[:DIFF_VALUE], f"… and {counted(more, 'more line')}"]


def _all_lines(data: object, key: str) -> list[str]:
    """Return a value as lines, a collection as YAML; secrets are hidden."""
    shown = hide_data(plain(data), key)
    if isinstance(shown, str) and "\n" in shown:
        return [mask(printable(line)) for line in shown.split("\n")]
    if isinstance(shown, dict | list) and shown:
        try:
            text = YamlWriter().render(YamlBody(({"": shown},))).decode()
        except (ValueError, TypeError):  # the writer refuses some values of files edited by hand
            return [value(data, key)]
        return [mask(line[2:]) for line in text.splitlines()[1:]]
    return [value(data, key)]


def _tone(state: State, style: Style) -> Callable[[str], str]:
    return {State.MISSING: style.green, State.STALE: style.yellow}.get(state, style.red)
