"""The values of the Argo CD that Terraform installs: those that its addon will have, in one file for each cluster."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.argocd import argocd_of
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets.base import sorted_values

NAME = "argocd-values"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield ``<environment>/<cluster>.argo-cd.yaml`` for every cluster that runs an Argo CD with values."""
    for hub in resolved.hubs():
        values = argocd_of(resolved, hub).values
        if values:
            path = layout.argocd_values(hub.cluster.environment, hub.name).file
            yield Artifact(
                path, YamlBody((sorted_values(values),)), Origin(NAME, (("clusters", hub.name),))
            )
