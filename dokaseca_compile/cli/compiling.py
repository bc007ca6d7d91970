"""Compile what a command has read, and remember its secrets, so that nothing shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dokaseca_compile import compiler
from dokaseca_compile.cli import output
from dokaseca_compile.compiler import Compilation, SourceFile

Charts = Mapping[str, bytes] | None


def compiled(
    files: Sequence[SourceFile], charts: Charts = None, today: str | None = None
) -> Compilation:
    """Compile source files; ``today`` says which entries of ``accept`` have ended."""
    return _remembered(compiler.compile, files, charts, today)


def validated(
    files: Sequence[SourceFile], charts: Charts = None, today: str | None = None
) -> Compilation:
    """Check source files as ``compiled`` does, without making the tree."""
    return _remembered(compiler.validate, files, charts, today)


def _remembered(
    judge: Callable[[Sequence[SourceFile], Charts, str | None], Compilation],
    files: Sequence[SourceFile],
    charts: Charts,
    today: str | None,
) -> Compilation:
    output.reading(files)
    made = judge(files, charts, today)
    output.learn(made.known.secrets, judged=True)
    return made
