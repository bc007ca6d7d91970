"""What clusters get by their environment: a base for all, an overlay for each, and what a team's namespace holds.

Kustomize puts these together, so that a cluster's folder names what it gets and nothing is written twice.
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
from dokaseca_compile.targets.base import (
    IDENTITY_NAME,
    KUSTOMIZATION,
    identity,
    ownership_labels,
    tenant_labels,
)

NAME = "environment-overlays"
_READER = "identity-reader.yaml"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield the base, the overlay of every environment that has a cluster, and the folder of every team in it."""
    if not resolved.has_teams:
        return
    yield from _base(resolved, layout)
    for environment in sorted({each.cluster.environment for each in resolved.clusters.values()}):
        yield from _overlay(resolved, layout, environment)
    for tenant in resolved.tenants.values():
        if resolved.furnished(tenant):
            yield _furnished(resolved, layout, tenant)


def _kustomization(location: Location, entries: Mapping[str, Any], origin: Origin) -> Artifact:
    return Artifact(location.file, YamlBody(({**KUSTOMIZATION, **entries},)), origin)


def _base(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    origin = Origin(NAME, (("metadata",),))
    metadata = resolved.platform.metadata
    entries = {
        "resources": [_READER],
        "configMapGenerator": identity(platform=metadata.name, domain=metadata.domain),
        "labels": [{"pairs": ownership_labels(resolved)}],
    }
    yield _kustomization(layout.environment_base("kustomization.yaml"), entries, origin)
    yield Artifact(layout.environment_base(_READER).file, YamlBody(_identity_reader()), origin)


def _identity_reader() -> tuple[dict[str, Any], dict[str, Any]]:
    """What runs on a cluster may read who it is. Not ``system:authenticated``: on GKE that is every Google account."""
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
    bases = [
        layout.environment_base(),
        *(layout.kyverno_policy(each) for each in sorted(kyverno.policies)),
    ]
    patches = dict(_patches(kyverno, resolved.namespaces(environment)))
    purpose = resolved.environments[environment].environment.purpose
    entries = {
        "resources": [between(folder, base) for base in bases],
        "configMapGenerator": identity(environment=environment, purpose=purpose),
        "labels": [{"pairs": {**ownership_labels(resolved), ENVIRONMENT_LABEL: environment}}],
        **(
            {"patches": [{"path": file, "target": target} for file, (target, _) in patches.items()]}
            if patches
            else {}
        ),
    }
    yield _kustomization(layout.overlay(environment, "kustomization.yaml"), entries, origin)
    for file, (_, operations) in patches.items():
        governed = Origin(NAME, (("policies", environment, "kyverno"), *routes))
        yield Artifact(layout.overlay(environment, file).file, JsonBody(operations), governed)


def _governed(resolved: Resolved, environment: str) -> tuple[Route, ...]:
    return (("policies", environment),) if environment in resolved.platform.policies else ()


Patch = tuple[dict[str, str], list[dict[str, Any]]]
"""What Kustomize changes, and the operations (RFC 6902)."""


def _patches(kyverno: Kyverno, namespaces: tuple[str, ...]) -> Iterator[tuple[str, Patch]]:
    """File → patch. Every policy has one rule, so that one patch fits all; ``namespaces`` are those of teams."""
    every = {"group": "kyverno.io", "kind": "ClusterPolicy"}
    if kyverno.action == "enforce" and kyverno.policies:
        # What is enforced must not be open while Kyverno is down; and only in the teams' namespaces may nothing
        # start then. Kyverno builds its webhook without the namespace selector of the rules (kyverno#2869).
        webhook = {"failurePolicy": "Fail", "matchConditions": [_within(namespaces)]}
        yield (
            "enforce.json",
            (
                every,
                [
                    _replace("/spec/rules/0/validate/failureAction", "Enforce"),
                    _replace("/spec/webhookConfiguration", webhook),
                ],
            ),
        )
    if REQUIRE_LABELS in kyverno.policies:
        labels = dict.fromkeys(sorted(kyverno.labels), "?*")
        operations = [_replace("/spec/rules/0/validate/pattern/metadata/labels", labels)]
        yield f"{REQUIRE_LABELS}.json", ({**every, "name": REQUIRE_LABELS}, operations)
    if RESTRICT_REGISTRIES in kyverno.policies:
        permitted = " | ".join(f"{registry}/*" for registry in sorted(kyverno.registries))
        places = ("=(ephemeralContainers)", "=(initContainers)", "containers")
        operations = [
            _replace(f"/spec/rules/0/validate/pattern/spec/{place}/0/image", permitted)
            for place in places
        ]
        yield (
            f"{RESTRICT_REGISTRIES}.json",
            ({**every, "name": RESTRICT_REGISTRIES}, operations),
        )


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _within(namespaces: tuple[str, ...]) -> dict[str, str]:
    """A match condition of an admission webhook, in CEL: the request is for one of some namespaces."""
    listed = ", ".join(f"'{name}'" for name in namespaces)
    return {"name": "namespaces-of-teams", "expression": f"request.namespace in [{listed}]"}


def _furnished(resolved: Resolved, layout: Layout, tenant: Tenant) -> Artifact:
    """All that a team's namespace holds in an environment, as one base for every cluster that it works on there."""
    team, environment = tenant.team, tenant.environment
    bases = [layout.secret(environment, each) for each in tenant.secrets]
    if resolved.policies(environment).network == "default-deny":
        bases.append(layout.network_policy("default-deny"))
    if tenant.accounts:
        bases.append(layout.service_accounts(team, environment))
    if resolved.has_access(tenant):
        bases.append(layout.team_access(team, environment))
    entries = {
        "namespace": tenant.namespace,
        "resources": [between(layout.tenant(team, environment), base) for base in bases],
        "labels": [{"pairs": tenant_labels(resolved, tenant)}],
    }
    routes = (("teams", team), ("environments", environment), *_governed(resolved, environment))
    origin = Origin(NAME, routes)
    return _kustomization(layout.tenant(team, environment, "kustomization.yaml"), entries, origin)
