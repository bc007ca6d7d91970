"""One compile as the commands need it: from the source files to a plan for every root."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from dokaseca_compile.cli import options
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render  # noqa: A004
from dokaseca_compile.diagnostics import did_you_mean
from dokaseca_compile.drift import Drift, Teller
from dokaseca_compile.ledger import LEDGER
from dokaseca_compile.model.repositories import REPOSITORY_KEYS
from dokaseca_compile.plan import Difference, Files, Plan, plan_root
from dokaseca_compile.release import Release, make_release
from dokaseca_compile.report import Report
from dokaseca_compile.workspace import OutputRoot, StagedRoot, WorkspaceError, read_sources, read_staged_sources, top_of

Sources = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Invocation:
    """Where a command reads and writes, as it was told."""

    file: Path
    out: Path
    into: tuple[tuple[str, Path], ...] = ()
    staged: bool = False

    @property
    def where(self) -> str:
        """The folders that are written to, for people."""
        return ", ".join([os.fspath(self.out), *(os.fspath(folder) for _, folder in self.into)])

    def repair(self, planned: Plan) -> str:
        """The command that makes everything as it should be, with the consent that it needs."""
        words = ["dokaseca", "compile", *click.get_current_context().meta.get(options.DIRECTORY, ())]
        words += ["-f", os.fspath(self.file)] if self.file != options.FILE else []
        words += ["-o", os.fspath(self.out)] if self.out != options.OUT else []
        words += [f"--into={key}={folder}" for key, folder in self.into]
        if self.staged:  # whether the work tree needs consent is for the compile to say
            checkouts = [["git", "-C", os.fspath(folder), "add", "--all", "."] for _, folder in self.into]
            return " && ".join(map(shlex.join, [words, ["git", "add", "--all", os.fspath(self.out)], *checkouts]))
        words += ["--prune"] if planned.guarded() else []
        words += ["--force"] if planned.refused or planned.faults else []
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Build:
    """A compile and, when it did not fail, its release; ``folders`` says where each root is written."""

    sources: Sources
    compilation: Compilation
    rendered: Mapping[str, bytes]
    release: Release | None
    folders: Mapping[str, Path]


def build(sources: Sources, invocation: Invocation) -> Build:
    """Compile, and settle where each root goes. Raises ``click.UsageError`` for an ``--into`` that cannot be."""
    compilation = compile([SourceFile(name, content) for name, content in sources])
    if compilation.failed or compilation.resolved is None:
        return Build(sources, compilation, {}, None, {})
    rendered = dict(render(compilation.tree, invocation.file.name))
    release = make_release(compilation.resolved.platform.metadata.name, rendered)
    chosen = _chosen(compilation, release, invocation.into)
    out = invocation.out
    folders = {root: chosen.get(root) or (out / root if root else out) for root in release.files}
    if all(root in chosen for root in folders if root):
        del folders[""]  # nothing goes to `out`, so what belongs to it does not either
    _check_apart(folders, out if "" in folders else None)
    return Build(sources, compilation, rendered, release, folders)


def _chosen(compilation: Compilation, release: Release, into: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    """Root → folder, for the repositories that ``--into`` names by role or by name."""
    resolved = compilation.resolved
    names = {each.name: each.name for each in resolved.repositories.values()} if resolved else {}
    roles = {}
    for key in REPOSITORY_KEYS if resolved else ():
        if resolved is not None and key in resolved.repositories:
            roles[key] = roles[_kebab(key)] = resolved.repositories[key].name
    chosen: dict[str, Path] = {}
    for word, folder in into:
        root = roles.get(word) or names.get(word)
        if root is None:
            message = f"--into: no repository is called `{word}`; {did_you_mean(word, map(_kebab, REPOSITORY_KEYS))}"
            raise click.UsageError(message)
        if root not in release.files:
            message = f"--into: nothing is compiled for the repository `{word}` yet"
            raise click.UsageError(message)
        if root in chosen:
            message = f"--into: the repository `{word}` is given twice"
            raise click.UsageError(message)
        if not folder.is_dir():
            raise WorkspaceError(folder, "is no folder; clone the repository there first")
        chosen[root] = folder
    return chosen


def _check_apart(folders: Mapping[str, Path], out: Path | None) -> None:
    """No repository may be written into another one, and a checkout not below ``out``, where folders go by name."""
    found = [(root, folder.resolve()) for root, folder in folders.items() if root]
    for index, (root, folder) in enumerate(found):
        for other, place in found[:index]:
            if folder == place or folder in place.parents or place in folder.parents:
                message = f"--into: `{root}` and `{other}` would be written into each other: {folders[root]}"
                raise click.UsageError(message)
        if out is not None and folders[root] != out / root and out.resolve() in (folder, *folder.parents):
            message = f"--into: {folders[root]} is in {out}, where the other repositories are written"
            raise click.UsageError(message)


def _kebab(key: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in key)


@contextmanager
def opened(made: Build, out: Path) -> Iterator[dict[str, OutputRoot]]:
    """Every root as a folder, name → root; those below ``out`` that are no longer made among them."""
    folders = dict(made.folders)
    if "" in folders:
        folders = {name: out / name for name in _former(out)} | folders
    with ExitStack() as stack:
        yield {root: stack.enter_context(OutputRoot(folder)) for root, folder in folders.items()}


@contextmanager
def staged(made: Build, out: Path) -> Iterator[dict[str, StagedRoot]]:
    """The same as it is staged in Git."""
    folders = dict(made.folders)
    with ExitStack() as stack:
        if "" in folders:
            whole = stack.enter_context(StagedRoot(out))
            folders = {name: out / name for name in whole.folders() if whole.read(f"{name}/{LEDGER}")} | folders
        yield {root: stack.enter_context(StagedRoot(folder)) for root, folder in folders.items()}


def plan(made: Build, roots: Mapping[str, Files]) -> Plan:
    """Compare every root with the release. A former root with a ledger that is not ours is none of our business."""
    if made.release is None:
        return Plan("", ())
    planned = [plan_root(root, made.release, files) for root, files in sorted(roots.items())]
    ours = tuple(each for each in planned if each.root in made.release.files or each.fault is None)
    return Plan(made.release.id, ours)


def report(command: str, made: Build, planned: Plan, invocation: Invocation, told: Iterable[Difference] = ()) -> Report:
    """What there is to say of a plan; ``told`` are the differences to compare by what they say."""
    return Report(
        command,
        made.compilation,
        planned,
        tuple(map(Teller(made.compilation).tell, told)),
        {root.root: os.fspath(made.folders.get(root.root, invocation.out / root.root)) for root in planned.roots},
        invocation.repair(planned),
        invocation.where,
        top_of(Path.cwd())[1],
    )


@contextmanager
def examine(
    command: str, invocation: Invocation, against: str, *, everything: bool = False, most: int | None = None
) -> Iterator[Report]:
    """Compile, compare and tell what differs, in the work tree or as it is staged; write nothing.

    With ``everything``, ledgers are told that merely follow the files. Of more than ``most`` differences the later
    ones are named and not told.
    """
    staging = against == "index"
    invocation = replace(invocation, staged=staging)
    made = build((read_staged_sources if staging else read_sources)(invocation.file), invocation)
    if made.compilation.failed:
        yield Report(command, made.compilation, prefix=top_of(Path.cwd())[1])
        return
    with (staged if staging else opened)(made, invocation.out) as roots:
        planned = plan(made, roots)
        differences = planned.everything if everything else planned.differences
        found = report(command, made, planned, invocation, told=differences[:most])
        yield replace(found, drifts=(*found.drifts, *map(Drift, differences[len(found.drifts) :])))


def _former(out: Path) -> list[str]:
    """The folders below ``out`` that have a ledger; not what a link leads to."""
    folders = (each.parent.parent for each in out.glob(f"*/{LEDGER}"))
    return sorted(each.name for each in folders if not each.is_symlink())
