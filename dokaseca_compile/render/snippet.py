"""A diagnostic as text: place, message, source line with a caret, help."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import Diagnostic, Label, Severity
from dokaseca_compile.core.text import printable
from dokaseca_compile.render.style import Style

_LONGEST_LINE = 120
_MOST_RELATED = 4
"""How many related places of a finding are shown."""


def snippet(diagnostic: Diagnostic, compilation: Compilation, style: Style) -> str:
    """Return several lines; editors and ``grep`` can read the first one."""
    place = compilation.place(diagnostic.primary)
    tone = style.red if diagnostic.severity is Severity.ERROR else style.yellow
    head = tone(f"{diagnostic.severity}[{diagnostic.slug}]")
    lines = [
        f"{style.bold(f'{place.file}:{place.line}:{place.column}')}: {head}: {diagnostic.message}"
    ]
    lines += _source(diagnostic.primary, compilation, style, tone("^"))
    for label in diagnostic.related[:_MOST_RELATED]:
        other = compilation.place(label)
        text = f": {printable(label.text)}" if label.text else ""
        lines.append(f"  {style.dim('also')} {other.file}:{other.line}:{other.column}{text}")
        lines += _source(label, compilation, style, style.dim("-"))
    more = len(diagnostic.related) - _MOST_RELATED
    if more > 0:
        places = f"{more} more place{'s'[: more > 1]}"
        lines.append(f"  {style.dim('also')} {places}; `--format json` lists all")
    if diagnostic.help:
        lines.append(f"  {style.cyan('help')}: {diagnostic.help}")
    return "\n".join(lines)


def _source(label: Label, compilation: Compilation, style: Style, caret: str) -> Iterator[str]:
    """Yield the source line and its marker; a long line is cut around the place."""
    place = compilation.place(label)
    line = compilation.shown_line(place)
    shown, start = line.text, line.start
    if not shown.strip():
        return
    skip = max(0, start - _LONGEST_LINE // 2) if len(shown) > _LONGEST_LINE else 0
    visible = shown[skip : skip + _LONGEST_LINE]
    part = "".join(char if char.isprintable() else " " for char in visible)
    length = max(1, min(line.length, len(part) - (start - skip)))
    gutter = str(place.line)
    yield f"  {style.dim(gutter + ' |')} {part}"
    yield f"  {style.dim(' ' * len(gutter) + ' |')} {' ' * (start - skip)}{caret * length}"
