"""Findings and summaries as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.report import Report
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.render.snippet import snippet
from dokaseca_compile.render.style import Style

_MOST = 50
"""How many findings are written out; the rest is counted. ``--format json`` has them all."""


def findings(compilation: Compilation, style: Style) -> str:
    """Every diagnostic with its source line, then how many there are; empty when there is none."""
    if not compilation.diagnostics:
        return ""
    # Errors are what must be mended: warnings give way when there are too many of both.
    ranked = sorted(compilation.diagnostics, key=lambda each: each.severity is not Severity.ERROR)
    shown = set(map(id, ranked[:_MOST]))
    parts = [
        snippet(each, compilation, style) for each in compilation.diagnostics if id(each) in shown
    ]
    if len(ranked) > _MOST:
        parts.append(f"… and {len(ranked) - _MOST} more; `--format json` lists all")
    return "\n\n".join([*parts, totals(compilation, style)])


def totals(compilation: Compilation, style: Style) -> str:
    """``2 errors, 1 warning, 3 accepted``."""
    errors, warnings = compilation.count(Severity.ERROR), compilation.count(Severity.WARNING)
    parts = [style.red(counted(errors, "error"))] if errors else []
    parts += [style.yellow(counted(warnings, "warning"))] if warnings else []
    parts += [f"{len(compilation.accepted)} accepted"] if compilation.accepted else []
    return ", ".join(parts)


def valid(report: Report, style: Style) -> str:
    """What was checked, when nothing is wrong with it."""
    return f"{style.green('Valid')}: {scope_of(report)}"


def too_many_warnings(report: Report, style: Style) -> str:
    """Why a run fails that found warnings only."""
    number = report.compilation.count(Severity.WARNING)
    verb = "fails" if number == 1 else "fail"
    return f"{style.red('error')}: {counted(number, 'warning')} {verb} with `--strict`"


def compiled(report: Report, plan: Plan, style: Style, *, dry_run: bool) -> str:
    """What was written and deleted, or would be."""
    written, gone = plan.writes, plan.prunes()
    what = f"({scope_of(report)})"
    if not written and not gone:
        head = f"{style.green('Up to date')}: {counted(plan.kept, 'file')} in {report.where} {what}"
        ledgers = sum(each.ledger_difference is not None for each in plan.roots)
        verb = "would be written" if dry_run else "written"
        return f"{head}; {counted(ledgers, 'ledger')} {verb}" if ledgers else head
    new = sum(each.found is None for each in written)
    parts = [
        (new, "new"),
        (len(written) - new, "changed"),
        (len(gone), "deleted"),
        (plan.kept, "unchanged"),
    ]
    detail = ", ".join(f"{number} {word}" for number, word in parts if number)
    verb, preposition = ("write", "to") if written else ("delete", "from")
    done = f"Would {verb}" if dry_run else {"write": "Wrote", "delete": "Deleted"}[verb]
    number = counted(len(written) or len(gone), "file")
    return f"{style.green(done)} {number} {preposition} {report.where}: {detail} {what}"


def listing(report: Report, plan: Plan, style: Style) -> str:
    """A line for each file that would change: ``+`` new, ``~`` changed, ``-`` deleted."""
    rows = [
        (each, style.green("+") if each.found is None else style.yellow("~"))
        for each in plan.writes
    ]
    rows += [(each, style.red("-")) for each in plan.prunes()]
    return "\n".join(f"{sign} {report.path(each)}" for each, sign in rows)


def strays(report: Report, plan: Plan, style: Style, most: int = 10) -> str:
    """Name the files that are not ours and take effect all the same, then those that only look like ours."""
    every = plan.strays()
    parts = []
    if found := [each for each in every if each.takes_effect]:
        be, take = ("is", "takes") if len(found) == 1 else ("are", "take")
        head = f"{style.yellow('warning')}: {counted(len(found), 'file')} that {be} not ours {take} effect:"
        shown = [f"{style.yellow('?')} {report.path(each)}: {each.note}" for each in found[:most]]
        help_ = "move them to another folder, or declare in the source what they are for; `dokaseca check` fails"
        parts += [head, *_cut(shown, len(found)), help_]
    if found := [each for each in every if not each.takes_effect]:
        has, be = ("has", "is") if len(found) == 1 else ("have", "are")
        shown = [f"{style.yellow('?')} {report.path(each)}" for each in found[:most]]
        parts += [
            f"{counted(len(found), 'file')} {has} our header but {be} in no ledger:",
            *_cut(shown, len(found)),
        ]
        parts.append("remove what nobody needs, or the header of what is yours")
    return "\n".join(parts)


def _cut(shown: Sequence[str], total: int) -> list[str]:
    """Return the lines, and how many are left out."""
    return [*shown, f"… and {total - len(shown)} more"] if total > len(shown) else [*shown]


def counted(number: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def scope_of(report: Report) -> str:
    """Say what a report is about, and how many findings are accepted."""
    accepted = len(report.accepted)
    more = f", {accepted} accepted" if accepted else ""
    return f"{scope(report.compilation)}{more}"


def scope(compilation: Compilation) -> str:
    """What a result is about: ``16 clusters in 3 environments, 74 addons, 460 installs``."""
    resolved = compilation.resolved
    if resolved is None:
        return "nothing"
    installs = sum(
        len(profile.clusters) * sum(1 for _ in profile.enabled()) for profile in resolved.profiles
    )
    clusters, addons = (
        counted(len(resolved.clusters), "cluster"),
        counted(len(resolved.addons), "addon"),
    )
    environments = counted(len(resolved.environments), "environment")
    return f"{clusters} in {environments}, {addons}, {counted(installs, 'install')}"
