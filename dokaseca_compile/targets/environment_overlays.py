"""A base for all clusters, an overlay for each environment, and a base for each team's namespace.

Kustomize combines them, so that a cluster's folder lists its bases and nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import JsonBody, YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.policies import REQUIRE_LABELS, RESTRICT_REGISTRIES, Kyverno
from dokaseca_compile.resolve.config_kinds import IDENTITY_NAMESPACE, RBAC
from dokaseca_compile.resolve.contract import ENVIRONMENT_LABEL
from dokaseca_compile.resolve.layout import Layout, Location, between
from dokaseca_compile.resolve.resolved import Resolved, Tenant
from dokaseca_compile.resolve.setting import Setting, declared
from dokaseca_compile.targets.base import (
    IDENTITY_NAME,
    KUSTOMIZATION,
    identity,
    named,
    namespace_of,
    ownership_labels,
    tenant_labels,
    traced,
)

NAME = "environment-overlays"
_READER = "identity-reader.yaml"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the base, the overlay of every environment with clusters, and the folders of teams."""
    if not resolved.has_teams:
        return
    yield from _base(resolved, layout)
    for environment in sorted({each.cluster.environment for each in resolved.clusters.values()}):
        yield from _overlay(resolved, layout, environment)
    for tenant in resolved.tenants.values():
        if resolved.has_namespace_content(tenant):
            yield _namespace(resolved, layout, tenant)


def _kustomization(location: Location, entries: Mapping[str, Any], origin: Origin) -> Artifact:
    return Artifact(location.file, YamlBody((traced({**KUSTOMIZATION, **entries}),)), origin)


