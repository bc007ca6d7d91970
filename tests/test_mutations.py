"""Each single mutation of a sound platform is one finding, at the line and column where a person would look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mutating import Mutation, mutations

from dokaseca_compile.compiler import Compilation, SourceFile, validate
from dokaseca_compile.core.diagnostics import Diagnostic, Severity

TESTS = Path(__file__).parent
# Of each kind every n-th mutation of each platform.
STEPS = {
    TESTS / "hostile/base.yaml": 11,
    TESTS.parent / "platform.yaml": 1009,
    **dict.fromkeys(sorted(TESTS.glob("cases/*/platform.yaml")), 23),
}


@dataclass(frozen=True)
class Judged:
    """A mutation, and the findings that it brings with their places."""

    file: Path
    mutation: Mutation
    found: tuple[tuple[Diagnostic, int, int], ...]

    @property
    def errors(self) -> list[tuple[int, int]]:
        return [(line, column) for each, line, column in self.found if each.severity is Severity.ERROR]

    @property
    def is_at_line(self) -> bool:
        return any(line == self.mutation.line for line, _ in self.errors)

    @property
    def is_at_column(self) -> bool:
        wanted = self.mutation
        return any(line == wanted.line and abs(column - wanted.column) <= 1 for line, column in self.errors)

    def __str__(self) -> str:
        found = [f"{line}:{column} {each.slug}" for each, line, column in self.found[:6]]
        wanted = self.mutation
        name = self.file.relative_to(TESTS.parent)
        return f"{name}: {wanted.kind} at {wanted.route}: {wanted.line}:{wanted.column} expected, {found}"


def compiled(text: str) -> Compilation:
    return validate([SourceFile("platform.yaml", text.encode())])


def judged(file: Path, step: int) -> Iterator[Judged]:
    text = file.read_text(encoding="utf-8")
    before = {(each.slug, each.message) for each in compiled(text).diagnostics}
    for mutation in mutations(text, step):
        compilation = compiled(mutation.text)
        new = [each for each in compilation.diagnostics if (each.slug, each.message) not in before]
        places = [compilation.place(each.primary) for each in new]
        found = tuple((each, place.line, place.column) for each, place in zip(new, places, strict=True))
        yield Judged(file, mutation, found)


@cache
def corpus() -> list[Judged]:
    return [each for file, step in STEPS.items() for each in judged(file, step)]


def test_the_corpus_has_every_kind() -> None:
    """A thousand mutations, of each kind a few."""
    kinds = Counter(each.mutation.kind for each in corpus())
    assert kinds.total() > 1000
    assert len(kinds) >= 24
    assert min(kinds.values()) >= 3, kinds


def test_a_mutation_is_reported_at_its_place() -> None:
    """All but one of two hundred at their line, and 95 % within one column."""
    lines = [str(each) for each in corpus() if not each.is_at_line]
    columns = [str(each) for each in corpus() if not each.is_at_column]
    assert len(lines) <= 0.005 * len(corpus()), "\n".join(lines)
    assert len(columns) <= 0.05 * len(corpus()), "\n".join(columns)


def test_a_mutation_is_one_finding() -> None:
    """Hardly any has a consequence beside it, and none has more than a handful."""
    several = [str(each) for each in corpus() if len(each.found) > 1]
    assert len(several) <= 0.01 * len(corpus()), "\n".join(several)
    assert [str(each) for each in corpus() if len(each.found) > 4] == []
