"""A cluster or an addon names a team that is not declared.

Problem
    An entry of ``clusters.<name>.teams``, ``addons.<name>.owner`` or a key of ``workloads`` names no
    entry of ``teams``.

Why
    The team gets namespaces, quotas and roles on the cluster, and the portal shows the owner. For
    a misspelt team none of these is made, and the people of the real one find themselves without
    access.

Fix
    Use a declared team, or declare it: ``teams: {<name>: {groups: [<group>]}}``.

Example
    .. code-block:: yaml

        teams: {payments: {groups: [payments-devs]}}
        clusters:
          edge: {teams: [payment]}      # unknown-team, did you mean `payments`?
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.rules.base import Context
from dokaseca_compile.rules.fleet import Hints

SLUG = "unknown-team"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each mention of an undeclared team."""
    known = frozenset(context.names("teams"))
    hints = Hints(context.names("teams"))
    for name, cluster in context.platform.clusters.items():
        for index, team in enumerate(cluster.teams):
            if team not in known:
                label = Label(("clusters", name, "teams", index))
                yield error(SLUG, f"cluster `{name}` lists the unknown team `{team}`", label, help=hints.of(team))
    for name, addon in context.platform.addons.items():
        if addon.owner is not None and addon.owner not in known:
            label = Label(("addons", name, "owner"))
            message = f"addon `{name}` is owned by the unknown team `{addon.owner}`"
            yield error(SLUG, message, label, help=hints.of(addon.owner))
    for name in context.names("workloads"):
        if name not in known:
            message = f"workloads are given to the unknown team `{name}`"
            yield error(SLUG, message, Label(("workloads", name), At.KEY), help=hints.of(name))
