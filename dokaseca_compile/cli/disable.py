"""``dokaseca disable``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options


@click.command()
@click.argument("addons", nargs=-1, required=True, metavar="ADDON...")
@options.on
@options.write
@options.directory
@options.file
@options.color
def command(*, addons: tuple[str, ...], where: tuple[str, ...], write: bool, file: Path, color: str) -> int:
    """Take addons off an environment, a region, a cluster type or a cluster.

    Where weaker layers say so already, what the layer says is taken back instead. The edit is shown
    with the clusters that it reaches, and written with --write.

    \b
    Examples:
      dokaseca disable kured --on dev
      dokaseca disable -w velero --on clusters.spoke-prod-eu
      dokaseca disable loki tempo --on staging --on eu
    """
    from dokaseca_compile.cli.switching import run  # noqa: PLC0415 - heavy

    return run(addons, where, file, color, enabled=False, write=write)
