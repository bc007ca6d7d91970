"""The list of the releases of all checkouts, in the checkout of the control plane.

Checkouts are committed one by one. The list is the one file that changes with each of them, so it
shows which commits belong together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from dokaseca_compile.formats.body import JsonBody
from dokaseca_compile.formats.json import render


def write_list(platform: str, releases: Mapping[str, str]) -> bytes:
    """Return the list from root → release, with one root a line."""
    return render(JsonBody({"platform": platform, "releases": dict(sorted(releases.items()))}))


def read_list(content: bytes, platform: str) -> Mapping[str, str]:
    """Return root → release from the list of a platform.

    Anything else is an empty list: the list of another platform, the conflict of a merge, or the
    one release of all repositories, which former versions wrote to this path.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict) or data.get("platform") != platform:
        return {}
    releases = data.get("releases")
    return releases if isinstance(releases, dict) else {}
