"""Secrets: how to recognise them, and how to keep them out of all output.

``platform.yaml`` holds no secret value: credentials are in a secret store, and the platform has the
name of the entry. A rule refuses values that look like a secret, and all output masks them. A
secret is recognised by its shape (``ghp_…``, a private key), by its key, or because the run has
already found it.
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
