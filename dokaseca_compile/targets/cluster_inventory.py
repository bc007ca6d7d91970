"""``docs/clusters.md`` of the control plane: every cluster in a table; of a large fleet, how many.

A page with thousands of rows is read by nobody and changes with every commit, so from ``_MOST`` on
clusters are counted, and only the hubs have rows of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dokaseca_compile.formats.body import Heading, Inline, MarkdownBody, Mono, Paragraph, Table
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

NAME = "cluster-inventory"
_MOST = 300
_COLUMNS = (
    "cluster",
    "environment",
    "region",
    "type",
    "hub",
    "cloud",
    "distribution",
    "Kubernetes",
    "registered by",
    "teams",
    "addons",
)


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the inventory."""
    clusters = list(resolved.clusters.values())
    if not clusters:
        return
    blocks: list[Heading | Paragraph | Table] = [
        Heading("Clusters", 1),
        _summary(resolved, clusters),
    ]
    if len(clusters) <= _MOST:
        blocks += [Heading("By name"), _rows(clusters)]
    else:
        hubs = [each for each in clusters if each.cluster.type == "hub"]
        text = (
            f"There are more than {_MOST} clusters, so only the hubs are listed. "
            "Each cluster has its variables in "
        )
        folder = Mono(f"{layout.tfvars_folder().path}/")
        blocks += [Heading("Hubs"), Paragraph([text, folder, "."])]
        if 0 < len(hubs) <= _MOST:
            blocks.append(_rows(hubs))
    path = layout.in_control_plane("docs/clusters.md").file
    yield Artifact(path, MarkdownBody(tuple(blocks)), Origin(NAME, (("clusters",),)))


def _summary(resolved: Resolved, clusters: Sequence[ResolvedCluster]) -> Table:
    """Return the number of clusters by environment (in the order of promotion), region and type."""
    counts = Counter(
        (each.cluster.environment, each.cluster.region, each.cluster.type) for each in clusters
    )
    order = list(resolved.environments)
    rows = [
        (environment, region, kind, str(counts[environment, region, kind]))
        for environment, region, kind in sorted(
            counts, key=lambda each: (order.index(each[0]), each)
        )
    ]
    return Table(("environment", "region", "type", "clusters"), tuple(rows))


def _rows(clusters: Sequence[ResolvedCluster]) -> Table:
    addons: dict[int, int] = {}
    rows = []
    for each in clusters:
        profile = id(each.profile)
        if profile not in addons:
            addons[profile] = sum(1 for _ in each.enabled())
        rows.append(_row(each, addons[profile]))
    return Table(_COLUMNS, tuple(rows))


def _row(resolved: ResolvedCluster, addons: int) -> tuple[Inline, ...]:
    cluster = resolved.cluster
    return (
        Mono(resolved.name),
        cluster.environment,
        cluster.region,
        cluster.type,
        resolved.hub if resolved.hub and resolved.hub != resolved.name else "",
        cluster.cloud,
        cluster.distribution or "",
        cluster.kubernetes_version or "",
        "Terraform" if resolved.registration == "terraform" else "Git",
        ", ".join(sorted(set(cluster.teams))),
        str(addons),
    )
