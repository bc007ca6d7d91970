"""``dokaseca promote``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS
from dokaseca_compile.cli.editing import begin, finish
from dokaseca_compile.cli.names import check_name
from dokaseca_compile.edits import Promotion, promotable, promote
from dokaseca_compile.edits.apply import Alternative
from dokaseca_compile.resolve.resolved import Resolved


@click.command()
@click.argument("subjects", nargs=-1, metavar="[ADDON | TEAM/WORKLOAD]...")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="ENVIRONMENT",
    help="The environment to take the versions from.",
)
@click.option(
    "--to", "target", required=True, metavar="ENVIRONMENT", help="The environment to update."
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Promote every addon and workload that both environments run in different versions.",
)
@click.option(
    "--skip",
    is_flag=True,
    help="Allow versions that the environments in between do not run.",
)
@click.option(
    "--pin/--no-pin",
    default=None,
    help="Keep a pin that equals the default version, or remove it; by default it is kept in "
    "hardened environments only.",
)
@options.write
@options.directory
@options.file
@options.color
def command(
    *,
    subjects: tuple[str, ...],
    source: str,
    target: str,
    every: bool,
    skip: bool,
    pin: bool | None,
    write: bool,
    file: Path,
    color: str,
) -> int:
    """Copy the versions of an environment to a later one.

    The versions are those of the environment, by default or by its own pins. Regions, cluster types
    and clusters that pin another version keep it, and the command names them. It refuses a version
    that an environment in between does not run. For a workload, the version in one environment
    becomes its version in the other. The command shows the edit and its effect on clusters and
    Applications, as `plan` does, and writes it with --write.

    \b
    Examples:
      dokaseca promote kueue --from dev --to staging
      dokaseca promote -w kyverno cert-manager --from staging --to production
      dokaseca promote payments/api --from dev --to staging
      dokaseca promote --all --from staging --to production
    """
    if bool(subjects) is every:
        message = "name addons or workloads, or use --all"
        raise click.UsageError(message)
    editing = begin(file)
    resolved = editing.resolved
    _check_subjects(subjects, resolved)
    for environment in (source, target):
        check_name("environment", environment, resolved.environments)
    chosen = promotable(resolved, source, target) if every else list(dict.fromkeys(subjects))
    planned = [promote(resolved, each, source, target, pin=pin, skip=skip) for each in chosen]
    refused = [each for each in planned if each.refusal]
    _note_refusals(refused, "left out" if every else "error")
    if refused and not every:
        return FINDINGS
    return finish(editing, [_together(planned)], color, write=write)


def _check_subjects(subjects: Iterable[str], resolved: Resolved) -> None:
    """Raise ``click.UsageError`` for an unknown addon or workload."""
    workloads = ["/".join(each) for each in resolved.workloads]
    for subject in subjects:
        # For the name of a workload without its team, the hint is the full name.
        hints = [each for each in workloads if each.endswith(f"/{subject}")]
        if "/" in subject or (hints and subject not in resolved.addons):
            check_name("workload", subject, hints or workloads)
        else:
            check_name("addon", subject, resolved.addons)


def _note_refusals(refused: Iterable[Promotion], word: str) -> None:
    for each in refused:
        output.note(f"{word}: {each.subject}: {each.refusal}")


def _together(planned: Sequence[Promotion]) -> Alternative:
    edits = chain.from_iterable(each.edits for each in planned)
    notes = chain.from_iterable(each.notes for each in planned)
    return Alternative(tuple(edits), tuple(notes))
