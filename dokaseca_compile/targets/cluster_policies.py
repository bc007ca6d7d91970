"""The policies for teams' namespaces that some environment uses: Kyverno's and the network's.

They are the same for every platform, and only report: an environment's overlay sets what is
enforced, and which registries and labels are valid.
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.assets import assets
from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout, Location
from dokaseca_compile.resolve.resolved import Resolved

NAME = "cluster-policies"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the folder of each policy in use, where teams work on any cluster."""
    if not resolved.has_teams:
        return
    for folder, (place, routes) in sorted(_used(resolved, layout).items()):
        for file, body in assets(folder):
            yield Artifact(f"{place.file}/{file}", body, Origin(NAME, tuple(routes)))


def _used(resolved: Resolved, layout: Layout) -> dict[str, tuple[Location, list[Route]]]:
    """Return folder of the assets → its location, and the sections that use it."""
    found: dict[str, tuple[Location, list[Route]]] = {}

    def use(folder: str, location: Location, *section: str) -> None:
        found.setdefault(folder, (location, []))[1].append(("policies", *section))

    for environment in sorted({each.cluster.environment for each in resolved.clusters.values()}):
        for name in resolved.policies(environment).kyverno.policies:
            location = layout.kyverno_policy(name)
            use(f"policies/kyverno/{name}", location, environment, "kyverno", "policies")
    for environment in sorted({environment for environment, _ in resolved.tenants}):
        if resolved.policies(environment).network == "default-deny":
            location = layout.network_policy("default-deny")
            use("policies/network/default-deny", location, environment, "network")
    return found
