"""What each cluster is meant to get, from what people wrote alone: the other side of what Kustomize builds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.model.platform import Platform

RBAC = "rbac.authorization.k8s.io"
CLUSTER_ROLES = {"admin": "admin", "editor": "edit", "viewer": "view"}

Key = tuple[str, str, str]
"""Kind, namespace (empty for none) and name of an object."""


def key(document: Mapping[str, Any]) -> Key:
    """How the cluster tells objects apart."""
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def meant(platform: Platform, cluster: str) -> dict[Key, Any]:
    """Every object of a cluster by its key, and what matters of its content."""
    declared = platform.clusters[cluster]
    policies = platform.policies.get(declared.environment)
    objects = dict(_identity(platform, cluster))
    for name in policies.kyverno.policies if policies else ():
        namespaces = _namespaces(platform, declared.environment)
        objects["ClusterPolicy", "", name] = _kyverno(policies.kyverno, name, namespaces)
    for team in set(declared.teams):
        objects |= dict(_tenant(platform, team, declared.environment))
    return objects


def _identity(platform: Platform, cluster: str) -> Iterator[tuple[Key, Any]]:
    declared = platform.clusters[cluster]
    domain = {"domain": platform.metadata.domain} if platform.metadata.domain else {}
    yield (
        ("ConfigMap", "kube-public", "cluster-identity"),
        {
            "platform": platform.metadata.name,
            **domain,
            "environment": declared.environment,
            "purpose": platform.environments[declared.environment].purpose,
            "cluster": cluster,
            "region": declared.region,
            "type": declared.type,
        },
    )
    yield ("Role", "kube-public", "cluster-identity"), [("get", "configmaps", "cluster-identity")]
    yield (
        ("RoleBinding", "kube-public", "cluster-identity"),
        ("cluster-identity", [("Group", "system:serviceaccounts")]),
    )


def _namespaces(platform: Platform, environment: str) -> list[str]:
    """The namespaces of all teams that work somewhere in an environment."""
    clusters = [each for each in platform.clusters.values() if each.environment == environment]
    teams = {team for each in clusters for team in each.teams}
    return sorted({platform.teams[team].namespace or team for team in teams})


def _kyverno(kyverno: Any, name: str, namespaces: list[str]) -> tuple[str, Any, Any]:
    quoted = ", ".join(f"'{each}'" for each in namespaces)
    action, failure = {
        "audit": ("Audit", {"failurePolicy": "Ignore"}),
        "enforce": (
            "Enforce",
            {
                "failurePolicy": "Fail",
                "matchConditions": [{"name": "namespaces-of-teams", "expression": f"request.namespace in [{quoted}]"}],
            },
        ),
    }[kyverno.action]
    parameters = {"require-labels": sorted(kyverno.labels), "restrict-image-registries": sorted(kyverno.registries)}
    return action, failure, parameters.get(name)


def _tenant(platform: Platform, name: str, environment: str) -> Iterator[tuple[Key, Any]]:
    team, policies = platform.teams[name], platform.policies.get(environment)
    namespace = team.namespace or name
    security = policies.pod_security if policies else None
    levels = (
        (security.enforce, security.warn or security.enforce, security.audit or security.enforce) if security else ()
    )
    yield ("Namespace", "", namespace), (name, environment, levels, team.cost_center)
    role = team.roles.get(environment)
    if role and team.groups:
        subjects = sorted(("Group", group) for group in set(team.groups))
        yield ("RoleBinding", namespace, f"team-{role}"), (CLUSTER_ROLES[role], subjects)
    for account, service in team.service_accounts.items():
        role = service.roles.get(environment)
        if role:
            yield ("ServiceAccount", namespace, account), (False, service.annotations)
            binding = f"service-account-{account}-{role}"
            subjects = [("ServiceAccount", f"{namespace}/{account}")]
            yield ("RoleBinding", namespace, binding), (CLUSTER_ROLES[role], subjects)
    for secret, template in platform.environments[environment].secrets.items():
        if not template.teams or name in template.teams:
            fields = sorted((field, template.key, entry) for field, entry in template.data.items())
            yield ("ExternalSecret", namespace, secret), (template.type, fields)
    if policies and policies.network == "default-deny":
        for each in ("allow-dns", "allow-same-namespace", "default-deny"):
            yield ("NetworkPolicy", namespace, each), None
    yield from _amounts(namespace, {**(policies.quotas if policies else {}), **team.quotas}, policies)


def _amounts(namespace: str, quotas: Mapping[str, str], policies: Any) -> Iterator[tuple[Key, Any]]:
    names = {"cpu": ["requests.cpu"], "memory": ["requests.memory", "limits.memory"], "storage": ["requests.storage"]}
    if quotas:
        hard = {each: amount for resource, amount in quotas.items() for each in names.get(resource, [resource])}
        yield ("ResourceQuota", namespace, "team"), hard
    bounds = policies.limits.model_dump(by_alias=True) if policies else {}
    bounds = {bound: amounts for bound, amounts in bounds.items() if amounts}
    if bounds:
        yield ("LimitRange", namespace, "team"), {"type": "Container", **bounds}


def content(document: Mapping[str, Any]) -> Any:
    """What matters of an object that was built, in the form of what was meant."""
    spec, kind, metadata = document.get("spec", {}), document["kind"], document["metadata"]
    match kind:
        case "ConfigMap":
            return document["data"]
        case "Role":
            return [
                (verb, resource, name)
                for rule in document["rules"]
                for verb in rule["verbs"]
                for resource in rule["resources"]
                for name in rule["resourceNames"]
            ]
        case "RoleBinding":
            return document["roleRef"]["name"], sorted(map(_subject, document["subjects"]))
        case "ServiceAccount":
            return document["automountServiceAccountToken"], metadata.get("annotations", {})
        case "Namespace":
            return _namespace(metadata)
        case "ResourceQuota":
            return spec["hard"]
        case "LimitRange":
            return spec["limits"][0] if len(spec["limits"]) == 1 else spec["limits"]
        case "ExternalSecret":
            fields = [
                (each["secretKey"], each["remoteRef"]["key"], each["remoteRef"]["property"]) for each in spec["data"]
            ]
            return spec["target"]["template"]["type"], sorted(fields)
        case "ClusterPolicy":
            return _policy(metadata["name"], spec)
        case _:
            return None


def _subject(subject: Mapping[str, str]) -> tuple[str, str]:
    if subject["kind"] == "ServiceAccount":
        return subject["kind"], f"{subject['namespace']}/{subject['name']}"
    assert subject["apiGroup"] == RBAC
    return subject["kind"], subject["name"]


def _namespace(metadata: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...], str | None]:
    labels, annotations = metadata["labels"], metadata["annotations"]
    assert annotations["argocd.argoproj.io/sync-options"] == "Delete=false,Prune=false"
    assert annotations["argocd.argoproj.io/compare-options"] == "IgnoreExtraneous"
    modes = ("enforce", "warn", "audit")
    levels = tuple(labels[f"pod-security.kubernetes.io/{mode}"] for mode in modes if _has_level(labels, mode))
    cost_center = annotations.get("dokaseca.dev/cost-center")
    return labels["dokaseca.dev/team"], labels["dokaseca.dev/environment"], levels, cost_center


def _has_level(labels: Mapping[str, str], mode: str) -> bool:
    return f"pod-security.kubernetes.io/{mode}" in labels


def _policy(name: str, spec: Mapping[str, Any]) -> tuple[str, Any, Any]:
    (rule,) = spec["rules"]
    pattern, found = rule["validate"]["pattern"], None
    if name == "require-labels":
        assert set(pattern["metadata"]["labels"].values()) == {"?*"}
        found = sorted(pattern["metadata"]["labels"])
    elif name == "restrict-image-registries":
        (images,) = {containers[0]["image"] for containers in pattern["spec"].values()}
        found = sorted(each.removesuffix("/*") for each in images.split(" | "))
    return rule["validate"]["failureAction"], spec["webhookConfiguration"], found
