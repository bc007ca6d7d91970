"""Compile what a command has read, and remember its secrets, so that nothing shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dokaseca_compile import compiler
from dokaseca_compile.cli import output
from dokaseca_compile.compiler import Compilation, SourceFile

Files = Sequence[tuple[str, bytes]]


def compiled(files: Files, charts: Mapping[str, bytes] | None = None) -> Compilation:
    """Compile source files, given by name and content."""
    return _remembered(compiler.compile, files, charts)


def validated(files: Files, charts: Mapping[str, bytes] | None = None) -> Compilation:
    """Check source files as ``compiled`` does, without making the tree."""
    return _remembered(compiler.validate, files, charts)


def _remembered(
    judge: Callable[[Sequence[SourceFile], Mapping[str, bytes] | None], Compilation],
    files: Files,
    charts: Mapping[str, bytes] | None,
) -> Compilation:
    sources = [SourceFile(name, content) for name, content in files]
    output.reading(sources)
    made = judge(sources, charts)
    output.learn(made.known.secrets, judged=True)
    return made
