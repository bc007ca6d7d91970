"""Compile the source for a command, and compare the result with every root of the output."""

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
from dokaseca_compile.core.groups import grouped
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.output.accepted_files import without_accepted
from dokaseca_compile.output.compare_root import plan_root
from dokaseca_compile.output.difference import Difference
from dokaseca_compile.output.drift import Comparer, Drift
from dokaseca_compile.output.ledger import RELEASES, Ledger, read_ledger
from dokaseca_compile.output.mismatched_checkouts import mismatched_checkouts
from dokaseca_compile.output.releases import read_list
from dokaseca_compile.output.report import Report
from dokaseca_compile.output.root_plan import RootPlan
from dokaseca_compile.output.snapshot import Destinations, Release, SharedPathError, make_release
from dokaseca_compile.output.watched_folders import readers
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.proof.oversized import oversized
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
_DEEPEST = 3  # folders in the name of a repository, as in `group/platform/addons`


@dataclass(frozen=True, slots=True)
class Build:
    """A compile and, unless it failed, its release; ``folders`` maps each root to its folder.

    ``repositories`` maps each root to the keys of the repositories that are written to it.
    """

    sources: Sources
    compilation: Compilation
    rendered: Mapping[str, bytes]
    release: Release | None
    folders: Mapping[str, Path]
    repositories: Mapping[str, frozenset[str]] = field(default_factory=dict)


def build(sources: Sources, invocation: Invocation) -> Build:
    """Compile, and choose the folder of each root.

    Raises ``click.UsageError`` for an ``--into`` that cannot be used.
    """
    files = with_unread(sources, invocation.file, staged=invocation.staged)
    compilation = compiled(files, ChartFiles(invocation.file), today())
    resolved = compilation.resolved
    if compilation.failed or resolved is None:
        return Build(sources, compilation, {}, None, {})
    rendered = dict(render(compilation.tree, invocation.file.name))
    too_large = tuple(oversized(compilation, rendered))
    if too_large:
        failed = replace(compilation.with_findings(too_large), tree=FileTree())
        return Build(sources, failed, {}, None, {})
    names = {each.name for each in resolved.repositories.values()}
    made = {name for name in names if any(path.startswith(f"{name}/") for path in rendered)}
    chosen = chosen_checkouts(resolved, made, invocation.into)
    shared = together(chosen)
    checkouts = {shared.get(name, name): folder for name, folder in chosen.items()}
    keys = _repositories(resolved, shared)
    control_plane = next((root for root in checkouts if "controlPlane" in keys[root]), None)
    release = _release(resolved, rendered, Destinations(made, shared, control_plane))
    folders = _folders(release, checkouts, invocation.out)
    check_apart(folders, checkouts)
    return Build(sources, compilation, rendered, release, folders, keys)


def _release(
    resolved: Resolved, rendered: Mapping[str, bytes], destinations: Destinations
) -> Release:
    try:
        found = readers(resolved, Layout(resolved))
        return make_release(resolved.platform.metadata.name, rendered, destinations, found)
    except SharedPathError as clash:
        message = (
            f"--into: two repositories would write {clash} in one checkout; "
            "give each its own `basepath`"
        )
        raise click.UsageError(message) from clash


def _folders(release: Release, checkouts: Mapping[str, Path], out: Path) -> dict[str, Path]:
    """Return root → its folder: a checkout, or a folder below ``out``; ``""`` is ``out`` itself."""
    folders = {root: checkouts.get(root) or out / root for root in release.files}
    if all(root in checkouts for root in folders if root):
        del folders[""]  # no repository is written to `out`, so it needs no ledger
    return folders


def _repositories(resolved: Resolved, shared: Mapping[str, str]) -> dict[str, frozenset[str]]:
    repositories = resolved.repositories.items()
    keys = grouped((shared.get(each.name, each.name), key) for key, each in repositories)
    return {root: frozenset(found) for root, found in keys.items()}


@contextmanager
def opened(made: Build, out: Path) -> Iterator[dict[str, OutputRoot]]:
    """Open every root as a folder, including those below ``out`` that are no longer generated."""
    folders = dict(made.folders)
    if "" in folders:
        folders = {name: out / name for name in _with_ledger(out)} | folders
    with ExitStack() as stack:
        yield {root: stack.enter_context(OutputRoot(folder)) for root, folder in folders.items()}


