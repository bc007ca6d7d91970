"""Standard output and error, and reports: the one place where texts leave, and where secrets are hidden.

Whatever a command prints or writes for people and programs passes through ``result``, ``note``, ``raw``
or ``write_report``: so no renderer can forget to hide a secret. What a run must not show is learnt from
all that it reads (``reading``, ``learn``). Compiled files are not texts of this kind: the compiler
refuses a source with a secret.
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

if TYPE_CHECKING:
    from dokaseca_compile.compiler import SourceFile
    from dokaseca_compile.core.secrets import Known


class _Gate:
    """What this run must not show: secrets that were found, and files that have not been judged yet."""

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
            from dokaseca_compile.core.secrets import Known  # noqa: PLC0415 - not needed for --version

            self._known = Known(self.secrets)
        return self._known.hide(text)


_gate = _Gate()


def begin() -> None:
    """Forget what an earlier run in this process must not show."""
    _gate.forget()


def reading(files: Sequence[SourceFile]) -> None:
    """Tell that files are read and not judged yet: should that fail, their secrets are not shown either."""
    _gate.unread = (*_gate.unread, *files)


def learn(secrets: Iterable[str], *, judged: bool = False) -> None:
    """Add texts that must not be shown; with ``judged``, what was being read has no others."""
    if judged:
        _gate.unread = ()
    _gate.learn(secrets)


def without_secrets(text: str) -> str:
    """Return a text as it may leave."""
    return _gate.hide(text)


def style(choice: str, stream: Any = None) -> Style:
    """Decide on colour: the option, then ``NO_COLOR``, ``FORCE_COLOR``/``CLICOLOR_FORCE``, then the terminal."""
    environment = os.environ
    if choice != "auto":
        return Style(choice == "always")
    if environment.get("NO_COLOR"):
        return Style(color=False)
    if environment.get("FORCE_COLOR", "0") not in {"", "0"} or environment.get(
        "CLICOLOR_FORCE", "0"
    ) not in {"", "0"}:
        return Style(color=True)
    terminal = (stream or sys.stdout).isatty() and environment.get("TERM") != "dumb"
    return Style(terminal)


def result(text: str) -> None:
    """Write a result to standard output."""
    click.echo(without_secrets(text), nl=not text.endswith("\n"), color=True)


def raw(content: bytes) -> bool:
    """Write a result of any bytes to standard output; return whether a secret in it is hidden."""
    text = content.decode("utf-8", "surrogateescape")
    shown = without_secrets(text)
    click.echo(shown.encode("utf-8", "surrogateescape"), nl=False)
    return shown != text


def stream(text: str) -> None:
    """Write a part of a long result that holds only what a sound source compiles to.

    The compiler has judged each of its texts, so unless the run knows of secrets there is nothing to
    look for: a list of a large fleet has millions of lines.
    """
    click.echo((without_secrets(text) if _gate.is_needed else text).encode(), nl=False)


def note(text: str) -> None:
    """Write what is not a result (progress, hints) to standard error."""
    click.echo(without_secrets(text), err=True, color=True)


def write_report(path: Path, text: str) -> None:
    """Write a report to a file, or to standard output for ``-``."""
    from dokaseca_compile.workspace import write_file  # noqa: PLC0415 - heavy

    if str(path) == "-":
        result(text)
    else:
        write_file(path, without_secrets(text).encode("utf-8", "backslashreplace"))


def _secrets_of(file: SourceFile) -> Iterable[str]:
    """Return the secrets of a file that may be the very one that cannot be judged."""
    from dokaseca_compile.core.secrets import find_secrets, secret_parts  # noqa: PLC0415
    from dokaseca_compile.source import parse  # noqa: PLC0415

    text = file.content.decode("utf-8", "replace")
    secrets = list(secret_parts(text))
    with suppress(Exception):
        secrets += (
            each
            for found in find_secrets(parse(text, file.name)[0].data, free=True)
            for each in found.secrets
        )
    return secrets
