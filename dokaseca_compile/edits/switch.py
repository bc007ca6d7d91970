"""Enable or disable an addon in one layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import get_args

from dokaseca_compile.core.groups import grouped
from dokaseca_compile.core.routes import Edit, Put, Remove, Route, format_route
from dokaseca_compile.edits.apply import Alternative
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.model.clusters import ClusterType
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import SECTIONS, Layer, Scope, Setting, layers_of

_MOST_ALTERNATIVES = 64  # each is a compile
_BUILT_IN: Mapping[Scope, tuple[str, ...]] = {"type": get_args(ClusterType)}
"""The layers that exist without being declared."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The edits for one addon in one layer, and notes on clusters that a stronger layer overrides.

    If the edits are refused, ``drastic`` ones may be valid: they delete all settings of the addon
    in the layer, as settings of an addon that no cluster of the layer has are an error. ``lost`` is
    a note on those settings.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    drastic: tuple[Edit, ...] = ()
    lost: str = ""


def matching_layers(resolved: Resolved, text: str) -> list[Layer]:
    """Return the layers with a name; ``section.name`` selects one of several."""
    found = []
    for scope, units in layers_of(resolved.platform).items():
        known = {name: name for name in (*units, *_BUILT_IN.get(scope, ()))}
        known |= {f"{SECTIONS[scope]}.{name}": name for name in units}
        if text in known:
            found.append(Layer(scope, known[text]))
    return found


def switch(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> Switch:
    """Plan to enable or disable an addon in a layer.

    If weaker layers agree, the setting of the layer is removed.
    """
    entry: Route = (SECTIONS[layer.scope], layer.name, "addons", addon)
    settings = layers_of(resolved.platform)[layer.scope].get(layer.name, {}).get(addon)
    agree = _weaker(resolved, addon, layer) == {enabled}
    notes = tuple(_overridden(resolved, addon, layer, enabled=enabled))
    own = settings.enabled if settings is not None else None
    if own is enabled or (own is None and agree):
        return Switch((), notes)
    if settings is None:
        return Switch((Put(entry, enabled),), notes)
    # An entry with nothing but the switch is replaced or removed as a whole.
    route = entry if settings.model_fields_set == {"enabled"} else (*entry, "enabled")
    edits = (_edit(route, enabled=enabled, agree=agree),)
    drastic = () if enabled else (_edit(entry, enabled=enabled, agree=agree),)
    return Switch(edits, notes, drastic, _lost(settings, entry))


def _edit(route: Route, *, enabled: bool, agree: bool) -> Edit:
    return Remove(route) if agree else Put(route, enabled)


def alternatives(planned: Sequence[Switch]) -> Iterator[Alternative]:
    """Yield the edits, first without drastic ones, then with as few of them as possible."""
    optional = [each for each in planned if each.edits and each.drastic]
    sizes = range(len(optional) + 1)
    choices = chain.from_iterable(combinations(optional, size) for size in sizes)
    for chosen in islice(choices, _MOST_ALTERNATIVES):
        yield _alternative(planned, chosen)


def _alternative(planned: Sequence[Switch], drastic: Sequence[Switch]) -> Alternative:
    edits: list[Edit] = []
    notes: list[str] = []
    for each in planned:
        edits += each.drastic if each in drastic else each.edits
        notes += each.notes
    lost = filter(None, (each.lost for each in drastic))
    return Alternative(tuple(edits), (*notes, *lost))


def _lost(settings: AddonSettings, entry: Route) -> str:
    other = sorted(settings.model_fields_set - {"enabled"})
    return f"deletes {', '.join(other)} of `{format_route(entry)}`, too" if other else ""


def _weaker(resolved: Resolved, addon: str, layer: Layer) -> set[bool]:
    """Return whether weaker layers enable an addon on the clusters of a layer.

    For a layer without clusters, that is the default of the addon.
    """
    found = set()
    for _, strongest in _switches(resolved, addon, layer):
        weaker = (each.value for each in strongest.chain() if each.layer.rank < layer.rank)
        found.add(next(weaker))
    return found or {resolved.addons[addon].addon.enabled}


def _overridden(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> list[str]:
    """Return a note for each stronger setting that overrides the layer, with its clusters."""
    found = grouped(
        (format_route(strongest.route), name)
        for name, strongest in _switches(resolved, addon, layer)
        if strongest.layer.rank > layer.rank and strongest.value is not enabled
    )
    return [
        f"not affected: {', '.join(sorted(names))}, where `{route}` overrides it"
        for route, names in sorted(found.items())
    ]


def _switches(resolved: Resolved, addon: str, layer: Layer) -> Iterator[tuple[str, Setting[bool]]]:
    """Yield each cluster in a layer, with the setting that enables or disables an addon there."""
    for name, cluster in resolved.clusters.items():
        if layer in (*cluster.profile.layers(), Layer("cluster", name)):
            yield name, cluster.profile.installs[addon].enabled
