"""``--into``: which repository goes into which checkout, and that none is written into another."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import click

from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.model.repositories import REPOSITORY_KEYS
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.workspace import WorkspaceError


def chosen_checkouts(
    resolved: Resolved, made: Collection[str], into: Sequence[tuple[str, Path]]
) -> dict[str, Path]:
    """Repository → checkout, for those that ``--into`` names by role or by name."""
    names = {each.name: each.name for each in resolved.repositories.values()}
    for key, each in resolved.repositories.items():
        names[key] = names[_kebab(key)] = each.name
    chosen: dict[str, Path] = {}
    for word, folder in into:
        if word not in names:
            message = f"--into: no repository is called `{word}`; {did_you_mean(word, map(_kebab, REPOSITORY_KEYS))}"
            raise click.UsageError(message)
        name = names[word]
        if name not in made:
            message = f"--into: nothing is compiled for the repository `{word}` yet"
            raise click.UsageError(message)
        if chosen.get(name, folder) != folder:
            message = f"--into: the repository `{word}` is given twice"
            raise click.UsageError(message)
        if not folder.is_dir():
            raise WorkspaceError(folder, "is no folder; clone the repository there first")
        chosen[name] = folder
    return chosen


def together(chosen: Mapping[str, Path]) -> dict[str, str]:
    """Repositories that share a checkout (with folders of their own, by ``basepath``) → the name of their one root."""
    by_folder: dict[Path, list[str]] = {}
    for name, folder in sorted(chosen.items()):
        by_folder.setdefault(Path(os.path.realpath(folder)), []).append(name)
    return {
        name: "+".join(names) for names in by_folder.values() for name in names if len(names) > 1
    }


def check_apart(
    folders: Mapping[str, Path], checkouts: Mapping[str, Path], out: Path | None
) -> None:
    """No repository may be written into another one, and a checkout not below ``out``, where folders go by name."""
    found = [(root, Path(os.path.realpath(folder))) for root, folder in folders.items() if root]
    for index, (root, folder) in enumerate(found):
        if (
            out is not None
            and root in checkouts
            and Path(os.path.realpath(out)) in (folder, *folder.parents)
        ):
            message = (
                f"--into: {folders[root]} is in {out}, where the other repositories are written"
            )
            raise click.UsageError(message)
        for other, place in found[:index]:
            if folder == place or folder in place.parents or place in folder.parents:
                message = f"`{root}` and `{other}` would be written into each other: {folders[root]}, {folders[other]}"
                raise click.UsageError(message)


def _kebab(key: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)
