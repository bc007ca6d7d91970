"""Checks the values files of addons and workloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.mismatch import MismatchError, check_data
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Layer


def check_values(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Check that every values file holds exactly the values of its layer."""
    for path, values in _expected(resolved, layout):
        if path not in output:
            message = f"{path} is missing"
            raise MismatchError(message)
        (actual,) = output.documents(path)
        check_data(path, actual, values)


def _expected(resolved: Resolved, layout: Layout) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the path and the content of every values file."""
    yield layout.no_values().file, {}
    yield from _of_addons(resolved, layout).items()
    yield from _of_workloads(resolved, layout).items()


def _of_addons(resolved: Resolved, layout: Layout) -> dict[str, Mapping[str, Any]]:
    layers: dict[tuple[Layer, str], Mapping[str, Any]] = {}
    for profile in resolved.profiles:
        for install in profile.enabled():
            for part in install.parts:
                for setting in part.values:
                    layers[setting.layer, part.part.name] = setting.value
    return {layout.values(layer, part).file: values for (layer, part), values in layers.items()}


def _of_workloads(resolved: Resolved, layout: Layout) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for (team, name), workload in resolved.workloads.items():
        for place in workload.places.values():
            if not place.clusters:
                continue
            for setting in place.values:
                file = layout.workload_values(setting.layer, team, name).file
                found[file] = setting.value
    return found
