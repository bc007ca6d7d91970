"""Standard output, standard error and reports: the one place where texts leave the program.

All that a command prints or writes for people and programs passes through ``result``, ``note``,
``raw``, ``stream`` or ``write_report``, which hide secrets: so no renderer can forget to. The
secrets come from everything that a run reads (``reading``, ``learn``). Compiled files do not pass
here: the compiler refuses a source with a secret.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dokaseca_compile.render.style import Style

# Every start imports this module, so it imports late: `core.secrets` would make `--version` take
# half as long again (0.14 s instead of 0.09 s), `workspace` and `source` several times as long.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from dokaseca_compile.compiler import SourceFile
    from dokaseca_compile.core.secrets import Known


class _Gate:
    """The secrets that this run must not show, and the files that have not been searched yet."""

    secrets: frozenset[str]
    unread: tuple[SourceFile, ...]
    _known: Known | None

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.secrets, self.unread, self._known = frozenset(), (), None

    @property
    def is_needed(self) -> bool:
        return bool(self.secrets or self.unread)

    def learn(self, secrets: Iterable[str]) -> None:
        more = self.secrets.union(secrets)
        if more != self.secrets:
            self.secrets, self._known = more, None

    def hide(self, text: str) -> str:
        if self.unread:
            unread, self.unread = self.unread, ()
            self.learn(secret for file in unread for secret in _secrets_of(file))
        if self._known is None:
            from dokaseca_compile.core.secrets import Known

            self._known = Known(self.secrets)
        return self._known.hide(text)


_gate = _Gate()


def begin() -> None:
    """Forget the secrets of an earlier run in this process."""
    _gate.forget()


def reading(files: Sequence[SourceFile]) -> None:
    """Register files before they are compiled, so that a crash does not show their secrets."""
    _gate.unread = (*_gate.unread, *files)


def learn(secrets: Iterable[str], *, complete: bool = False) -> None:
    """Add texts that must not be shown; ``complete`` if they are all of the registered files."""
    if complete:
        _gate.unread = ()
    _gate.learn(secrets)


def without_secrets(text: str) -> str:
    """Return a text with secrets hidden."""
    return _gate.hide(text)


def style(choice: str, stream: Any = None) -> Style:
    """Choose colour by the option, then the environment, then the terminal.

    The variables are ``NO_COLOR``, ``FORCE_COLOR`` and ``CLICOLOR_FORCE``.
    """
    environment = os.environ
    if choice != "auto":
        return Style(choice == "always")
    if environment.get("NO_COLOR"):
        return Style(color=False)
    forced = (environment.get(name, "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    if any(value not in {"", "0"} for value in forced):
        return Style(color=True)
    terminal = (stream or sys.stdout).isatty() and environment.get("TERM") != "dumb"
    return Style(terminal)


def result(text: str) -> None:
    """Write a result to standard output."""
    click.echo(without_secrets(text), nl=not text.endswith("\n"), color=True)


def raw(content: bytes) -> bool:
    """Write any bytes to standard output, and return whether a secret in them was hidden."""
    text = content.decode("utf-8", "surrogateescape")
    shown = without_secrets(text)
    click.echo(shown.encode("utf-8", "surrogateescape"), nl=False)
    return shown != text


def stream(text: str) -> None:
    """Write a part of a long result that was compiled from a valid source.

    The compiler has checked its texts, so they are searched only if the run has seen a secret: the
    list of a large fleet has millions of lines.
    """
    click.echo((without_secrets(text) if _gate.is_needed else text).encode(), nl=False)


def note(text: str) -> None:
    """Write progress, hints and errors to standard error."""
    click.echo(without_secrets(text), err=True, color=True)


def write_report(path: Path, text: str) -> None:
    """Write a report to a file, or to standard output for ``-``."""
    from dokaseca_compile.workspace import write_file

    if str(path) == "-":
        result(text)
    else:
        write_file(path, without_secrets(text).encode("utf-8", "backslashreplace"))


def _secrets_of(file: SourceFile) -> Iterable[str]:
    """Return the secrets of a file, as far as it can be read."""
    from dokaseca_compile.core.secrets import find_secrets, secret_parts
    from dokaseca_compile.source import parse

    text = file.content.decode("utf-8", "replace")
    secrets = list(secret_parts(text))
    with suppress(Exception):
        data = parse(text, file.name)[0].data
        secrets += (each for found in find_secrets(data, free=True) for each in found.secrets)
    return secrets