def _base(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    origin = Origin(NAME, (("metadata",),))
    metadata = resolved.platform.metadata
    literals = [declared(f"platform={metadata.name}", "metadata", "name")]
    if metadata.domain is not None:
        literals.append(declared(f"domain={metadata.domain}", "metadata", "domain"))
    entries = {
        "resources": [_READER],
        "configMapGenerator": identity(literals, first=True),
        "labels": [{"pairs": ownership_labels(resolved)}],
    }
    yield _kustomization(layout.environment_base("kustomization.yaml"), entries, origin)
    yield Artifact(layout.environment_base(_READER).file, YamlBody(_identity_reader()), origin)


def _identity_reader() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a Role and its binding: Pods may read the identity of their cluster.

    Not ``system:authenticated``, which is every Google account on GKE.
    """
    metadata = {"name": IDENTITY_NAME, "namespace": IDENTITY_NAMESPACE}
    rule = {
        "apiGroups": [""],
        "resources": ["configmaps"],
        "resourceNames": [IDENTITY_NAME],
        "verbs": ["get"],
    }
    role = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]}
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": IDENTITY_NAME},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": "system:serviceaccounts"}],
    }
    return role, binding


def _overlay(resolved: Resolved, layout: Layout, environment: str) -> Iterator[Artifact]:
    routes = (("environments", environment), *_governed(resolved, environment))
    origin = Origin(NAME, routes)
    folder, kyverno = layout.overlay(environment), resolved.policies(environment).kyverno
    policies: Route = ("policies", environment, "kyverno", "policies")
    bases = [
        Setting(between(folder, layout.kyverno_policy(each)), (*policies, at))
        for each, at in sorted((each, at) for at, each in enumerate(kyverno.policies))
    ]
    patches = dict(_patches(environment, kyverno, resolved.namespaces(environment)))
    purpose = resolved.environments[environment].environment.purpose
    name = named("environments", environment)
    literals = [
        name.derive(f"environment={environment}"),
        declared(f"purpose={purpose}", "environments", environment, "purpose"),
    ]
    resources = [between(folder, layout.environment_base()), *bases]
    entries: dict[str, Any] = {
        "resources": Setting(resources, policies),
        "configMapGenerator": identity(literals),
        "labels": [{"pairs": {**ownership_labels(resolved), ENVIRONMENT_LABEL: name}}],
    }
    if patches:
        entries["patches"] = [
            {"path": file, "target": target} for file, (target, _) in patches.items()
        ]
    yield _kustomization(layout.overlay(environment, "kustomization.yaml"), entries, origin)
    for file, (_, operations) in patches.items():
        governed = Origin(NAME, (("policies", environment, "kyverno"), *routes))
        yield Artifact(
            layout.overlay(environment, file).file, JsonBody(traced(operations)), governed
        )


def _governed(resolved: Resolved, environment: str) -> tuple[Route, ...]:
    return (("policies", environment),) if environment in resolved.platform.policies else ()


Patch = tuple[dict[str, str], list[dict[str, Any]]]
"""The target of a Kustomize patch, and its operations (RFC 6902)."""


def _patches(
    environment: str, kyverno: Kyverno, namespaces: tuple[str, ...]
) -> Iterator[tuple[str, Patch]]:
    """Yield file and patch for teams' ``namespaces``; a patch fits all policies of one rule."""
    every = {"group": "kyverno.io", "kind": "ClusterPolicy"}
    route: Route = ("policies", environment, "kyverno")
    if kyverno.action == "enforce" and kyverno.policies:
        # Enforced policies must not be open while Kyverno is down, but only Pods in the teams'
        # namespaces may be blocked then. Kyverno's webhook has no namespace selector of its rules
        # (kyverno#2869).
        action = Setting("Enforce", (*route, "action"))
        webhook = {"failurePolicy": "Fail", "matchConditions": [_within(namespaces)]}
        yield (
            "enforce.json",
            (
                every,
                [
                    _replace("/spec/rules/0/validate/failureAction", action),
                    _replace("/spec/webhookConfiguration", webhook),
                ],
            ),
        )
    if REQUIRE_LABELS in kyverno.policies:
        labels = Setting(dict.fromkeys(sorted(kyverno.labels), "?*"), (*route, "labels"))
        operations = [_replace("/spec/rules/0/validate/pattern/metadata/labels", labels)]
        yield f"{REQUIRE_LABELS}.json", ({**every, "name": REQUIRE_LABELS}, operations)
    if RESTRICT_REGISTRIES in kyverno.policies:
        permitted = " | ".join(f"{registry}/*" for registry in sorted(kyverno.registries))
        images = Setting(permitted, (*route, "registries"))
        places = ("=(ephemeralContainers)", "=(initContainers)", "containers")
        operations = [
            _replace(f"/spec/rules/0/validate/pattern/spec/{place}/0/image", images)
            for place in places
        ]
        yield (
            f"{RESTRICT_REGISTRIES}.json",
            ({**every, "name": RESTRICT_REGISTRIES}, operations),
        )


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _within(namespaces: tuple[str, ...]) -> dict[str, str]:
    """Return a match condition of an admission webhook, in CEL: the request is in a namespace."""
    listed = ", ".join(f"'{name}'" for name in namespaces)
    return {"name": "namespaces-of-teams", "expression": f"request.namespace in [{listed}]"}


def _namespace(resolved: Resolved, layout: Layout, tenant: Tenant) -> Artifact:
    """Return the base of a team's namespace, for all its clusters in an environment."""
    team, environment = tenant.team, tenant.environment
    bases = [
        declared(layout.secret(environment, each), "environments", environment, "secrets", each)
        for each in tenant.secrets
    ]
    if resolved.policies(environment).network == "default-deny":
        deny = layout.network_policy("default-deny")
        bases.append(declared(deny, "policies", environment, "network"))
    if tenant.accounts:
        accounts = layout.service_accounts(team, environment)
        bases.append(declared(accounts, "teams", team, "serviceAccounts"))
    if resolved.has_access(tenant):
        access = layout.team_access(team, environment)
        bases.append(declared(access, "teams", team, "roles", environment))
    here = layout.tenant(team, environment)
    entries = {
        "namespace": namespace_of(tenant),
        "resources": [base.derive(between(here, base.value)) for base in bases],
        "labels": [{"pairs": tenant_labels(resolved, tenant)}],
    }
    routes = (("teams", team), ("environments", environment), *_governed(resolved, environment))
    origin = Origin(NAME, routes)
    return _kustomization(layout.tenant(team, environment, "kustomization.yaml"), entries, origin)
