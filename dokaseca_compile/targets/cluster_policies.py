"""The policies for teams' namespaces, as far as some environment asks for them: Kyverno's and the network's.

They are the same for every platform, and report only: an environment's overlay says what is enforced,
and with which registries and labels.
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
    """Folder of the assets → where it goes, and the sections that ask for it."""
    found: dict[str, tuple[Location, list[Route]]] = {}
    for environment in sorted({each.cluster.environment for each in resolved.clusters.values()}):
        kyverno = resolved.policies(environment).kyverno
        for policy in kyverno.policies:
            entry = found.setdefault(
                f"policies/kyverno/{policy}", (layout.kyverno_policy(policy), [])
            )
            entry[1].append(("policies", environment, "kyverno", "policies"))
    for environment in sorted({environment for environment, _ in resolved.tenants}):
        if resolved.policies(environment).network == "default-deny":
            entry = found.setdefault(
                "policies/network/default-deny", (layout.network_policy("default-deny"), [])
            )
            entry[1].append(("policies", environment, "network"))
    return found
