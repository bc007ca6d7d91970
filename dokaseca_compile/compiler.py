"""One pure ``compile``: source files in, file tree and diagnostics out. Every command is a sink of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dokaseca_compile.charts import Charts
from dokaseca_compile.diagnostics import Diagnostic, Label, Place, Severity, has_errors
from dokaseca_compile.formats import Renderer
from dokaseca_compile.layout import Layout
from dokaseca_compile.model.load import load
from dokaseca_compile.redaction import hide
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.rules.base import Context
from dokaseca_compile.rules.judge import judge
from dokaseca_compile.source import Document, Sources, decode, parse
from dokaseca_compile.source.unread import SLUG as UNREAD
from dokaseca_compile.source.unread import unread_file
from dokaseca_compile.targets import TARGETS
from dokaseca_compile.tree import FileTree

_HARMLESS = frozenset(("duplicate-key", UNREAD))
"""Faults of reading that leave a meaning to be checked."""


_NEEDS_SECTION = {"unknown-addon": "addons", "unknown-team": "teams"}
"""Rule → section whose names it looks for; without the section, every name would be unknown."""
_NEEDS_ALL_OF = {
    "incomplete-rollout": "clusters",
    "missing-secret-store": "integrations",
    "unregistrable-cluster": "integrations",
}
"""Rule → section that it reads as a whole: without a faulty part of it, something would be missing."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to compile: the name that people know it by, and its bytes.

    ``unread`` says why a file is passed over that looks like a fragment: the compile reports it.
    """

    name: str
    content: bytes
    unread: str = ""


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
    if has_errors(each for each in diagnostics if each.slug not in _HARMLESS):
        return sources, None, diagnostics
    platform, faults = load(sources)
    diagnostics += faults
    if platform is None:
        return sources, None, diagnostics
    resolved = resolve(platform)
    context = Context(sources.data, resolved, Charts(charts or {}), sources)
    diagnostics += judge(context, without=_consequences(sources.data, faults))
    return sources, resolved, diagnostics


def _consequences(data: Mapping[str, object], faults: Sequence[Diagnostic]) -> set[str]:
    """Give the rules whose findings could only follow from a schema fault: what they look for is left out."""
    faulty = {fault.primary.route[0] for fault in faults if fault.primary.route}
    whole = {section for section in faulty if not isinstance(data.get(str(section)), Mapping)}
    unsure = {slug for slug, section in _NEEDS_SECTION.items() if section in whole}
    return unsure | {slug for slug, section in _NEEDS_ALL_OF.items() if section in faulty}


def render(tree: FileTree, source: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every artifact, by path; ``source`` is the file that the headers name."""
    renderer = Renderer(source)
    for path in tree:
        yield path, renderer.render(tree[path].body)


def _read(files: Sequence[SourceFile]) -> tuple[list[Document], list[Diagnostic]]:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    for number, file in enumerate(files):
        if file.unread:
            diagnostics.append(unread_file(file.name, file.unread))
            continue
        text, faults = decode(file.content, file.name)
        document, parse_faults = parse(text, file.name)
        if number and not faults and any(each.slug == "empty-document" for each in parse_faults):
            continue  # a fragment may be commented out
        documents.append(document)
        # A file that is no text would only repeat its fault as a syntax error.
        diagnostics += faults if has_errors(faults) else [*faults, *parse_faults]
    return documents, diagnostics


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
