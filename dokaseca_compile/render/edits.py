"""Edits of the source as text: the lines that change, and the effect."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from dokaseca_compile.compiler import SourceFile
from dokaseca_compile.core.secrets import Known, mask
from dokaseca_compile.core.text import printable
from dokaseca_compile.edits.apply import EditResult
from dokaseca_compile.impact import Affected, Impact
from dokaseca_compile.impact.suggestions import Entries
from dokaseca_compile.render.impact import as_text, listed
from dokaseca_compile.render.style import Style
from dokaseca_compile.render.text import counted


def source_patch(result: EditResult, style: Style) -> str:
    """Return the changed lines of each source file with two lines of context."""
    known = result.before.known | result.after.known.secrets
    return "\n".join(line for old, new in result.changed for line in _lines(old, new, known, style))


def _lines(old: SourceFile, new: SourceFile, known: Known, style: Style) -> Iterator[str]:
    name = old.name
    before, after = (
        known.hide(each.content.decode("utf-8-sig", "replace")).splitlines() for each in (old, new)
    )
    lines = difflib.unified_diff(before, after, name, name, lineterm="", n=2)
    for number, line in enumerate(lines):
        shown = mask(printable(line))
        if number < 2:
            yield style.bold(shown)
        else:
            tone = {"+": style.green, "-": style.red, "@": style.dim}.get(line[:1], str)
            yield tone(shown)


def effect(found: Impact, reach: Affected, entries: Entries, style: Style) -> str:
    """Return how many clusters an edit affects, and its effect as ``plan`` shows it."""
    number, files = len(reach.clusters), len(reach.files)
    head = "Affects no cluster"
    if number:
        head = f"Affects {number} of {counted(reach.total, 'cluster')}"
    if files:
        head += f"; {counted(files, 'file')} of the output {'changes' if files == 1 else 'change'}"
    else:
        head += ", and no file of the output"
    plan = as_text(found, entries, style, tables=False)
    return "\n".join([style.bold(head), *_own_files(reach), plan])


def _own_files(reach: Affected) -> Iterator[str]:
    number = len(reach.own)
    if number:
        files = "Only the files" if number == len(reach.clusters) else "In addition, only the files"
        clusters = counted(number, "cluster")
        names = listed(reach.own)
        yield f"{files} of {clusters} change (registration, variables, pages): {names}"


def notes(found: Sequence[str], style: Style) -> list[str]:
    """Return the notes on an edit, one line for each."""
    return [f"{style.yellow('note')}: {each}" for each in found]
