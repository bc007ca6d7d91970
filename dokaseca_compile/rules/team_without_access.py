"""A team has no access to a cluster, or has roles that nobody can use.

## Problem

`clusters.<name>.teams` lists a team whose `roles` do not include the cluster's environment; or a
team has `roles` and no `groups`.

## Why

The team gets a namespace and quotas on the cluster, but none of its members has access. Roles are
bound to the team's groups in the identity provider: without groups, nobody has the role.

## Fix

Add a role in `teams.<name>.roles.<environment>` (at least `viewer`), and the `groups`. Or remove
the team from the clusters of that environment.

## Example

```yaml
teams: {payments: {roles: {dev: admin}}}
clusters:
  shop: {environment: production, teams: [payments]}    # team-without-access
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.rules.shared.base import Context, some

SLUG = "team-without-access"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each team and environment without a role, and for roles of nobody."""
    for (team, environment), clusters in _without_role(context).items():
        yield _fault(team, environment, clusters, context)
    for name, declared in context.platform.teams.items():
        if declared.roles and not declared.groups:
            message = f"team `{name}` has roles but no groups, so nobody has these roles"
            label = Label(("teams", name, "roles"), At.KEY)
            yield warning(SLUG, message, label, help="add `groups: […]`")


def _without_role(context: Context) -> dict[tuple[str, str], list[str]]:
    """Return the clusters where a team has no role, by team and environment."""
    platform = context.platform
    known = frozenset(context.names("environments"))
    # A role in an unknown environment is reported by another rule: it may be the missing one.
    teams = {name: team for name, team in platform.teams.items() if known.issuperset(team.roles)}
    found: dict[tuple[str, str], list[str]] = {}
    for name, cluster in platform.clusters.items():
        environment = cluster.environment
        if environment not in known:
            continue
        for team in dict.fromkeys(cluster.teams):
            if team in teams and environment not in teams[team].roles:
                found.setdefault((team, environment), []).append(name)
    return found


def _fault(team: str, environment: str, clusters: Sequence[str], context: Context) -> Diagnostic:
    first = clusters[0]
    index = context.platform.clusters[first].teams.index(team)
    return warning(
        SLUG,
        f"team `{team}` works on {some(clusters)} but has no role in environment `{environment}`",
        Label(("teams", team, "roles")),
        Label(("clusters", first, "teams", index), text="listed here"),
        help=f"add `{environment}: viewer` to its roles, or remove it from these clusters",
    )
