"""Switching an addon on or off in one layer."""

from __future__ import annotations

from dataclasses import dataclass

from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.resolve.resolved import SECTIONS, Layer, Resolved, layers_of
from dokaseca_compile.routes import Edit, Put, Remove, Route, format_route


@dataclass(frozen=True, slots=True)
class Switch:
    """What to edit, and which clusters a stronger layer keeps as they are.

    ``drastic`` are the edits for when the first are refused: an addon that no cluster of a layer has may have no
    other settings there either, so they go with it; ``lost`` says which.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    drastic: tuple[Edit, ...] = ()
    lost: str = ""


def layers_called(resolved: Resolved, text: str) -> list[Layer]:
    """The layers that a word of the user may mean: a name, or ``section.name`` where a name is ambiguous."""
    section, dot, name = text.partition(".")
    found = []
    for scope, units in layers_of(resolved.platform).items():
        if dot and SECTIONS[scope] == section and name in units:
            found.append(Layer(scope, name))
        elif text in units or (scope == "type" and text in {"hub", "spoke", "standalone"}):
            found.append(Layer(scope, text))
    return found


def switch(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> Switch:
    """Say in a layer whether an addon is installed; where weaker layers say so already, take back what it says."""
    entry: Route = (SECTIONS[layer.scope], layer.name, "addons", addon)
    settings = layers_of(resolved.platform)[layer.scope].get(layer.name, {}).get(addon)
    own = settings.enabled if settings is not None else None
    weaker = _weaker(resolved, addon, layer)
    if own is enabled or (own is None and weaker == {enabled}):
        return Switch((), tuple(_kept(resolved, addon, layer, enabled=enabled)))
    edits: tuple[Edit, ...]
    if settings is None:
        edits = (Put(entry, enabled),)
    elif weaker == {enabled}:
        edits = (Remove(entry if settings.model_fields_set == {"enabled"} else (*entry, "enabled")),)
    elif settings.model_fields_set == {"enabled"}:
        edits = (Put(entry, enabled),)
    else:
        edits = (Put((*entry, "enabled"), enabled),)
    drastic: tuple[Edit, ...] = ()
    if settings is not None and not enabled:
        drastic = (Remove(entry),) if weaker == {enabled} else (Put(entry, enabled),)
    return Switch(edits, tuple(_kept(resolved, addon, layer, enabled=enabled)), drastic, _lost(settings, entry))


def _lost(settings: AddonSettings | None, entry: Route) -> str:
    other = sorted((settings.model_fields_set if settings is not None else set()) - {"enabled"})
    return f"what `{format_route(entry)}` said of {', '.join(other)} goes with it" if other else ""


def _weaker(resolved: Resolved, addon: str, layer: Layer) -> set[bool]:
    """What weaker layers say on the clusters of a layer; of a layer without clusters, the addon's default."""
    said = set()
    for name, cluster in resolved.clusters.items():
        if _is_in(layer, name, cluster.profile.layers()):
            chain = cluster.profile.installs[addon].enabled.chain()
            order = list(SECTIONS)
            said.add(next(each.value for each in chain if order.index(each.layer.scope) < order.index(layer.scope)))
    return said or {resolved.addons[addon].addon.enabled}


def _kept(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> list[str]:
    """The clusters of a layer on which a stronger layer says otherwise."""
    order = list(SECTIONS)
    found: dict[str, list[str]] = {}
    for name, cluster in resolved.clusters.items():
        strongest = cluster.profile.installs[addon].enabled
        stronger = order.index(strongest.layer.scope) > order.index(layer.scope)
        if stronger and strongest.value is not enabled and _is_in(layer, name, cluster.profile.layers()):
            found.setdefault(format_route(strongest.route), []).append(name)
    return [
        f"not reached: `{route}` says otherwise for {', '.join(sorted(names))}"
        for route, names in sorted(found.items())
    ]


def _is_in(layer: Layer, cluster: str, layers: tuple[Layer, ...]) -> bool:
    return layer == Layer("cluster", cluster) or layer in layers
