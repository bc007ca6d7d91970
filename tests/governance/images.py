"""The images of workloads: their name and tag are in values files, which no Application shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.mismatch import check_equal
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Resolved
from governance.files import only_document


def check_images(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Check that the values of each environment name the declared image and version."""
    for (team, name), workload in resolved.workloads.items():
        if workload.workload.image is None:
            continue
        for place in workload.places.values():
            if not place.clusters:
                continue
            merged: Mapping[str, Any] = {}
            for said in place.values:
                path = layout.workload_values(said.layer, team, name).file
                merged = merge_values(merged, only_document(output, path))
            version = place.version.value if place.version is not None else ""
            actual = {key: merged["image"].get(key) for key in ("repository", "tag")}
            expected = {"repository": workload.workload.image, "tag": version}
            check_equal(f"the image of {team}/{name} in {place.environment}", actual, expected)
