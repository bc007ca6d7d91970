"""``dokaseca validate``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options


@click.command()
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True, readable=False), required=False)
@options.directory
@options.file
@options.report_format
@options.reports
@options.color
def command(*, source: Path | None, file: Path, format_: str, reports: tuple[tuple[str, Path], ...], color: str) -> int:
    """Check platform.yaml and write nothing: syntax, schema, references and rules.

    SOURCE is a file, or `-` for standard input; without it, --file.

    \b
    Examples:
      dokaseca validate
      dokaseca validate --format json
      git show main:platform.yaml | dokaseca validate -
    """
    from dokaseca_compile.cli.compiling import validated  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.reporting import publish  # noqa: PLC0415
    from dokaseca_compile.report import Report  # noqa: PLC0415
    from dokaseca_compile.workspace import ChartFiles, read_sources, read_stdin, top_of  # noqa: PLC0415

    path = source or file
    # What comes from standard input belongs to the platform at `--file`, with the charts beside it.
    read, beside = ([("<stdin>", read_stdin())], file) if str(path) == "-" else (read_sources(path), path)
    compilation = validated(read, ChartFiles(beside))
    return publish(Report("validate", compilation, prefix=top_of(Path.cwd())[1]), format_, reports, color)
