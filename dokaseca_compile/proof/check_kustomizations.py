"""The clusters repository as Kustomize reads it: what it builds for each cluster is what is meant, and all is read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.difference import DisagreementError, same, same_data
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.proof.expected.tenants import Tenants
from dokaseca_compile.proof.kustomize import FILE, Kustomize
from dokaseca_compile.proof.transformers import Objects, key_of
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster


def check_kustomizations(
    resolved: Resolved, intent: Intent, layout: Layout, output: Output
) -> None:
    """Raises ``DisagreementError`` for an object too many, too few or another, for a path that leads nowhere, for a
    file that no hub and no cluster reads, and for kinds that the AppProject does not allow.
    """
    hubs = [posixpath.dirname(layout.hub(each).file) for each in intent.clusters]
    configured = _Configured(resolved, layout, output)
    read = _registered(output, [each for each in hubs if f"{each}/{FILE}" in output])
    if intent.teams_work:
        for cluster in resolved.clusters.values():
            configured.check(cluster)
        project = intent.projects["cluster-config"]
        meant = [*(project.cluster_kinds or ()), *(project.namespace_kinds or ())]
        same(
            "the kinds that no cluster may be configured with",
            sorted(configured.kinds - {*meant}),
            [],
        )
        read |= configured.files
    for area in layout.areas("clusters"):
        for path in output.below(area.file, (".yaml", ".json")):
            if path not in read:
                message = f"nothing reads {path}"
                raise DisagreementError(message)


def _registered(output: Output, hubs: Iterable[str]) -> set[str]:
    """The files that hubs read, whose content is looked at where hubs are."""
    found: set[str] = set()
    waiting = list(hubs)
    while waiting:
        folder = waiting.pop()
        path = f"{folder}/{FILE}"
        found.add(path)
        (kustomization,) = output.documents(path)
        places = [
            posixpath.normpath(f"{folder}/{each}") for each in kustomization.get("resources", ())
        ]
        found.update(each for each in places if each in output)
        waiting += (each for each in places if each not in output)
    return found


class _Configured:
    """Holds what is built for clusters against what is meant; what they share, once."""

    def __init__(self, resolved: Resolved, layout: Layout, output: Output) -> None:
        self._tenants, self._layout, self._kustomize = Tenants(resolved), layout, Kustomize(output)
        self._shared: set[tuple[object, ...]] = set()
        self._equal: set[tuple[int, int]] = set()
        self._held: list[Objects] = []
        self.kinds: set[tuple[str, str]] = set()

    @property
    def files(self) -> set[str]:
        """The files that clusters read."""
        return self._kustomize.files

    def check(self, cluster: ResolvedCluster) -> None:
        """Every object of a cluster, and nothing else."""
        brought, made = self._kustomize.parts(self._layout.cluster(cluster.name).file)
        identity = self._tenants.identity(cluster)
        own = key_of(identity)
        same(f"what {cluster.name} makes", sorted(made), [own])
        same_data(f"{cluster.name}: {' '.join(own)}", made[own], identity)
        alike = (id(brought), self._tenants.key(cluster))
        if alike not in self._shared:
            self._shared.add(alike)
            self._held.append(brought)
            self._check_shared(cluster, {key: each for key, each in brought.items() if key != own})
            self.kinds |= {
                (each["apiVersion"].rpartition("/")[0], each["kind"]) for each in brought.values()
            }

    def _check_shared(self, cluster: ResolvedCluster, found: Objects) -> None:
        meant = {key_of(each): each for each in self._tenants.shared(cluster)}
        for key in sorted(found.keys() ^ meant.keys()):
            verb = "is written and not meant" if key in found else "is meant and not written"
            message = f"{cluster.name}: {' '.join(key)} {verb}"
            raise DisagreementError(message)
        for key, each in found.items():
            # Both live as long as this does: clusters share them.
            pair = (id(each), id(meant[key]))
            if pair not in self._equal:
                same_data(f"{cluster.name}: {' '.join(key)}", each, meant[key])
                self._equal.add(pair)
