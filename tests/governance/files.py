"""Files of an output."""

from __future__ import annotations

from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.mismatch import MismatchError


def only_document(output: Output, path: str) -> Any:
    """Return the only document of a file. Raises ``MismatchError`` where there is no such file."""
    if path not in output:
        message = f"{path} is missing"
        raise MismatchError(message)
    (document,) = output.documents(path)
    return document
