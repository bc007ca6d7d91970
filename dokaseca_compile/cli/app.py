"""The ``dokaseca`` command group. The module of a command is imported when the command is used."""

from __future__ import annotations

import gc
import os
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from dokaseca_compile import __version__
from dokaseca_compile.cli import boundary, output

COMMANDS: dict[str, str] = {
    "compile": "Compile platform.yaml and write the output.",
    "check": "Check that the output is up to date with the source; write nothing.",
    "diff": "Show how the output differs from what the source compiles to.",
    "validate": "Check platform.yaml: syntax, schema, references and rules; write no output.",
    "apps": "List the Applications that Argo CD will generate, with versions and values files.",
    "plan": "Show what the changes since a Git revision do to Applications, deletions first.",
    "set": "Set a value in the source, keeping all comments.",
    "enable": "Enable addons for an environment, a region, a cluster type or a cluster.",
    "disable": "Disable addons for an environment, a region, a cluster type or a cluster.",
    "promote": "Copy the versions of an environment to a later one.",
    "explain": "Show the manual page of a finding; without SLUG, list all findings.",
    "schema": "Print the JSON Schema of platform.yaml (draft-07, for editors), or check a copy.",
    "completion": "Print a completion script for SHELL.",
}
"""Name → line of help. A table, so that ``--help`` and completion need not import the commands."""


class LazyGroup(click.Group):
    """A group that imports a command when it is used, so that starting stays cheap."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of the table."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return its ``command``."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = import_module(f"dokaseca_compile.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest name. Click would import all to look there."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            # Late, since only this fault needs it: it is a fifth of the time of `--version`.
            from dokaseca_compile.core.diagnostics import did_you_mean  # noqa: PLC0415

            ctx.fail(f"unknown command `{name}`; {did_you_mean(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command. Click would import every command for its help."""
        names = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 success, 1 findings, 2 usage or file errors, 3 a bug in dokaseca, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="dokaseca", message="%(prog)s %(version)s")
def app() -> None:
    """Compile platform.yaml into the repositories of a GitOps platform.

    \b
    Examples:
      dokaseca compile                    write out/ from platform.yaml
      dokaseca compile --fail-on-change   exit 1 if anything was not up to date
      dokaseca validate -                 check standard input
      dokaseca explain unknown-addon      what a finding means and how to fix it
    """
    output.begin()


def run() -> None:
    """Run the console script."""
    # A command is one short run whose data lives to its end: collecting cycles only costs time.
    gc.disable()
    code = boundary.guarded(lambda: app.main(prog_name="dokaseca", standalone_mode=False))
    # Everything is flushed, and freeing a large fleet object by object only costs time.
    os._exit(code)
