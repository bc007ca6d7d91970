"""``dokaseca apps``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import click

from dokaseca_compile.argo.inventory import Choice, Inventory
from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS, OK
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.compiling import compiled
from dokaseca_compile.cli.reading import source_files
from dokaseca_compile.cli.reporting import show_findings
from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import apps
from dokaseca_compile.render.bundle import bundle as bundled
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.workspace import ChartFiles, WorkspaceError, write_file


def _filter(name: str, metavar: str, help_: str) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, metavar=metavar, help=f"{help_} Repeatable.")


@click.command()
@options.directory
@options.file
@_filter("--cluster", "NAME", "Only this cluster.")
@_filter("--addon", "NAME", "Only this addon, or `<addon>-<component>`.")
@_filter("--workload", "TEAM/NAME", "Only this workload.")
@_filter("--team", "NAME", "Only addons and workloads that this team owns.")
@_filter("--env", "NAME", "Only this environment.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Write the cluster Secrets (without credentials), AppProjects and ApplicationSets of "
    "each hub to a new folder, for tools such as argocd-diff-preview.",
)
@options.formats
@options.color
def command(
    *, file: Path, bundle: Path | None, format_: str, color: str, **filters: tuple[str, ...]
) -> int:
    """List the Applications that Argo CD will generate, with versions and values files.

    The command reads only the source; it contacts neither a cluster nor the network. It evaluates
    the compiled files as Argo CD 3.5 does.

    \b
    Examples:
      dokaseca apps --env production
      dokaseca apps --addon cert-manager --format json
      dokaseca apps --workload payments/api
      dokaseca apps --bundle build/preview
    """
    if bundle is not None and (any(filters.values()) or format_ != "text"):
        message = "--bundle writes everything: it cannot be used with filters or --format"
        raise click.UsageError(message)
    compilation = compiled(source_files(file), ChartFiles(file), today())
    if show_findings(Report("apps", compilation), format_, color):
        return FINDINGS
    inventory = Inventory(compilation.resolved, compilation.tree)
    _check_names(filters, inventory.resolved)
    if bundle is not None:
        _write_bundle(inventory, bundle)
        return OK
    _show(inventory, _choice(filters), format_, color)
    return OK


def _choice(filters: Mapping[str, Collection[str]]) -> Choice:
    return Choice(
        frozenset(filters["cluster"]),
        frozenset((*filters["addon"], *filters["workload"])),
        frozenset(filters["team"]),
        frozenset(filters["env"]),
    )


def _show(inventory: Inventory, choice: Choice, format_: str, color: str) -> None:
    if format_ == "json":
        chunks = apps.as_json(inventory, choice)
    else:
        chunks = apps.table(inventory, choice, output.style(color))
    for each in chunks:
        output.stream(each)


def _check_names(filters: Mapping[str, Collection[str]], resolved: Resolved) -> None:
    """Reject unknown names: an empty result would look like "nothing deployed"."""
    parts = {part.name for addon in resolved.addons.values() for part in addon.parts}
    known = {
        "cluster": set(resolved.clusters),
        "addon": parts | set(resolved.addons),
        "workload": {"/".join(each) for each in resolved.workloads},
        "team": set(resolved.platform.teams),
        "env": set(resolved.environments),
    }
    for option, names in filters.items():
        for name in sorted(set(names) - known[option]):
            hint = did_you_mean(name, sorted(known[option]))
            message = f"--{option}: unknown name `{name}`; {hint}"
            raise click.UsageError(message)


def _write_bundle(inventory: Inventory, folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(folder, "is not an empty folder; name a new one, or remove it first")
    files = dict(bundled(inventory))
    for path, content in files.items():
        write_file(folder / path, content)
    output.note(f"Wrote {len(files)} files to {folder}")
