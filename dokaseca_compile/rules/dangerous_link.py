"""An annotation contains a link that runs code, or that hides where it leads.

## Problem

An annotation of an environment or a cluster is a `javascript:`, `vbscript:` or `data:` URL, with
or without a title before it (`Runbook | javascript:…`). Or an annotation that Argo CD shows as a
link is not a plain `http://` or `https://` URL, with or without a title before it.

## Why

Argo CD shows annotations that begin with `link.argocd.argoproj.io/` as links, and developer
portals show others. Clicking such a link runs code with the permissions of the user who is logged
in. A URL with a user name, a backslash or invalid characters shows one host to a person and leads
a browser to another. With two `|`, Argo CD uses the whole text as the link (`ExternalLink`).

## Fix

Link to an `https://` address.

## Example

```yaml
clusters:
  edge:
    annotations:
      link.argocd.argoproj.io/runbook: "Runbook | javascript:alert(1)"  # dangerous-link
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.urls import is_link
from dokaseca_compile.rules.shared.base import Context

SLUG = "dangerous-link"
_LINK_PREFIX = "link.argocd.argoproj.io/"
# Browsers drop these anywhere in an address, and blanks and control characters before it.
_DROPPED = re.compile(r"[\t\r\n]")
_CODE = re.compile(r"[\x00-\x20\s\ufeff]*(javascript|vbscript|data):", re.IGNORECASE)
# Outside of links `data:` may begin an ordinary sentence; in an address of it a type and a comma follow.
_DATA_URL = re.compile(r"\s*data:[A-Za-z0-9!#$&^_.+/;=\"-]*,", re.IGNORECASE)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each annotation with such a link."""
    platform = context.platform
    for section, units in (
        ("environments", platform.environments),
        ("clusters", platform.clusters),
    ):
        for name, unit in units.items():
            for key, value in unit.annotations.items():
                if fault := _fault(key, value):
                    yield error(
                        SLUG,
                        f"annotation `{key}` {fault}",
                        Label((section, name, "annotations", key)),
                        help="link to an https:// address, as `https://wiki.example/x` or `Title | https://…`",
                    )


def _fault(key: str, value: str) -> str:
    """Return what is wrong with an annotation as a link, or nothing."""
    if scheme := _scheme(key, value):
        return f"holds a `{scheme}:` link, which runs code when it is clicked"
    if not key.startswith(_LINK_PREFIX):
        return ""
    title, _, link = value.rpartition("|")
    if "|" not in title and is_link(link.strip(" ")):
        return ""
    return "is a link to Argo CD, and is not one plain http:// or https:// URL"


def _scheme(key: str, value: str) -> str:
    """The scheme of a link that runs code, or nothing."""
    # A title may hold a `|` of its own, and where it ends is the reader's choice: any part may be the link.
    for part in _DROPPED.sub("", value).split("|"):
        found = _CODE.match(part)
        if found is not None:
            scheme = found[1].lower()
            if scheme != "data" or key.startswith(_LINK_PREFIX) or _DATA_URL.match(part):
                return scheme
    return ""
