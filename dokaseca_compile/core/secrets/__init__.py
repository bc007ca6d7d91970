"""Secrets: how they look, and how they are kept out of what is shown.

``platform.yaml`` holds no secret value: credentials are in a secret store, and the platform names the
entry. What looks like one is refused by a rule, and masked wherever text leaves. A secret is known by
its shape (``ghp_…``, a private key), by the key before it, or by what else the run has found.
"""

from dokaseca_compile.core.secrets.data import hide_data
from dokaseca_compile.core.secrets.entries import secret_entry, secret_key
from dokaseca_compile.core.secrets.find import Found, find_secrets
from dokaseca_compile.core.secrets.known import Known
from dokaseca_compile.core.secrets.lines import ShownLine, shown_line
from dokaseca_compile.core.secrets.shapes import MASK, SHAPES, Shape, hide, secret_shape
from dokaseca_compile.core.secrets.texts import (
    hide_text,
    mask,
    secret_in_text,
    secret_kind,
    secret_parts,
    secrets_in_text,
    unescape,
)

__all__ = [
    "MASK",
    "SHAPES",
    "Found",
    "Known",
    "Shape",
    "ShownLine",
    "find_secrets",
    "hide",
    "hide_data",
    "hide_text",
    "mask",
    "secret_entry",
    "secret_in_text",
    "secret_key",
    "secret_kind",
    "secret_parts",
    "secret_shape",
    "secrets_in_text",
    "shown_line",
    "unescape",
]
