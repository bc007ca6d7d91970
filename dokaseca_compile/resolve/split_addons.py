"""Pass: split every addon into the parts that become Applications; order addons by requirements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Required, TypedDict

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Addon, Chart, Component
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon, argo_chart_repository


def addon_key(name: str) -> str:
    """Return the identifier that switches an addon, as label and as variable.

    Go templates read a label in dot form only when it is an identifier, and only the dot form
    makes ``missingkey=error`` catch a gap: ``index`` gives an empty string for a missing key.
    """
    return f"enable_{name.replace('-', '_')}"


def split_addons(resolved: Resolved) -> Resolved:
    """Fill in ``addons``, sorted by name."""
    declared = resolved.platform.addons
    waves = _waves(declared)
    addons = {
        name: ResolvedAddon(
            name, addon_key(name), declared[name], _parts(name, declared[name]), waves[name]
        )
        for name in sorted(declared)
    }
    return replace(resolved, addons=addons)


def _parts(name: str, addon: Addon) -> tuple[Part, ...]:
    route: Route = ("addons", name)
    parts = []
    if addon.kustomize is not None:
        kustomize = addon.kustomize
        parts.append(
            Part(
                name,
                None,
                name,
                "kustomize",
                name,
                (*route, "kustomize"),
                path=kustomize.path,
                git_repository=kustomize.repository,
                repository_route=(*route, "kustomize", "repository"),
                release_route=route,
            )
        )
    if addon.chart is not None:
        parts.append(_chart(name, addon.chart, addon.release_name or name))
    parts += [
        _component(name, key, component, addon)
        for key, component in sorted(addon.components.items())
    ]
    first = min(part.wave for part in parts)
    return tuple(replace(part, wave=part.wave - first) for part in parts)


def _chart(addon: str, chart: Chart, release: str) -> Part:
    """Return the part of an addon's main chart."""
    route: Route = ("addons", addon, "chart")
    source = _source(chart.path, chart.name, chart.repository)
    return Part(
        addon,
        None,
        addon,
        release=release,
        route=route,
        repository_route=(*route, "repository"),
        release_route=("addons", addon, "releaseName"),
        **source,
    )


def _component(addon_name: str, key: str, component: Component, addon: Addon) -> Part:
    """Return the part of a further chart, which may be in the repository of the main one."""
    route: Route = ("addons", addon_name, "components", key)
    repository, repository_route = component.repository, (*route, "repository")
    if repository is None and addon.chart is not None:
        repository, repository_route = (
            addon.chart.repository,
            ("addons", addon_name, "chart", "repository"),
        )
    return Part(
        addon_name,
        key,
        f"{addon_name}-{key}",
        release=component.release_name or f"{addon_name}-{key}",
        route=route,
        wave=component.wave,
        repository_route=repository_route,
        release_route=(*route, "releaseName"),
        **_source(component.path, component.name or key, repository),
    )


class _Source(TypedDict, total=False):
    """Where a chart comes from, as a part has it."""

    kind: Required[Literal["http-chart", "oci-chart", "local-chart"]]
    chart: str | None
    repository: str
    path: str


def _source(path: str | None, chart: str | None, repository: str | None) -> _Source:
    if path is not None:
        return {"kind": "local-chart", "path": path}
    url = repository or ""
    plain = url.startswith(("https://", "http://"))
    return {
        "kind": "http-chart" if plain else "oci-chart",
        "chart": chart,
        "repository": argo_chart_repository(url),
    }


def _waves(addons: Mapping[str, Addon]) -> dict[str, int]:
    """Return the depth of each addon in the graph of requirements.

    A cycle is cut where it is entered. There is no recursion: a chain of thousands of addons must
    not end in a RecursionError.
    """
    depths: dict[str, int] = {}
    entered: set[str] = set()
    stack = sorted(addons, reverse=True)
    while stack:
        name = stack[-1]
        entered.add(name)
        needs = [need for need in addons[name].requires if need in addons]
        waiting = [need for need in needs if need not in entered]
        if waiting:
            stack += waiting
            continue
        stack.pop()
        depths[name] = 1 + max((depths.get(need, -1) for need in needs), default=-1)
    return depths
