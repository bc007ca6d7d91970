"""The expected Applications that start a hub."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.proof.expected.common import ownership, retry
from dokaseca_compile.resolve.argocd import ARGOCD_NAMESPACE
from dokaseca_compile.resolve.layout import join
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster


def bootstrap_applications(
    resolved: Resolved, cluster: ResolvedCluster, name: str, *, registers: bool
) -> Iterator[Application]:
    """Yield those of a cluster that is a hub, as if it had this ``name``.

    ``registers`` is whether the hub reads the clusters repository.
    """
    if cluster.hub != cluster.name:
        return
    roles: tuple[RepositoryKey, ...] = ("addons", "clusters", "workloads")
    for environment in resolved.served[cluster.name]:
        for role in roles:
            if role != "clusters" or registers:
                yield _application(resolved, role, environment, name)


def _application(
    resolved: Resolved, role: RepositoryKey, environment: str, name: str
) -> Application:
    bound = resolved.environments[environment].repositories[role]
    folder = f"{name}/{environment}" if role == "clusters" else ""
    include = f"*/{environment}.yaml"
    return Application(
        name=f"bootstrap-{role}-{environment}-{name}",
        application_set=f"bootstrap-{role}",
        project=f"bootstrap-{role}",
        cluster=name,
        namespace=ARGOCD_NAMESPACE,
        labels={
            "cluster": name,
            "environment": environment,
            "repository": role,
            **ownership(resolved),
        },
        repository=bound.url,
        chart="",
        path=join(bound.basepath, bound.path, folder),
        version=bound.revision.value,
        release="",
        values_repository="",
        values_revision="",
        value_files=(),
        sync={
            "automated": {"prune": True, "selfHeal": True},
            "syncOptions": ["ServerSideApply=true"],
            "retry": retry(10),
        },
        cascades=False,
        annotations={},
        directory={} if role == "clusters" else {"recurse": True, "include": include},
    )
