"""``dokaseca validate``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.compiling import validated
from dokaseca_compile.cli.reading import source_files
from dokaseca_compile.cli.reporting import publish
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.output.report import Report
from dokaseca_compile.workspace import ChartFiles, read_stdin, top_of


@click.command()
@click.argument(
    "source", type=click.Path(path_type=Path, allow_dash=True, readable=False), required=False
)
@options.directory
@options.file
@options.strict
@click.option(
    "--accept-all",
    is_flag=True,
    help="Add an entry to `accept` for every finding that may be accepted.",
)
@click.option("--reason", metavar="TEXT", help="With --accept-all: the reason in every entry.")
@click.option(
    "--until",
    metavar="DATE",
    help="With --accept-all: the last day of every entry, YYYY-MM-DD; by default in 180 days.",
)
@click.option("-w", "--write", is_flag=True, help="With --accept-all: write the entries.")
@options.report_format
@options.reports
@options.color
def command(
    *,
    source: Path | None,
    file: Path,
    strict: bool,
    accept_all: bool,
    reason: str | None,
    until: str | None,
    write: bool,
    format_: str,
    reports: tuple[tuple[str, Path], ...],
    color: str,
) -> int:
    """Check platform.yaml: syntax, schema, references and rules; write no output.

    SOURCE is a file, or `-` for standard input. The default is --file.

    --accept-all adds an entry to `accept` for each warning, and for each error whose manual page
    allows that. The command shows the entries, and writes them with --write; all comments are kept.
    While there are other errors, it shows those and writes nothing.

    \b
    Examples:
      dokaseca validate
      dokaseca validate --format json
      dokaseca validate --strict
      dokaseca validate --accept-all --reason 'existing platform' --write
      git show main:platform.yaml | dokaseca validate -
    """
    path = source or file
    if accept_all:
        if str(path) == "-" or format_ != "text" or reports or strict:
            message = "--accept-all cannot be used with `-`, --format, --report or --strict"
            raise click.UsageError(message)
        # Late: edits and their effect are a fifth of the start-up of `validate`.
        from dokaseca_compile.cli.accepting import accept, terms  # noqa: PLC0415

        return accept(path, terms(reason, until), color, write=write)
    if reason is not None or until is not None or write:
        message = "--reason, --until and --write need --accept-all"
        raise click.UsageError(message)
    prefix = top_of(Path.cwd())[1]
    report = Report("validate", _validated(path, file), prefix=prefix, strict=strict)
    return publish(report, format_, reports, color)


def _validated(path: Path, file: Path) -> Compilation:
    """Check a file, or standard input as the platform at ``file``, with the charts beside it."""
    if str(path) == "-":
        return validated([SourceFile("<stdin>", read_stdin())], ChartFiles(file), today())
    return validated(source_files(path), ChartFiles(path), today())
