"""Kustomize builds each hub's folder, and gives exactly the registrations of the hub's clusters."""

from __future__ import annotations

from pathlib import Path

import yaml
from compiled import Compiled, typed
from engines import kustomize

from dokaseca_compile.resolve.layout import Layout


def test_hubs(platform: Compiled, out: Path) -> None:
    """What a hub applies is the registration of every cluster it deploys to and Git registers, no more and no less.

    Beside them is the marker that keeps the list from becoming empty. Each environment has its own list.
    """
    registered = {
        each["metadata"]["name"]: each
        for kind in ("Secret", "ExternalSecret")
        for each in platform.documents(kind)
        if each["metadata"].get("namespace") == "argocd"  # others are teams'
    }
    resolved = platform.resolved
    layout = Layout(resolved)
    for hub in resolved.registering_hubs():
        for environment in resolved.served[hub]:
            expected = [f"bootstrap-clusters-{environment}-marker"] + [
                name
                for name, each in resolved.clusters.items()
                if (each.hub, each.cluster.environment, each.registration) == (hub, environment, "gitops")
            ]
            built = yaml.load_all(kustomize((out / layout.hub(hub, environment).file).parent), yaml.CSafeLoader)
            assert sorted(map(typed, built)) == sorted(typed(registered[name]) for name in expected)


def test_no_other_hub(platform: Compiled, out: Path) -> None:
    """A hub that registers no cluster has no folder: Argo CD would be given an empty one."""
    layout = Layout(platform.resolved)
    folder = out / layout.applied("clusters").file
    registering = {
        each.hub for each in platform.resolved.clusters.values() if each.registration == "gitops" and each.hub
    }
    assert {path.name for path in folder.iterdir()} == registering
