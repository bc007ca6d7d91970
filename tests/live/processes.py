"""Start servers in the background, each with its own log, and stop exactly these."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from live.places import LOGS, RUN

# The kernel ends a server whose runner was killed.
_ENDS_WITH_THE_RUNNER = ("setpriv", "--pdeathsig", "TERM", "--")


class Processes:
    """The servers of a run. A context manager: the last one that was started is the first one to stop."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
        for process in reversed(self._running.values()):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *command: str, env: Mapping[str, str] | None = None) -> None:
        """Start a server, with ``logs/<name>.log`` as its output."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with log(name).open("ab") as output:
            self._running[name] = subprocess.Popen(
                [*_ENDS_WITH_THE_RUNNER, *command],
                cwd=RUN,
                env=os.environ | dict(env or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C reaches only the runner, which stops them in order
            )

    def ended(self) -> list[str]:
        """Return each server that has ended by itself, with the end of its log."""
        ended = {name: each.returncode for name, each in self._running.items() if each.poll() is not None}
        return [f"{name} ended with exit code {code}:\n{_tail(name)}" for name, code in ended.items()]


def log(name: str) -> Path:
    """Return the log of a server."""
    return LOGS / f"{name}.log"


def free_ports(number: int) -> list[int]:
    """Return ports of this machine that nobody listens on."""
    sockets = [socket.create_server(("", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _tail(name: str) -> str:
    return "\n".join(log(name).read_text(errors="replace").splitlines()[-15:])
