"""``dokaseca validate``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK


@click.command()
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True, readable=False), required=False)
@options.directory
@options.file
@options.formats
@options.color
def command(*, source: Path | None, file: Path, format_: str, color: str) -> int:
    """Check platform.yaml and write nothing: syntax, schema, references and rules.

    SOURCE is a file, or `-` for standard input; without it, --file.

    \b
    Examples:
      dokaseca validate
      dokaseca validate --format json
      git show main:platform.yaml | dokaseca validate -
    """
    from dokaseca_compile.compiler import SourceFile, validate  # noqa: PLC0415 - heavy
    from dokaseca_compile.render import json, text  # noqa: PLC0415
    from dokaseca_compile.workspace import read_sources, read_stdin  # noqa: PLC0415

    path = source or file
    read = [("<stdin>", read_stdin())] if str(path) == "-" else read_sources(path)
    compilation = validate([SourceFile(name, content) for name, content in read])
    style = output.style(color)
    if format_ == "json":
        output.result(json.report("validate", compilation))
    elif compilation.diagnostics:
        output.result(text.findings(compilation, style))
    if format_ == "text" and not compilation.failed:
        output.result(text.valid(compilation, style))
    return FINDINGS if compilation.failed else OK
