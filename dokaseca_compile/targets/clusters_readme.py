"""The page on the clusters repository: what each folder is, and what each team gets where."""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.formats.body import (
    Bullets,
    Heading,
    Inline,
    MarkdownBody,
    Mono,
    Paragraph,
    Table,
)
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved, Tenant

NAME = "clusters-readme"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the page."""
    blocks: list[Heading | Paragraph | Bullets | Table] = [
        Heading(f"Clusters of {resolved.platform.metadata.name}", 1),
        Paragraph("How each cluster is known and what is applied to it itself, as Kustomize:"),
        Bullets(tuple(_folders(resolved, layout))),
    ]
    if resolved.tenants:
        columns = (
            "environment",
            "team",
            "namespace",
            "groups may",
            "service accounts",
            "secrets",
            "clusters",
        )
        rows = tuple(_row(resolved, tenant) for tenant in resolved.tenants.values())
        blocks += [Heading("Teams"), Table(columns, rows)]
    yield Artifact(
        layout.clusters_readme().file, MarkdownBody(tuple(blocks)), Origin(NAME, (("metadata",),))
    )


def _folders(resolved: Resolved, layout: Layout) -> Iterator[Inline]:
    tenants = resolved.tenants.values()
    said = (
        (layout.cluster("<cluster>").path, "is applied to the cluster", resolved.has_teams),
        (
            layout.registration("<cluster>", "").path.rpartition("/")[0],
            "makes it known to the hub's Argo CD",
            True,
        ),
        (
            layout.hub("<hub>", "<environment>").path.rpartition("/")[0],
            "registers the clusters of an environment with a hub",
            True,
        ),
        (layout.environment_base().path, "is what every cluster gets", resolved.has_teams),
        (
            layout.overlay("<environment>").path,
            "is what the clusters of an environment get",
            resolved.has_teams,
        ),
        (
            layout.tenant("<team>", "<environment>").path,
            "is what a team's namespace holds there",
            bool(tenants),
        ),
        (
            layout.secret("<environment>", "<secret>").path,
            "tells External Secrets what to make; no value is here",
            any(tenant.secrets for tenant in tenants),
        ),
        (
            layout.team_access("<team>", "<environment>").path,
            "is what a team's groups may do",
            any(map(resolved.has_access, tenants)),
        ),
        (
            layout.service_accounts("<team>", "<environment>").path,
            "are a team's accounts for machines",
            any(tenant.accounts for tenant in tenants),
        ),
        (
            layout.kyverno_policy("<policy>").path,
            "is looked at by Kyverno in the namespaces of teams",
            _kyverno(resolved),
        ),
        (
            layout.network_policy("<policy>").path,
            "is what the network of a team lets through",
            _network(resolved),
        ),
    )
    return ((Mono(path), f" {what}") for path, what, used in said if used)


def _kyverno(resolved: Resolved) -> bool:
    return resolved.has_teams and any(
        resolved.policies(each.cluster.environment).kyverno.policies
        for each in resolved.clusters.values()
    )


def _network(resolved: Resolved) -> bool:
    return any(
        resolved.policies(environment).network == "default-deny"
        for environment, _ in resolved.tenants
    )


def _row(resolved: Resolved, tenant: Tenant) -> tuple[Inline, ...]:
    accounts = ", ".join(f"{name} ({role})" for name, role in tenant.accounts.items())
    return (
        tenant.environment,
        tenant.team,
        Mono(tenant.namespace),
        tenant.role or "" if resolved.has_access(tenant) else "",
        accounts,
        ", ".join(tenant.secrets),
        str(len(tenant.clusters)),
    )
