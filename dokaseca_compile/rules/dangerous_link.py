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
from dokaseca_compile.rules.shared.declarations import environments_and_clusters

SLUG = "dangerous-link"
_LINK_PREFIX = "link.argocd.argoproj.io/"
# Browsers drop these anywhere in an address, and blanks and control characters before it.
_DROPPED = re.compile(r"[\t\r\n]")
_CODE = re.compile(r"[\x00-\x20\s\ufeff]*(javascript|vbscript|data):", re.IGNORECASE)
# Text may begin with `data:`, too; in a data URL a media type and a comma follow.
_DATA_URL = re.compile(r"\s*data:[A-Za-z0-9!#$&^_.+/;=\"-]*,", re.IGNORECASE)


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each annotation with such a link."""
    for route, unit in environments_and_clusters(context.platform):
        for key, value in unit.annotations.items():
            fault = _fault(key, value)
            if fault:
                yield error(
                    SLUG,
                    f"annotation `{key}` {fault}",
                    Label((*route, "annotations", key)),
                    help="write an https:// URL: `https://wiki.example/x` or `Title | https://…`",
                )


def _fault(key: str, value: str) -> str:
    """Return what is wrong with an annotation as a link; empty if nothing."""
    scheme = _scheme(key, value)
    if scheme:
        return f"contains a `{scheme}:` link, which runs code when it is clicked"
    if not key.startswith(_LINK_PREFIX):
        return ""
    title, _, link = value.rpartition("|")
    if "|" not in title and is_link(link.strip(" ")):
        return ""
    return "is shown as a link by Argo CD, but is not one plain http:// or https:// URL"


def _scheme(key: str, value: str) -> str:
    """Return the scheme of a link that runs code; empty if there is none."""
    # A title may contain a `|`, and programs split at different ones: any part may be the link.
    for part in _DROPPED.sub("", value).split("|"):
        found = _CODE.match(part)
        if found is None:
            continue
        scheme = found[1].lower()
        is_text = scheme == "data" and not _DATA_URL.match(part)
        if key.startswith(_LINK_PREFIX) or not is_text:
            return scheme
    return ""
