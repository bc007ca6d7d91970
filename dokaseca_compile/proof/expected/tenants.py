"""What is meant to be on each cluster by its configuration: who it is, how it is governed, what its teams have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from dokaseca_compile.assets import assets
from dokaseca_compile.formats.read import read_yaml
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.model.secrets import SecretTemplate
from dokaseca_compile.proof.expected.common import owned
from dokaseca_compile.resolve.resolved import Resolved, ResolvedCluster

_GROUP = "rbac.authorization.k8s.io"
_ENVIRONMENT = "dokaseca.dev/environment"
_CLUSTER_ROLES = {"admin": "admin", "editor": "edit", "viewer": "view"}
_IDENTITY = {"name": "cluster-identity", "namespace": "kube-public"}
_OUTLIVES = {
    "argocd.argoproj.io/sync-options": "Delete=false,Prune=false",
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
}
_UNHURRIED = {"argocd.argoproj.io/sync-options": "SkipDryRunOnMissingResource=true"}
_QUOTAS = {
    "cpu": ("requests.cpu",),
    "memory": ("limits.memory", "requests.memory"),
    "pods": ("pods",),
    "storage": ("requests.storage",),
}

Document = Mapping[str, Any]


class Tenants:
    """The objects that configure clusters; clusters share what is the same for them."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved, self._platform = resolved, resolved.platform
        self._environments: dict[str, tuple[Document, ...]] = {}
        self._teams: dict[tuple[str, str], tuple[Document, ...]] = {}

    def key(self, cluster: ResolvedCluster) -> tuple[str, frozenset[str]]:
        """Clusters with the same one mean the same but for who they are."""
        return cluster.cluster.environment, frozenset(cluster.cluster.teams).intersection(
            self._platform.teams
        )

    def shared(self, cluster: ResolvedCluster) -> list[Document]:
        """All but who the cluster is."""
        environment, teams = self.key(cluster)
        if environment not in self._environments:
            self._environments[environment] = tuple(self._governed(environment))
        found = [*self._environments[environment]]
        for team in teams:
            if (team, environment) not in self._teams:
                self._teams[team, environment] = tuple(self._tenant(team, environment))
            found += self._teams[team, environment]
        return found

    def identity(self, cluster: ResolvedCluster) -> Document:
        """The ConfigMap that says who a cluster is."""
        domain, said = self._platform.metadata.domain, cluster.cluster
        known = {
            "platform": self._platform.metadata.name,
            "environment": said.environment,
            "purpose": self._platform.environments[said.environment].purpose,
            "cluster": cluster.name,
            "region": said.region,
            "type": said.type,
            **({"domain": domain} if domain is not None else {}),
        }
        metadata = {**_IDENTITY, "labels": self._labels(said.environment)}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": known}

    def _labels(self, environment: str) -> dict[str, str]:
        return {**owned(self._resolved), _ENVIRONMENT: environment}

    def _policies(self, environment: str) -> PolicySet:
        return self._platform.policies.get(environment) or PolicySet()

    def _governed(self, environment: str) -> Iterator[Document]:
        """What every cluster of an environment has."""
        metadata = {**_IDENTITY, "labels": self._labels(environment)}
        rule = {
            "apiGroups": [""],
            "resources": ["configmaps"],
            "resourceNames": ["cluster-identity"],
            "verbs": ["get"],
        }
        yield {"apiVersion": f"{_GROUP}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]}
        reader = {"apiGroup": _GROUP, "kind": "Role", "name": "cluster-identity"}
        yield _binding(metadata, reader, [_group("system:serviceaccounts")])
        for policy in self._policies(environment).kyverno.policies:
            for each in _compiled(f"policies/kyverno/{policy}"):
                document = self._policy(environment, policy, each)
                yield _with(document, labels=self._labels(environment))

    def _policy(self, environment: str, name: str, document: Document) -> Document:
        """A policy with the action of an environment, and its labels or registries."""
        kyverno, spec = self._policies(environment).kyverno, document["spec"]
        (rule,) = spec["rules"]
        action, failure = {"audit": ("Audit", "Ignore"), "enforce": ("Enforce", "Fail")}[
            kyverno.action
        ]
        validate: dict[str, Any] = {**rule["validate"], "failureAction": action}
        if name == "require-labels":
            validate["pattern"] = {"metadata": {"labels": dict.fromkeys(kyverno.labels, "?*")}}
        if name == "restrict-image-registries":
            images = [{"image": " | ".join(f"{each}/*" for each in sorted(kyverno.registries))}]
            lists = ("=(ephemeralContainers)", "=(initContainers)", "containers")
            validate["pattern"] = {"spec": dict.fromkeys(lists, images)}
        rules = [{**rule, "validate": validate}]
        webhook: dict[str, Any] = {"failurePolicy": failure}
        if failure == "Fail":
            tenants = [
                each for each in self._resolved.tenants.values() if each.environment == environment
            ]
            names = sorted({each.namespace for each in tenants})
            listed = ", ".join(f"'{each}'" for each in names)
            webhook["matchConditions"] = [
                {"name": "namespaces-of-teams", "expression": f"request.namespace in [{listed}]"}
            ]
        return {**document, "spec": {**spec, "webhookConfiguration": webhook, "rules": rules}}

    def _tenant(self, name: str, environment: str) -> Iterator[Document]:
        """What a team has on every cluster of an environment that it works on."""
        namespace = self._platform.teams[name].namespace or name
        labels = {**self._labels(environment), "dokaseca.dev/team": name}
        yield self._namespace(name, environment, labels)
        held = [
            *self._amounts(name, environment),
            *self._access(name, environment),
            *self._secrets(name, environment),
        ]
        if self._policies(environment).network == "default-deny":
            held += _compiled("policies/network/default-deny")
        for each in held:
            yield _with(each, namespace=namespace, labels=labels)

    def _namespace(self, name: str, environment: str, labels: Mapping[str, str]) -> Document:
        team, security = self._platform.teams[name], self._policies(environment).pod_security
        levels = {
            f"pod-security.kubernetes.io/{mode}": getattr(security, mode) or security.enforce
            for mode in ("enforce", "warn", "audit")
            if security is not None
        }
        told = {
            "contact-chat": team.contact.chat,
            "contact-email": team.contact.email,
            "cost-center": team.cost_center,
        }
        annotations = _OUTLIVES | {
            f"dokaseca.dev/{key}": value for key, value in told.items() if value is not None
        }
        metadata = {
            "name": team.namespace or name,
            "labels": {**labels, **levels},
            "annotations": annotations,
        }
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def _amounts(self, name: str, environment: str) -> Iterator[Document]:
        policies = self._policies(environment)
        quotas = {**policies.quotas, **self._platform.teams[name].quotas}
        if quotas:
            hard = {key: amount for resource, amount in quotas.items() for key in _QUOTAS[resource]}
            yield {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": "team"},
                "spec": {"hard": hard},
            }
        limits = policies.limits
        bounds = {
            "default": limits.default,
            "defaultRequest": limits.default_request,
            "max": limits.max,
            "min": limits.min,
        }
        if any(bounds.values()):
            item = {"type": "Container", **{key: bound for key, bound in bounds.items() if bound}}
            yield {
                "apiVersion": "v1",
                "kind": "LimitRange",
                "metadata": {"name": "team"},
                "spec": {"limits": [item]},
            }

    def _access(self, name: str, environment: str) -> Iterator[Document]:
        """What the groups and the service accounts of a team may do, by Kubernetes' own roles."""
        team = self._platform.teams[name]
        role = team.roles.get(environment)
        if role is not None and team.groups:
            subjects = [_group(each) for each in sorted({*team.groups})]
            yield _binding({"name": f"team-{role}"}, _cluster_role(role), subjects)
        for account, said in team.service_accounts.items():
            role = said.roles.get(environment)
            if role is not None:
                annotations = {"annotations": said.annotations} if said.annotations else {}
                yield {
                    "apiVersion": "v1",
                    "kind": "ServiceAccount",
                    "metadata": {"name": account, **annotations},
                    "automountServiceAccountToken": False,
                }
                subject = {
                    "kind": "ServiceAccount",
                    "name": account,
                    "namespace": team.namespace or name,
                }
                yield _binding(
                    {"name": f"service-account-{account}-{role}"}, _cluster_role(role), [subject]
                )

    def _secrets(self, team: str, environment: str) -> Iterator[Document]:
        """The Secrets that are made of entries of the secret store."""
        store = self._platform.integrations.secret_store
        for name, template in self._platform.environments[environment].secrets.items():
            if store is not None and (not template.teams or team in template.teams):
                yield {
                    "apiVersion": "external-secrets.io/v1",
                    "kind": "ExternalSecret",
                    "metadata": {"name": name, "annotations": _UNHURRIED},
                    "spec": _made_of(name, template, {"name": store.name, "kind": store.kind}),
                }


def _made_of(name: str, template: SecretTemplate, store: Mapping[str, str]) -> Document:
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
            {
                "secretKey": key,
                "remoteRef": {"key": template.key, "property": template.data[key], **stored},
            }
            for key in sorted(template.data)
        ],
    }


@cache
def _compiled(folder: str) -> tuple[Document, ...]:
    """The objects that are compiled as they stand."""
    files = (
        read_yaml(body.text, path) for path, body in assets(folder) if path != "kustomization.yaml"
    )
    return tuple(document for file in files if file is not None for document in file.documents)


def _group(name: str) -> dict[str, str]:
    return {"apiGroup": _GROUP, "kind": "Group", "name": name}


def _cluster_role(role: str) -> dict[str, str]:
    return {"apiGroup": _GROUP, "kind": "ClusterRole", "name": _CLUSTER_ROLES[role]}


def _binding(metadata: Document, role: Document, subjects: list[dict[str, str]]) -> Document:
    head = {"apiVersion": f"{_GROUP}/v1", "kind": "RoleBinding", "metadata": metadata}
    return {**head, "roleRef": role, "subjects": subjects}


def _with(document: Document, **more: Any) -> Document:
    """A document with more metadata."""
    return {**document, "metadata": {**document["metadata"], **more}}
