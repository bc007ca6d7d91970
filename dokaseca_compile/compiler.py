"""One pure ``compile``: source files in, file tree and diagnostics out. Every command is a sink of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from dokaseca_compile.charts import Charts
from dokaseca_compile.diagnostics import Diagnostic, Label, Place, Severity, has_errors
from dokaseca_compile.formats import Renderer
from dokaseca_compile.layout import Layout
from dokaseca_compile.model.load import load
from dokaseca_compile.redaction import Known, ShownLine, find_secrets, secret_parts, shown_line
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.rules import RULES
from dokaseca_compile.rules.base import Context
from dokaseca_compile.source import Document, Sources, decode, parse
from dokaseca_compile.source.faults import MAX_EACH
from dokaseca_compile.targets import TARGETS
from dokaseca_compile.tree import FileTree


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to compile: the name that people know it by, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Compilation:
    """What came out: the diagnostics, sorted by place, and the tree, empty if any of them is an error.

    ``charts`` are the files that were at hand.
    """

    sources: Sources
    diagnostics: tuple[Diagnostic, ...]
    resolved: Resolved | None = None
    tree: FileTree = field(default_factory=FileTree)
    charts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    known: Known = field(default_factory=Known, repr=False)
    """The secrets in the source, which nothing may show."""
    hidden: frozenset[tuple[str, int]] = field(default=frozenset(), repr=False)
    """Lines, as file and number, that are the later lines of a secret."""

    @property
    def failed(self) -> bool:
        """Whether an error stopped the compile."""
        return has_errors(self.diagnostics)

    def count(self, severity: Severity) -> int:
        """How many diagnostics have a severity."""
        return sum(each.severity is severity for each in self.diagnostics)

    def place(self, label: Label) -> Place:
        """Where a label points."""
        return self.sources.locate(label)

    def shown_line(self, place: Place) -> ShownLine:
        """Return the source line of a place, without its end and without secrets, and what to mark in it."""
        text = self.sources.line_text(place.file, place.line)
        hidden = (place.file, place.line) in self.hidden
        return shown_line(text, place.column, place.length, self.known, hidden=hidden)


def compile(  # noqa: A001 - the verb of the project
    files: Sequence[SourceFile], charts: Mapping[str, bytes] | None = None
) -> Compilation:
    """Compile ``platform.yaml`` (first) and its fragments. Never raises for a user's fault.

    ``charts`` are the files in ``charts/`` and ``.charts/`` beside it, by their path: values are checked against them.
    """
    made = _judged(files, charts)
    resolved = made.resolved
    if resolved is None or made.failed:
        return made
    tree, layout = FileTree(), Layout(resolved)
    for target in TARGETS:
        for artifact in target.emit(resolved, layout):
            tree.add(artifact)
    return replace(made, tree=tree)


def validate(files: Sequence[SourceFile], charts: Mapping[str, bytes] | None = None) -> Compilation:
    """Everything that ``compile`` checks, without making the tree."""
    return _judged(files, charts)


def _judged(files: Sequence[SourceFile], charts: Mapping[str, bytes] | None) -> Compilation:
    """Analyse, and hide the secrets of the source in every text, here so that no renderer can forget to."""
    sources, resolved, diagnostics = analyse(files, charts)
    known, hidden = Known(), frozenset[tuple[str, int]]()
    if has_errors(diagnostics):
        known, hidden = _secrets(sources)
    shown = (_without_secrets(each, known) for each in _by_place(sources, diagnostics))
    return Compilation(sources, tuple(shown), resolved, charts=charts or {}, known=known, hidden=hidden)


def _secrets(sources: Sources) -> tuple[Known, frozenset[tuple[str, int]]]:
    """Return every secret of the source, and the lines that are the middle or the end of one.

    Of a file that could not be read there is only the text to look at.
    """
    secrets: list[str] = []
    hidden: set[tuple[str, int]] = set()
    for document in sources.documents:
        if not document.data:
            secrets += secret_parts(document.text)
    for found in find_secrets(sources.data, free=True):
        secrets += found.secrets
        if found.in_key or not (found.whole or any("\n" in each for each in found.secrets)):
            continue
        document = sources.owner(found.route)
        hidden.update((document.file, line) for line in document.lines_of(found.route)[1:])
    return Known(secrets), frozenset(hidden)


def analyse(
    files: Sequence[SourceFile], charts: Mapping[str, bytes] | None = None
) -> tuple[Sources, Resolved | None, list[Diagnostic]]:
    """Read, load, resolve and judge; ``None`` when the text or the schema leaves nothing to resolve."""
    documents, diagnostics = _read(files)
    sources, faults = Sources.of(documents, ordered=("environments",))
    diagnostics += faults
    # A text that could not be read, or lost entries, has no meaning to be judged by; of a key that is
    # given twice the first value is kept, so that the other faults can be told as well.
    if has_errors(each for each in diagnostics if each.slug != "duplicate-key"):
        return sources, None, diagnostics
    platform, faults = load(sources)
    diagnostics += faults
    if platform is None:
        return sources, None, diagnostics
    resolved = resolve(platform)
    context = Context(sources.data, resolved, Charts(charts or {}))
    # A rule stops where its faults are beyond reading: a hostile file must not fill the memory.
    diagnostics += [each for rule in RULES for each in islice(rule.check(context), MAX_EACH)]
    return sources, resolved, diagnostics


def render(tree: FileTree, source: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every artifact, by path; ``source`` is the file that the headers name."""
    renderer = Renderer(source)
    for path in tree:
        yield path, renderer.render(tree[path].body)


def _read(files: Sequence[SourceFile]) -> tuple[list[Document], list[Diagnostic]]:
    documents, diagnostics = [], []
    for number, file in enumerate(files):
        text, faults = decode(file.content, file.name)
        document, parse_faults = parse(text, file.name)
        if number and not faults and any(each.slug == "empty-document" for each in parse_faults):
            continue  # a fragment may be commented out
        documents.append(document)
        # A file that is no text would only repeat its fault as a syntax error.
        diagnostics += faults if has_errors(faults) else [*faults, *parse_faults]
    return documents, diagnostics


def _by_place(sources: Sources, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    order = {document.file: index for index, document in enumerate(sources.documents)}

    def key(each: Diagnostic) -> tuple[int, int, int]:
        place = sources.locate(each.primary)
        return (order.get(place.file, 0), place.line, place.column)

    return sorted(diagnostics, key=key)


def _without_secrets(diagnostic: Diagnostic, known: Known) -> Diagnostic:
    return replace(
        diagnostic,
        message=known.hide(diagnostic.message),
        help=known.hide(diagnostic.help),
        related=tuple(replace(label, text=known.hide(label.text)) for label in diagnostic.related),
    )
