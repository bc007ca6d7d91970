"""The kinds of objects that are applied to clusters: what their AppProject permits.

All that there may be, and not those in use: Argo CD leaves alone what a project no longer allows, so
the last quota of a platform could not be taken away by the change that takes it out of Git (argo-cd
``getPermittedAppLiveObjects``).
"""

from __future__ import annotations

GroupKind = tuple[str, str]
"""An API group (empty for core) and a kind of it."""

IDENTITY_NAMESPACE = "kube-public"
"""Where a cluster says who it is: Kubernetes makes this namespace on every cluster."""

RBAC = "rbac.authorization.k8s.io"

CLUSTER_SCOPED: tuple[GroupKind, ...] = (("", "Namespace"), ("kyverno.io", "ClusterPolicy"))
NAMESPACED: tuple[GroupKind, ...] = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("", "ServiceAccount"),
    ("external-secrets.io", "ExternalSecret"),
    ("networking.k8s.io", "NetworkPolicy"),
    (RBAC, "Role"),
    (RBAC, "RoleBinding"),
)
