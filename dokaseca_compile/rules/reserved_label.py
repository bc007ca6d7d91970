"""A label or annotation is reserved for the compiler, Argo CD or Kubernetes.

## Problem

A key of `labels` or `annotations` of an environment or a cluster is one of these:

- It begins with `enable_`, has the prefix `argocd.argoproj.io/`, or is a key of the compiler,
  such as `environment` or `addons_repo_url`. The annotation `argocd.argoproj.io/skip-reconcile`
  is allowed.
- Its prefix is `kubernetes.io`, `k8s.io` or a subdomain, such as `kubectl.kubernetes.io`. This
  also applies to annotations of a team's service account. Allowed are `app.kubernetes.io` and
  `topology.kubernetes.io` on clusters, and the Kubernetes annotations for service accounts
  (`kubernetes.io/enforce-mountable-secrets`) on service accounts.

## Why

ApplicationSets select clusters by these labels and fill in their templates from these
annotations. A custom value could enable or disable addons and bypass the declared settings. Keys
in the domains of Kubernetes are reserved
(kubernetes.io/docs/reference/labels-annotations-taints): kubectl, Kustomize and controllers read
and overwrite them. For example, `kubectl.kubernetes.io/last-applied-configuration` would make
`kubectl apply` delete fields.

## Fix

Use the setting for this purpose: `addons` to enable or disable an addon; `environment`, `region`,
`cloud` and so on for properties of the cluster; `revisions` and `repositories` for repositories.
Otherwise use a key with your own prefix.

## Example

```yaml
clusters:
  edge:
    labels: {enable_kyverno: "true"}       # reserved-label
    addons: {kyverno: true}                # valid
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.contract import ANNOTATION_KEYS, LABEL_KEYS, TEAM_PREFIX
from dokaseca_compile.rules.shared.base import Context

SLUG = "reserved-label"
_SWITCH = "enable_"
_ARGO = "argocd.argoproj.io/"
_OURS = (_SWITCH, TEAM_PREFIX, _ARGO)
_ALLOWED = {f"{_ARGO}skip-reconcile"}
_KUBERNETES = ("kubernetes.io", "k8s.io")
_KUBERNETES_ALLOWED = ("app.kubernetes.io", "topology.kubernetes.io")
"""Domains of Kubernetes whose keys people are to set themselves, which describe an application or a place."""
_OF_SERVICE_ACCOUNTS = {"kubernetes.io/enforce-mountable-secrets"}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each key that is the compiler's."""
    platform = context.platform
    for section, units in (
        ("environments", platform.environments),
        ("clusters", platform.clusters),
    ):
        for name, unit in units.items():
            if unit.labels:
                yield from _faults((section, name, "labels"), "label", unit.labels, LABEL_KEYS, ())
            if unit.annotations:
                route = (section, name, "annotations")
                yield from _faults(route, "annotation", unit.annotations, ANNOTATION_KEYS, _ALLOWED)
    for team, members in platform.teams.items():
        for name, account in members.service_accounts.items():
            place: Route = ("teams", team, "serviceAccounts", name, "annotations")
            for key in account.annotations:
                if key not in _OF_SERVICE_ACCOUNTS and _is_of_kubernetes(key):
                    yield _of_kubernetes(place, "annotation", key)


def _faults(
    route: Route,
    kind: str,
    given: Mapping[str, str],
    own: Collection[str],
    allowed: Collection[str],
) -> Iterator[Diagnostic]:
    for key in given:
        if key not in own and _is_of_kubernetes(key):
            yield _of_kubernetes(route, kind, key)
            continue
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


def _is_of_kubernetes(key: str) -> bool:
    """Whether the prefix of a key is a domain that is reserved for Kubernetes, and not for people to use."""
    domain = key.partition("/")[0] if "/" in key else ""
    reserved = domain in _KUBERNETES or domain.endswith(tuple(f".{each}" for each in _KUBERNETES))
    return reserved and domain not in _KUBERNETES_ALLOWED


def _of_kubernetes(route: Route, kind: str, key: str) -> Diagnostic:
    message = f"{kind} `{key}` is reserved for Kubernetes"
    return error(
        SLUG, message, Label((*route, key), At.KEY), help="use a key with a prefix of your own"
    )
