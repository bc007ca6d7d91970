"""Git asks for what a URL names: the escapes of a path reach the server as it expects them."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from engines import engine

ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}


def ls_remote(url: str, **environment: str) -> None:
    subprocess.run(
        [engine("git"), "-c", "http.proxy=", "ls-remote", url],
        env={**os.environ, **ENVIRONMENT, "no_proxy": "*", **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("ssh://git@git.example:2222/acme/x", "-p 2222 git@git.example", "'/acme/x'"),
        ("ssh://git@git.example/v3/My%20Project/x", "git@git.example", "'/v3/My Project/x'"),
        ("git@ssh.dev.azure.com:v3/acme/My%20Project/x", "git@ssh.dev.azure.com", "'v3/acme/My%20Project/x'"),
        ("git@git.example:22x/y", "git@git.example", "'22x/y'"),
    ],
)
def test_ssh(tmp_path: Path, url: str, host: str, path: str) -> None:
    """With ``ssh://`` Git decodes the path; in the ``scp`` form the server gets it as it is written."""
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{tmp_path}/calls"\nexit 1\n')
    ssh.chmod(0o755)
    ls_remote(url, GIT_SSH=str(ssh), GIT_SSH_VARIANT="ssh")
    assert (tmp_path / "calls").read_text().endswith(f"{host} git-upload-pack {path}\n")


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a web server, and the paths that are asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/My%20Project/_git/x", "/Caf%C3%A9/x", "/caf%c3%a9/x", "/a%2Bb/@c/~d.git"])
def test_http(server: tuple[str, list[str]], path: str) -> None:
    """Over HTTP the path is asked for as it is written."""
    address, asked = server
    ls_remote(f"{address}{path}")
    assert asked[0] == f"{path}/info/refs?service=git-upload-pack"
