"""Repositories as Argo CD compares them."""

from __future__ import annotations

import re

from dokaseca_compile.argo.errors import UnsupportedError
from dokaseca_compile.core.urls import go_reads

_SSH = re.compile(r"(ssh://)?([^/:]*?)@[^@]+")
_PATH = r"(?:/(?:[a-z0-9._~/+@-]|%[0-9a-f]{2})*)?"
# What Go's `url.Parse` takes and `URL.String` gives back as it is.
_KNOWN = re.compile(
    rf"(?:[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+@)?[a-z0-9.-]+(?::[0-9]+)?|(?!//)[a-z0-9.-]+(?::[0-9]+)?){_PATH}"
)


def normalized_repository(url: str) -> str:
    """Return a repository as Argo CD compares it (``git.NormalizeGitURL``).

    Raises ``UnsupportedError`` for what we never write, and for what Go cannot read: to Argo CD all
    of these are the one repository ``""``, so a project that lists one permits each other.
    """
    text = url.strip().lower() if url.isascii() else ""
    if _SSH.fullmatch(text) and not text.startswith("ssh://"):
        text = f"ssh://{text.replace(':', '/', 1)}"
    text = text.removesuffix(".git")
    if _KNOWN.fullmatch(text) is None or ("://" not in text and not go_reads(text)):
        message = f"Argo CD cannot compare the repository {url}"
        raise UnsupportedError(message)
    return text.removeprefix("ssh://")
