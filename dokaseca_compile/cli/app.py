"""The ``dokaseca`` command: which commands there are. A command's module is imported when it is used."""

from __future__ import annotations

import gc
import os
from importlib import import_module

import click

from dokaseca_compile import __version__
from dokaseca_compile.cli import boundary, output

COMMANDS: dict[str, str] = {
    "compile": "Write what platform.yaml compiles to.",
    "check": "Tell whether the output is what the source compiles to; write nothing.",
    "diff": "Show how the output differs from what the source compiles to, from what is there to what should be.",
    "validate": "Check platform.yaml and write nothing: syntax, schema, references and rules.",
    "apps": "List the Applications that Argo CD will generate: what is deployed where, and from which values.",
    "plan": "Show what the change since a Git revision does to Applications: deletions first and in full.",
    "set": "Put a value at a place of the source, keeping every comment.",
    "enable": "Install addons on an environment, a region, a cluster type or a cluster.",
    "disable": "Take addons off an environment, a region, a cluster type or a cluster.",
    "promote": "Give an environment the versions that the one before it runs.",
    "explain": "Show the manual of a finding; without SLUG, list all findings.",
    "schema": "Print the JSON Schema of platform.yaml (draft-07, for editors), or check the committed one.",
    "completion": "Print a completion script for SHELL.",
}
"""Name → one line of help, so that ``--help`` need not import the commands."""


class LazyGroup(click.Group):
    """A group whose commands are imported on use: starting must not cost what a command needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the table."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module and take its ``command``."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = import_module(f"dokaseca_compile.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one suggest the nearest. Click would look among imported commands."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from dokaseca_compile.core.diagnostics import did_you_mean  # noqa: PLC0415 - only needed to explain a fault

            ctx.fail(f"no command is called `{name}`; {did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing to act on, 1 findings, 2 could not do the job, 3 a bug of ours, 130 interrupted.",
)
@click.version_option(__version__, prog_name="dokaseca", message="%(prog)s %(version)s")
def app() -> None:
    """Compile one typed platform.yaml into the repositories of a GitOps platform.

    \b
    Examples:
      dokaseca compile                    write out/ from platform.yaml
      dokaseca compile --fail-on-change   exit 1 if anything was not up to date
      dokaseca validate -                 check standard input
      dokaseca explain unknown-addon      what a finding means and how to mend it
    """
    output.begin()


def run() -> None:
    """Run the console script."""
    # A command is one short run over data that lives to its end: collecting cycles only costs time.
    gc.disable()
    code = boundary.guarded(lambda: app.main(prog_name="dokaseca", standalone_mode=False))
    # As mypy leaves: everything is flushed, and freeing a fleet object by object only takes time.
    os._exit(code)
