"""What differs between a release and what is there, told: the changed places and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind, compare_documents
from dokaseca_compile.core.diagnostics import Label
from dokaseca_compile.core.secrets import find_secrets, secret_parts
from dokaseca_compile.formats.read import Contents, documents_of, read_contents
from dokaseca_compile.output.blame import Causes
from dokaseca_compile.output.write_plan import Difference, State
from dokaseca_compile.source import parse


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference, told.

    ``changes`` go from what is there to what is compiled; they are empty for a file that is there on one side
    only, and where nothing but the text differs (comments, layout, a format without structure). ``line`` is the
    first line that differs, in the file that is there, from 1; 0 where there is none. ``cause`` points into the
    source.
    """

    difference: Difference
    changes: tuple[Change, ...] = ()
    line: int = 0
    cause: Label | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """The secrets in the file that is there, which nothing may show."""

    @property
    def textual(self) -> bool:
        """Whether the two texts say the same, or cannot be compared by what they say."""
        both = self.difference.found is not None and self.difference.wanted is not None
        return both and not self.changes


class Teller:
    """Tells the differences of one compilation."""

    def __init__(self, compilation: Compilation) -> None:
        self._tree = compilation.tree
        self._causes = Causes(compilation)

    def tell(self, difference: Difference) -> Drift:
        """Compare the two sides of a difference by what they say."""
        artifact = self._tree.get(difference.label)
        found, wanted = difference.found, difference.wanted
        if difference.state is State.ORPHANED or wanted is None:
            return Drift(difference, line=1 if found else 0)
        if found is None:
            return Drift(difference, cause=self._causes.of(artifact))
        if found.is_too_large:
            return Drift(difference, (), 1, self._causes.of(artifact))
        there = read_contents(difference.path, found.content)
        compiled = documents_of(
            artifact.body if artifact is not None else None, difference.path, wanted
        )
        if there is None or compiled is None:
            return Drift(
                difference, (), first_line(found.content, wanted), self._causes.of(artifact)
            )
        changes = compare_documents(there.documents, compiled)
        text = found.content.decode("utf-8", "replace")
        secrets = frozenset(_secrets(there.documents)) if changes else frozenset()
        line = _line(there, changes) or first_line(found.content, wanted)
        cause = self._causes.of(artifact, changes[0] if changes else None, text)
        return Drift(difference, changes, line, cause, secrets)


def secrets_of(difference: Difference) -> Iterator[str]:
    """Yield the secrets in a file that is there: what somebody has written into it by hand."""
    if difference.found is None:
        return
    content = difference.found.content
    text = content.decode("utf-8", "replace")
    yield from secret_parts(text)
    contents = read_contents(difference.path, content)
    if contents is not None:
        yield from _secrets(contents.documents)
    elif difference.path.endswith((".yaml", ".yml")):  # damaged: what can be read of it
        yield from _secrets(parse(part, difference.path)[0].data for part in text.split("\n---\n"))


def _secrets(documents: Iterable[Any]) -> Iterator[str]:
    for document in documents:
        for found in find_secrets(document, free=True):
            yield from found.secrets


def first_line(old: bytes, new: bytes) -> int:
    """The first line, from 1, in which two texts differ."""
    lines = enumerate(zip(old.split(b"\n"), new.split(b"\n"), strict=False), 1)
    return next(
        (number for number, (one, other) in lines if one != other),
        min(old.count(b"\n"), new.count(b"\n")) + 1,
    )


def _line(there: Contents, changes: tuple[Change, ...]) -> int:
    lines = [there.line(each.old_route) for each in changes if each.kind is not Kind.ADDED]
    return next(filter(None, [*lines, *(there.line(each.old_route) for each in changes)]), 0)


def groups(drifts: Iterable[Drift]) -> list[tuple[Drift, list[Drift]]]:
    """Put drifts together that are the same change in many files: the first of them, and the others."""
    found: dict[object, tuple[Drift, list[Drift]]] = {}
    for each in drifts:
        key: object = id(each)
        if each.changes:
            key = (each.difference.state, *((change.kind, change.path, repr(change.old), repr(change.new))
                   for change in each.changes))  # fmt: skip
        found.setdefault(key, (each, []))
        if found[key][0] is not each:
            found[key][1].append(each)
    return list(found.values())
