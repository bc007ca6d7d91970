"""``--into``: choose the checkout of each repository, and keep repositories apart."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import click

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.core.groups import grouped
from dokaseca_compile.model.repositories import REPOSITORY_KEYS
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.workspace import WorkspaceError


def chosen_checkouts(
    resolved: Resolved, made: Collection[str], into: Sequence[tuple[str, Path]]
) -> dict[str, Path]:
    """Return repository → checkout for the values of ``--into``, given by role or by name.

    Raises ``click.UsageError`` and ``WorkspaceError``.
    """
    names = {each.name: each.name for each in resolved.repositories.values()}
    for key, each in resolved.repositories.items():
        names[key] = names[_kebab(key)] = each.name
    chosen: dict[str, Path] = {}
    for word, folder in into:
        if word not in names:
            hint = did_you_mean(word, map(_kebab, REPOSITORY_KEYS))
            message = f"--into: unknown repository `{word}`; {hint}"
            raise click.UsageError(message)
        name = names[word]
        if name not in made:
            message = f"--into: nothing is compiled for the repository `{word}`"
            raise click.UsageError(message)
        if chosen.get(name, folder) != folder:
            message = f"--into: the repository `{word}` is given twice"
            raise click.UsageError(message)
        if not folder.is_dir():
            raise WorkspaceError(folder, "is not a folder; clone the repository there first")
        chosen[name] = folder
    return chosen


def together(chosen: Mapping[str, Path]) -> dict[str, str]:
    """Return repository → the name of the root that it shares with others in one checkout."""
    places = sorted((name, Path(os.path.realpath(folder))) for name, folder in chosen.items())
    by_folder = grouped((folder, name) for name, folder in places)
    shared = [names for names in by_folder.values() if len(names) > 1]
    return {name: "+".join(names) for names in shared for name in names}


def check_apart(folders: Mapping[str, Path], checkouts: Mapping[str, Path]) -> None:
    """Check that no repository is written inside another one, and no checkout below ``out``.

    ``out`` itself is the folder of the root ``""``, if a repository is written there. Raises
    ``click.UsageError``.
    """
    places = {root: Path(os.path.realpath(folder)) for root, folder in folders.items()}
    out = places.pop("", None)
    found = list(places.items())
    for index, (root, folder) in enumerate(found):
        if root in checkouts and out in (folder, *folder.parents):
            where = f"{folders[root]} is in {folders['']}"
            message = f"--into: {where}, where the other repositories are written"
            raise click.UsageError(message)
        for other, place in found[:index]:
            if folder.is_relative_to(place) or place.is_relative_to(folder):
                where = f"{folders[root]}, {folders[other]}"
                message = f"`{root}` and `{other}` would be written inside each other: {where}"
                raise click.UsageError(message)


def _kebab(key: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)
