"""``dokaseca promote``."""

from __future__ import annotations

from pathlib import Path

import click

from dokaseca_compile.cli import options, output
from dokaseca_compile.cli.boundary import FINDINGS


@click.command()
@click.argument("subjects", nargs=-1, metavar="[ADDON | TEAM/WORKLOAD]...")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="ENVIRONMENT",
    help="The environment whose versions to take.",
)
@click.option(
    "--to", "target", required=True, metavar="ENVIRONMENT", help="The environment that gets them."
)
@click.option(
    "--all", "every", is_flag=True, help="Promote all that both run in different versions."
)
@click.option("--skip", is_flag=True, help="Allow what the environments before it do not run.")
@click.option(
    "--pin/--no-pin",
    default=None,
    help="Keep a pin that says what the default says, or not; without a word, in a hardened environment only.",
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
    """Give an environment the versions that the one before it runs.

    The versions are those of the environments, by default or by their own pins; regions, cluster types
    and clusters that pin another keep it, and are named. What an environment in between does not run is
    refused. A workload's version in the one environment becomes its version in the other. The edit is
    shown with what it does to clusters and Applications, as `plan` would show it, and written with --write.

    \b
    Examples:
      dokaseca promote kueue --from dev --to staging
      dokaseca promote -w kyverno cert-manager --from staging --to production
      dokaseca promote payments/api --from dev --to staging
      dokaseca promote --all --from staging --to production
    """
    from dokaseca_compile.cli.editing import begin, finish  # noqa: PLC0415 - heavy
    from dokaseca_compile.cli.names import check_name  # noqa: PLC0415
    from dokaseca_compile.edits import promotable, promote  # noqa: PLC0415
    from dokaseca_compile.edits.apply import Way  # noqa: PLC0415

    if bool(subjects) is every:
        message = "name addons or workloads, or say --all"
        raise click.UsageError(message)
    editing = begin(file)
    resolved = editing.resolved
    workloads = ["/".join(each) for each in resolved.workloads]
    for subject in subjects:
        # Called without its team, a workload is told by its whole name.
        meant = [each for each in workloads if each.endswith(f"/{subject}")]
        kind = (
            "workload" if "/" in subject or (meant and subject not in resolved.addons) else "addon"
        )
        check_name(kind, subject, (meant or workloads) if kind == "workload" else resolved.addons)
    for environment in (source, target):
        check_name("environment", environment, resolved.environments)
    chosen = promotable(resolved, source, target) if every else list(dict.fromkeys(subjects))
    planned = [promote(resolved, each, source, target, pin=pin, skip=skip) for each in chosen]
    refused = [each for each in planned if each.refusal]
    for each in refused:
        output.note(f"{'left out' if every else 'error'}: {each.subject}: {each.refusal}")
    if refused and not every:
        return FINDINGS
    edits = tuple(edit for each in planned for edit in each.edits)
    notes = tuple(note for each in planned for note in each.notes)
    return finish(editing, [Way(edits, notes)], color, write=write)
