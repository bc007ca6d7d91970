"""The Secrets of teams, as External Secrets makes them of the secret store's entries: never a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.platform import SecretStore
from dokaseca_compile.model.secrets import SecretTemplate
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets.base import KUSTOMIZATION, WITHOUT_CRD, remote_ref

NAME = "secret-templates"
_FILE = "external-secret.yaml"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield each template that some team gets, as a base without a namespace: the team's folder gives it one."""
    store = resolved.platform.integrations.secret_store
    used = {
        (tenant.environment, secret)
        for tenant in resolved.tenants.values()
        for secret in tenant.secrets
    }
    for environment, name in sorted(used):
        origin = Origin(NAME, (("environments", environment, "secrets", name),))
        template = resolved.environments[environment].environment.secrets[name]
        document = _external_secret(name, template, store)
        yield Artifact(layout.secret(environment, name, _FILE).file, YamlBody((document,)), origin)
        kustomization = {**KUSTOMIZATION, "resources": [_FILE]}
        place = layout.secret(environment, name, "kustomization.yaml")
        yield Artifact(place.file, YamlBody((kustomization,)), origin)


def _external_secret(
    name: str, template: SecretTemplate, store: SecretStore | None
) -> dict[str, Any]:
    if store is None:
        message = f"{name} needs a secret store, and a rule should have said so"
        raise ValueError(message)
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "annotations": dict(WITHOUT_CRD)},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"name": store.name, "kind": store.kind},
            # With a template of its own the Secret does not inherit Argo CD's mark on the ExternalSecret, by which
            # Argo CD would take it for something that Git no longer has.
            "target": {
                "name": name,
                "creationPolicy": "Owner",
                "template": {"engineVersion": "v2", "type": template.type},
            },
            "data": [
                {"secretKey": key, "remoteRef": remote_ref(template.key, template.data[key])}
                for key in sorted(template.data)
            ],
        },
    }
