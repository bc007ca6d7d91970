"""The error boundary: the one place that turns an outcome into an exit code.

====  =====================================================================
code  meaning
====  =====================================================================
0     success: nothing to act on
1     findings: invalid input, drift, a blocked change
2     usage errors; files that cannot be read or written
3     a bug in dokaseca, with a text to report
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
    """Run the command line and return its exit code; a crash becomes a text to report."""
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGINT, _interrupted)
    _prepare_streams()
    code = _code(main)
    if _lost(sys.stderr) | _lost(sys.stdout) and code in {OK, FINDINGS}:
        code = TROUBLE
    return code


def _prepare_streams() -> None:
    """Keep our files off the numbers of closed standard streams, and print any character."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _lost(stream: TextIO | None) -> bool:
    """Flush a stream and return whether that failed; then keep Python from trying again at exit."""
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
        _report("error: standard output is closed")
        return TROUBLE
    try:
        code = main()
        sys.stdout.flush()
    except click.ClickException as misuse:
        shown = io.StringIO()
        misuse.show(shown)
        _report(shown.getvalue().rstrip("\n"))
    except (click.Abort, KeyboardInterrupt):
        _report("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        pass  # the reader closed the pipe, as `head` does: not a fault, and nobody reads on
    except SystemExit as leaving:
        if leaving.code == TERMINATED:
            _report("terminated")
            return TERMINATED
        # Click also exits this way for a closed pipe, with a code that means something else here.
    except Exception as failure:
        if not _is_trouble(failure):
            _report(_issue_text())
            return BUG
        _report(f"error: {_reason(failure)}")
    else:
        return code if isinstance(code, int) else OK
    return TROUBLE


def _is_trouble(failure: Exception) -> bool:
    """Return whether the disk or the system failed, which is not a bug."""
    if isinstance(failure, (OSError, MemoryError)):
        return True
    # Whoever raised a `WorkspaceError` has imported it. Importing it here would make `--version`
    # load pydantic and yaml.
    module = sys.modules.get("dokaseca_compile.workspace.failure")
    return module is not None and isinstance(failure, module.WorkspaceError)


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, MemoryError):
        return "there is not enough memory"
    return (trouble.strerror if isinstance(trouble, OSError) else None) or str(trouble)


def _terminated(*_: object) -> NoReturn:
    # An exception, so that temporary files are removed on the way out.
    sys.exit(TERMINATED)


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _report(text: str) -> None:
    with suppress(OSError):
        output.note(text)


def _issue_text() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return (
        "error: this is a bug in dokaseca; files not written before it are unchanged. "
        "Please report this text:\n\n"
        f"dokaseca {__version__}, Python {platform.python_version()}, {system}\n"
        f"{traceback.format_exc()}"
    )
