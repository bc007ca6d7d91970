"""The charts of the platform with their versions and users: for people, and as data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.charts import built_in
from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.semver import Version, parse_version
from dokaseca_compile.formats.body import (
    Heading,
    Inline,
    Link,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
    YamlBody,
)
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.workloads import WEB_SERVICE
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Part, Profile, Resolved, ResolvedWorkload
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.targets.base import traced

NAME = "chart-index"
_REPOSITORY: Route = ("repositories", "charts")
_EACH = "Each has a file here: its versions, who uses them, and in which environments."


@dataclass(frozen=True, slots=True, order=True)
class _Source:
    """A chart: its ``repository`` (empty for the charts repository), and its ``path`` in Git."""

    name: str
    repository: str
    path: str = ""

    @property
    def is_local(self) -> bool:
        return not self.repository


_User = tuple[str, str]
"""``addon`` or ``workload``, and its name."""


@dataclass(slots=True)
class _Uses:
    """Source → version or revision → user → environments.

    ``versions`` has a setting of each version, ``repositories`` one of each repository.
    """

    found: dict[_Source, dict[str, dict[_User, set[str]]]] = field(default_factory=dict)
    versions: dict[tuple[_Source, str], Setting[str]] = field(default_factory=dict)
    repositories: dict[_Source, Setting[str]] = field(default_factory=dict)

    def add(
        self,
        source: Setting[_Source],
        version: Setting[str] | None,
        user: _User,
        environment: str,
    ) -> None:
        """Add an environment in which a user has a version."""
        text = version.value if version is not None else ""
        users = self.found.setdefault(source.value, {}).setdefault(text, {})
        users.setdefault(user, set()).add(environment)
        self.versions.setdefault((source.value, text), version or source.derive(""))
        self.repositories.setdefault(source.value, source.derive(source.value.repository))

    def users(self, sources: Iterable[_Source]) -> list[_User]:
        """Return the addons and workloads that use one of some sources, sorted."""
        found: set[_User] = set()
        for source in sources:
            found.update(*self.found[source].values())
        return sorted(found)


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a file for each chart, and the page that lists them; only the files have versions.

    So a version bump changes the file of one chart, and two bumps do not conflict in a merge.
    """
    uses = _Uses()
    for profile in resolved.profiles:
        _add_addons(uses, resolved, layout, profile)
    for workload in resolved.workloads.values():
        _add_workload(uses, resolved, layout, workload)
    by_name: dict[str, list[_Source]] = {}
    for source in sorted(uses.found):
        by_name.setdefault(source.name, []).append(source)
    for name, sources in by_name.items():
        yield _chart(name, sources, uses, resolved, layout)
    if by_name:
        page = _page(resolved, uses)
        yield Artifact(layout.in_charts("index/README.md").file, page, Origin(NAME, (_REPOSITORY,)))


def _chart(
    name: str, sources: Sequence[_Source], uses: _Uses, resolved: Resolved, layout: Layout
) -> Artifact:
    """Return the file of a chart, which may come from several places."""
    environments = tuple(resolved.environments)
    entries = [_entry(source, uses, environments) for source in sources]
    users = [_route(user) for user in uses.users(sources)]
    document = {
        "formatVersion": "2.0",
        "chart": uses.repositories[sources[0]].derive(name),
        "sources": Setting(entries, users[0]),
    }
    routes = (*users, _REPOSITORY)
    if any(source.is_local for source in sources):
        # Users of a local chart set no version: most settings in the file are the repository's.
        routes = (_REPOSITORY, *users)
    body = YamlBody((traced(document),))
    return Artifact(layout.chart_index(name).file, body, Origin(NAME, routes))


def _route(user: _User) -> Route:
    kind, name = user
    return (f"{kind}s", *name.split("/"))


def _add_addons(uses: _Uses, resolved: Resolved, layout: Layout, profile: Profile) -> None:
    revisions: list[Setting[str]] | None = None
    for install in profile.enabled():
        user = ("addon", install.addon)
        for each in install.parts:
            source = _source(layout, each.part)
            if source is None:
                continue
            if not source.value.is_local:
                uses.add(source, each.version, user, profile.environment)
                continue
            if revisions is None:
                revisions = _revisions(resolved, profile.clusters)
            for revision in revisions:
                uses.add(source, revision, user, profile.environment)


def _revisions(resolved: Resolved, clusters: Sequence[str]) -> list[Setting[str]]:
    """Return the revisions of the charts repository on some clusters."""
    found: dict[str, Setting[str]] = {}
    for name in clusters:
        revision = resolved.clusters[name].repositories["charts"].revision
        found.setdefault(revision.value, revision)
    return list(found.values())


