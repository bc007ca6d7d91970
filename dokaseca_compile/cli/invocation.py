"""Where a command reads and writes, and the commands that it prints for people to paste."""

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
    """What a command was told; ``staged`` when it looks at what is staged in Git."""

    file: Path
    out: Path = options.OUT
    into: tuple[tuple[str, Path], ...] = ()
    staged: bool = False

    @property
    def where(self) -> str:
        """The folders that are written to, for people."""
        return ", ".join([os.fspath(self.out), *(os.fspath(folder) for _, folder in self.into)])

    def command(self, verb: str, *flags: str) -> str:
        """A command that reads and writes where this one does."""
        words = ["dokaseca", verb, *click.get_current_context().meta.get(options.DIRECTORY, ())]
        words += ["-f", os.fspath(self.file)] if self.file != options.FILE else []
        words += ["-o", os.fspath(self.out)] if self.out != options.OUT else []
        words += [f"--into={key}={folder}" for key, folder in self.into]
        return shlex.join([*words, *flags])

    def repair(self, planned: Plan, folders: Mapping[str, Path]) -> str:
        """The command that makes everything as it should be, with the consent that it needs."""
        if self.staged:
            # Whether the work tree needs consent is for the compile to say; often all is right there and not added.
            return " && ".join([self.command("compile"), *self._adds(planned, folders)])
        prune = ["--prune"] if planned.guarded() else []
        force = ["--force"] if planned.refused or planned.faults else []
        return self.command("compile", *prune, *force)

    def _adds(self, planned: Plan, folders: Mapping[str, Path]) -> Iterator[str]:
        """What stages the source and the output, and no other work of anybody."""
        here = [os.fspath(self.out)] if "" in folders else []
        yield shlex.join(["git", "add", "--all", *map(os.fspath, source_paths(self.file)), *here])
        checkouts = {folder for _, folder in self.into}
        for root in planned.roots:
            folder = folders.get(root.root)
            if folder in checkouts:
                ours = {
                    path.partition("/")[0]
                    for path in (*root.known, *root.release.files.get(root.root, ()))
                }
                yield shlex.join(
                    ["git", "-C", os.fspath(folder), "add", "--all", *sorted({*ours, ".dokaseca"})]
                )
