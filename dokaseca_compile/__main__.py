"""``python -m dokaseca_compile`` is ``dokaseca``."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130


def main() -> None:
    """Run the console script.

    During the imports, Ctrl-C ends the process at once, since Python would print a traceback. After
    them, ``cli.boundary`` cleans up and prints "interrupted".
    """
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from dokaseca_compile.cli.app import run  # noqa: PLC0415 - after the signal is handled

    run()


if __name__ == "__main__":
    main()
