"""Which charts the platform uses, in which versions, and who uses them where: for people, and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.charts import WEB_SERVICE, built_in
from dokaseca_compile.formats.body import Heading, Inline, Link, MarkdownBody, Mono, Paragraph, Table, YamlBody
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.resolved import Part, Profile, Resolved, ResolvedWorkload
from dokaseca_compile.tree import Artifact, Origin
from dokaseca_compile.versions import Version, parse_version

NAME = "chart-index"
_DATA = "charts.yaml"


@dataclass(frozen=True, slots=True, order=True)
class _Source:
    """A chart and where it comes from: ``repository`` (empty for the charts repository), and a ``path`` in Git."""

    name: str
    repository: str
    path: str = ""

    @property
    def is_local(self) -> bool:
        return not self.repository


@dataclass(slots=True)
class _Uses:
    """Source → version or revision → who (``addon`` or ``workload``, and its name) → environment → clusters."""

    found: dict[_Source, dict[str, dict[tuple[str, str], Counter[str]]]] = field(default_factory=dict)

    def add(self, source: _Source, version: str | None, user: tuple[str, str], environment: str, clusters: int) -> None:
        users = self.found.setdefault(source, {}).setdefault(version or "", {})
        users.setdefault(user, Counter())[environment] += clusters


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield both forms of the index, where there is any chart."""
    uses = _Uses()
    for profile in resolved.profiles:
        _add_addons(uses, resolved, layout, profile)
    for workload in resolved.workloads.values():
        _add_workload(uses, resolved, layout, workload)
    if uses.found:
        origin = Origin(NAME, (("repositories", "charts"),))
        environments = tuple(resolved.environments)
        yield Artifact(layout.in_charts(_DATA).file, YamlBody((_data(uses, environments),)), origin)
        yield Artifact(layout.in_charts("README.md").file, _page(resolved, uses, environments), origin)


def _add_addons(uses: _Uses, resolved: Resolved, layout: Layout, profile: Profile) -> None:
    revisions: Counter[str] | None = None
    for install in profile.enabled():
        user = ("addon", install.addon)
        for each in install.parts:
            source = _source(layout, each.part)
            if source is None:
                continue
            if not source.is_local:
                version = each.version.value if each.version is not None else None
                uses.add(source, version, user, profile.environment, len(profile.clusters))
                continue
            if revisions is None:
                revisions = _revisions(resolved, profile.clusters)
            for revision, count in revisions.items():
                uses.add(source, revision, user, profile.environment, count)


def _revisions(resolved: Resolved, clusters: Sequence[str]) -> Counter[str]:
    """The revisions of the charts repository that clusters follow."""
    return Counter(resolved.clusters[name].repositories["charts"].revision.value for name in clusters)


def _source(layout: Layout, part: Part) -> _Source | None:
    if part.kind == "kustomize":
        return None
    if part.path is not None:
        return _local(layout.in_charts(part.path).path)
    return _Source(part.chart or "", f"oci://{part.repository}" if part.kind == "oci-chart" else part.repository or "")


def _local(path: str) -> _Source:
    return _Source(path.rpartition("/")[2], "", path)


def _add_workload(uses: _Uses, resolved: Resolved, layout: Layout, each: ResolvedWorkload) -> None:
    source = _workload_source(layout, each)
    if source is None:
        return
    user = ("workload", f"{each.team}/{each.name}")
    for environment, place in each.places.items():
        if not source.is_local:
            version = place.version.value if place.version is not None else None
            uses.add(source, version, user, environment, len(place.clusters))
        for revision, count in _revisions(resolved, place.clusters).items() if source.is_local else ():
            uses.add(source, revision, user, environment, count)


def _workload_source(layout: Layout, each: ResolvedWorkload) -> _Source | None:
    chart, git = each.workload.chart, each.workload.git
    if each.workload.image is not None:
        return _local(layout.chart(WEB_SERVICE).path)
    if git is not None:
        return _Source(git.path.rpartition("/")[2], git.repository, git.path) if git.helm else None
    if chart is None:
        return None
    if chart.path is not None:
        return _local(layout.in_charts(chart.path).path)
    repository = (chart.repository or "").rstrip("/")
    plain = repository if "://" in repository else f"oci://{repository}"
    return _Source(chart.name or "", plain)


def _data(uses: _Uses, environments: Sequence[str]) -> dict[str, Any]:
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Charts",
        "charts": [_entry(source, uses.found[source], environments) for source in sorted(uses.found)],
    }


def _entry(
    source: _Source, versions: Mapping[str, Mapping[tuple[str, str], Counter[str]]], environments: Sequence[str]
) -> dict[str, Any]:
    """One chart. What Git holds has revisions; a registry has versions."""
    entry: dict[str, Any] = {"name": source.name}
    if source.repository:
        entry["repository"] = source.repository
    if source.path:
        entry["path"] = source.path
    if source.is_local and source.name == WEB_SERVICE:
        entry["version"] = built_in().version
    many, one = ("revisions", "revision") if source.path else ("versions", "version")
    entry[many] = [
        {
            one: version,
            "users": [
                {kind: name, "clusters": {each: counts[each] for each in environments if each in counts}}
                for (kind, name), counts in sorted(versions[version].items())
            ],
        }
        for version in _in_order(versions)
    ]
    return entry


def _in_order(versions: Iterable[str]) -> list[str]:
    """Old to new; before them what is no version, as a branch."""

    def key(text: str) -> tuple[bool, Version, str]:
        version = parse_version(text)
        return version is not None, version or Version(0), text

    return sorted(versions, key=key)


def _page(resolved: Resolved, uses: _Uses, environments: Sequence[str]) -> MarkdownBody:
    name = resolved.platform.metadata.name
    base = resolved.repositories["charts"].basepath
    local = [source for source in sorted(uses.found) if source.is_local]
    others = [source for source in sorted(uses.found) if not source.is_local]
    blocks: list[Heading | Paragraph | Table] = [
        Heading(f"Charts of {name}", 1),
        Paragraph(
            ("Every Helm chart that the platform uses, and who uses which version where. ", Link(Mono(_DATA), _DATA),
             " has the same as data.")
        ),
    ]  # fmt: skip
    if local:
        head: tuple[Inline, ...] = ("Chart", "Revision", "Used by", "Clusters")
        blocks += [Heading("In this repository"), Table(head, tuple(_rows(uses, local, environments, base)))]
    if others:
        head = ("Chart", "Version", "Used by", "Clusters", "Repository")
        blocks += [Heading("From elsewhere"), Table(head, tuple(_rows(uses, others, environments, base)))]
    return MarkdownBody(tuple(blocks))


def _rows(
    uses: _Uses, sources: Sequence[_Source], environments: Sequence[str], base: str
) -> Iterator[tuple[Inline, ...]]:
    """A row for each user of each version; links start from the page, which lies in the folder ``base``."""
    for source in sources:
        for version in _in_order(uses.found[source]):
            for (kind, name), counts in sorted(uses.found[source][version].items()):
                below = source.path.removeprefix(f"{base}/" if base else "")
                chart: Inline = Link(Mono(source.name), below) if source.is_local else Mono(source.name)
                where = ", ".join(f"{counts[each]} in {each}" for each in environments if each in counts)
                row: tuple[Inline, ...] = (chart, version, (f"{kind} ", Mono(name)), where)
                yield row if source.is_local else (*row, source.repository)
