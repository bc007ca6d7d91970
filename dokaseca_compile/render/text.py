"""Findings and summaries as text for a terminal."""

from __future__ import annotations

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.diagnostics import Severity
from dokaseca_compile.plan import Plan
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
    parts = [snippet(each, compilation, style) for each in compilation.diagnostics if id(each) in shown]
    if len(ranked) > _MOST:
        parts.append(f"… and {len(ranked) - _MOST} more; `--format json` lists all")
    return "\n\n".join([*parts, totals(compilation, style)])


def totals(compilation: Compilation, style: Style) -> str:
    """``2 errors, 1 warning``."""
    errors, warnings = compilation.count(Severity.ERROR), compilation.count(Severity.WARNING)
    parts = [style.red(counted(errors, "error"))] if errors else []
    parts += [style.yellow(counted(warnings, "warning"))] if warnings else []
    return ", ".join(parts)


def valid(compilation: Compilation, style: Style) -> str:
    """What was checked, when nothing is wrong with it."""
    return f"{style.green('Valid')}: {_scope(compilation)}"


def compiled(compilation: Compilation, plan: Plan, out: str, style: Style, *, dry_run: bool) -> str:
    """What was written, or would be."""
    total = len(plan.create) + len(plan.change) + len(plan.keep)
    if not plan.writes and plan.leftover:
        return f"{style.yellow('Nothing to write')}, {counted(len(plan.leftover), 'file')} left over in {out}"
    if not plan.writes:
        return f"{style.green('Up to date')}: {counted(total, 'file')} in {out} ({_scope(compilation)})"
    parts = [(len(plan.create), "new"), (len(plan.change), "changed"), (len(plan.keep), "unchanged")]
    detail = ", ".join(f"{number} {word}" for number, word in parts if number)
    verb = "Would write" if dry_run else "Wrote"
    return f"{style.green(verb)} {counted(len(plan.writes), 'file')} to {out}: {detail} ({_scope(compilation)})"


def listing(plan: Plan, style: Style) -> str:
    """A line for each file that would be written: ``+`` new, ``~`` changed."""
    new = set(plan.create)
    return "\n".join(f"{style.green('+') if path in new else style.yellow('~')} {path}" for path in plan.writes)


def leftovers(plan: Plan, out: str, style: Style, most: int = 10) -> str:
    """Name the files that are no longer made; Argo CD goes on applying what stays in a folder it reads."""
    shown = [f"{style.yellow('?')} {path}" for path in plan.leftover[:most]]
    if len(plan.leftover) > most:
        shown.append(f"… and {len(plan.leftover) - most} more")
    number = len(plan.leftover)
    verb = "is" if number == 1 else "are"
    head = f"{counted(number, 'file')} in {out} {verb} no longer made; remove what nobody needs:"
    return "\n".join([head, *shown])


def counted(number: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _scope(compilation: Compilation) -> str:
    resolved = compilation.resolved
    if resolved is None:
        return "nothing"
    installs = sum(len(profile.clusters) * sum(1 for _ in profile.enabled()) for profile in resolved.profiles)
    clusters, addons = counted(len(resolved.clusters), "cluster"), counted(len(resolved.addons), "addon")
    environments = counted(len(resolved.environments), "environment")
    return f"{clusters} in {environments}, {addons}, {counted(installs, 'install')}"
