"""Two repositories would be written into one folder.

Problem
    Two roles below ``repositories`` have the same name, or the name of one is a folder inside the
    other's.

Why
    The output of each repository goes to a folder of its name, and each owns its whole folder: the
    files of one would be stale or foreign to the other.

Fix
    Give each role its own ``name``. To keep two roles in one Git repository, give them the same
    ``url``, different names and different ``basepath``.

Example
    .. code-block:: yaml

        repositories:
          addons: {name: platform}
          charts: {name: platform}        # duplicate-repository
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import Diagnostic, Label, error
from dokaseca_compile.rules.base import Context

SLUG = "duplicate-repository"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each role whose folder another role has, or holds."""
    repositories = list(context.resolved.repositories.values())
    for index, later in enumerate(repositories):
        for earlier in repositories[:index]:
            # Some file systems do not tell `Addons` from `addons`.
            one, other = f"{later.name}/".casefold(), f"{earlier.name}/".casefold()
            if one.startswith(other) or other.startswith(one):
                overlap = "are both" if one == other else "lie inside each other:"
                names = f"`{later.name}`" if one == other else f"`{later.name}` and `{earlier.name}`"
                yield error(
                    SLUG,
                    f"the folders of repositories `{later.key}` and `{earlier.key}` {overlap} {names}",
                    Label(("repositories", later.key, "name")),
                    Label(("repositories", earlier.key, "name"), text=f"the folder of `{earlier.key}`"),
                    help="give each its own `name`; in one Git repository: the same `url`, other names and `basepath`s",
                )
                break
