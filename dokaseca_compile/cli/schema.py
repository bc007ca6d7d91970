"""``dokaseca schema``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render
from dokaseca_compile.model.schema import platform_schema
from dokaseca_compile.workspace import OutputRoot, write_file


@click.command()
@options.directory
@click.option(
    "--path",
    type=click.Path(path_type=Path, readable=False),
    default=Path("schemas/platform.schema.json"),
    show_default=True,
    help="The committed schema.",
)
@click.option("--write", is_flag=True, help="Write the schema to --path.")
@click.option("--check", is_flag=True, help="Exit 1 if the file at --path is out of date.")
def command(*, path: Path, write: bool, check: bool) -> int:
    """Print the JSON Schema of platform.yaml (draft-07, for editors), or check a copy.

    \b
    Examples:
      dokaseca schema > platform.schema.json
      dokaseca schema --check
    """
    content = render(JsonBody(platform_schema()))
    if not (write or check):
        output.result(content.decode())
        return OK
    with OutputRoot(path.parent) as root:
        found = root.read(path.name)
    if found is not None and found.content == content:
        output.result(f"Up to date: {path}")
        return OK
    if write:
        write_file(path, content)
        output.result(f"Wrote {path}")
        return OK
    output.result(f"Out of date: {path}; run `dokaseca schema --write`")
    return FINDINGS
