"""The Git repositories and the Helm repository, served over HTTP on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from live.places import BIN, PLATFORM, RUN, SHARE

_SERVED = RUN / "served"
_BARE = _SERVED / "git"
CHECKOUTS = RUN / "checkouts"
CHARTS = {"beacon": ("1.0.0", "1.1.0", "1.2.0")}
"""Chart → the versions that are published, if not only that of its Chart.yaml."""
_MIRRORS = ("charts", "mirror")
"""Two places of the Helm repository, so that the URL of a chart can change."""
_IDENTITY = {
    "GIT_AUTHOR_NAME": "live",
    "GIT_AUTHOR_EMAIL": "live@example.com",
    "GIT_COMMITTER_NAME": "live",
    "GIT_COMMITTER_EMAIL": "live@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


class Server:
    """The HTTP server. A context manager; ``url`` is what its addresses begin with."""

    def __init__(self) -> None:
        _BARE.mkdir(parents=True)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    def publish_charts(self) -> None:
        """Package every chart, and write the index of each Helm repository."""
        for mirror in _MIRRORS:
            folder = _SERVED / mirror
            folder.mkdir()
            for chart in sorted((PLATFORM / "charts").iterdir()):
                source = _with_crds(chart)
                for version in CHARTS.get(chart.name, ("",)):
                    chosen = ("--version", version) if version else ()
                    _run(str(BIN / "helm"), "package", "--destination", str(folder), *chosen, str(source))
            _run(str(BIN / "helm"), "repo", "index", str(folder), "--url", f"{self.url}/{mirror}")


class _Handler(SimpleHTTPRequestHandler):
    """Serves ``/git/<repository>`` by Git's own program for servers, and anything else as files."""

    protocol_version = "HTTP/1.0"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, directory=str(_SERVED), **options)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: the logs of Argo CD have every access."""

    def do_GET(self) -> None:
        if self.path.startswith("/git/"):
            self._serve_git()
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self._serve_git()

    def _serve_git(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=os.environ | self._cgi(), stdout=subprocess.PIPE, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        self.send_response(int(dict(lines).get("Status", "200").split()[0]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _cgi(self) -> dict[str, str]:
        path, _, query = self.path.partition("?")
        return {
            "GIT_PROJECT_ROOT": str(_SERVED),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": self.headers.get("Content-Length", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }


class Repository:
    """A repository: bare where Argo CD reads it, and the checkout in which people work."""

    def __init__(self, name: str) -> None:
        """Make the repository, with the files that people keep in it by hand (``platform/repositories/<name>``)."""
        self.name = name
        self.bare, self.checkout = _BARE / name, CHECKOUTS / name
        git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), cwd=RUN)
        git("init", "--quiet", "--initial-branch=main", str(self.checkout), cwd=RUN)
        by_hand = PLATFORM / "repositories" / name
        if by_hand.exists():
            shutil.copytree(by_hand, self.checkout, dirs_exist_ok=True)

    def commit(self, message: str) -> bool:
        """Commit everything, and return whether there was something to commit."""
        git("add", "--all", cwd=self.checkout)
        if not git("status", "--porcelain", cwd=self.checkout):
            return False
        git("commit", "--quiet", "--message", message, cwd=self.checkout)
        return True

    def push(self, references: list[str]) -> None:
        """Push the last commit as these branches or tags."""
        targets = [f"HEAD:{each}" for each in references]
        git("push", "--quiet", "--force", str(self.bare), *targets, cwd=self.checkout)


def git(*arguments: str, cwd: Path) -> str:
    """Return what Git prints, independent of the configuration of this machine."""
    environment = os.environ | _IDENTITY
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"git {' '.join(arguments)} failed in {cwd}:\n{done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def _with_crds(chart: Path) -> Path:
    """Return a copy of a chart, with the CRDs that it really has, if they come out of a Go module."""
    copy = RUN / "charts" / chart.name
    shutil.copytree(chart, copy, dirs_exist_ok=True)
    crds = SHARE / "crds" / chart.name
    if crds.exists():
        shutil.copytree(crds, copy / "crds", dirs_exist_ok=True)
    return copy


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
