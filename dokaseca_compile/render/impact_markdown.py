"""What a change does to Applications, as Markdown for a pull request: what does not fit is said, never a deletion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.impact import Action, Effect, Impact
from dokaseca_compile.render.impact import (
    TITLES,
    by_cause,
    cause,
    changes,
    ending,
    entries,
    fan_out,
    group,
    notes,
    same_everywhere,
    skipped,
    summary,
    verdict,
)
from dokaseca_compile.render.markdown import MOST, fenced, prose
from dokaseca_compile.render.text import counted

_RESERVE = 200
"""Characters for what was left out."""


def as_markdown(impact: Impact, permits: Mapping[str, Any], most: int = MOST) -> str:
    """The summary, every deletion, what lets it through, and as many other blocks as fit into ``most`` characters.

    Deletions are written one by one; those of a cause that do not fit by part with all their clusters, then with their
    number, and at last only their causes.
    """
    dangerous = impact.of(Action.DELETE) or impact.of(Action.RECREATE) or impact.is_new
    sign = "❌" if impact.blocked else "⚠️" if dangerous else "✅"
    head = [f"### {sign} dokaseca plan: {prose(summary(impact))}", *map(prose, notes(impact))]
    room = most - _size(head) - _RESERVE
    permitting = _permitting(permits, room // 2) if permits else []
    room -= _size(permitting)
    kept, left = _fitting([*_endings(impact, room), *_rest(impact)], room)
    ends = sum(
        1 for action in (Action.DELETE, Action.RECREATE) for _ in by_cause(impact.of(action))
    )
    shown = min(ends, len(kept))
    rest = (
        [f"… and {counted(left, 'more block')}: `dokaseca plan` has all of them."] if left else []
    )
    return "\n\n".join([*head, *kept[:shown], *permitting, *kept[shown:], *rest]) + "\n"


def _permitting(permits: Mapping[str, Any], room: int) -> list[str]:
    """What to add to let it through; how much that is where it is too long."""
    head = "<details><summary>Blocked: if it is meant, add to the source</summary>"
    written = [head, fenced(entries(permits), "yaml"), "</details>"]
    if _size(written) <= room:
        return written
    number = sum(map(len, permits.values()))
    return [
        f"Blocked: if it is meant, {number} entries of the source must say so; `dokaseca plan` writes them."
    ]


def _size(blocks: Iterable[str]) -> int:
    return sum(len(each) + 2 for each in blocks)


def _fitting(blocks: Iterable[str], room: int) -> tuple[list[str], int]:
    kept, left = [], 0
    for each in blocks:
        if len(each) + 2 <= room:
            room -= len(each) + 2
            kept.append(each)
        else:
            left += 1
    return kept, left


Form = Callable[[Sequence[Effect]], Iterator[str]]


def _endings(impact: Impact, room: int) -> list[str]:
    """A block for each cause, each in the fullest form that leaves room for the others."""
    causes = [
        each for action in (Action.DELETE, Action.RECREATE) for each in by_cause(impact.of(action))
    ]
    blocks = [_ending(first, alike, _nothing) for first, alike in causes]
    used = _size(blocks)
    for form in (_numbers, _by_part, _each):
        for index, (first, alike) in enumerate(causes):
            block = _ending(first, alike, form)
            if used + len(block) - len(blocks[index]) <= room:
                used += len(block) - len(blocks[index])
                blocks[index] = block
    return blocks


def _ending(first: Effect, alike: Sequence[Effect], form: Form) -> str:
    shown = verdict(first)
    head = f"**{prose(cause(first, len(alike)))}**" + (f" {prose(shown)}" if shown else "")
    lines = [f"- {prose(line)}" for line in form(alike)]
    return "\n".join([head, "", *lines]) if lines else head


def _each(effects: Sequence[Effect]) -> Iterator[str]:
    for effect in effects:
        name, *what, hub = ending(effect)
        yield f"`{name}`: {' '.join(filter(None, what))}, {hub}"


def _by_part(effects: Sequence[Effect]) -> Iterator[str]:
    for part, clusters in _grouped(effects).items():
        yield f"{part} on {counted(len(clusters), 'cluster')}: {', '.join(clusters)}"


def _numbers(effects: Sequence[Effect]) -> Iterator[str]:
    for part, clusters in _grouped(effects).items():
        yield f"{part} on {counted(len(clusters), 'cluster')}"


def _nothing(_: Sequence[Effect]) -> Iterator[str]:
    """The cause has their number."""
    yield from ()


def _grouped(effects: Sequence[Effect]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in effects:
        found.setdefault(each.application.part, []).append(each.application.cluster)
    return found


def _rest(impact: Impact) -> Iterator[str]:
    if impact.effects:
        yield _table(fan_out(impact, "environment"))
        yield _table(fan_out(impact, "owner"))
    if impact.skipped:
        yield "**Skipped environments**\n\n" + "\n".join(
            f"- {prose(skipped(each))}" for each in impact.skipped
        )
    for action in (Action.UPDATE, Action.ADD):
        if effects := impact.of(action):
            yield f"**{TITLES[action]}** ({len(effects)})"
            for first, alike in same_everywhere(effects):
                lines = list(changes(first))
                yield f"- {prose(group(first, alike))}" + (f"\n{fenced(lines)}" if lines else "")


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *others = rows
    line = f"|---|{'---:|' * (len(head) - 1)}"
    return "\n".join(
        [
            f"| {' | '.join(head).lower()} |",
            line,
            *(f"| {' | '.join(map(prose, row))} |" for row in others),
        ]
    )
