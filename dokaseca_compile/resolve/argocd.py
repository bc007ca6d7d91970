"""The Argo CD that Terraform installs on a cluster: as the platform's own addon has it, where there is one.

Terraform starts it and the addon takes it over. That works when both mean the same release of the
same chart in the same namespace; with other values, one would undo what the other did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import Install, PartInstall, Resolved, ResolvedCluster

CHART = "argo-cd"
ARGOCD_NAMESPACE = "argocd"
RELEASE = "argo-cd"
REPOSITORY = "https://argoproj.github.io/argo-helm"
VERSION = "10.2.2"  # of Argo CD 3, where no addon says another
PROGRESSIVE_SYNCS = "applicationsetcontroller.enable.progressive.syncs"
"""The parameter without which the ApplicationSet controller ignores every rollout."""
_ROLLOUTS = {"configs": {"params": {PROGRESSIVE_SYNCS: True}}}


@dataclass(frozen=True, slots=True)
class ArgoCd:
    """What Terraform installs: repository, version and release of the chart, and its values. Empty on a spoke."""

    repository: str = ""
    version: str = ""
    release: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


_NONE = ArgoCd()


def argocd_of(resolved: Resolved, cluster: ResolvedCluster) -> ArgoCd:
    """The Argo CD of a cluster that runs one; of several addons that install it, the first."""
    if cluster.cluster.type == "spoke":
        return _NONE
    for _, part in argocd_installs(cluster):
        repository = part.part.repository or ""
        return ArgoCd(
            # Helm names the scheme that Argo CD leaves out.
            f"oci://{repository}" if part.part.kind == "oci-chart" else repository,
            part.version.value if part.version is not None else VERSION,
            part.part.release,
            _values(part),
        )
    rollouts = any(each.environment.rollout for each in resolved.environments.values())
    return ArgoCd(REPOSITORY, VERSION, RELEASE, _ROLLOUTS if rollouts else {})


def argocd_installs(cluster: ResolvedCluster) -> Iterator[tuple[Install, PartInstall]]:
    """Yield what installs the chart ``argo-cd`` on a cluster."""
    for install in cluster.enabled():
        for part in install.parts:
            if part.part.chart == CHART:
                yield install, part


def ignores_rollouts(hub: ResolvedCluster) -> bool:
    """Whether a hub installs Argo CD by an addon that does not switch progressive syncs on.

    Without such an addon the Argo CD that Terraform installs has them on, or its values are not known.
    """
    parts = [part for _, part in argocd_installs(hub)]
    return bool(parts) and not any(map(_switches_on, parts))


def _switches_on(part: PartInstall) -> bool:
    values: Any = _values(part)
    for key in ("configs", "params", PROGRESSIVE_SYNCS):
        values = values.get(key) if isinstance(values, Mapping) else None
    return str(values).lower() == "true"


def _values(part: PartInstall) -> Mapping[str, Any]:
    merged: dict[str, Any] = {}
    for said in part.values:
        merged = merge_values(merged, said.value)
    return merged
