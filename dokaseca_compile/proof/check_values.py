"""The values files of addons and workloads: each says what its layer says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.difference import DisagreementError, same_data
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Layer, Resolved, Said


def check_values(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Every values file that some cluster reads has the values of its layer, and nothing else."""
    for path, values in _meant(resolved, layout):
        if path not in output:
            message = f"{path} is not written"
            raise DisagreementError(message)
        (found,) = output.documents(path)
        same_data(path, found, values)


def _meant(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path of every values file with what stands there."""
    yield layout.no_values().file, {}
    addons: dict[tuple[Layer, str], Said[Any]] = {}
    for profile in resolved.profiles:
        for install in profile.enabled():
            for part in install.parts:
                addons.update(((said.layer, part.part.name), said) for said in part.values)
    for (layer, part_name), said in addons.items():
        yield layout.values(layer, part_name).file, said.value
    for (team, name), workload in resolved.workloads.items():
        places = (place for place in workload.places.values() if place.clusters)
        for said in {said.layer: said for place in places for said in place.values}.values():
            yield layout.workload_values(said.layer, team, name).file, said.value
