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

import os
import platform
import signal
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

import click

from dokaseca_compile import __version__

OK, FINDINGS, TROUBLE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143


def guarded(main: Callable[[], object]) -> NoReturn:
    """Run the command line and leave with its exit code; whatever happens, no traceback without an issue text."""
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(_code(main))


def _code(main: Callable[[], object]) -> int:
    from dokaseca_compile.workspace import WorkspaceError  # noqa: PLC0415 - not needed for --version

    try:
        code = main()
        sys.stdout.flush()
    except click.ClickException as misuse:
        misuse.show()
        return TROUBLE
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as `head` does: not a fault, but nothing more can be said on this pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    except WorkspaceError as trouble:
        _say(f"error: {trouble}")
        return TROUBLE
    except OSError as trouble:
        _say(f"error: {trouble.strerror or trouble}")
        return TROUBLE
    except Exception:
        _say(_issue_text())
        return BUG
    return code if isinstance(code, int) else OK


def _terminated(*_: object) -> NoReturn:
    # An exception, so that a temporary file is taken away on the way out.
    sys.exit(TERMINATED)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _issue_text() -> str:
    return (
        "error: this is a bug in dokaseca; nothing was written after it. Please report it with this text:\n\n"
        f"dokaseca {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"{traceback.format_exc()}"
    )
