"""``docs/addons.md`` of the control plane: every addon, where it comes from, and where it runs.

Versions are in the index of the charts repository, a file for each chart: if they were here, every
version bump would change this page, and two such changes would conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dokaseca_compile.formats.body import (
    Bullets,
    Heading,
    Inline,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
)
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon

NAME = "addon-catalogue"
Spread = Mapping[str, Counter[str]]
"""Addon → environment → how many clusters have it."""


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the catalogue, by category."""
    if not resolved.addons:
        return
    spread = _spread(resolved)
    blocks: list[Heading | Paragraph | Table | Bullets] = [
        Heading("Addons", 1),
        Paragraph(
            "What can be installed on a cluster, and on how many clusters of each environment "
            "it is. Versions are in the index of the charts repository."
        ),
    ]
    categories = sorted({addon.addon.category for addon in resolved.addons.values()})
    for category in categories:
        addons = [each for each in resolved.addons.values() if each.addon.category == category]
        blocks += [Heading(category), _table(resolved, addons, spread)]
    path = layout.in_control_plane("docs/addons.md").file
    yield Artifact(path, MarkdownBody(tuple(blocks)), Origin(NAME, (("addons",),)))


def _spread(resolved: Resolved) -> Spread:
    found: dict[str, Counter[str]] = {name: Counter() for name in resolved.addons}
    for profile in resolved.profiles:
        for install in profile.enabled():
            found[install.addon][profile.environment] += len(profile.clusters)
    return found


def _table(resolved: Resolved, addons: list[ResolvedAddon], spread: Spread) -> Table:
    columns = (
        "addon",
        "what it is",
        "source",
        "namespace",
        "owner",
        "requires",
        *resolved.environments,
    )
    rows = []
    for each in addons:
        addon = each.addon
        environments = [str(spread[each.name][name] or "") for name in resolved.environments]
        rows.append(
            (
                Mono(each.name),
                addon.description,
                _sources(each),
                Mono(addon.namespace),
                addon.owner or "",
                _listed(addon.requires),
                *environments,
            )
        )
    return Table(columns, tuple(rows))


def _sources(addon: ResolvedAddon) -> Inline:
    """Return every chart or folder of an addon."""
    found: list[Inline] = []
    for part in addon.parts:
        found += [", " if found else "", _source(part)]
    return found


def _source(part: Part) -> Inline:
    if part.chart is not None:
        scheme = "oci://" if part.kind == "oci-chart" else ""
        return [Mono(part.chart), " of ", Mono(f"{scheme}{part.repository}")]
    path = Mono(part.path or "")
    if part.git_repository:
        return [path, " of ", Mono(part.git_repository)]
    repository = "charts" if part.kind == "local-chart" else "addons"
    return [path, " of ", f"the {repository} repository"]


def _listed(names: tuple[str, ...]) -> Inline:
    found: list[Inline] = []
    for name in sorted(names):
        found += [", " if found else "", Mono(name)]
    return found
