"""``dokaseca completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from dokaseca_compile.cli import output
from dokaseca_compile.cli.app import app
from dokaseca_compile.cli.boundary import OK


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, shell: str) -> int:
    """Print a completion script for SHELL.

    \b
    Examples:
      dokaseca completion bash > ~/.local/share/bash-completion/completions/dokaseca
      source <(dokaseca completion zsh)
      dokaseca completion fish > ~/.config/fish/completions/dokaseca.fish
    """
    completion = get_completion_class(shell)
    if completion is None:
        message = f"no completion for {shell}"
        raise click.UsageError(message)
    output.result(completion(app, {}, "dokaseca", "_DOKASECA_COMPLETE").source())
    return OK
