"""Pass: resolve the tenancy of each team in each environment that it works in."""

from __future__ import annotations

from dataclasses import replace

from dokaseca_compile.resolve.resolved import Resolved, Tenant


def place_teams(resolved: Resolved) -> Resolved:
    """Fill in ``tenants``, sorted. A cluster's unknown team or environment is left out."""
    clusters: dict[tuple[str, str], list[str]] = {}
    for name, each in resolved.clusters.items():
        for team in set(each.cluster.teams):
            clusters.setdefault((each.cluster.environment, team), []).append(name)
    tenants = {
        (environment, team): _tenant(
            resolved, team, environment, tuple(clusters[environment, team])
        )
        for environment, team in sorted(clusters)
        if team in resolved.platform.teams and environment in resolved.environments
    }
    return replace(resolved, tenants=tenants)


def _tenant(resolved: Resolved, name: str, environment: str, clusters: tuple[str, ...]) -> Tenant:
    team = resolved.platform.teams[name]
    quotas = {**resolved.policies(environment).quotas, **team.quotas}
    templates = resolved.environments[environment].environment.secrets
    return Tenant(
        name,
        environment,
        resolved.namespace(name),
        team.roles.get(environment),
        {resource: quotas[resource] for resource in sorted(quotas)},
        {
            account: team.service_accounts[account].roles[environment]
            for account in sorted(team.service_accounts)
            if environment in team.service_accounts[account].roles
        },
        tuple(
            each
            for each in sorted(templates)
            if not templates[each].teams or name in templates[each].teams
        ),
        clusters,
    )
