"""What a change does to Applications, as text: deletions first and in full, then the rest by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.secrets import hide
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.yaml import YamlWriter
from dokaseca_compile.impact import CONFIGURATION, Action, Effect, Fate, Impact, Skipped, Step
from dokaseca_compile.output.report import both, value
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted

_MOST_CHANGES, _MOST_CLUSTERS = 20, 12
_STEPS = tuple(Step)
TITLES: Mapping[Action, str] = {
    Action.DELETE: "Deleted",
    Action.RECREATE: "Deleted and created again",
    Action.UPDATE: "Changed",
    Action.ADD: "Added",
}

FATES: Mapping[Fate, str] = {
    Fate.DELETED: "Argo CD deletes their resources",
    Fate.KEPT: "their resources stay",
    Fate.FORGOTTEN: "Argo CD forgets the cluster and most likely leaves their resources there",
}


def as_text(
    impact: Impact, permits: Mapping[str, Any], style: Style, *, tables: bool = True
) -> str:
    """Return the whole plan, its first line a summary; ``tables`` count by environment and owner."""
    blocks = _blocks(impact, permits, style, tables=tables)
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _blocks(
    impact: Impact, permits: Mapping[str, Any], style: Style, *, tables: bool
) -> Iterator[list[str]]:
    yield [style.bold(summary(impact)), *notes(impact)]
    for action in (Action.DELETE, Action.RECREATE):
        for first, alike in by_cause(impact.of(action)):
            yield list(_endings(first, alike, style))
    for action in (Action.UPDATE, Action.ADD):
        if effects := impact.of(action):
            lines = (
                line
                for first, alike in same_everywhere(effects)
                for line in _group(first, alike, style)
            )
            yield [style.bold(TITLES[action]), *(f"  {line}" for line in lines)]
    if impact.effects and tables:
        yield [f"  {line}" for line in aligned(fan_out(impact, "environment"))]
        yield [f"  {line}" for line in aligned(fan_out(impact, "owner"))]
    if impact.skipped:
        yield [
            style.yellow("Skipped environments"),
            *(f"  {skipped(each)}" for each in impact.skipped),
        ]
    if permits:
        head = f"{style.red('Blocked')}: nobody has said that this is meant. If it is, add to the source:"
        yield [head, *(f"  {line}" for line in entries(permits))]


def summary(impact: Impact) -> str:
    """One line: how many Applications are deleted, created again, upgraded, changed, added, and stay."""
    deleted, recreated = impact.of(Action.DELETE), impact.of(Action.RECREATE)
    updates = impact.of(Action.UPDATE)
    steps = {step: sum(each.step is step for each in updates) for step in _STEPS}
    versions = ", ".join(f"{number} {step}" for step, number in steps.items() if number)
    changed = sum(each.step is None for each in updates)
    if not impact.effects:
        return (
            f"No Application changes: {counted(impact.unchanged, 'Application')} stay as they are"
        )
    parts = [
        f"{len(deleted)} to delete{_blocked(deleted)}" if deleted else "",
        f"{len(recreated)} to delete and create again{_blocked(recreated)}" if recreated else "",
        f"{sum(steps.values())} to another version ({versions})" if versions else "",
        f"{changed} to change" if changed else "",
        f"{len(impact.of(Action.ADD))} to add" if impact.of(Action.ADD) else "",
        f"{impact.unchanged} stay as they are",
    ]
    return f"Applications: {', '.join(filter(None, parts))}"


def notes(impact: Impact) -> list[str]:
    """What is to be known beside the Applications: nothing to compare with, other rollouts, what clusters are given."""
    new = [
        "The platform file is not at the base: everything counts as new, and nothing as deleted."
    ]
    steps = [
        f"Rollout of {name}: {counted(was, 'step') if was else 'all at once'} → "
        f"{counted(will, 'step') if will else 'all at once'}{', in another way' if was == will else ''}"
        for name, was, will in impact.rollouts
    ]
    return [*(new if impact.is_new else []), *steps, *_configured(impact)]


def _configured(impact: Impact) -> Iterator[str]:
    """Applications stay as they are when only what they apply changes: so that is said besides."""
    number = sum(len(clusters) for _, clusters in impact.configured)
    if number:
        shown = [
            _named(environment, clusters)
            for environment, clusters in impact.configured[:_MOST_CLUSTERS]
        ]
        more = len(impact.configured) - len(shown)
        there = "; ".join([*shown, *([f"and {counted(more, 'more environment')}"] if more else [])])
        yield f"Configuration of {counted(number, 'cluster')} changes ({CONFIGURATION}): {there}"


def _blocked(effects: Sequence[Effect]) -> str:
    number = sum(each.blocked for each in effects)
    return f" ({number} BLOCKED)" if number else ""


def cause(first: Effect, number: int) -> str:
    """Why some Applications end, what becomes of their resources, and whether somebody has said that it is meant."""
    return f"{TITLES[first.action]}: {first.why}; {counted(number, 'Application')}, {FATES[first.fate]}"


def verdict(first: Effect) -> str:
    """``BLOCKED``, or which entry lets it through; empty where none is needed."""
    return f"listed as {first.entry}" if first.entry else "BLOCKED" if first.blocked else ""


def ending(effect: Effect) -> Sequence[str]:
    """An Application that ends as the cells of a row: its name and the next one, what it is, and where."""
    if effect.before is None:
        message = "nothing ends"
        raise ValueError(message)
    hub, old = effect.before
    new_hub, new = effect.after or effect.before
    return (
        _change_of(old.name, new.name),
        old.part,
        _change_of(old.runs, new.runs),
        _change_of(old.namespace, new.namespace),
        f"hub {_change_of(hub, new_hub)}",
    )


def _change_of(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"


def _endings(first: Effect, alike: Sequence[Effect], style: Style) -> Iterator[str]:
    shown = verdict(first)
    tone = style.red if first.blocked else style.dim
    yield style.bold(cause(first, len(alike))) + (f"  {tone(shown)}" if shown else "")
    sign = style.red("-" if first.action is Action.DELETE else "±")
    yield from (
        f"  {sign} {line}" for line in aligned([ending(each) for each in alike], numbers=False)
    )


def group(first: Effect, alike: Sequence[Effect]) -> str:
    """What effects that are alike have in common, and where they are."""
    parts = list(dict.fromkeys(each.application.part for each in alike))
    if len(parts) > 1:
        return f"{counted(len(alike), 'Application')} ({_listed(parts)}) on {places(alike)}"
    old, new = first.versions
    version = f"{old} → {new} ({first.step})" if first.step is not None else new
    return f"{first.application.part} {version} on {places(alike)}"


def _group(first: Effect, alike: Sequence[Effect], style: Style) -> Iterator[str]:
    sign = style.green("+") if first.action is Action.ADD else style.yellow("~")
    shown = group(first, alike)
    yield f"{sign} {style.red(shown) if first.step in {Step.MAJOR, Step.DOWNGRADE} else shown}"
    yield from (f"    {line}" for line in changes(first))


def changes(effect: Effect) -> Iterator[str]:
    """The changed values by path, then what else is different."""
    told = [f"values {_change(each)}" for each in effect.values] + [
        _change(each) for each in effect.other
    ]
    yield from told[:_MOST_CHANGES]
    if len(told) > _MOST_CHANGES:
        yield f"… and {len(told) - _MOST_CHANGES} more"


def _change(change: Change) -> str:
    path = hide(printable(change.path)) or "(all)"
    if change.kind is Kind.ORDER:
        return f"{path}: another order"
    if change.kind is Kind.ADDED:
        return f"{path}: + {value(change.new, change.key)}"
    if change.kind is Kind.REMOVED:
        return f"{path}: - {value(change.old, change.key)}"
    return f"{path}: {' → '.join(both(change))}"


def places(effects: Sequence[Effect]) -> str:
    """``dev: a, b; production: c and 7 more``."""
    found: dict[str, list[str]] = {}
    for each in effects:
        found.setdefault(each.application.label("environment") or "hubs", []).append(
            each.application.cluster
        )
    there = (
        (environment, list(dict.fromkeys(clusters))) for environment, clusters in found.items()
    )
    return "; ".join(_named(environment, clusters) for environment, clusters in there)


def _named(environment: str, clusters: Sequence[str]) -> str:
    return f"{environment}: {_listed(clusters)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_CLUSTERS} more" if len(names) > _MOST_CLUSTERS else ""
    return f"{', '.join(names[:_MOST_CLUSTERS])}{more}"


def skipped(found: Skipped) -> str:
    """One skipped environment as a sentence."""
    runs = ", ".join(found.runs)
    return f"{found.environment} gets {found.part} {found.version}, and {found.earlier} before it runs {runs}"


def fan_out(impact: Impact, by: str) -> list[list[str]]:
    """How many Applications change in what way, by environment or owner: a table with its head."""
    counts: dict[str, dict[str, int]] = {}
    for each in impact.effects:
        kind = (
            str(each.step)
            if each.action is Action.UPDATE and each.step is not None
            else str(each.action)
        )
        row = counts.setdefault(
            (each.application.owner if by == "owner" else each.application.label(by)) or "-", {}
        )
        row[kind] = row.get(kind, 0) + 1
    kinds = [
        *map(str, (Action.DELETE, Action.RECREATE)),
        *map(str, _STEPS),
        *map(str, (Action.UPDATE, Action.ADD)),
    ]
    used = [kind for kind in kinds if any(kind in row for row in counts.values())]
    head = [by.upper(), *(kind.upper() for kind in used)]
    return [
        head,
        *(
            [name, *(str(row.get(kind, 0)) for kind in used)]
            for name, row in sorted(counts.items())
        ),
    ]


def aligned(rows: Sequence[Sequence[str]], *, numbers: bool = True) -> list[str]:
    """A table as lines: the first column to the left, ``numbers`` to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if index and numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def entries(permits: Mapping[str, Any]) -> list[str]:
    """Entries of ``platform.yaml`` as its lines."""
    return YamlWriter().render(YamlBody((permits,), header=False)).decode().splitlines()


def by_cause(effects: Sequence[Effect]) -> list[tuple[Effect, list[Effect]]]:
    """Ends in groups with one cause, one fate and one verdict, the first of each before its group."""
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for each in effects:
        groups.setdefault((not each.blocked, each.why, each.fate, each.entry), []).append(each)
    return [(groups[key][0], groups[key]) for key in sorted(groups, key=repr)]


def same_everywhere(effects: Sequence[Effect]) -> list[tuple[Effect, list[Effect]]]:
    """Return effects in groups that say the same: the same changes, from and to the same versions of one part.

    Where no version changes, several parts may be in a group: what an environment says is the same for all of them.
    """
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for each in effects:
        changed = (tuple(map(_identity, each.values)), tuple(map(_identity, each.other)))
        versions: tuple[object, ...] = (each.application.part, each.versions)
        if each.action is Action.UPDATE and each.step is None:
            versions = ()
        groups.setdefault((each.action, *versions, *changed), []).append(each)
    return [(found[0], found) for found in groups.values()]


def _identity(change: Change) -> tuple[object, ...]:
    return change.kind, change.path, repr(change.old), repr(change.new)
