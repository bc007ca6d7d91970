"""A route names a node of a document by the keys and indices that lead to it.

Everything above ``source/`` speaks in routes; lines and columns are looked up once, when a
diagnostic is shown.
"""

from __future__ import annotations

import re

Route = tuple[str | int, ...]
"""Keys (str) and list indices (int) from the root, e.g. ``("clusters", "hub", "teams", 0)``."""

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}\Z")
_LONGEST = 80


def format_route(route: Route) -> str:
    """Write a route as people write it: ``clusters.hub.teams[0]``; odd keys are quoted, escaped and cut."""
    text = ""
    for part in route:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _BARE.match(part):
            text += f".{part}" if text else part
        else:
            text += f'["{_shown(part)}"]'
    return text


def _shown(key: str) -> str:
    cut = key if len(key) <= _LONGEST else key[: _LONGEST - 1] + "…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in cut)
