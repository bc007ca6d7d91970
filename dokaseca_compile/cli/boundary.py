"""The one place that turns an outcome into an exit code.

====  =====================================================================
code  meaning
====  =====================================================================
0     nothing to act on
1     findings: invalid input, drift, a blocked change
2     could not do the job: usage, unreadable or unwritable files
3     a bug of ours, with a ready issue text
130   interrupted (143 when terminated)
====  =====================================================================
"""

from __future__ import annotations

import io
import os
import platform
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, TextIO

import click

from dokaseca_compile import __version__
from dokaseca_compile.cli import output

OK, FINDINGS, TROUBLE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143


def guarded(main: Callable[[], object]) -> int:
    """Run the command line and give its exit code; whatever happens, no traceback without an issue text."""
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGINT, _interrupted)
    _prepare_streams()
    code = _code(main)
    if _lost(sys.stderr) | _lost(sys.stdout) and code in {OK, FINDINGS}:
        code = TROUBLE
    return code


def _prepare_streams() -> None:
    """Make sure that no file of ours can become a standard stream, and that no character can fail to print."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, so this one
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _lost(stream: TextIO | None) -> bool:
    """Flush; where that fails, keep Python from trying again on its way out, and tell so."""
    if stream is None:
        return False
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return True
    return False


def _code(main: Callable[[], object]) -> int:
    if sys.stdout is None:
        _say("error: standard output is closed")
        return TROUBLE
    try:
        code = main()
        sys.stdout.flush()
    except click.ClickException as misuse:
        shown = io.StringIO()
        misuse.show(shown)
        _say(shown.getvalue().rstrip("\n"))
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        pass  # the reader went away, as `head` does: not a fault, but nothing more can be said
    except SystemExit as leaving:
        if leaving.code == TERMINATED:
            _say("terminated")
            return TERMINATED
        # Else it is click's way to leave when the reader went away; its number has another meaning for us.
    except Exception as failure:
        if not _is_trouble(failure):
            _say(_issue_text())
            return BUG
        _say(f"error: {_words(failure)}")
    else:
        return code if isinstance(code, int) else OK
    return TROUBLE


def _is_trouble(failure: Exception) -> bool:
    """Check whether it is the disk or the system that failed, not we."""
    if isinstance(failure, (OSError, MemoryError)):
        return True
    # Imported by whoever raised its error. To import it here would make `--version` load pydantic and yaml.
    module = sys.modules.get("dokaseca_compile.workspace.failure")
    return module is not None and isinstance(failure, module.WorkspaceError)


def _words(trouble: Exception) -> str:
    if isinstance(trouble, MemoryError):
        return "there is not enough memory"
    return (trouble.strerror if isinstance(trouble, OSError) else None) or str(trouble)


def _terminated(*_: object) -> NoReturn:
    # An exception, so that a temporary file is taken away on the way out.
    sys.exit(TERMINATED)


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    with suppress(OSError):
        output.note(text)


def _issue_text() -> str:
    return (
        "error: this is a bug in dokaseca; what was not written before it stays as it was. Please report this text:\n\n"
        f"dokaseca {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"{traceback.format_exc()}"
    )
