"""Writing a release: under the locks of its roots, and only what the user agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dokaseca_compile.cli import output
from dokaseca_compile.cli.build import Build, plan
from dokaseca_compile.cli.invocation import Invocation
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
    """What the user agreed to: to overwrite what is not ours, to delete much, to take over the files of an old name;
    or to see only what would be.
    """

    force: bool
    prune: bool
    adopt: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or would be; ``refused`` when something stood in the way and nothing was."""

    plan: Plan
    refused: bool


def write(
    made: Build, invocation: Invocation, roots: Mapping[str, OutputRoot], consent: Consent
) -> Outcome | None:
    """Plan and, unless something stands in the way, write.

    ``None`` when the source changed while another run had to be waited for: what was compiled is old by now.
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
            make(missing)  # and once more, under their locks


def _is_refused(planned: Plan, consent: Consent) -> bool:
    in_the_way = bool(planned.refused or planned.faults) and not consent.force
    return in_the_way or (bool(planned.guarded()) and not consent.prune)


def _write(made: Build, planned: Plan, roots: Mapping[str, OutputRoot]) -> None:
    changes = [
        (each.root, change) for each in planned.roots if (change := each.changes()) is not None
    ]
    if changes:
        _note_operations(roots[root] for root, _ in changes)
        _prove(made, planned)
        apply([(roots[root], change) for root, change in changes])
    for each in planned.roots:
        root = roots[each.root]
        if each.was_cut_off:
            clean(root, sorted({*each.known, *each.release.files.get(each.root, {})}))
        given_up = each.root not in each.release.ledgers
        if given_up or root.has_temporary(LEDGER):
            clean(root, [LEDGER])
        if given_up:
            root.remove_if_empty()


def _prove(made: Build, planned: Plan) -> None:
    """The last look before the first write. What is there already was proven when it was written."""
    from dokaseca_compile.argo.hubs import output_of  # noqa: PLC0415 - most runs write nothing
    from dokaseca_compile.proof import verify  # noqa: PLC0415 - most runs write nothing
    from dokaseca_compile.proof.read_back import read_back  # noqa: PLC0415

    tree, resolved = made.compilation.tree, made.compilation.resolved
    if resolved is not None:
        verify(resolved, output_of(tree))
    read_back(tree, made.rendered, [each.label for each in planned.writes if each.label in tree])


def _note_operations(roots: Iterable[OutputRoot]) -> None:
    """Say what Git is in the middle of: what is written now becomes part of that."""
    said = {(words, root.root) for root in roots if (words := operation(root.root))}
    for words, folder in sorted(said):
        output.note(
            f"note: {words} is in progress in the repository of {folder}; what is written becomes part of it"
        )