@contextmanager
def staged(made: Build, out: Path) -> Iterator[dict[str, StagedRoot]]:
    """Open every root as it is staged in Git; see ``opened``."""
    folders = dict(made.folders)
    with ExitStack() as stack:
        if "" in folders:
            whole = stack.enter_context(StagedRoot(out))
            folders = {name: out / name for name in whole.with_file(LEDGER)} | folders
        yield {root: stack.enter_context(StagedRoot(folder)) for root, folder in folders.items()}


def plan(made: Build, roots: Mapping[str, Root], *, adopt: bool = False) -> Plan:
    """Compare every root with the release, except folders with the ledger of another platform."""
    if made.release is None:
        return Plan("", ())
    planned = []
    for name, root in sorted(roots.items()):
        found = plan_root(name, made.release, root, adopt=adopt)
        if name not in made.release.files and _is_other(found, name):
            continue
        if any(each.is_refused for each in found.differences):
            # What is in the way is ours, too, if a ledger that Git has committed lists it.
            known = _committed(root, made.release.platform)
            found = plan_root(name, made.release, root, adopt=adopt, committed=known)
        planned.append(found)
    whole = Plan(made.release.id, tuple(planned), _listed(made.release, roots))
    return without_accepted(whole, made.compilation, made.repositories)


def _listed(release: Release, roots: Mapping[str, Root]) -> Mapping[str, str]:
    """Return root → release as the control plane lists them now."""
    if release.control_plane is None:
        return {}
    found = roots[release.control_plane].read(RELEASES)
    return read_list(found.content, release.platform) if found is not None else {}


def _is_other(found: RootPlan, name: str) -> bool:
    """Return whether a root that is no longer generated has the ledger of something else.

    With ``--adopt`` the ledger is accepted, but it may be somebody's copy of another repository.
    """
    is_refused = found.fault is not None and found.fault.other is not None
    return is_refused or (isinstance(found.ledger, Ledger) and found.ledger.repository != name)


def _committed(root: Root, platform: str) -> dict[str, frozenset[str]]:
    """Return path → hashes from the ledgers of a root that Git has committed, or is merging."""
    ledgers = map(read_ledger, committed(root.root, LEDGER))
    known = grouped(
        pair
        for ledger in ledgers
        if isinstance(ledger, Ledger) and ledger.platform == platform
        for pair in ledger.files.items()
    )
    return {path: frozenset[str]().union(*hashes) for path, hashes in known.items()}


def report(
    command: str,
    made: Build,
    planned: Plan,
    invocation: Invocation,
    detailed: Iterable[Difference] = (),
) -> Report:
    """Return the report on a plan; ``detailed`` are the differences to compare by content."""
    folders = {
        root.root: os.fspath(made.folders.get(root.root, invocation.out / root.root))
        for root in planned.roots
    }
    drifts = tuple(map(Comparer(made.compilation).compare, detailed))
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
    """Compile and report what differs, in the work tree or as staged; write nothing.

    ``everything`` includes ledgers that only follow their files. Of more than ``most`` differences
    the later ones are listed without details.
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
        found = report(command, made, planned, invocation, detailed=differences[:most])
        drifts = (*found.drifts, *map(Drift, differences[len(found.drifts) :]))
        control_plane = made.release.control_plane if made.release is not None else None
        mismatched = mismatched_checkouts(control_plane, found)
        compilation = made.compilation.with_findings((*planned.unused, *mismatched))
        yield replace(found, drifts=drifts, compilation=compilation)


def _with_ledger(out: Path) -> list[str]:
    """Return the paths of folders below ``out`` with a ledger folder; links are not followed."""
    found = []
    for depth in range(1, _DEEPEST + 1):
        for inner in out.glob("/".join(["*"] * depth + [LEDGER.partition("/")[0]])):
            folder = inner.parent
            if not any(each.is_symlink() for each in (folder, *list(folder.parents)[: depth - 1])):
                found.append(folder.relative_to(out).as_posix())
    return sorted(found)
