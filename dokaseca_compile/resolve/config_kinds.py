"""The kinds of objects in a cluster's configuration, which its AppProject permits.

All possible kinds, not only those in use: Argo CD does not touch objects that a project no longer
permits, so a change that removes the last quota from Git would not delete it (argo-cd
``getPermittedAppLiveObjects``).
"""

from __future__ import annotations

GroupKind = tuple[str, str]
"""An API group (empty for core) and one of its kinds."""

IDENTITY_NAMESPACE = "kube-public"
"""The namespace of a cluster's identity; Kubernetes creates it on every cluster."""

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
