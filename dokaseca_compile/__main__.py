"""``python -m dokaseca_compile`` is ``dokaseca``."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130


def main() -> None:
    """Run the console script.

    Until the command line is imported, Ctrl-C ends the process at once: Python would show where in
    its imports it was. From there on ``cli.boundary`` cleans up and says "interrupted".
    """
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from dokaseca_compile.cli.app import run  # noqa: PLC0415 - after the signal is handled

    run()


if __name__ == "__main__":
    main()
