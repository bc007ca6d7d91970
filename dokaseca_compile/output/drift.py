"""Compare generated files with existing ones: the changes, and their causes in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.compare import Change, Kind, compare_documents
from dokaseca_compile.core.diagnostics import Label
from dokaseca_compile.core.secrets import find_secrets, secret_parts
from dokaseca_compile.formats.read import (
    Contents,
    documents_of,
    read_contents,
    readable_documents,
)
from dokaseca_compile.output.blame import Causes
from dokaseca_compile.output.difference import Difference


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference with its details.

    ``changes`` lead from the existing to the compiled file. They are empty if only one of the two
    exists, or if only the text differs (comments, layout, a format without structure). ``line`` is
    the first line that differs, in the existing file, from 1; 0 if there is none. ``cause`` is a
    place in the source.
    """

    difference: Difference
    changes: tuple[Change, ...] = ()
    line: int = 0
    cause: Label | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """The secrets in the existing file, which must not be shown."""

    @property
    def textual(self) -> bool:
        """Whether both files exist and differ only in their text."""
        if self.difference.found is None or self.difference.wanted is None:
            return False
        return not self.changes


class Comparer:
    """Compares the files of one compilation with existing files."""

    def __init__(self, compilation: Compilation) -> None:
        self._tree = compilation.tree
        self._causes = Causes(compilation)

    def compare(self, difference: Difference) -> Drift:
        """Compare the two sides of a difference by their data, or else by their text."""
        found, wanted = difference.found, difference.wanted
        if wanted is None:
            return Drift(difference, line=1 if found else 0)
        artifact = self._tree.get(difference.label)
        if found is None or found.is_too_large:
            line = 1 if found else 0
            return Drift(difference, line=line, cause=self._causes.of(artifact))
        first = first_line(found.content, wanted)
        textual = Drift(difference, line=first, cause=self._causes.of(artifact))
        existing = read_contents(difference.path, found.content)
        if existing is None:
            return textual
        body = artifact.body if artifact is not None else None
        compiled = documents_of(body, difference.path, wanted)
        if compiled is None:
            return textual
        changes = compare_documents(existing.documents, compiled)
        if not changes:
            return textual
        text = found.content.decode("utf-8", "replace")
        cause = self._causes.of(artifact, changes[0], text)
        secrets = frozenset(_secrets(existing.documents))
        return Drift(difference, changes, _line(existing, changes) or first, cause, secrets)


def secrets_of(difference: Difference) -> Iterator[str]:
    """Yield the secrets in an existing file, where somebody may have written them by hand."""
    if difference.found is None:
        return
    content = difference.found.content
    yield from secret_parts(content.decode("utf-8", "replace"))
    yield from _secrets(readable_documents(difference.path, content))


def _secrets(documents: Iterable[Any]) -> Iterator[str]:
    for document in documents:
        for found in find_secrets(document, free=True):
            yield from found.secrets


def first_line(old: bytes, new: bytes) -> int:
    """Return the first line, from 1, in which two texts differ."""
    before, after = old.split(b"\n"), new.split(b"\n")
    for number, (one, other) in enumerate(zip(before, after, strict=False), 1):
        if one != other:
            return number
    return min(len(before), len(after))


def _line(existing: Contents, changes: tuple[Change, ...]) -> int:
    """Return the first line with a change in the existing file; of an added part, its parent's."""
    lines = [existing.line(each.old_route) for each in changes if each.kind is not Kind.ADDED]
    lines += [existing.line(each.old_route) for each in changes]
    return next(filter(None, lines), 0)


def groups(drifts: Iterable[Drift]) -> list[tuple[Drift, list[Drift]]]:
    """Group the drifts that are the same change in many files: the first one, and the others."""
    found: dict[object, tuple[Drift, list[Drift]]] = {}
    for each in drifts:
        key: object = id(each)
        if each.changes:
            key = (each.difference.state, *map(_content, each.changes))
        if key in found:
            found[key][1].append(each)
        else:
            found[key] = each, []
    return list(found.values())


def _content(change: Change) -> tuple[object, ...]:
    return change.kind, change.path, repr(change.old), repr(change.new)
