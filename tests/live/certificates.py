"""A certificate authority, a certificate for every API server, and the key of service accounts."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

from live.places import RUN

FOLDER = RUN / "certificates"
AUTHORITY = FOLDER / "ca.crt"
SERVER, SERVER_KEY = FOLDER / "server.crt", FOLDER / "server.key"
ACCOUNTS, ACCOUNTS_KEY = FOLDER / "accounts.pub", FOLDER / "accounts.key"
_DAYS = "30"


def make(host: str) -> None:
    """Make all of them, for servers that are reached by the name ``host``."""
    FOLDER.mkdir(parents=True)
    usage = "keyUsage=critical,keyCertSign,digitalSignature"
    _openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", AUTHORITY.name),
        *("-days", _DAYS, "-subj", "/CN=live-ca", "-addext", usage),
    )
    _openssl(
        *("req", "-newkey", "rsa:2048", "-nodes", "-keyout", SERVER_KEY.name, "-out", "server.csr"),
        *("-subj", "/CN=kube-apiserver"),
    )
    names = f"DNS:localhost,DNS:{host},DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1"
    (FOLDER / "names").write_text(f"subjectAltName={names}\n")
    _openssl(
        *("x509", "-req", "-in", "server.csr", "-CA", AUTHORITY.name, "-CAkey", "ca.key", "-CAcreateserial"),
        *("-days", _DAYS, "-out", SERVER.name, "-extfile", "names"),
    )
    _openssl("genrsa", "-out", ACCOUNTS_KEY.name, "2048")
    _openssl("rsa", "-in", ACCOUNTS_KEY.name, "-pubout", "-out", ACCOUNTS.name)


def encoded(path: Path) -> str:
    """Return a file in base64."""
    return base64.b64encode(path.read_bytes()).decode()


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=FOLDER, check=True, capture_output=True)
