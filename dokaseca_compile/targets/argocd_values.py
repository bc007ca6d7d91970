"""The values of the Argo CD that Terraform installs: those of its addon, in a file for each hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.argocd import argocd_of
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.targets.base import sorted_values, traced

NAME = "argocd-values"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield ``<environment>/<cluster>.argo-cd.yaml`` for every hub whose Argo CD has values."""
    for hub in resolved.hubs():
        layers = argocd_of(resolved, hub).values
        if layers:
            path = layout.argocd_values(hub.cluster.environment, hub.name).file
            body = YamlBody((traced(_merged(layers)),))
            yield Artifact(path, body, Origin(NAME, (("clusters", hub.name),)))


def _merged(layers: Sequence[Setting[Values]]) -> dict[str, Setting[Any]]:
    """Merge layers of values as Helm does, sorted by key; keep the strongest settings."""
    found: dict[str, list[Setting[Any]]] = {}
    for layer in layers:
        for key, value in layer.value.items():
            settings = found.setdefault(key, [])
            below = settings[-1].value if settings else {}
            if not (isinstance(value, Mapping) and isinstance(below, Mapping)):
                settings.clear()
            settings.append(Setting(value, (*layer.route, key)))
    return {key: _strongest(found[key]) for key in sorted(found)}


def _strongest(settings: Sequence[Setting[Any]]) -> Setting[Any]:
    """Return the result of the settings of one key: merged mappings, or one other value."""
    strongest = settings[-1]
    if isinstance(strongest.value, Mapping):
        return strongest.derive(_merged(settings))
    return strongest.derive(sorted_values(strongest.value))
