"""``enable`` and ``disable``: the same command with ``enabled`` set to true or false."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.cli.editing import begin, finish
from dokaseca_compile.cli.names import check_name, find_layer
from dokaseca_compile.edits.switch import alternatives, switch

_HELP = """{verb} addons for an environment, a region, a cluster type or a cluster.

If the addon is already {name}d by a more general setting, the command removes the setting of the
layer instead of adding one. It shows the edit and its effect on clusters and Applications, as
`plan` does, and writes it with --write.

\b
Examples:
  dokaseca {name} kube-green --on dev
  dokaseca {name} -w velero --on clusters.spoke-prod-eu
  dokaseca {name} loki tempo --on staging --on eu
"""


def command(name: str, *, enabled: bool) -> click.Command:
    """Return the command of this name, which sets ``enabled`` of addons."""

    @click.command(name, help=_HELP.format(name=name, verb=name.capitalize()))
    @click.argument("addons", nargs=-1, required=True, metavar="ADDON...")
    @options.on
    @options.write
    @options.directory
    @options.file
    @options.color
    def switched(
        *, addons: tuple[str, ...], where: tuple[str, ...], write: bool, file: Path, color: str
    ) -> int:
        editing = begin(file)
        resolved = editing.resolved
        for addon in addons:
            check_name("addon", addon, resolved.addons)
        layers = [find_layer(resolved, each) for each in where]
        planned = [
            switch(resolved, addon, layer, enabled=enabled) for layer in layers for addon in addons
        ]
        return finish(editing, alternatives(planned), color, write=write)

    return switched
