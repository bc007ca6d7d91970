"""``docs/repositories.md`` of the control plane: every repository, its revisions and references."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dokaseca_compile.formats.body import (
    Heading,
    Inline,
    Link,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
)
from dokaseca_compile.formats.mermaid import Edge, Flowchart, flowchart
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.layout import Layout, join
from dokaseca_compile.resolve.resolved import Resolved, ResolvedWorkload

NAME = "repository-map"
_OPTIONAL: tuple[RepositoryKey, ...] = ("backstage", "templates")


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the map."""
    core = tuple(key for key in resolved.repositories if key not in _OPTIONAL)
    optional = tuple(key for key in resolved.repositories if key in _OPTIONAL)
    groups = {"Core": core, "Optional": optional} if optional else {}
    nodes = {str(key): _title(resolved, key) for key in resolved.repositories}
    graph = flowchart(Flowchart(nodes, tuple(_relations(resolved)), groups))
    blocks = (
        Heading("Repositories", 1),
        Table(
            ("repository", "URL", "Argo CD reads", *resolved.environments), tuple(_rows(resolved))
        ),
        Heading("What refers to what"),
        Paragraph("An arrow goes from the repository that names another one to the one it names."),
        graph,
        *_branching(resolved),
    )
    path = layout.in_control_plane("docs/repositories.md").file
    yield Artifact(path, MarkdownBody(blocks), Origin(NAME, (("repositories",),)))


def _title(resolved: Resolved, key: RepositoryKey) -> str:
    """Return the name of a role's repository, with the role where others have the same one."""
    name = resolved.repositories[key].name
    shared = sum(each.name == name for each in resolved.repositories.values()) > 1
    return f"{name} ({key})" if shared else name


def _rows(resolved: Resolved) -> Iterator[tuple[Inline, ...]]:
    for key, bound in resolved.repositories.items():
        revisions = [
            Mono(each.repositories[key].revision.value) for each in resolved.environments.values()
        ]
        link: Inline = Mono(bound.url)
        if bound.url.startswith(("https://", "http://")):
            link = Link(bound.url, bound.url)
        yield (
            Mono(_title(resolved, key)),
            link,
            Mono(join(bound.basepath, bound.path)),
            *revisions,
        )


def _relations(resolved: Resolved) -> Iterator[Edge]:
    """Yield the references between repositories in the compiled files, and those of the portal."""
    if any(resolved.hubs()):
        yield Edge("controlPlane", "addons", "bootstrap")
        if resolved.registering_hubs():
            yield Edge("controlPlane", "clusters", "bootstrap")
        yield Edge("controlPlane", "workloads", "bootstrap")
    parts = chain.from_iterable(addon.parts for addon in resolved.addons.values())
    if any(part.kind == "local-chart" for part in parts):
        yield Edge("addons", "charts", "charts")
    if resolved.has_teams:
        yield Edge("addons", "clusters", "cluster configuration")
    if any(map(_uses_local_chart, resolved.workloads.values())):
        yield Edge("workloads", "charts", "charts")
    if "backstage" in resolved.repositories:
        if "templates" in resolved.repositories:
            yield Edge("backstage", "templates", "templates", dotted=True)
        yield Edge("backstage", "controlPlane", "catalogue", dotted=True)


def _uses_local_chart(workload: ResolvedWorkload) -> bool:
    """Return whether a workload's chart is in the charts repository, as web-service is."""
    if workload.workload.image is not None:
        return True
    return workload.chart is not None and workload.chart.path is not None


def _branching(resolved: Resolved) -> Iterator[Heading | Table | Paragraph]:
    branching = resolved.platform.repositories.branching
    if not (branching.branches or branching.require):
        return
    yield Heading("Branches")
    if branching.branches:
        rows = tuple((Mono(name), meaning) for name, meaning in sorted(branching.branches.items()))
        yield Table(("branch", "what it is for"), rows)
    tagged = sorted(name for name, rule in branching.require.items() if rule == "tag")
    if tagged:
        yield Paragraph(f"Only tags and commits: {', '.join(tagged)}.")
