"""Compile the files that a command has read, and hide their secrets from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dokaseca_compile import compiler
from dokaseca_compile.cli import output
from dokaseca_compile.compiler import Compilation, SourceFile

Charts = Mapping[str, bytes] | None
Compiler = Callable[[Sequence[SourceFile], Charts, str | None], Compilation]


def compiled(
    files: Sequence[SourceFile], charts: Charts = None, today: str | None = None
) -> Compilation:
    """Compile source files; entries of ``accept`` that end before ``today`` have expired."""
    return _with_secrets_hidden(compiler.compile, files, charts, today)


def validated(files: Sequence[SourceFile], charts: Charts, today: str | None) -> Compilation:
    """Check source files as ``compiled`` does, without building the tree."""
    return _with_secrets_hidden(compiler.validate, files, charts, today)


def _with_secrets_hidden(
    run: Compiler, files: Sequence[SourceFile], charts: Charts, today: str | None
) -> Compilation:
    output.reading(files)
    compilation = run(files, charts, today)
    output.learn(compilation.known.secrets, complete=True)
    return compilation
