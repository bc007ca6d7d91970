"""Run the command line of the compiler on the source of the platform, as a person or a pipeline does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from command import Done, dokaseca

from live.places import RUN
from live.repositories import git

SOURCE = RUN / "source"
"""The repository with ``platform.yaml``."""


class CompilerError(Exception):
    """A command that did not succeed, with what it printed."""


def make_source() -> None:
    """Make the repository of the source."""
    git("init", "--quiet", "--initial-branch=main", str(SOURCE), cwd=RUN)


def write(platform: Mapping[str, Any]) -> None:
    """Write the platform as the source."""
    text = yaml.safe_dump(dict(platform), sort_keys=False, allow_unicode=True)
    (SOURCE / "platform.yaml").write_text(text)


def commit(message: str) -> None:
    """Commit the source."""
    git("add", "platform.yaml", cwd=SOURCE)
    git("commit", "--quiet", "--allow-empty", "--message", message, cwd=SOURCE)


def compile_into(checkouts: Mapping[str, Path]) -> None:
    """Compile the source into the checkout of each role."""
    into = [argument for role, folder in checkouts.items() for argument in ("--into", f"{role}={folder}")]
    _run("compile", "--prune", *into)


def plan() -> dict[str, Any]:
    """Return what ``plan`` says of the source since its last commit."""
    # A blocked change has exit code 1 and is a document, too.
    return _data("plan", "--base", "HEAD", "--format", "json", codes=(0, 1))


def apps() -> dict[str, dict[str, Any]]:
    """Return the Applications that ``apps`` lists, by hub and name."""
    found: dict[str, dict[str, Any]] = {}
    for each in _data("apps", "--format", "json")["applications"]:
        found.setdefault(each["hub"], {})[each["name"]] = each
    return found


def bundle() -> dict[str, list[dict[str, Any]]]:
    """Return the cluster Secrets, AppProjects and ApplicationSets that ``apps --bundle`` writes, by hub."""
    folder = RUN / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    _run("apps", "--bundle", str(folder))
    return {
        hub.name: [yaml.safe_load(path.read_text()) for path in sorted(hub.rglob("*.yaml"))]
        for hub in sorted(folder.iterdir())
    }


def _data(*arguments: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """Return the document that a command prints; a source with errors gives none."""
    done = _run(*arguments, codes=codes)
    if not done.out:
        raise CompilerError(_message(arguments, done))
    return json.loads(done.out)


def _run(*arguments: str, codes: tuple[int, ...] = (0,)) -> Done:
    done = dokaseca(SOURCE, *arguments)
    if done.code not in codes:
        raise CompilerError(_message(arguments, done))
    return done


def _message(arguments: tuple[str, ...], done: Done) -> str:
    return f"dokaseca {' '.join(arguments)} exited {done.code}:\n{done.out}\n{done.err}"
