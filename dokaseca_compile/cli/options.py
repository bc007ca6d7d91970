"""The options that several commands have."""

from __future__ import annotations

import os
from pathlib import Path

import click

FILE, OUT = Path("platform.yaml"), Path("out")
DIRECTORY = "dokaseca_compile.directory"
"""The key of ``-C`` in a context, for the commands that are printed."""

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the output. `auto` respects NO_COLOR and FORCE_COLOR.",
)
file = click.option(
    "-f",
    "--file",
    type=click.Path(path_type=Path, readable=False),
    default=FILE,
    show_default=True,
    help="The platform file; fragments are read from platform.d/ beside it.",
)
out = click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, readable=False),
    default=OUT,
    show_default=True,
    help="The output folder.",
)
formats = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The format of the result.",
)


REPORTS = ("text", "json", "github", "sarif", "junit", "markdown")
"""The formats of ``check`` and ``validate``."""


strict = click.option("--strict", is_flag=True, help="Fail on warnings, too, except accepted ones.")


def _report(value: str) -> tuple[str, Path]:
    format_, _, path = value.partition("=")
    if format_ not in REPORTS or not path:
        message = f"`{value}` is not FORMAT=PATH with one of {', '.join(REPORTS)}"
        raise click.BadParameter(message)
    return format_, Path(path)


def _into(value: str) -> tuple[str, Path]:
    key, _, folder = value.partition("=")
    if not (key and folder):
        message = f"`{value}` is not REPOSITORY=FOLDER, as in addons=../dokaseca-addons"
        raise click.BadParameter(message)
    return key, Path(folder)


report_format = click.option(
    "--format",
    "format_",
    type=click.Choice(REPORTS),
    default="text",
    show_default=True,
    help="The format of the result. With `sarif`, the exit code is 0 even with findings.",
)
reports = click.option(
    "--report",
    "reports",
    multiple=True,
    type=_report,
    metavar="FORMAT=PATH",
    help="Also write the result to a file, in any format; `-` is standard output. Repeatable.",
)


into = click.option(
    "--into",
    multiple=True,
    type=_into,
    metavar="REPOSITORY=FOLDER",
    help="Write a repository to a checkout instead of --out: control-plane, addons, clusters, "
    "workloads, charts. Repeatable.",
)
write = click.option(
    "-w", "--write", is_flag=True, help="Write the edit; the default is to show it."
)
on = click.option(
    "--on",
    "where",
    multiple=True,
    required=True,
    metavar="LAYER",
    help="An environment, region, cluster type or cluster; `clusters.dev` if the name is "
    "ambiguous. Repeatable.",
)
against = click.option(
    "--against",
    type=click.Choice(["worktree", "index"]),
    default="worktree",
    show_default=True,
    help="Compare the files in the work tree, or the source and output that are staged in Git.",
)


def _change_directory(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is None:
        return
    context.meta[DIRECTORY] = ("-C", os.fspath(value))
    try:
        os.chdir(value)
    except OSError as failure:
        message = f"cannot change to {value}: {(failure.strerror or 'no such folder').lower()}"
        raise click.UsageError(message) from failure


directory = click.option(
    "-C",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, readable=False),
    is_eager=True,
    expose_value=False,
    callback=_change_directory,
    help="Run as if started in DIR.",
)
