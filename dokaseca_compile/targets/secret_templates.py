"""ExternalSecrets of teams: External Secrets creates the Secrets; no value is ever written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from dokaseca_compile.core.routes import Route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.secrets import SecretTemplate
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Setting
from dokaseca_compile.targets.base import (
    KUSTOMIZATION,
    WITHOUT_CRD,
    remote_ref,
    store_reference,
    traced,
)

NAME = "secret-templates"
_FILE = "external-secret.yaml"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield each template that some team gets, as a base; the team's folder sets the namespace."""
    store = store_reference(resolved)
    used = {
        (tenant.environment, secret)
        for tenant in resolved.tenants.values()
        for secret in tenant.secrets
    }
    for environment, name in sorted(used):
        origin = Origin(NAME, (("environments", environment, "secrets", name),))
        template = resolved.environments[environment].environment.secrets[name]
        document = _external_secret(environment, name, template, store)
        yield Artifact(layout.secret(environment, name, _FILE).file, YamlBody((document,)), origin)
        kustomization = {**KUSTOMIZATION, "resources": [_FILE]}
        place = layout.secret(environment, name, "kustomization.yaml")
        yield Artifact(place.file, YamlBody((kustomization,)), origin)


def _external_secret(
    environment: str, name: str, template: SecretTemplate, store: Mapping[str, Any] | None
) -> dict[str, Any]:
    if store is None:
        message = f"{name} needs a secret store: a rule should have refused it"
        raise ValueError(message)
    route: Route = ("environments", environment, "secrets", name)
    entry = Setting(template.key, (*route, "key"))
    fields = {
        key: Setting(template.data[key], (*route, "data", key)) for key in sorted(template.data)
    }
    named = Setting(name, route)
    document = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": named, "annotations": dict(WITHOUT_CRD)},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": store,
            # With a template, the Secret does not inherit Argo CD's tracking label from the
            # ExternalSecret, by which Argo CD would see an object that is not in Git.
            "target": {
                "name": named,
                "creationPolicy": "Owner",
                "template": {
                    "engineVersion": "v2",
                    "type": Setting(template.type, (*route, "type")),
                },
            },
            "data": [
                {"secretKey": field.derive(key), "remoteRef": remote_ref(entry, field)}
                for key, field in fields.items()
            ],
        },
    }
    return cast("dict[str, Any]", traced(document))
