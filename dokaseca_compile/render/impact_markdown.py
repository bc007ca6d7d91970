"""The effects of a change on Applications as Markdown for a pull request.

Blocks that do not fit are counted; deletions are always included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from dokaseca_compile.core.groups import grouped
from dokaseca_compile.impact import DELETIONS, Action, Effect, Impact
from dokaseca_compile.impact.suggestions import Entries
from dokaseca_compile.render.impact import (
    LEFTOVERS,
    TITLES,
    by_cause,
    cause,
    changes,
    deletion_row,
    entry_lines,
    fan_out,
    group,
    leftover,
    notes,
    same_everywhere,
    skipped,
    summary,
    verdict,
)
from dokaseca_compile.render.markdown import MOST, fenced, fitting, prose
from dokaseca_compile.render.text import counted

_RESERVE = 200
"""Characters for the line on blocks that are left out."""


def as_markdown(impact: Impact, suggested: Entries, most: int = MOST) -> str:
    """Return the summary, deletions, suggested entries, and other blocks up to ``most`` characters.

    Deletions are listed one by one. Where that does not fit, those of a cause are listed by part
    with their clusters, then by part with their number, and at last not at all.
    """
    head = [
        f"### {_sign(impact)} dokaseca plan: {prose(summary(impact))}",
        *map(prose, notes(impact)),
    ]
    room = most - _size(head) - _RESERVE
    entries = _entries(suggested, room // 2) if suggested else []
    room -= _size(entries)
    deletions = _deletions(impact, room)
    kept, left = fitting([*deletions, *_rest(impact)], room)
    shown = min(len(deletions), len(kept))
    rest = [f"… and {counted(left, 'more block')}: `dokaseca plan` shows all."] if left else []
    return "\n\n".join([*head, *kept[:shown], *entries, *kept[shown:], *rest]) + "\n"


def _sign(impact: Impact) -> str:
    if impact.blocked:
        return "❌"
    if impact.is_new or any(map(impact.of, DELETIONS)):
        return "⚠️"
    return "✅"


def _entries(suggested: Entries, room: int) -> list[str]:
    """Return the entries that would allow the change, or their number if they are too long."""
    head = "<details><summary>Blocked: to allow these changes, add to the source</summary>"
    written = [head, fenced(entry_lines(suggested), "yaml"), "</details>"]
    if _size(written) <= room:
        return written
    number = sum(map(len, suggested.values()))
    text = f"Blocked: to allow these changes, the source needs {number} entries"
    return [f"{text}; `dokaseca plan` prints them."]


def _size(blocks: Iterable[str]) -> int:
    return sum(len(each) + 2 for each in blocks)


Form = Callable[[Sequence[Effect]], Iterator[str]]


def _deletions(impact: Impact, room: int) -> list[str]:
    """Return a block for each cause, in the longest form that leaves room for the others."""
    causes = [each for action in DELETIONS for each in by_cause(impact.of(action))]
    blocks = [_deletion(first, alike, _nothing) for first, alike in causes]
    used = _size(blocks)
    for form in (_numbers, _by_part, _each):
        for index, (first, alike) in enumerate(causes):
            block = _deletion(first, alike, form)
            if used + len(block) - len(blocks[index]) <= room:
                used += len(block) - len(blocks[index])
                blocks[index] = block
    return blocks


def _deletion(first: Effect, alike: Sequence[Effect], form: Form) -> str:
    shown = verdict(first)
    head = f"**{prose(cause(first, len(alike)))}**" + (f" {prose(shown)}" if shown else "")
    lines = [f"- {prose(line)}" for line in form(alike)]
    return "\n".join([head, "", *lines]) if lines else head


def _each(effects: Sequence[Effect]) -> Iterator[str]:
    for effect in effects:
        name, *details, hub = deletion_row(effect)
        yield f"`{name}`: {' '.join(filter(None, details))}, {hub}"


def _by_part(effects: Sequence[Effect]) -> Iterator[str]:
    for part, clusters in _grouped(effects).items():
        yield f"{part} on {counted(len(clusters), 'cluster')}: {', '.join(clusters)}"


def _numbers(effects: Sequence[Effect]) -> Iterator[str]:
    for part, clusters in _grouped(effects).items():
        yield f"{part} on {counted(len(clusters), 'cluster')}"


def _nothing(_: Sequence[Effect]) -> Iterator[str]:
    """Yield nothing: the head has the cause and the number."""
    yield from ()


def _grouped(effects: Sequence[Effect]) -> dict[str, list[str]]:
    return grouped((each.application.part, each.application.cluster) for each in effects)


def _rest(impact: Impact) -> Iterator[str]:
    if impact.effects:
        yield _table(fan_out(impact, "environment"))
        yield _table(fan_out(impact, "owner"))
    if impact.leftovers:
        lines = [f"- {prose(leftover(each))}" for each in impact.leftovers]
        yield "\n".join([f"**{LEFTOVERS}**", "", *lines])
    if impact.skipped:
        lines = [f"- {prose(skipped(each))}" for each in impact.skipped]
        yield "\n".join(["**Skipped environments**", "", *lines])
    for action in (Action.UPDATE, Action.ADD):
        if effects := impact.of(action):
            yield f"**{TITLES[action]}** ({len(effects)})"
            for first, alike in same_everywhere(effects):
                lines = changes(first)
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
