"""The objects that each cluster should get, derived from what people declare and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dokaseca_compile.assets import assets
from dokaseca_compile.formats.read import read_yaml
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.model.secrets import SecretTemplate
from governance.kustomize import Document, Key, key_of

_GROUP = "rbac.authorization.k8s.io"
_CLUSTER_ROLES = {"admin": "admin", "editor": "edit", "viewer": "view"}
_IDENTITY = {"name": "cluster-identity", "namespace": "kube-public"}
_KEPT = {
    "argocd.argoproj.io/sync-options": "Delete=false,Prune=false",
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
}
_WITHOUT_CRD = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}
_HARD = {
    "cpu": ("requests.cpu",),
    "memory": ("limits.memory", "requests.memory"),
    "pods": ("pods",),
    "storage": ("requests.storage",),
}


class Tenants:
    """The objects that configure clusters. Clusters of an environment share them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._environments: dict[str, dict[Key, Document]] = {}
        self._teams: dict[tuple[str, str], dict[Key, Document]] = {}

    def objects(self, cluster: str) -> dict[Key, Document]:
        """Return every object of a cluster by its key."""
        declared = self._platform.clusters[cluster]
        environment = declared.environment
        if environment not in self._environments:
            self._environments[environment] = _by_key(self._of_environment(environment))
        found = dict(self._environments[environment])
        for team in declared.teams:
            if (team, environment) not in self._teams:
                self._teams[team, environment] = _by_key(self._of_team(team, environment))
            found |= self._teams[team, environment]
        identity = self._identity(cluster)
        return found | {key_of(identity): identity}

    def _identity(self, cluster: str) -> Document:
        """Return the ConfigMap by which a cluster knows itself."""
        declared, metadata = self._platform.clusters[cluster], self._platform.metadata
        data = {
            "platform": metadata.name,
            "environment": declared.environment,
            "purpose": self._platform.environments[declared.environment].purpose,
            "cluster": cluster,
            "region": declared.region,
            "type": declared.type,
        }
        if metadata.domain is not None:
            data["domain"] = metadata.domain
        head = {**_IDENTITY, "labels": self._labels(declared.environment)}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": head, "data": data}

    def _labels(self, environment: str) -> dict[str, str]:
        return {
            "app.kubernetes.io/managed-by": "dokaseca",
            "app.kubernetes.io/part-of": self._platform.metadata.name,
            "dokaseca.dev/environment": environment,
        }

    def _policies(self, environment: str) -> PolicySet:
        return self._platform.policies.get(environment) or PolicySet.model_validate({})

    def _of_environment(self, environment: str) -> Iterator[Document]:
        """Yield what every cluster of an environment gets, its identity aside."""
        metadata = {**_IDENTITY, "labels": self._labels(environment)}
        rule = {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["cluster-identity"], "verbs": ["get"]}
        yield {"apiVersion": f"{_GROUP}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]}
        reader = {"apiGroup": _GROUP, "kind": "Role", "name": "cluster-identity"}
        yield _binding(metadata, reader, [_group("system:serviceaccounts")])
        for policy in self._policies(environment).kyverno.policies:
            for each in _asset(f"policies/kyverno/{policy}"):
                yield _with(self._policy(environment, policy, each), labels=self._labels(environment))

    def _policy(self, environment: str, name: str, document: Document) -> Document:
        """Return a policy with the action of an environment, and its labels or registries."""
        kyverno, spec = self._policies(environment).kyverno, document["spec"]
        (rule,) = spec["rules"]
        validate: dict[str, Any] = {**rule["validate"], "failureAction": "Audit"}
        webhook: dict[str, Any] = {"failurePolicy": "Ignore"}
        if kyverno.action == "enforce":
            validate["failureAction"] = "Enforce"
            listed = ", ".join(f"'{each}'" for each in self._namespaces(environment))
            condition = {"name": "namespaces-of-teams", "expression": f"request.namespace in [{listed}]"}
            webhook = {"failurePolicy": "Fail", "matchConditions": [condition]}
        if name == "require-labels":
            validate["pattern"] = {"metadata": {"labels": dict.fromkeys(kyverno.labels, "?*")}}
        if name == "restrict-image-registries":
            images = [{"image": " | ".join(f"{each}/*" for each in sorted(kyverno.registries))}]
            lists = ("=(ephemeralContainers)", "=(initContainers)", "containers")
            validate["pattern"] = {"spec": dict.fromkeys(lists, images)}
        rules = [{**rule, "validate": validate}]
        return {**document, "spec": {**spec, "webhookConfiguration": webhook, "rules": rules}}

    def _namespaces(self, environment: str) -> list[str]:
        """Return the namespaces of all teams that work on a cluster of an environment."""
        clusters = [each for each in self._platform.clusters.values() if each.environment == environment]
        teams = {team for each in clusters for team in each.teams}
        return sorted({self._platform.teams[team].namespace or team for team in teams})

    def _of_team(self, name: str, environment: str) -> Iterator[Document]:
        """Yield what a team gets on every cluster of an environment that it works on."""
        namespace = self._platform.teams[name].namespace or name
        labels = {**self._labels(environment), "dokaseca.dev/team": name}
        yield self._namespace(name, environment, labels)
        held = [*self._amounts(name, environment), *self._access(name, environment), *self._secrets(name, environment)]
        if self._policies(environment).network == "default-deny":
            held += _asset("policies/network/default-deny")
        for each in held:
            yield _with(each, namespace=namespace, labels=labels)

    def _namespace(self, name: str, environment: str, labels: Mapping[str, str]) -> Document:
        team, security = self._platform.teams[name], self._policies(environment).pod_security
        levels: dict[str, str] = {}
        for mode in ("enforce", "warn", "audit") if security is not None else ():
            levels[f"pod-security.kubernetes.io/{mode}"] = getattr(security, mode) or security.enforce
        facts = {
            "contact-chat": team.contact.chat,
            "contact-email": team.contact.email,
            "cost-center": team.cost_center,
        }
        known = {f"dokaseca.dev/{key}": value for key, value in facts.items() if value is not None}
        metadata = {
            "name": team.namespace or name,
            "labels": {**labels, **levels},
            "annotations": {**_KEPT, **known},
        }
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def _amounts(self, name: str, environment: str) -> Iterator[Document]:
        policies, head = self._policies(environment), {"apiVersion": "v1", "metadata": {"name": "team"}}
        quotas = {**policies.quotas, **self._platform.teams[name].quotas}
        if quotas:
            hard = {key: amount for resource, amount in quotas.items() for key in _HARD[resource]}
            yield {**head, "kind": "ResourceQuota", "spec": {"hard": hard}}
        limits = policies.limits
        bounds = {
            "default": limits.default,
            "defaultRequest": limits.default_request,
            "max": limits.max,
            "min": limits.min,
        }
        given = {key: bound for key, bound in bounds.items() if bound}
        if given:
            yield {**head, "kind": "LimitRange", "spec": {"limits": [{"type": "Container", **given}]}}

    def _access(self, name: str, environment: str) -> Iterator[Document]:
        """Yield what the groups and the service accounts of a team may do, by Kubernetes' own roles."""
        team = self._platform.teams[name]
        role = team.roles.get(environment)
        if role is not None and team.groups:
            yield _binding(
                {"name": f"team-{role}"}, _cluster_role(role), [_group(each) for each in sorted({*team.groups})]
            )
        for account, declared in team.service_accounts.items():
            role = declared.roles.get(environment)
            if role is None:
                continue
            metadata = {"name": account, **({"annotations": declared.annotations} if declared.annotations else {})}
            yield {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": metadata,
                "automountServiceAccountToken": False,
            }
            subject = {"kind": "ServiceAccount", "name": account, "namespace": team.namespace or name}
            yield _binding({"name": f"service-account-{account}-{role}"}, _cluster_role(role), [subject])

    def _secrets(self, team: str, environment: str) -> Iterator[Document]:
        """Yield the ExternalSecrets for entries of the secret store."""
        store = self._platform.integrations.secret_store
        for name, template in self._platform.environments[environment].secrets.items():
            if store is not None and (not template.teams or team in template.teams):
                yield {
                    "apiVersion": "external-secrets.io/v1",
                    "kind": "ExternalSecret",
                    "metadata": {"name": name, "annotations": _WITHOUT_CRD},
                    "spec": _external_secret(name, template, {"name": store.name, "kind": store.kind}),
                }


def _external_secret(name: str, template: SecretTemplate, store: Mapping[str, str]) -> Document:
    stored = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
    return {
        "refreshInterval": "1h",
        "secretStoreRef": store,
        "target": {
            "name": name,
            "creationPolicy": "Owner",
            "template": {"engineVersion": "v2", "type": template.type},
        },
        "data": [
            {"secretKey": key, "remoteRef": {"key": template.key, "property": template.data[key], **stored}}
            for key in sorted(template.data)
        ],
    }


@cache
def _asset(folder: str) -> tuple[Document, ...]:
    """Return the objects of a policy, which are compiled unchanged."""
    files = (read_yaml(body.text, path) for path, body in assets(folder) if path != "kustomization.yaml")
    return tuple(document for file in files if file is not None for document in file.documents)


def _by_key(documents: Iterator[Document]) -> dict[Key, Document]:
    return {key_of(each): each for each in documents}


def _group(name: str) -> dict[str, str]:
    return {"apiGroup": _GROUP, "kind": "Group", "name": name}


def _cluster_role(role: str) -> dict[str, str]:
    return {"apiGroup": _GROUP, "kind": "ClusterRole", "name": _CLUSTER_ROLES[role]}


def _binding(metadata: Document, role: Document, subjects: list[dict[str, str]]) -> Document:
    head = {"apiVersion": f"{_GROUP}/v1", "kind": "RoleBinding", "metadata": metadata}
    return {**head, "roleRef": role, "subjects": subjects}


def _with(document: Document, **more: Any) -> Document:
    return {**document, "metadata": {**document["metadata"], **more}}