def _source(layout: Layout, part: Part) -> Setting[_Source] | None:
    if part.kind == "kustomize":
        return None
    if part.path is not None:
        return Setting(_local(layout.in_charts(part.path).path), (*part.route, "path"))
    scheme = "oci://" if part.kind == "oci-chart" else ""
    source = _Source(part.chart or "", f"{scheme}{part.repository or ''}")
    return Setting(source, part.repository_route)


def _local(path: str) -> _Source:
    return _Source(path.rpartition("/")[2], "", path)


def _add_workload(uses: _Uses, resolved: Resolved, layout: Layout, each: ResolvedWorkload) -> None:
    source = _workload_source(layout, each)
    if source is None:
        return
    user = ("workload", f"{each.team}/{each.name}")
    for environment, place in each.places.items():
        if not source.value.is_local:
            uses.add(source, place.version, user, environment)
            continue
        for revision in _revisions(resolved, place.clusters):
            uses.add(source, revision, user, environment)


def _workload_source(layout: Layout, each: ResolvedWorkload) -> Setting[_Source] | None:
    route: Route = ("workloads", each.team, each.name)
    chart, git = each.workload.chart, each.workload.git
    if each.workload.image is not None:
        return Setting(_local(layout.chart(WEB_SERVICE).path), (*route, "image"))
    if git is not None and git.helm:
        source = _Source(git.path.rpartition("/")[2], git.repository, git.path)
        return Setting(source, (*route, "git", "repository"))
    if chart is None:
        return None
    if chart.path is not None:
        return Setting(_local(layout.in_charts(chart.path).path), (*route, "chart", "path"))
    repository = chart.repository or ""
    plain = repository if "://" in repository else f"oci://{repository}"
    return Setting(_Source(chart.name or "", plain), (*route, "chart", "repository"))


def _entry(
    source: _Source,
    uses: _Uses,
    environments: Sequence[str],
) -> dict[str, Any]:
    """Return the entry of one source. Git has revisions, a registry has versions."""
    entry: dict[str, Any] = {}
    repository, versions = uses.repositories[source], uses.found[source]
    if source.repository:
        entry["repository"] = repository
    if source.path:
        entry["path"] = _path(repository, source)
    if source.is_local and source.name == WEB_SERVICE:
        entry["version"] = built_in().version
    many, one = ("revisions", "revision") if source.path else ("versions", "version")
    entry[many] = [
        {
            one: uses.versions[source, version],
            "users": [
                _used_by(user, places, environments)
                for user, places in sorted(versions[version].items())
            ],
        }
        for version in _in_order(versions)
    ]
    return entry


def _path(repository: Setting[str], source: _Source) -> Setting[str]:
    """Return the folder of a chart; for one in its own repository, ``path`` is another setting."""
    if source.is_local:
        return repository.derive(source.path)
    return Setting(source.path, (*repository.route[:-1], "path"))


def _used_by(
    user: _User, places: Collection[str], environments: Sequence[str]
) -> Setting[dict[str, Any]]:
    """Return a user of a version, and the environments in which it has it.

    Not the clusters: a new cluster would change the file of every chart that it has.
    """
    kind, name = user
    setting = Setting(name, _route(user))
    named = [setting.derive(each) for each in environments if each in places]
    return setting.derive({kind: setting, "environments": named})


def _in_order(versions: Iterable[str]) -> list[str]:
    """Sort versions, old to new; other texts such as branches come first."""

    def key(text: str) -> tuple[bool, Version, str]:
        version = parse_version(text)
        return version is not None, version or Version(0), text

    return sorted(versions, key=key)


def _page(resolved: Resolved, uses: _Uses) -> MarkdownBody:
    prefix = f"{resolved.repositories['charts'].basepath}/"
    local, others = [], []
    for source in sorted(uses.found):
        if source.is_local:
            folder = source.path.removeprefix(prefix)
            local.append(_row(source, uses, Link(Mono(source.path), f"../{folder}")))
        else:
            others.append(_row(source, uses, source.repository))
    blocks: list[Heading | Paragraph | Table] = [
        Heading(f"Charts of {resolved.platform.metadata.name}", 1),
        Paragraph(f"Every Helm chart that the platform uses. {_EACH}"),
    ]
    if local:
        table = Table(("Chart", "Folder", "Used by"), tuple(local))
        blocks += [Heading("In this repository"), table]
    if others:
        table = Table(("Chart", "Repository", "Used by"), tuple(others))
        blocks += [Heading("From elsewhere"), table]
    return MarkdownBody(tuple(blocks))


def _row(source: _Source, uses: _Uses, place: Inline) -> tuple[Inline, ...]:
    """Return a chart with a link to its file of the index, its place, and its users."""
    named: list[Inline] = []
    for kind, name in uses.users([source]):
        named += [", " if named else "", f"{kind} ", Mono(name)]
    return Link(Mono(source.name), f"{source.name}.yaml"), place, named
