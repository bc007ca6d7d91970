"""Edits of the source as text: the lines that change, and the clusters that they reach."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.reach import changed_files, reach
from dokaseca_compile.redaction import Known, mask
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted
from dokaseca_compile.revise import Revision
from dokaseca_compile.scalars import printable

_MOST_NAMED = 8  # clusters of an effect that are named


def source_patch(revision: Revision, style: Style) -> str:
    """The changed lines of each source file with a little around them."""
    known = revision.before.known | revision.after.known.secrets
    return "\n".join(line for old, new in revision.changed for line in _lines(old, new, known, style))


def _lines(old: SourceFile, new: SourceFile, known: Known, style: Style) -> Iterator[str]:
    name = old.name
    before, after = (known.hide(each.content.decode("utf-8-sig", "replace")).splitlines() for each in (old, new))
    for number, line in enumerate(difflib.unified_diff(before, after, name, name, lineterm="", n=2)):
        shown = mask(printable(line))
        if number < 2:
            yield style.bold(shown)
        else:
            tone = {"+": style.green, "-": style.red, "@": style.dim}.get(line[:1], str)
            yield tone(shown)


def reached(revision: Revision, notes: Sequence[str], style: Style) -> str:
    """Each effect with the clusters that have it, the clusters counted, and what a person should know."""
    before, after = revision.before, revision.after
    effects, files = reach(before, after), changed_files(before.tree, after.tree)
    total = len(after.resolved.clusters) if after.resolved is not None else 0
    lines = [""]
    clusters = {name for each in effects for name in each.clusters}
    head = f"Reaches {len(clusters)} of {counted(total, 'cluster')}" if effects else "Reaches no cluster"
    written = f"; {counted(len(files), 'file')} of the output {'changes' if len(files) == 1 else 'change'}"
    lines.append(style.bold(f"{head}{written if files else ', and no file of the output'}"))
    lines += [f"  {each.effect}  {style.dim(f'({_named(each.clusters)})')}" for each in effects]
    lines += [f"  {style.yellow('note')}: {note}" for note in notes]
    return "\n".join([*lines, ""])


def _named(clusters: Sequence[str]) -> str:
    shown = ", ".join(clusters[:_MOST_NAMED])
    return f"{shown} and {len(clusters) - _MOST_NAMED} more" if len(clusters) > _MOST_NAMED else shown
