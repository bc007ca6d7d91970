"""Write a release under the locks of its roots, with the consent that its changes need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dokaseca_compile.cli import output
from dokaseca_compile.cli.build import Build, plan
from dokaseca_compile.cli.invocation import Invocation
from dokaseca_compile.output.root_plan import RootPlan
from dokaseca_compile.output.write_plan import Plan
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.workspace import (
    OutputRoot,
    apply,
    clean,
    locked,
    make,
    operation,
    read_sources,
)


@dataclass(frozen=True, slots=True)
class Consent:
    """The flags of the user.

    ``force`` overwrites files that are not ours, ``prune`` deletes much, ``adopt`` takes over the
    files of an old name, and ``dry_run`` writes nothing.
    """

    force: bool
    prune: bool
    adopt: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The plan that was carried out, or would be; ``refused`` if it needs more consent."""

    plan: Plan
    refused: bool


def write(
    made: Build, invocation: Invocation, roots: Mapping[str, OutputRoot], consent: Consent
) -> Outcome | None:
    """Plan and, unless that is refused, write.

    Returns ``None`` if the source changed during the wait for another run: the compile is outdated.
    """
    waited: list[bool] = []

    def waiting() -> None:
        output.note(f"waiting for another run that writes to {invocation.where}")
        waited.append(True)

    while True:
        with locked(roots.values(), waiting):
            if waited and read_sources(invocation.file) != made.sources:
                return None
            planned = plan(made, roots, adopt=consent.adopt)
            refused = _is_refused(planned, consent)
            if refused or consent.dry_run:
                return Outcome(planned, refused)
            missing = [root for root in roots.values() if not root.exists()]
            if not missing:
                _write(made, planned, roots)
                return Outcome(planned, refused=False)
            make(missing)  # then plan again, under the locks of the new folders, too


def _is_refused(planned: Plan, consent: Consent) -> bool:
    in_the_way = bool(planned.refused or planned.faults) and not consent.force
    return in_the_way or (bool(planned.prune_reason()) and not consent.prune)


def _write(made: Build, planned: Plan, roots: Mapping[str, OutputRoot]) -> None:
    found = ((each.root, each.changes()) for each in planned.roots)
    changes = [(roots[root], change) for root, change in found if change is not None]
    if changes:
        _note_operations(root for root, _ in changes)
        _prove(made, planned)
        apply(changes)
    for each in planned.roots:
        _clean_up(each, roots[each.root])


def _clean_up(planned: RootPlan, root: OutputRoot) -> None:
    """Delete what an interrupted run left behind, and a root that has no files any more."""
    if planned.was_interrupted:
        clean(root, sorted(planned.paths))
    given_up = planned.root not in planned.release.ledgers
    if given_up or root.has_temporary(LEDGER):
        clean(root, [LEDGER])
    if given_up:
        root.remove_if_empty()


def _prove(made: Build, planned: Plan) -> None:
    """Check the output before the first write. Unchanged files were checked when written."""
    # Late: most runs write nothing, and need not import the proof.
    from dokaseca_compile.argo.hubs import output_of  # noqa: PLC0415
    from dokaseca_compile.proof.read_back import read_back  # noqa: PLC0415
    from dokaseca_compile.proof.verify import verify  # noqa: PLC0415

    tree, resolved = made.compilation.tree, made.compilation.resolved
    if resolved is not None:
        verify(resolved, output_of(tree))
    read_back(tree, made.rendered, [each.label for each in planned.writes if each.label in tree])


def _note_operations(roots: Iterable[OutputRoot]) -> None:
    """Report unfinished operations of Git: what is written now becomes part of them."""
    found = {(operation(root.root), root.root) for root in roots}
    for words, folder in sorted(found):
        if words:
            output.note(
                f"note: {words} is in progress in the repository of {folder}; "
                "the files written now become part of it"
            )
