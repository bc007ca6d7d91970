"""One compile as the commands need it: from the source files to a plan for every root."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from dokaseca_compile.cli import output
from dokaseca_compile.cli.checkouts import check_apart, chosen_checkouts, together
from dokaseca_compile.cli.clock import today
from dokaseca_compile.cli.compiling import compiled
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.cli.reading import with_unread
from dokaseca_compile.compiler import Compilation, render
from dokaseca_compile.core.limits import OUTPUT
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.output.accepted_files import without_accepted
from dokaseca_compile.output.drift import Drift, Teller
from dokaseca_compile.output.ledger import Ledger, read_ledger
from dokaseca_compile.output.report import Report
from dokaseca_compile.output.snapshot import Destinations, Release, SharedPathError, make_release
from dokaseca_compile.output.watched_folders import readers
from dokaseca_compile.output.write_plan import Difference, Plan, plan_root
from dokaseca_compile.resolve.layout import LEDGER, Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.workspace import (
    ChartFiles,
    OutputRoot,
    StagedRoot,
    committed,
    read_sources,
    read_staged_sources,
    top_of,
)

Sources = list[tuple[str, bytes]]
Root = OutputRoot | StagedRoot
_DEEPEST = 3  # folders of a repository's name, as `group/platform/addons`


@dataclass(frozen=True, slots=True)
class Build:
    """A compile and, when it did not fail, its release; ``folders`` says where each root is written.

    ``repositories`` maps each root to the keys of the repositories that are written to it.
    """

    sources: Sources
    compilation: Compilation
    rendered: Mapping[str, bytes]
    release: Release | None
    folders: Mapping[str, Path]
    repositories: Mapping[str, frozenset[str]] = field(default_factory=dict)


def build(sources: Sources, invocation: Invocation) -> Build:
    """Compile, and settle where each root goes. Raises ``click.UsageError`` for an ``--into`` that cannot be."""
    files = with_unread(sources, invocation.file, staged=invocation.staged)
    compilation = compiled(files, ChartFiles(invocation.file), today())
    resolved = compilation.resolved
    if compilation.failed or resolved is None:
        return Build(sources, compilation, {}, None, {})
    rendered = dict(render(compilation.tree, invocation.file.name))
    if max(map(len, rendered.values()), default=0) > OUTPUT:
        return Build(sources, _refused(compilation, rendered), {}, None, {})
    made = {
        each.name
        for each in resolved.repositories.values()
        if any(label.startswith(f"{each.name}/") for label in rendered)
    }
    chosen = chosen_checkouts(resolved, made, invocation.into)
    shared = together(chosen)
    checkouts = {shared.get(name, name): folder for name, folder in chosen.items()}
    destinations = Destinations(made, shared, checkouts)
    try:
        found = readers(resolved, Layout(resolved))
        release = make_release(resolved.platform.metadata.name, rendered, destinations, found)
    except SharedPathError as clash:
        message = f"--into: two repositories would write {clash} in one checkout; give them a `basepath` each"
        raise click.UsageError(message) from clash
    out = invocation.out
    folders = {root: checkouts.get(root) or (out / root if root else out) for root in release.files}
    if all(root in checkouts for root in folders if root):
        del folders[""]  # nothing goes to `out`, so what belongs to it does not either
    check_apart(folders, checkouts, out if "" in folders else None)
    return Build(sources, compilation, rendered, release, folders, _repositories(resolved, shared))


def _repositories(resolved: Resolved, shared: Mapping[str, str]) -> dict[str, frozenset[str]]:
    keys: dict[str, frozenset[str]] = {}
    for key, each in resolved.repositories.items():
        root = shared.get(each.name, each.name)
        keys[root] = keys.get(root, frozenset()) | {key}
    return keys


def _refused(compilation: Compilation, rendered: Mapping[str, bytes]) -> Compilation:
    """Return a compilation that failed, since files of it are too large."""
    from dokaseca_compile.proof.oversized import oversized  # noqa: PLC0415 - seldom needed

    diagnostics = (*compilation.diagnostics, *oversized(compilation, rendered))
    return replace(compilation, diagnostics=diagnostics, tree=FileTree())


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
            folders = {name: out / name for name in whole.with_file(LEDGER)} | folders
        yield {root: stack.enter_context(StagedRoot(folder)) for root, folder in folders.items()}


def plan(made: Build, roots: Mapping[str, Root], *, adopt: bool = False) -> Plan:
    """Compare every root with the release.

    A folder below ``out`` that has the ledger of something else is none of our business. Where files stand in the
    way, Git is asked what it has committed: what a ledger lists there is ours, too.
    """
    if made.release is None:
        return Plan("", ())
    planned = []
    for name, root in sorted(roots.items()):
        former = name not in made.release.files
        found = plan_root(name, made.release, root, adopt=adopt)
        if former and found.fault is not None and found.fault.other is not None:
            continue
        if former and isinstance(found.ledger, Ledger) and found.ledger.repository != name:
            continue  # with --adopt: a copy of somebody's
        if any(each.is_refused for each in found.differences):
            found = plan_root(
                name,
                made.release,
                root,
                adopt=adopt,
                committed=_committed(root, made.release.platform),
            )
        planned.append(found)
    whole = Plan(made.release.id, tuple(planned))
    return without_accepted(whole, made.compilation, made.repositories)


def _committed(root: Root, platform: str) -> dict[str, frozenset[str]]:
    """Path → hashes of the ledgers that Git has committed, or is merging, for a root."""
    known: dict[str, frozenset[str]] = {}
    for content in committed(root.root, LEDGER):
        ledger = read_ledger(content)
        if isinstance(ledger, Ledger) and ledger.platform == platform:
            for path, hashes in ledger.files.items():
                known[path] = known.get(path, frozenset()) | hashes
    return known


def report(
    command: str,
    made: Build,
    planned: Plan,
    invocation: Invocation,
    told: Iterable[Difference] = (),
) -> Report:
    """What there is to say of a plan; ``told`` are the differences to compare by what they say."""
    folders = {
        root.root: os.fspath(made.folders.get(root.root, invocation.out / root.root))
        for root in planned.roots
    }
    drifts = tuple(map(Teller(made.compilation).tell, told))
    output.learn(secret for drift in drifts for secret in drift.secrets)
    return Report(
        command,
        made.compilation,
        planned,
        drifts,
        folders,
        invocation.repair(planned, made.folders),
        invocation.command("compile"),
        invocation.command("diff"),
        invocation.where,
        prefix=top_of(Path.cwd())[1],
    )


@contextmanager
def examine(
    command: str,
    invocation: Invocation,
    against: str,
    *,
    everything: bool = False,
    most: int | None = None,
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
        drifts = (*found.drifts, *map(Drift, differences[len(found.drifts) :]))
        compilation = made.compilation.with_findings(planned.unused)
        yield replace(found, drifts=drifts, compilation=compilation)


def _former(out: Path) -> list[str]:
    """The folders below ``out`` that have a ledger, or what a killed run left of one, by path from there.

    Not what a link leads to.
    """
    found = []
    for depth in range(1, _DEEPEST + 1):
        for inner in out.glob("/".join(["*"] * depth + [LEDGER.partition("/")[0]])):
            folder = inner.parent
            if not any(each.is_symlink() for each in (folder, *list(folder.parents)[: depth - 1])):
                found.append(folder.relative_to(out).as_posix())
    return sorted(found)
