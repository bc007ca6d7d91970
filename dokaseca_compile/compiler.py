"""Compile source files into a file tree and diagnostics, without input or output.

Every command uses this ``compile``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic.alias_generators import to_camel

from dokaseca_compile.acceptance import Acceptances, Accepted
from dokaseca_compile.charts import Charts
from dokaseca_compile.core.diagnostics import (
    At,
    Cause,
    Diagnostic,
    Label,
    Place,
    Severity,
    error,
    has_errors,
)
from dokaseca_compile.core.groups import grouped
from dokaseca_compile.core.limits import SOURCES, size
from dokaseca_compile.core.secrets import Known, ShownLine, find_secrets, secret_parts, shown_line
from dokaseca_compile.core.text import printable
from dokaseca_compile.formats import Renderer
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.model.load import load
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.rules.run import Unread, run_rules
from dokaseca_compile.rules.secret_in_source import SLUG as SECRET
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.source import Document, Sources, decode, parse
from dokaseca_compile.source.unread import SLUG as UNREAD
from dokaseca_compile.source.unread import unread_file

_HARMLESS = frozenset(("duplicate-key", UNREAD))
"""Faults of reading after which the content can still be checked."""


_SECTIONS = frozenset(to_camel(each) for each in Platform.model_fields)
"""The sections of a platform."""
_REQUIRED = {"repositories", "environments", "regions", "clusters"}
"""The sections that every platform needs."""
_NEEDS_ALL_OF = {
    "incomplete-rollout": "clusters",
    "missing-secret-store": "integrations",
    "unregistrable-cluster": "integrations",
}
"""Rule → section that it needs as a whole: a faulty entry would be reported as missing."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to compile: its name in messages, and its bytes.

    ``unread`` is the reason why a file with the name of a fragment is not read; it is reported.
    """

    name: str
    content: bytes
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Compilation:
    """The result: diagnostics, sorted by place, and the tree, which is empty after errors.

    ``accepted`` are the findings that entries of ``accept`` match; they are not among the
    diagnostics. ``charts`` are the files of local charts, and ``today`` is the day on which entries
    may have expired.
    """

    sources: Sources
    diagnostics: tuple[Diagnostic, ...]
    resolved: Resolved | None = None
    tree: FileTree = field(default_factory=FileTree)
    charts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    accepted: tuple[Accepted, ...] = ()
    today: str | None = None
    known: Known = field(default_factory=Known, repr=False)
    """The secrets in the source, which must not be shown."""
    hidden: frozenset[tuple[str, int]] = field(default=frozenset(), repr=False)
    """The second and later lines of secrets, as file and number."""

    @property
    def failed(self) -> bool:
        """Whether an error stopped the compile."""
        return has_errors(self.diagnostics)

    def count(self, severity: Severity) -> int:
        """Return how many diagnostics have a severity."""
        return sum(each.severity is severity for each in self.diagnostics)

    def with_findings(self, more: Sequence[Diagnostic]) -> Compilation:
        """Return the compilation with further diagnostics."""
        every = (*self.diagnostics, *(_without_secrets(each, self.known) for each in more))
        return replace(self, diagnostics=tuple(sorted(every, key=_position_in(self.sources))))

    def place(self, label: Label) -> Place:
        """Return the place of a label."""
        return self.sources.locate(label)

    def shown_line(self, place: Place) -> ShownLine:
        """Return the source line of a place with secrets hidden, and the part to mark."""
        text = self.sources.line_text(place.file, place.line)
        hidden = (place.file, place.line) in self.hidden
        return shown_line(text, place.column, place.length, self.known, hidden=hidden)


def compile(  # noqa: A001 - the verb of the project
    files: Sequence[SourceFile],
    charts: Mapping[str, bytes] | None = None,
    today: str | None = None,
) -> Compilation:
    """Compile ``platform.yaml`` (first) and its fragments. Faults of the user never raise.

    ``charts`` are the files in ``charts/`` and ``.charts/`` beside it, by path; values are checked
    against them. Entries of ``accept`` that end before ``today`` (``YYYY-MM-DD``) have expired,
    without it none. So it may cause errors, but it never changes the tree.
    """
    checked = _checked(files, charts, today)
    resolved = checked.resolved
    if checked.failed or resolved is None:
        return checked
    # Late: `validate` needs no targets.
    from dokaseca_compile.targets import TARGETS  # noqa: PLC0415

    tree, layout = FileTree(), Layout(resolved)
    for target in TARGETS:
        for artifact in target.emit(resolved, layout):
            tree.add(artifact)
    return replace(checked, tree=tree)


def validate(
    files: Sequence[SourceFile],
    charts: Mapping[str, bytes] | None = None,
    today: str | None = None,
) -> Compilation:
    """Check everything that ``compile`` checks, without building the tree."""
    return _checked(files, charts, today)


def _checked(
    files: Sequence[SourceFile], charts: Mapping[str, bytes] | None, today: str | None
) -> Compilation:
    """Analyse, and hide the secrets of the source in all messages."""
    charts = charts or {}
    sources, resolved, diagnostics, accepted = _analyse(files, charts, today)
    known, hidden = Known(), frozenset[tuple[str, int]]()
    # An accepted finding may be about a secret, too.
    if has_errors(diagnostics) or any(each.diagnostic.slug == SECRET for each in accepted):
        known, hidden = _secrets(sources)
    position = _position_in(sources)
    shown = (_without_secrets(each, known) for each in sorted(diagnostics, key=position))
    accepted.sort(key=lambda each: position(each.diagnostic))
    return Compilation(
        sources,
        tuple(shown),
        resolved,
        charts=charts,
        accepted=tuple(_accepted_without_secrets(each, known) for each in accepted),
        today=today,
        known=known,
        hidden=hidden,
    )


def _secrets(sources: Sources) -> tuple[Known, frozenset[tuple[str, int]]]:
    """Return every secret of the source, and the second and later lines of secrets.

    A file that could not be parsed is searched as text.
    """
    secrets: list[str] = []
    hidden: set[tuple[str, int]] = set()
    for document in sources.documents:
        if not document.data:
            secrets += secret_parts(document.text)
    for found in find_secrets(sources.data, free=True):
        secrets += found.secrets
        has_lines = found.whole or any("\n" in each for each in found.secrets)
        if has_lines and not found.in_key:
            document = sources.owner(found.route)
            hidden.update((document.file, line) for line in document.lines_of(found.route)[1:])
    return Known(secrets), frozenset(hidden)


def _analyse(
    files: Sequence[SourceFile], charts: Mapping[str, bytes], today: str | None
) -> tuple[Sources, Resolved | None, list[Diagnostic], list[Accepted]]:
    """Read, load, resolve and check; the platform is ``None`` if it cannot be resolved."""
    documents, diagnostics = _read(files)
    sources, faults = Sources.of(documents, ordered=("environments",))
    diagnostics += faults
    # After most faults of reading, entries may be missing, and checks would report wrong findings.
    # Of a duplicate key the first value is kept, so that other faults can be reported, too.
    if has_errors(each for each in diagnostics if each.slug not in _HARMLESS):
        return sources, None, diagnostics, []
    platform, faults = load(sources)
    diagnostics += faults
    if platform is None:
        return sources, None, diagnostics, []
    resolved = resolve(platform)
    local = Charts(charts)
    context = Context(sources.data, resolved, local, sources)
    accept = Acceptances(platform.accept, sources.data.get("accept"), today)
    left = [*accept.remaining(each for each in diagnostics if not _is_date(each))]
    unread = _unread(sources.data, faults)
    # Accepted findings must not count towards the limit of a rule, so the rules filter by `accept`.
    left += run_rules(
        context, accept.remaining, _consequences(unread, _faulty_sections(faults)), unread
    )
    left += accept.faults(whole=not has_errors(left), charts=local.complete)
    return sources, resolved, left, accept.accepted


def _is_date(diagnostic: Diagnostic) -> bool:
    """Return whether a finding is about ``until: 2027-06-30``, which needs no quotes.

    YAML readers that parse it as a date get the same day.
    """
    route = diagnostic.primary.route
    is_until = len(route) == 3 and (route[0], route[2]) == ("accept", "until")
    return is_until and diagnostic.slug == "ambiguous-scalar"


def _consequences(unread: Unread, faulty: Collection[str]) -> set[str]:
    """Return the rules whose findings may only be consequences of a fault in a section."""
    return {
        slug
        for slug, section in _NEEDS_ALL_OF.items()
        if section in faulty or section in unread.sections
    }


def _unread(data: Mapping[str, object], faults: Sequence[Diagnostic]) -> Unread:
    """Return the declarations that schema faults hide.

    A section is hidden if it is empty or not a mapping, if it is required and missing, or if its
    name may be misspelt: an unknown key at the top may be any missing section.
    """
    sections = _REQUIRED | _faulty_sections(faults)
    if any(fault.slug == "unknown-key" and len(fault.primary.route) == 1 for fault in faults):
        sections |= _SECTIONS
    hidden = (each for each in sections if not (data.get(each) and isinstance(data[each], Mapping)))
    return Unread(frozenset(hidden), grouped(_hidden_names(faults)))


def _faulty_sections(faults: Iterable[Diagnostic]) -> set[str]:
    return {str(fault.primary.route[0]) for fault in faults if fault.primary.route}


def _hidden_names(faults: Iterable[Diagnostic]) -> Iterator[Cause]:
    """Yield the section and the name of each declaration that a schema fault hides.

    A declaration is hidden if its name is invalid, or if it is a repository: the rules do not see
    one with a fault.
    """
    for fault in faults:
        section, *names = map(str, fault.primary.route or ("",))
        invalid = fault.primary.at is At.KEY and len(names) == 1 and fault.slug != "missing-key"
        if names and (invalid or section == "repositories"):
            yield section, names[0]


def render(tree: FileTree, source: str) -> Iterator[tuple[str, bytes]]:
    """Yield the path and bytes of every artifact, by path; headers name the file ``source``."""
    renderer = Renderer(source)
    for path in tree:
        yield path, renderer.render(tree[path].body)


def _read(files: Sequence[SourceFile]) -> tuple[list[Document], list[Diagnostic]]:
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    total = 0
    for number, file in enumerate(files):
        if file.unread:
            diagnostics.append(unread_file(file.name, file.unread))
            continue
        total += len(file.content)
        if total > SOURCES and total > len(file.content):
            return documents, [*diagnostics, _too_much(file.name)]
        text, faults = decode(file.content, file.name)
        document, parse_faults = parse(text, file.name)
        is_empty = any(each.slug == "empty-document" for each in parse_faults)
        if number and is_empty and not faults:
            continue  # a fragment may be commented out
        documents.append(document)
        # Syntax errors in a file that is not text would only repeat that fault.
        diagnostics += faults if has_errors(faults) else [*faults, *parse_faults]
    return documents, diagnostics


def _too_much(name: str) -> Diagnostic:
    limit = f"{SOURCES:,} bytes ({size(SOURCES)})"
    message = f"with this file the source files exceed the limit of {limit}"
    help_ = (
        "a platform of 10,000 clusters needs half of it: look for repetitions, "
        "or divide the platform"
    )
    return error("file-too-large", message, Label(place=Place(name, 1, 1)), help=help_)


def _position_in(sources: Sources) -> Callable[[Diagnostic], tuple[int, int, int]]:
    order = {document.file: index for index, document in enumerate(sources.documents)}

    def position(each: Diagnostic) -> tuple[int, int, int]:
        place = sources.locate(each.primary)
        return (order.get(place.file, 0), place.line, place.column)

    return position


def _accepted_without_secrets(accepted: Accepted, known: Known) -> Accepted:
    diagnostic = _without_secrets(accepted.diagnostic, known)
    return replace(accepted, diagnostic=diagnostic, reason=printable(known.hide(accepted.reason)))


def _without_secrets(diagnostic: Diagnostic, known: Known) -> Diagnostic:
    return replace(
        diagnostic,
        message=known.hide(diagnostic.message),
        help=known.hide(diagnostic.help),
        related=tuple(replace(label, text=known.hide(label.text)) for label in diagnostic.related),
    )
