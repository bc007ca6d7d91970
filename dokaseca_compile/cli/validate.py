"""``dokaseca validate``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options


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
    help="Add an entry to `accept` for everything that is found and may be accepted.",
)
@click.option("--reason", metavar="TEXT", help="With --accept-all: why, for every entry.")
@click.option(
    "--until",
    metavar="DATE",
    help="With --accept-all: the last day of every entry, YYYY-MM-DD; without it, in 180 days.",
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
    """Check platform.yaml and write nothing: syntax, schema, references and rules.

    SOURCE is a file, or `-` for standard input; without it, --file.

    With --accept-all, the source gets an entry of `accept` for each warning, and for each error whose
    manual says that it may be accepted. The entries are shown, and written with --write, every
    comment kept. While there are other errors, those are shown and nothing is written.

    \b
    Examples:
      dokaseca validate
      dokaseca validate --format json
      dokaseca validate --strict
      dokaseca validate --accept-all --reason 'as it was before' --write
      git show main:platform.yaml | dokaseca validate -
    """
    if accept_all:
        if str(source) == "-" or format_ != "text" or reports or strict:
            message = (
                "--accept-all edits a file: it goes with no `-`, --format, --report or --strict"
            )
            raise click.UsageError(message)
        from dokaseca_compile.cli.accepting import accept, terms  # noqa: PLC0415 - heavy

        return accept(source or file, terms(reason, until), color, write=write)
    if reason is not None or until is not None or write:
        message = "--reason, --until and --write go with --accept-all"
        raise click.UsageError(message)
    from dokaseca_compile.cli.clock import today  # noqa: PLC0415
    from dokaseca_compile.cli.compiling import validated  # noqa: PLC0415
    from dokaseca_compile.cli.reading import source_files  # noqa: PLC0415
    from dokaseca_compile.cli.reporting import publish  # noqa: PLC0415 - heavy
    from dokaseca_compile.compiler import SourceFile  # noqa: PLC0415
    from dokaseca_compile.output.report import Report  # noqa: PLC0415
    from dokaseca_compile.workspace import ChartFiles, read_stdin, top_of  # noqa: PLC0415

    path = source or file
    # What comes from standard input belongs to the platform at `--file`, with the charts beside it.
    from_stdin = str(path) == "-"
    files = [SourceFile("<stdin>", read_stdin())] if from_stdin else source_files(path)
    compilation = validated(files, ChartFiles(file if from_stdin else path), today())
    report = Report("validate", compilation, prefix=top_of(Path.cwd())[1], strict=strict)
    return publish(report, format_, reports, color)
