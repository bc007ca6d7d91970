"""Switching an addon on or off in one layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import get_args

from dokaseca_compile.core.routes import Edit, Put, Remove, Route, format_route
from dokaseca_compile.edits.apply import Way
from dokaseca_compile.model.addons import AddonSettings
from dokaseca_compile.model.clusters import ClusterType
from dokaseca_compile.resolve.resolved import SECTIONS, Layer, Resolved, layers_of

_MOST_WAYS = 64  # that are tried: each is a compile


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
        elif text in units or (scope == "type" and text in get_args(ClusterType)):
            found.append(Layer(scope, text))
    return found


def switch(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> Switch:
    """Say in a layer whether an addon is installed; where weaker layers say so already, take back what it says."""
    entry: Route = (SECTIONS[layer.scope], layer.name, "addons", addon)
    settings = layers_of(resolved.platform)[layer.scope].get(layer.name, {}).get(addon)
    own = settings.enabled if settings is not None else None
    weaker, notes = (
        _weaker(resolved, addon, layer),
        tuple(_kept(resolved, addon, layer, enabled=enabled)),
    )
    if own is enabled or (own is None and weaker == {enabled}):
        return Switch((), notes)
    edits: tuple[Edit, ...]
    if settings is None:
        edits = (Put(entry, enabled),)
    elif weaker == {enabled}:
        edits = (
            Remove(entry if settings.model_fields_set == {"enabled"} else (*entry, "enabled")),
        )
    elif settings.model_fields_set == {"enabled"}:
        edits = (Put(entry, enabled),)
    else:
        edits = (Put((*entry, "enabled"), enabled),)
    drastic: tuple[Edit, ...] = ()
    if settings is not None and not enabled:
        drastic = (Remove(entry),) if weaker == {enabled} else (Put(entry, enabled),)
    return Switch(edits, notes, drastic, _lost(settings, entry))


def ways(planned: Sequence[Switch]) -> Iterator[Way]:
    """The gentle way first: only where it is refused does an addon lose its other settings in the layer."""
    notes = tuple(note for each in planned for note in each.notes)
    hard = [each for each in planned if each.edits and each.drastic]
    choices = (chosen for size in range(len(hard) + 1) for chosen in combinations(hard, size))
    for chosen in islice(choices, _MOST_WAYS):
        edits = tuple(
            edit for each in planned for edit in (each.drastic if each in chosen else each.edits)
        )
        yield Way(edits, (*notes, *(each.lost for each in chosen if each.lost)))


def _lost(settings: AddonSettings | None, entry: Route) -> str:
    other = sorted((settings.model_fields_set if settings is not None else set()) - {"enabled"})
    return f"what `{format_route(entry)}` said of {', '.join(other)} goes with it" if other else ""


def _weaker(resolved: Resolved, addon: str, layer: Layer) -> set[bool]:
    """What weaker layers say on the clusters of a layer; of a layer without clusters, the addon's default."""
    said = set()
    for name, cluster in resolved.clusters.items():
        if _is_in(layer, name, cluster.profile.layers()):
            chain = cluster.profile.installs[addon].enabled.chain()
            said.add(next(each.value for each in chain if each.layer.rank < layer.rank))
    return said or {resolved.addons[addon].addon.enabled}


def _kept(resolved: Resolved, addon: str, layer: Layer, *, enabled: bool) -> list[str]:
    """The clusters of a layer on which a stronger layer says otherwise."""
    found: dict[str, list[str]] = {}
    for name, cluster in resolved.clusters.items():
        strongest = cluster.profile.installs[addon].enabled
        stronger = strongest.layer.rank > layer.rank
        if (
            stronger
            and strongest.value is not enabled
            and _is_in(layer, name, cluster.profile.layers())
        ):
            found.setdefault(format_route(strongest.route), []).append(name)
    return [
        f"not reached: `{route}` says otherwise for {', '.join(sorted(names))}"
        for route, names in sorted(found.items())
    ]


def _is_in(layer: Layer, cluster: str, layers: tuple[Layer, ...]) -> bool:
    return layer == Layer("cluster", cluster) or layer in layers
