"""Two repositories would be written to the same folder.

## Problem

Two entries of `repositories` have the same name and different URLs, or the name of one is a
folder inside the other's.

## Why

The output of each repository is written to a folder with its name, and each repository owns its
whole folder. The files of one repository would be stale or foreign to the other.

## Fix

Give each repository its own `name`. To keep two entries in one Git repository, give them the same
`name`, or the same `url`, and a separate `basepath` each. Neither `basepath` can be inside the
other.

## Example

```yaml
repositories:
  addons: {name: platform}
  charts: {name: platform/charts}    # duplicate-repository
```
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.resolve.resolved import BoundRepository
from dokaseca_compile.rules.shared.base import Context

SLUG = "duplicate-repository"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each role whose folder overlaps with that of another repository."""
    repositories = list(context.resolved.repositories.values())
    for index, later in enumerate(repositories):
        for earlier in repositories[:index]:
            if _overlap(later, earlier):
                yield _fault(later, earlier)
                break


def _fault(later: BoundRepository, earlier: BoundRepository) -> Diagnostic:
    keys = f"`{later.key}` and `{earlier.key}`"
    if later.name.casefold() == earlier.name.casefold():
        message = f"repositories {keys} would be written to the same folder `{later.name}`"
    else:
        names = f"`{later.name}` and `{earlier.name}`"
        message = f"the folders of repositories {keys} overlap: {names}"
    return error(
        SLUG,
        message,
        Label(("repositories", later.key, "name")),
        Label(("repositories", earlier.key, "name"), text=f"the folder of `{earlier.key}`"),
        help="give each its own `name`; to share one Git repository, set the same `name` and "
        "`url`, and a different `basepath` for each",
    )


def _overlap(one: BoundRepository, other: BoundRepository) -> bool:
    """Return whether the folders of two roles overlap; roles may share a Git repository."""
    if one.name == other.name and repository_key(one.url) == repository_key(other.url):
        return False
    # Some file systems do not distinguish `Addons` from `addons`.
    first, second = f"{one.name}/".casefold(), f"{other.name}/".casefold()
    return first.startswith(second) or second.startswith(first)
