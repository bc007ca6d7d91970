"""The images of workloads: name and tag stand in values files, which no Application shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.difference import same
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Resolved


def check_images(resolved: Resolved, layout: Layout, output: Output) -> None:
    """The web-service chart is told the image that the model names, in the version of each environment."""
    for (team, name), workload in resolved.workloads.items():
        if workload.workload.image is None:
            continue
        for place in workload.places.values():
            if not place.clusters:
                continue
            merged: Mapping[str, Any] = {}
            for said in place.values:
                (values,) = output.documents(layout.workload_values(said.layer, team, name).file)
                merged = merge_values(merged, values)
            version = place.version.value if place.version is not None else ""
            found = {key: merged["image"].get(key) for key in ("repository", "tag")}
            meant = {"repository": workload.workload.image, "tag": version}
            same(f"the image of {team}/{name} in {place.environment}", found, meant)
