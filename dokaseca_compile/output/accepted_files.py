"""Files of the output against the entries of ``accept``.

Only a stray file can be accepted: it takes effect or has the header of a generated file, it is in
no ledger, and nothing is generated at its path. The next compile decides about all other files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dokaseca_compile.acceptance import Acceptances, Accepted, Entry
from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import Diagnostic, Label, Place, error
from dokaseca_compile.core.patterns import OutputFile
from dokaseca_compile.output.difference import Difference
from dokaseca_compile.output.root_plan import RootPlan
from dokaseca_compile.output.write_plan import Plan


def without_accepted(
    planned: Plan, compilation: Compilation, repositories: Mapping[str, frozenset[str]]
) -> Plan:
    """Take the accepted files out of the differences of a plan, and keep them as ``accepted``.

    ``repositories`` maps each root to the keys of ``repositories`` that are written to it. A file
    whose entry has ended stays, with a note that names the entry.
    """
    resolved = compilation.resolved
    if resolved is None or not resolved.platform.accept:
        return planned
    accept = Acceptances(resolved.platform.accept, today=compilation.today)
    accepted: list[tuple[Difference, Accepted]] = []
    roots = []
    for root in planned.roots:
        keys = repositories.get(root.root, frozenset())
        roots.append(_without_accepted(root, keys, accept, accepted))
    unused = tuple(accept.unused_files())
    return replace(planned, roots=tuple(roots), accepted=tuple(accepted), unused=unused)


def _without_accepted(
    root: RootPlan,
    keys: frozenset[str],
    accept: Acceptances,
    accepted: list[tuple[Difference, Accepted]],
) -> RootPlan:
    left = []
    for each in root.differences:
        finding = _finding(each)
        entry = None
        if each.is_stray:
            entry = accept.match(finding, OutputFile(keys, each.path))
        if entry is None:
            left.append(each)
        elif entry.expired:
            left.append(replace(each, note=_ended(each, entry)))
        else:
            accepted.append((each, Accepted(finding, entry.name, entry.reason, entry.until)))
    return replace(root, differences=tuple(left))


def _finding(difference: Difference) -> Diagnostic:
    message = f"`{difference.label}` is a foreign file"
    place = Place(difference.label, 1, 1)
    return error(difference.slug, message, Label(place=place))


def _ended(difference: Difference, entry: Entry) -> str:
    note = f"{difference.note}; " if difference.note else ""
    return f"{note}`accept.{entry.name}` accepted it until {entry.until}"
