"""The effects of a change on Applications as text: deletions first and in full, then the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dokaseca_compile.core.compare import Change, Kind
from dokaseca_compile.core.groups import grouped, grouped_by
from dokaseca_compile.core.secrets import hide
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.yaml import YamlWriter
from dokaseca_compile.impact import (
    CONFIGURATION,
    DELETIONS,
    Action,
    Effect,
    Fate,
    Impact,
    Leftover,
    Skipped,
    Step,
)
from dokaseca_compile.impact.suggestions import Entries
from dokaseca_compile.output.report import both, value
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import aligned, counted, left_out

_MOST_CHANGES, _MOST_NAMES = 20, 12
_STEPS = tuple(Step)
TITLES: Mapping[Action, str] = {
    Action.DELETE: "Deleted",
    Action.RECREATE: "Deleted and created again",
    Action.UPDATE: "Changed",
    Action.ADD: "Added",
}

LEFTOVERS = "Pods that stay, in namespaces that lose configuration"
FATES: Mapping[Fate, str] = {
    Fate.DELETED: "Argo CD deletes their resources",
    Fate.KEPT: "their resources stay",
    Fate.FORGOTTEN: "Argo CD forgets the cluster and most likely leaves their resources there",
    Fate.ORPHANED: "their resources stay, since the AppProject no longer allows their namespace",
    Fate.UNREAD: "they stay with their resources, since the hub no longer reads the environment: "
    "list it in `serves` of the hub",
}


def as_text(impact: Impact, suggested: Entries, style: Style, *, tables: bool = True) -> str:
    """Return the plan; ``tables`` add numbers by environment and owner."""
    blocks = [
        [style.bold(summary(impact)), *notes(impact)],
        *_deletions(impact, style),
        *_updates(impact, style),
        *(_tables(impact) if tables else ()),
        *_warnings(impact, suggested, style),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _deletions(impact: Impact, style: Style) -> Iterator[list[str]]:
    for action in DELETIONS:
        for first, alike in by_cause(impact.of(action)):
            yield list(_deletion(first, alike, style))


def _updates(impact: Impact, style: Style) -> Iterator[list[str]]:
    for action in (Action.UPDATE, Action.ADD):
        groups = same_everywhere(impact.of(action))
        lines = [f"  {line}" for first, alike in groups for line in _group(first, alike, style)]
        if lines:
            yield [style.bold(TITLES[action]), *lines]


def _tables(impact: Impact) -> Iterator[list[str]]:
    if impact.effects:
        for by in ("environment", "owner"):
            yield [f"  {line}" for line in aligned(fan_out(impact, by))]


def _warnings(impact: Impact, suggested: Entries, style: Style) -> Iterator[list[str]]:
    if impact.leftovers:
        yield [style.yellow(LEFTOVERS), *(f"  {leftover(each)}" for each in impact.leftovers)]
    if impact.skipped:
        lines = [f"  {skipped(each)}" for each in impact.skipped]
        yield [style.yellow("Skipped environments"), *lines]
    if suggested:
        head = f"{style.red('Blocked')}: these changes are not declared. To allow them, add:"
        yield [head, *(f"  {line}" for line in entry_lines(suggested))]


def summary(impact: Impact) -> str:
    """Return one line with the numbers of Applications by what happens to them."""
    if not impact.effects:
        return f"No Application changes: {counted(impact.unchanged, 'Application')} unchanged"
    deleted, recreated = impact.of(Action.DELETE), impact.of(Action.RECREATE)
    updates = impact.of(Action.UPDATE)
    counts = [(step, sum(each.step is step for each in updates)) for step in _STEPS]
    versions = ", ".join(f"{number} {step}" for step, number in counts if number)
    upgraded = sum(number for _, number in counts)
    parts = [
        (len(deleted), f"to delete{_blocked(deleted)}"),
        (len(recreated), f"to delete and create again{_blocked(recreated)}"),
        (upgraded, f"to another version ({versions})"),
        (len(updates) - upgraded, "to change"),
        (len(impact.of(Action.ADD)), "to add"),
    ]
    changed = [f"{number} {words}" for number, words in parts if number]
    return f"Applications: {', '.join([*changed, f'{impact.unchanged} unchanged'])}"


def notes(impact: Impact) -> list[str]:
    """Return what else changes: everything is new, other rollout steps, other configuration."""
    found = []
    if impact.is_new:
        found.append("The base has no platform file: everything is shown as added.")
    for name, was, will in impact.rollouts:
        other = ", with other steps" if was == will else ""
        found.append(f"Rollout of {name}: {_rollout(was)} → {_rollout(will)}{other}")
    return [*found, *_configured(impact), *_later(impact)]


def _rollout(steps: int) -> str:
    return counted(steps, "step") if steps else "all at once"


def _configured(impact: Impact) -> Iterator[str]:
    """Yield a line on changed configuration: it leaves Applications unchanged."""
    number = sum(len(clusters) for _, clusters in impact.configured)
    if not number:
        return
    shown = [
        f"{environment}: {listed(clusters)}"
        for environment, clusters in impact.configured[:_MOST_NAMES]
    ]
    more = len(impact.configured) - len(shown)
    if more:
        shown.append(f"and {counted(more, 'more environment')}")
    where = "; ".join(shown)
    yield f"Configuration of {counted(number, 'cluster')} changes ({CONFIGURATION}): {where}"


def _later(impact: Impact) -> Iterator[str]:
    """Yield a line on the environments that a merge does not reach."""
    if impact.later:
        shown = "; ".join(
            f"{each.environment}, which follows {each.revision}: "
            f"{counted(each.applications, 'Application')}"
            for each in impact.later
        )
        yield f"Not reached by a merge to {impact.branch}: {shown}"


def _blocked(effects: Sequence[Effect]) -> str:
    number = sum(each.blocked for each in effects)
    return f" ({number} BLOCKED)" if number else ""


def cause(first: Effect, number: int) -> str:
    """Return why Applications are deleted, and what happens to their resources."""
    applications = counted(number, "Application")
    return f"{TITLES[first.action]}: {first.why}; {applications}, {FATES[first.fate]}"


def verdict(first: Effect) -> str:
    """Return ``BLOCKED``, or the entry that declares the change; empty if none is needed."""
    if first.entry:
        return f"declared by {first.entry}"
    return "BLOCKED" if first.blocked else ""


def deletion_row(effect: Effect) -> Sequence[str]:
    """Return the cells for a deleted Application: names, part, version, namespace, hub."""
    (hub, old), (new_hub, new) = effect.sides[0], effect.sides[-1]
    return (
        _change_of(old.name, new.name),
        old.part,
        _change_of(old.runs, new.runs),
        _change_of(old.namespace, new.namespace),
        f"hub {_change_of(hub, new_hub)}",
    )


def _change_of(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"


def _deletion(first: Effect, alike: Sequence[Effect], style: Style) -> Iterator[str]:
    shown = verdict(first)
    tone = style.red if first.blocked else style.dim
    yield style.bold(cause(first, len(alike))) + (f"  {tone(shown)}" if shown else "")
    sign = style.red("-" if first.action is Action.DELETE else "±")
    for line in aligned([deletion_row(each) for each in alike], numbers=False):
        yield f"  {sign} {line}"


def group(first: Effect, alike: Sequence[Effect]) -> str:
    """Return what effects have in common, and where they are."""
    parts = list(dict.fromkeys(each.application.part for each in alike))
    if len(parts) > 1:
        return f"{counted(len(alike), 'Application')} ({listed(parts)}) on {places(alike)}"
    old, new = first.versions
    version = f"{old} → {new} ({first.step})" if first.step is not None else new
    return f"{first.application.part} {version} on {places(alike)}"


def _group(first: Effect, alike: Sequence[Effect], style: Style) -> Iterator[str]:
    sign = style.green("+") if first.action is Action.ADD else style.yellow("~")
    shown = group(first, alike)
    yield f"{sign} {style.red(shown) if first.step in {Step.MAJOR, Step.DOWNGRADE} else shown}"
    for line in changes(first):
        yield f"    {line}"


def changes(effect: Effect) -> list[str]:
    """Return the changed values by path, then other changed fields."""
    found = [f"values {_change(each)}" for each in effect.values]
    found += [_change(each) for each in effect.other]
    return [*found[:_MOST_CHANGES], *left_out(len(found), _MOST_CHANGES)]


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
    """Return the clusters by environment: ``dev: a, b; production: c and 7 more``."""
    found = grouped(
        (each.application.label("environment") or "hubs", each.application.cluster)
        for each in effects
    )
    return "; ".join(
        f"{environment}: {listed([*dict.fromkeys(names)])}" for environment, names in found.items()
    )


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many are left out."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"


def skipped(found: Skipped) -> str:
    """Return one skipped environment as a sentence."""
    runs = ", ".join(found.runs)
    gets = f"{found.environment} gets {found.part} {found.version}"
    return f"{gets}, but {found.earlier} before it runs {runs}"


def leftover(found: Leftover) -> str:
    """Return what keeps running in one namespace, and what the namespace loses, as a sentence."""
    applications = f"{counted(len(found.applications), 'Application')} of team {found.team}"
    stays = f"the Pods of {applications} keep running in namespace {found.namespace}"
    lost = f"Argo CD deletes the namespace's {', '.join(found.kinds)}"
    open_ = ", and all network traffic is allowed" if "NetworkPolicy" in found.kinds else ""
    return f"{found.environment}: {stays} on {listed(found.clusters)}; {lost}{open_}"


def fan_out(impact: Impact, by: str) -> list[list[str]]:
    """Return a table of the numbers of effects by environment or owner, with its head."""
    counts: dict[str, dict[str, int]] = {}
    for each in impact.effects:
        application = each.application
        name = application.owner if by == "owner" else application.label(by)
        row, kind = counts.setdefault(name or "-", {}), _kind(each)
        row[kind] = row.get(kind, 0) + 1
    kinds = [str(each) for each in (*DELETIONS, *_STEPS, Action.UPDATE, Action.ADD)]
    found = set().union(*counts.values())
    used = [kind for kind in kinds if kind in found]
    rows = [[by.upper(), *(kind.upper() for kind in used)]]
    for name, row in sorted(counts.items()):
        rows.append([name, *(str(row.get(kind, 0)) for kind in used)])
    return rows


def _kind(effect: Effect) -> str:
    """Return the column of an effect: its action, or the size of a version change."""
    is_step = effect.action is Action.UPDATE and effect.step is not None
    return str(effect.step if is_step else effect.action)


def entry_lines(entries: Entries) -> list[str]:
    """Return entries as lines of ``platform.yaml``."""
    return YamlWriter().render(YamlBody((entries,), header=False)).decode().splitlines()


def by_cause(effects: Sequence[Effect]) -> list[tuple[Effect, list[Effect]]]:
    """Group deletions by cause, fate and verdict; each group comes with its first one."""
    groups = grouped_by(lambda each: (not each.blocked, each.why, each.fate, each.entry), effects)
    return [
        (found[0], found) for _, found in sorted(groups.items(), key=lambda each: repr(each[0]))
    ]


def same_everywhere(effects: Sequence[Effect]) -> list[tuple[Effect, list[Effect]]]:
    """Group effects with the same changes, and the same versions of one part.

    Without a new version, a group may have several parts: a setting of an environment is the same
    change for all of them.
    """
    return [(found[0], found) for found in grouped_by(_change_and_versions, effects).values()]


def _change_and_versions(effect: Effect) -> tuple[object, ...]:
    changed = (tuple(map(_identity, effect.values)), tuple(map(_identity, effect.other)))
    if effect.action is Action.UPDATE and effect.step is None:
        return effect.action, *changed
    return effect.action, effect.application.part, effect.versions, *changed


def _identity(change: Change) -> tuple[object, ...]:
    return change.kind, change.path, repr(change.old), repr(change.new)
