"""``docs/addons.md`` of the control plane: every addon, where it comes from, and which version runs where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dokaseca_compile.formats.body import Bullets, Heading, Inline, MarkdownBody, Mono, Paragraph, Table
from dokaseca_compile.layout import Layout
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon
from dokaseca_compile.tree import Artifact, Origin

NAME = "addon-catalogue"
_MOST_VERSIONS = 3
# Environment → version (empty where there is none) → how many clusters have it.
Spread = Mapping[str, Counter[str]]


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the catalogue, by category."""
    if not resolved.addons:
        return
    spread = _spread(resolved)
    blocks: list[Heading | Paragraph | Table | Bullets] = [
        Heading("Addons", 1),
        Paragraph(
            "What can be installed on a cluster. A version is that of the addon's first chart or folder; the number "
            "behind it says how many clusters of the environment have it."
        ),
    ]
    categories = sorted({addon.addon.category for addon in resolved.addons.values()})
    for category in categories:
        addons = [each for each in resolved.addons.values() if each.addon.category == category]
        blocks += [Heading(category), _table(resolved, addons, spread)]
    path = layout.in_control_plane("docs/addons.md").file
    yield Artifact(path, MarkdownBody(tuple(blocks)), Origin(NAME, (("addons",),)))


def _spread(resolved: Resolved) -> Mapping[str, Spread]:
    """Addon → where it runs."""
    found: dict[str, dict[str, Counter[str]]] = {name: {} for name in resolved.addons}
    for profile in resolved.profiles:
        for install in profile.enabled():
            said = install.parts[0].version
            versions = found[install.addon].setdefault(profile.environment, Counter())
            versions[said.value if said is not None else ""] += len(profile.clusters)
    return found


def _table(resolved: Resolved, addons: list[ResolvedAddon], spread: Mapping[str, Spread]) -> Table:
    columns = ("addon", "what it is", "source", "namespace", "owner", "requires", *resolved.environments)
    rows = []
    for each in addons:
        addon = each.addon
        environments = [_cell(spread[each.name].get(name)) for name in resolved.environments]
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


def _cell(versions: Counter[str] | None) -> str:
    if not versions:
        return ""
    ordered = sorted(versions.items(), key=lambda each: (-each[1], each[0]))
    shown = [f"{version} ({count})" if version else f"({count})" for version, count in ordered[:_MOST_VERSIONS]]
    more = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _sources(addon: ResolvedAddon) -> Inline:
    """Every chart or folder of an addon."""
    found: list[Inline] = []
    for part in addon.parts:
        found += [", " if found else "", _source(part)]
    return found


def _source(part: Part) -> Inline:
    if part.chart is not None:
        scheme = "oci://" if part.kind == "oci-chart" else ""
        return [Mono(part.chart), " of ", Mono(f"{scheme}{part.repository}")]
    place = part.git_repository or ("the charts repository" if part.kind == "local-chart" else "the addons repository")
    return [Mono(part.path or ""), " of ", Mono(place) if part.git_repository else place]


def _listed(names: tuple[str, ...]) -> Inline:
    found: list[Inline] = []
    for name in sorted(names):
        found += [", " if found else "", Mono(name)]
    return found
