"""A label or annotation of a cluster is one that the compiler writes itself.

Problem
    A key of ``labels`` or ``annotations`` of an environment or a cluster begins with ``enable_``,
    lies in ``argocd.argoproj.io/``, or is one of the compiler's own, as ``environment`` or
    ``addons_repo_url``. The annotation ``argocd.argoproj.io/skip-reconcile`` is allowed.

Why
    These keys decide what is installed: ApplicationSets select clusters by them and read their
    templates' values from them. A second value from another place would switch addons past the
    settings that are declared, reviewed and explained.

Fix
    Say it where it belongs: ``addons`` to switch an addon, ``environment``, ``region``, ``cloud``
    and so on for facts, ``revisions`` and ``repositories`` for repositories. Otherwise use a key
    with a prefix of your own.

Example
    .. code-block:: yaml

        clusters:
          edge:
            labels: {enable_kyverno: "true"}       # reserved-label
            addons: {kyverno: true}                # this does it
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dokaseca_compile.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.resolve.contract import ANNOTATION_KEYS, LABEL_KEYS, TEAM_PREFIX
from dokaseca_compile.routes import Route
from dokaseca_compile.rules.base import Context

SLUG = "reserved-label"
_SWITCH = "enable_"
_ARGO = "argocd.argoproj.io/"
_OURS = (_SWITCH, TEAM_PREFIX, _ARGO)
_ALLOWED = {f"{_ARGO}skip-reconcile"}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each key that is the compiler's."""
    platform = context.platform
    for section, units in (("environments", platform.environments), ("clusters", platform.clusters)):
        for name, unit in units.items():
            if unit.labels:
                yield from _faults((section, name, "labels"), "label", unit.labels, LABEL_KEYS, ())
            if unit.annotations:
                route = (section, name, "annotations")
                yield from _faults(route, "annotation", unit.annotations, ANNOTATION_KEYS, _ALLOWED)


def _faults(
    route: Route, kind: str, given: Mapping[str, str], own: Collection[str], allowed: Collection[str]
) -> Iterator[Diagnostic]:
    for key in given:
        if key in allowed or not (key in own or key.startswith(_OURS)):
            continue
        label = Label((*route, key), At.KEY)
        if key.startswith(_SWITCH):
            message = f"{kind} `{key}` would switch an addon past its settings"
            yield error(SLUG, message, label, help="switch it under `addons`")
        elif key.startswith(TEAM_PREFIX):
            message = f"{kind} `{key}` would put a team on a cluster past its `teams`"
            yield error(SLUG, message, label, help="list the team under `teams`")
        elif key in own:
            message = f"{kind} `{key}` is written by the compiler"
            yield error(SLUG, message, label, help="use a key with a prefix of your own")
        elif key.startswith(_ARGO):
            message = f"{kind} `{key}` is Argo CD's own"
            yield error(SLUG, message, label, help="use a key with a prefix of your own")
