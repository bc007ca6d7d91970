"""Compare repositories as Argo CD does."""

from __future__ import annotations

import re

from dokaseca_compile.argo.errors import require
from dokaseca_compile.core.urls import go_reads

_SSH = re.compile(r"(ssh://)?([^/:]*?)@[^@]+")
_HOST = r"[a-z0-9.-]+(?::[0-9]+)?"
_PATH = r"(?:/(?:[a-z0-9._~/+@-]|%[0-9a-f]{2})*)?"
# URLs that Go's `url.Parse` and `URL.String` do not change.
_KNOWN = re.compile(rf"(?:[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+@)?{_HOST}|(?!//){_HOST}){_PATH}")


def normalized_repository(url: str) -> str:
    """Return the normalized URL by which Argo CD compares a repository (``git.NormalizeGitURL``).

    Raises ``UnsupportedError`` for URLs that the targets never write, and for those that Go cannot
    read: Argo CD normalizes all of these to ``""``, so a project that lists one permits the others.
    """
    text = url.strip().lower() if url.isascii() else ""
    if _SSH.fullmatch(text) and not text.startswith("ssh://"):
        text = f"ssh://{text.replace(':', '/', 1)}"
    text = text.removesuffix(".git")
    require(_is_comparable(text), f"Argo CD cannot compare the repository {url}")
    return text.removeprefix("ssh://")


def _is_comparable(text: str) -> bool:
    """Return whether Go reads a URL, and does not change it."""
    if _KNOWN.fullmatch(text) is None:
        return False
    return "://" in text or go_reads(text)
