"""One pure ``compile``: source files in, file tree and diagnostics out. Every command is a sink of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dokaseca_compile.charts import Charts
from dokaseca_compile.diagnostics import Diagnostic, Label, Place, Severity, error, has_errors
from dokaseca_compile.formats import Renderer
from dokaseca_compile.layout import Layout
from dokaseca_compile.limits import SOURCES, size
from dokaseca_compile.model.load import load
from dokaseca_compile.redaction import hide
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.rules.base import Context
from dokaseca_compile.rules.judge import judge
from dokaseca_compile.source import Document, Sources, decode, parse
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

    def line(self, place: Place) -> str:
        """The source line of a place, without its end."""
        return self.sources.line_text(place.file, place.line)


def compile(  # noqa: A001 - the verb of the project
    files: Sequence[SourceFile], charts: Mapping[str, bytes] | None = None
) -> Compilation:
    """Compile ``platform.yaml`` (first) and its fragments. Never raises for a user's fault.

    ``charts`` are the files in ``charts/`` and ``.charts/`` beside it, by their path: values are checked against them.
    """
    sources, resolved, diagnostics = analyse(files, charts)
    made = Compilation(sources, _by_place(sources, diagnostics), resolved, charts=charts or {})
    if resolved is None or made.failed:
        return made
    tree, layout = FileTree(), Layout(resolved)
    for target in TARGETS:
        for artifact in target.emit(resolved, layout):
            tree.add(artifact)
    return replace(made, tree=tree)


def validate(files: Sequence[SourceFile], charts: Mapping[str, bytes] | None = None) -> Compilation:
    """Everything that ``compile`` checks, without making the tree."""
    sources, resolved, diagnostics = analyse(files, charts)
    return Compilation(sources, _by_place(sources, diagnostics), resolved)


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
    diagnostics += judge(context)
    return sources, resolved, diagnostics


def render(tree: FileTree, source: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every artifact, by path; ``source`` is the file that the headers name."""
    renderer = Renderer(source)
    for path in tree:
        yield path, renderer.render(tree[path].body)


def _read(files: Sequence[SourceFile]) -> tuple[list[Document], list[Diagnostic]]:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    total = 0
    for number, file in enumerate(files):
        total += len(file.content)
        if total > SOURCES and total > len(file.content):
            return documents, [*diagnostics, _too_much(file.name)]
        text, faults = decode(file.content, file.name)
        document, parse_faults = parse(text, file.name)
        if number and not faults and any(each.slug == "empty-document" for each in parse_faults):
            continue  # a fragment may be commented out
        documents.append(document)
        # A file that is no text would only repeat its fault as a syntax error.
        diagnostics += faults if has_errors(faults) else [*faults, *parse_faults]
    return documents, diagnostics


def _too_much(name: str) -> Diagnostic:
    message = f"with this file the sources have more than {SOURCES:,} bytes ({size(SOURCES)}), the most that is read"
    help_ = "a platform of 10,000 clusters fits into half of it: look for what is repeated, or divide the platform"
    return error("file-too-large", message, Label(place=Place(name, 1, 1)), help=help_)


def _by_place(sources: Sources, diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    order = {document.file: index for index, document in enumerate(sources.documents)}

    def key(each: Diagnostic) -> tuple[int, int, int]:
        place = sources.locate(each.primary)
        return (order.get(place.file, 0), place.line, place.column)

    return tuple(sorted(map(_without_secrets, diagnostics), key=key))


def _without_secrets(diagnostic: Diagnostic) -> Diagnostic:
    """Hide what looks like a secret in every text, here so that no renderer can forget to."""
    return replace(
        diagnostic,
        message=hide(diagnostic.message),
        help=hide(diagnostic.help),
        related=tuple(replace(label, text=hide(label.text)) for label in diagnostic.related),
    )
