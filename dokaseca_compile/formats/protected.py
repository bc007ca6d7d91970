"""Objects in a generated file that are deleted only if the user asks for it."""

from __future__ import annotations

import re

_PROTECTED = re.compile(
    rb'^kind: "?(ApplicationSet|Secret|ExternalSecret|Namespace)"?\r?$', re.MULTILINE
)
_REGISTERS = b"argocd.argoproj.io/secret-type"
_NAME = re.compile(rb'^metadata:\r?\n(?: .*\n)*?  name: "?([A-Za-z0-9._-]+)"?\r?$', re.MULTILINE)


def protected_objects(content: bytes) -> list[str]:
    """Describe the ApplicationSets, registrations, secret templates and namespaces in a file."""
    found = []
    for document in content.replace(b"\r\n", b"\n").split(b"\n---\n"):
        kind, name = _PROTECTED.search(document), _NAME.search(document)
        if kind is None:
            continue
        what = kind[1].decode()
        if what.endswith("Secret") and _REGISTERS in document:
            what = "registration of"
        shown = name[1].decode() if name else "of a name that cannot be read"
        found.append(f"the {what} {shown}")
    return found
