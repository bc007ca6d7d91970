"""The objects in a generated file whose deletion has to be asked for."""

from __future__ import annotations

import re

_PROTECTED = re.compile(
    rb'^kind: "?(ApplicationSet|Secret|ExternalSecret|Namespace)"?\r?$', re.MULTILINE
)
_REGISTERS = b"argocd.argoproj.io/secret-type"
_NAME = re.compile(rb'^metadata:\r?\n(?: .*\n)*?  name: "?([A-Za-z0-9._-]+)"?\r?$', re.MULTILINE)


def protected_objects(content: bytes) -> list[str]:
    """Return the ApplicationSets, registrations, secret templates and namespaces in a file, in words."""
    found = []
    for document in content.replace(b"\r\n", b"\n").split(b"\n---\n"):
        kind, name = _PROTECTED.search(document), _NAME.search(document)
        if kind is not None:
            shown = name[1].decode() if name else "of a name that cannot be read"
            registers = kind[1].endswith(b"Secret") and _REGISTERS in document
            found.append(
                f"the registration of {shown}" if registers else f"the {kind[1].decode()} {shown}"
            )
    return found
