"""Where a command reads and writes, and the commands that it prints to be pasted."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.workspace import source_paths


@dataclass(frozen=True, slots=True)
class Invocation:
    """The paths given to a command; ``staged`` when it reads what is staged in Git."""

    file: Path
    out: Path = options.OUT
    into: tuple[tuple[str, Path], ...] = ()
    staged: bool = False

    @property
    def where(self) -> str:
        """The folders that are written to, as text."""
        return ", ".join([os.fspath(self.out), *(os.fspath(folder) for _, folder in self.into)])

    def command(self, verb: str, *flags: str) -> str:
        """Return a command line that reads and writes the same paths."""
        words = ["dokaseca", verb, *click.get_current_context().meta.get(options.DIRECTORY, ())]
        words += ["-f", os.fspath(self.file)] if self.file != options.FILE else []
        words += ["-o", os.fspath(self.out)] if self.out != options.OUT else []
        words += [f"--into={key}={folder}" for key, folder in self.into]
        return shlex.join([*words, *flags])

    def repair(self, planned: Plan, folders: Mapping[str, Path]) -> str:
        """Return the command that brings everything up to date, with the flags that it needs."""
        if self.staged:
            # No flags: often the work tree is up to date and only not added. If not, the compile
            # reports which flags it needs.
            return " && ".join([self.command("compile"), *self._adds(planned, folders)])
        prune = ["--prune"] if planned.prune_reason() else []
        force = ["--force"] if planned.refused or planned.faults else []
        return self.command("compile", *prune, *force)

    def _adds(self, planned: Plan, folders: Mapping[str, Path]) -> Iterator[str]:
        """Yield commands that stage the source and the output, and nothing else."""
        here = [os.fspath(self.out)] if "" in folders else []
        yield shlex.join(["git", "add", "--all", *map(os.fspath, source_paths(self.file)), *here])
        checkouts = {folder for _, folder in self.into}
        for root in planned.roots:
            folder = folders.get(root.root)
            if folder in checkouts:
                ours = {".dokaseca", *(path.partition("/")[0] for path in root.paths)}
                words = ["git", "-C", os.fspath(folder), "add", "--all", *sorted(ours)]
                yield shlex.join(words)
