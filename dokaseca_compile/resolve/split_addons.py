"""Pass: split every addon into the parts that become Applications, and order addons by what they require."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Addon, Chart, Component
from dokaseca_compile.resolve.resolved import Part, Resolved, ResolvedAddon, argo_chart_repository


def addon_key(name: str) -> str:
    """The identifier that switches an addon, as label and as variable.

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
                name, None, name, "kustomize", name, (*route, "kustomize"),
                path=kustomize.path, git_repository=kustomize.repository,
            )
        )  # fmt: skip
    if addon.chart is not None:
        release = addon.release_name or name
        parts.append(_chart_part(name, None, addon.chart, release, (*route, "chart")))
    parts += [
        _component(name, key, component, addon)
        for key, component in sorted(addon.components.items())
    ]
    first = min(part.wave for part in parts)
    return tuple(replace(part, wave=part.wave - first) for part in parts)


def _component(addon_name: str, key: str, component: Component, addon: Addon) -> Part:
    inherited = addon.chart.repository if addon.chart is not None else None
    chart = Chart.model_construct(
        name=component.name or key,
        repository=None if component.path else component.repository or inherited,
        path=component.path,
    )
    release = component.release_name or f"{addon_name}-{key}"
    part = _chart_part(addon_name, key, chart, release, ("addons", addon_name, "components", key))
    return replace(part, wave=component.wave)


def _chart_part(
    addon: str, component: str | None, chart: Chart, release: str, route: Route
) -> Part:
    name = f"{addon}-{component}" if component else addon
    if chart.path is not None:
        return Part(addon, component, name, "local-chart", release, route, path=chart.path)
    repository = chart.repository or ""
    oci = not repository.startswith(("https://", "http://"))
    return Part(
        addon,
        component,
        name,
        "oci-chart" if oci else "http-chart",
        release,
        route,
        chart=chart.name,
        repository=argo_chart_repository(repository),
    )


def _waves(addons: Mapping[str, Addon]) -> dict[str, int]:
    """The depth of each addon in the graph of requirements; addons on a cycle stay where it was entered.

    Walked without recursion: a chain of thousands must not end in a RecursionError.
    """
    depths: dict[str, int] = {}
    entered: set[str] = set()
    for root in sorted(addons):
        stack = [root]
        while stack:
            name = stack[-1]
            needs = [need for need in addons[name].requires if need in addons]
            waiting = [need for need in needs if need not in depths and need not in entered]
            entered.add(name)
            if waiting:
                stack += waiting
                continue
            stack.pop()
            depths[name] = 1 + max((depths.get(need, -1) for need in needs), default=-1)
    return depths
