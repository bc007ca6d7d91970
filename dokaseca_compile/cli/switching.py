"""``enable`` and ``disable``: one command that differs in a word."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options

_HELP = """{does} an environment, a region, a cluster type or a cluster.

Where weaker layers say so already, what the layer says is taken back instead. The edit is shown
with what it does to clusters and Applications, as `plan` would show it, and written with --write.

\b
Examples:
  dokaseca {name} kube-green --on dev
  dokaseca {name} -w velero --on clusters.spoke-prod-eu
  dokaseca {name} loki tempo --on staging --on eu
"""


def command(name: str, does: str, *, enabled: bool) -> click.Command:
    """Make the command that says ``enabled`` of addons; ``does`` begins its help."""

    @click.command(name, help=_HELP.format(name=name, does=does))
    @click.argument("addons", nargs=-1, required=True, metavar="ADDON...")
    @options.on
    @options.write
    @options.directory
    @options.file
    @options.color
    def switched(
        *, addons: tuple[str, ...], where: tuple[str, ...], write: bool, file: Path, color: str
    ) -> int:
        from dokaseca_compile.cli.editing import begin, finish  # noqa: PLC0415 - heavy
        from dokaseca_compile.cli.names import check_name, layer_called  # noqa: PLC0415
        from dokaseca_compile.edits.switch import switch, ways  # noqa: PLC0415

        editing = begin(file)
        resolved = editing.resolved
        for addon in addons:
            check_name("addon", addon, resolved.addons)
        layers = [layer_called(resolved, each) for each in where]
        planned = [
            switch(resolved, addon, layer, enabled=enabled) for layer in layers for addon in addons
        ]
        return finish(editing, ways(planned), color, write=write)

    return switched
