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

from collections.abc import Collection, Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve.contract import ANNOTATION_KEYS, LABEL_KEYS, TEAM_PREFIX
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import environments_and_clusters

SLUG = "reserved-label"
_SWITCH = "enable_"
_ARGO = "argocd.argoproj.io/"
_ALLOWED = {f"{_ARGO}skip-reconcile"}
_KUBERNETES = (".kubernetes.io", ".k8s.io")
"""The ends of domains that are reserved for Kubernetes, each behind a dot."""
_KUBERNETES_ALLOWED = ("app.kubernetes.io", "topology.kubernetes.io")
"""Domains of Kubernetes whose keys users may set: they describe an application or a place."""
_OF_SERVICE_ACCOUNTS = {"kubernetes.io/enforce-mountable-secrets"}
_OTHER_KEY = "use a key with a prefix of your own"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each reserved key."""
    for route, unit in environments_and_clusters(context.platform):
        for key in unit.labels:
            yield from _fault((*route, "labels"), "label", key, LABEL_KEYS)
        for key in unit.annotations:
            if key not in _ALLOWED:
                yield from _fault((*route, "annotations"), "annotation", key, ANNOTATION_KEYS)
    yield from _of_service_accounts(context.platform)


def _of_service_accounts(platform: Platform) -> Iterator[Diagnostic]:
    for team, members in platform.teams.items():
        for name, account in members.service_accounts.items():
            place: Route = ("teams", team, "serviceAccounts", name, "annotations")
            for key in account.annotations:
                if key not in _OF_SERVICE_ACCOUNTS and _is_of_kubernetes(key):
                    message = f"annotation `{key}` is reserved for Kubernetes"
                    yield error(SLUG, message, Label((*place, key), At.KEY), help=_OTHER_KEY)


def _fault(route: Route, kind: str, key: str, own: Collection[str]) -> Iterator[Diagnostic]:
    help_ = _OTHER_KEY
    if key.startswith(_SWITCH):
        reason = "is reserved: it would switch an addon regardless of its settings"
        help_ = "switch the addon under `addons`"
    elif key.startswith(TEAM_PREFIX):
        reason = "is reserved: it would put a team on a cluster regardless of `teams`"
        help_ = "list the team under `teams`"
    elif key in own:
        reason = "is reserved: the compiler sets it"
    elif key.startswith(_ARGO):
        reason = "is reserved for Argo CD"
    elif _is_of_kubernetes(key):
        reason = "is reserved for Kubernetes"
    else:
        return
    message = f"{kind} `{key}` {reason}"
    yield error(SLUG, message, Label((*route, key), At.KEY), help=help_)


def _is_of_kubernetes(key: str) -> bool:
    """Return whether the prefix of a key is a domain that is reserved for Kubernetes."""
    domain = key.rpartition("/")[0]
    if domain in _KUBERNETES_ALLOWED:
        return False
    return f".{domain}".endswith(_KUBERNETES)
