"""A hub registers clusters by ExternalSecrets and does not install External Secrets.

Problem
    The credential of a cluster is in the secret store (``bearerToken`` or ``clientCertificate``)
    and Git registers it, but no addon on its hub has the chart ``external-secrets``.

Why
    Git holds an ExternalSecret, from which the operator would make the cluster Secret. Without the
    operator there is no such kind: the hub's registrations fail to sync, and Argo CD never knows
    the cluster.

Fix
    Install External Secrets on the hub, as an addon whose main chart is called
    ``external-secrets``.

Example
    .. code-block:: yaml

        clusters:
          hub: {type: hub, auth: in-cluster}               # missing-external-secrets
          edge: {hub: hub, auth: {bearerToken: {key: clusters/edge}}}
        addons: {external-secrets: {enabled: false}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import At, Diagnostic, Label, warning
from dokaseca_compile.resolve.resolved import Part, Profile
from dokaseca_compile.rules.base import Context, some
from dokaseca_compile.rules.fleet import sound_profiles

SLUG = "missing-external-secrets"
_NAME = "external-secrets"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each hub that lacks the operator."""
    if len(context.names("addons")) > len(context.platform.addons):
        return  # one with a schema fault may be the operator
    sound = {id(profile) for profile in sound_profiles(context)}
    for hub, clusters in _external(context).items():
        profile = context.resolved.clusters[hub].profile
        if id(profile) in sound and not _installs_operator(profile):
            yield warning(
                SLUG,
                f"hub `{hub}` installs no `{_NAME}`, so nothing makes the Secret of {some(clusters)}",
                Label(("clusters", hub), At.KEY),
                Label(("clusters", clusters[0], "auth"), text="its credential is in the secret store"),
                help=f"enable an addon with the chart `{_NAME}` on `{hub}`",
            )


def _external(context: Context) -> dict[str, list[str]]:
    """The clusters that an ExternalSecret registers, by hub; an unknown hub is another rule's."""
    found: dict[str, list[str]] = {}
    for name, each in context.resolved.clusters.items():
        external = each.cluster.auth.external is not None and each.registration == "gitops"
        if external and each.hub is not None and each.hub in context.resolved.clusters:
            found.setdefault(each.hub, []).append(name)
    return found


def _installs_operator(profile: Profile) -> bool:
    return any(_is_operator(part.part) for install in profile.enabled() for part in install.parts)


def _is_operator(part: Part) -> bool:
    """Whether it is the operator: by its chart, or by the name of its folder in a repository of ours."""
    folder = (part.path or "").rsplit("/", 1)[-1]
    return part.component is None and _NAME in {part.chart, folder, part.addon}
