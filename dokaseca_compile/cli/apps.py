"""``dokaseca apps``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dokaseca_compile.argo.inventory import Inventory


@click.command()
@options.directory
@options.file
@click.option(
    "--cluster", "clusters", multiple=True, metavar="NAME", help="Only this cluster. Repeatable."
)
@click.option(
    "--addon",
    "addons",
    multiple=True,
    metavar="NAME",
    help="Only this addon, or `<addon>-<component>`. Repeatable.",
)
@click.option(
    "--workload",
    "workloads",
    multiple=True,
    metavar="TEAM/NAME",
    help="Only this workload. Repeatable.",
)
@click.option(
    "--team",
    "teams",
    multiple=True,
    metavar="NAME",
    help="Only what this team owns: addons, workloads. Repeatable.",
)
@click.option(
    "--env",
    "environments",
    multiple=True,
    metavar="NAME",
    help="Only this environment. Repeatable.",
)
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Instead of a table, write cluster Secrets without credentials, AppProjects and ApplicationSets of each hub "
    "into a new folder, for tools as argocd-diff-preview.",
)
@options.formats
@options.color
def command(
    *,
    file: Path,
    clusters: tuple[str, ...],
    addons: tuple[str, ...],
    workloads: tuple[str, ...],
    teams: tuple[str, ...],
    environments: tuple[str, ...],
    bundle: Path | None,
    format_: str,
    color: str,
) -> int:
    """List the Applications that Argo CD will generate: what is deployed where, and from which values.

    Nothing is read but the source: neither a cluster nor the network. The list is what Argo CD 3.5
    makes of the compiled files, evaluated here.

    \b
    Examples:
      dokaseca apps --env production
      dokaseca apps --addon cert-manager --format json
      dokaseca apps --workload payments/api
      dokaseca apps --bundle build/preview
    """
    from dokaseca_compile.argo.inventory import Choice, Inventory  # noqa: PLC0415
    from dokaseca_compile.cli.clock import today  # noqa: PLC0415
    from dokaseca_compile.cli.compiling import compiled  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.reading import source_files  # noqa: PLC0415
    from dokaseca_compile.output.report import Report  # noqa: PLC0415
    from dokaseca_compile.render import apps, json, text  # noqa: PLC0415
    from dokaseca_compile.workspace import ChartFiles  # noqa: PLC0415

    chosen = {
        "--cluster": clusters,
        "--addon": addons,
        "--workload": workloads,
        "--team": teams,
        "--env": environments,
    }
    if bundle is not None and (any(chosen.values()) or format_ != "text"):
        message = "--bundle writes all of every hub: it goes with no other choice and no format"
        raise click.UsageError(message)
    compilation = compiled(source_files(file), ChartFiles(file), today())
    if format_ == "text" and compilation.diagnostics:
        output.note(text.findings(compilation, output.style(color, sys.stderr)) + "\n")
    if compilation.failed:
        if format_ == "json":
            output.result(json.report(Report("apps", compilation)))
        return FINDINGS
    inventory = Inventory(compilation.resolved, compilation.tree)
    _check(inventory, chosen)
    choice = Choice(
        frozenset(clusters),
        frozenset((*addons, *workloads)),
        frozenset(teams),
        frozenset(environments),
    )
    if bundle is not None:
        _write_bundle(inventory, bundle)
        return OK
    as_text = format_ == "text"
    table = (
        apps.table(inventory, choice, output.style(color))
        if as_text
        else apps.as_json(inventory, choice)
    )
    for chunk in table:
        output.stream(chunk)
    return OK


def _check(inventory: Inventory, chosen: Mapping[str, Collection[str]]) -> None:
    """A name that is none would be an empty list, which looks as if nothing was deployed."""
    from dokaseca_compile.core.diagnostics import did_you_mean  # noqa: PLC0415

    resolved = inventory.resolved
    parts = {part.name for addon in resolved.addons.values() for part in addon.parts}
    known = {
        "--cluster": set(resolved.clusters),
        "--addon": parts | set(resolved.addons),
        "--workload": {"/".join(each) for each in resolved.workloads},
        "--team": set(resolved.platform.teams),
        "--env": set(resolved.environments),
    }
    for option, names in chosen.items():
        for name in sorted(set(names) - known[option]):
            message = f"{option}: there is no `{name}`; {did_you_mean(name, sorted(known[option]))}"
            raise click.UsageError(message)


def _write_bundle(inventory: Inventory, folder: Path) -> None:
    from dokaseca_compile.render.bundle import bundle  # noqa: PLC0415
    from dokaseca_compile.workspace import WorkspaceError, write_file  # noqa: PLC0415

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(folder, "is not an empty folder; name a new one, or remove it first")
    files = dict(bundle(inventory))
    for path, content in files.items():
        write_file(folder / path, content)
    output.note(f"Wrote {len(files)} files to {folder}")
