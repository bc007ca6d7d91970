"""Edits of the source as text: the lines that change, and what they do."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.core.secrets import Known, mask
from dokaseca_compile.core.text import printable
from dokaseca_compile.edits.apply import Revision
from dokaseca_compile.impact import Affected, Impact
from dokaseca_compile.impact.suggestions import Entries
from dokaseca_compile.render.impact import as_text
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted

_MOST_NAMED = 12  # clusters of a line that are named, as in a plan


def source_patch(revision: Revision, style: Style) -> str:
    """The changed lines of each source file with a little around them."""
    known = revision.before.known | revision.after.known.secrets
    return "\n".join(
        line for old, new in revision.changed for line in _lines(old, new, known, style)
    )


def _lines(old: SourceFile, new: SourceFile, known: Known, style: Style) -> Iterator[str]:
    name = old.name
    before, after = (
        known.hide(each.content.decode("utf-8-sig", "replace")).splitlines() for each in (old, new)
    )
    for number, line in enumerate(
        difflib.unified_diff(before, after, name, name, lineterm="", n=2)
    ):
        shown = mask(printable(line))
        if number < 2:
            yield style.bold(shown)
        else:
            tone = {"+": style.green, "-": style.red, "@": style.dim}.get(line[:1], str)
            yield tone(shown)


def reached(found: Impact, reach: Affected, permitting: Entries, style: Style) -> str:
    """Return how many clusters an edit reaches, and what it does to them, as ``plan`` says it."""
    number, files = len(reach.clusters), len(reach.files)
    head = (
        f"Reaches {number} of {counted(reach.total, 'cluster')}" if number else "Reaches no cluster"
    )
    if files:
        head += f"; {counted(files, 'file')} of the output {'changes' if files == 1 else 'change'}"
    else:
        head += ", and no file of the output"
    plan = as_text(found, permitting, style, tables=False)
    return "\n".join([style.bold(head), *_own_files(reach), plan])


def _own_files(reach: Affected) -> Iterator[str]:
    number = len(reach.own)
    if number:
        files = "Only the files" if number == len(reach.clusters) else "Beside that, only the files"
        yield f"{files} of {counted(number, 'cluster')} change (registration, variables, pages): {_named(reach.own)}"


def notes(found: Sequence[str], style: Style) -> list[str]:
    """Return what a person should know of an edit, a line for each."""
    return [f"{style.yellow('note')}: {each}" for each in found]


def _named(clusters: Sequence[str]) -> str:
    shown = ", ".join(clusters[:_MOST_NAMED])
    return (
        f"{shown} and {len(clusters) - _MOST_NAMED} more" if len(clusters) > _MOST_NAMED else shown
    )
