"""External Secrets' template yields the cluster Secret that Argo CD needs, by a real Go template engine."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from compiled import Compiled
from engines import engine_module

PEM = "-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.e30.a-_b"
# What a secret store may hold by accident: templates, other letters, and the newline of a file.
TOKENS = (
    "{{ .x }}",
    "ünï",
    "<&>",
    f"{TOKEN}\n",
)


def render(folder: Path, template: str, context: dict[str, str]) -> str:
    """Run a template with sprig's functions, as External Secrets does."""
    helm = engine_module("helm_python", "helm-python-sdk")
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: one\nversion: 1.0.0\n")
    # As JSON, so that Helm's own reading of manifests leaves the result alone.
    (folder / "templates" / "one.yaml").write_text(
        '{"text": {{ tpl .Values.template (merge (dict "Template" .Template) .Values.context) | toJson }}}'
    )
    with helm.Chart.load(folder) as chart:
        (text,) = chart.render({"template": template, "context": context}).values()
    return json.loads(text)["text"]


def registrations(platform: Compiled) -> list[dict[str, Any]]:
    """The ExternalSecrets that make cluster Secrets; those of teams have no namespace in their file."""
    return [each for each in platform.documents("ExternalSecret") if each["metadata"].get("namespace") == "argocd"]


def external_secrets(platform: Compiled, key: str) -> list[dict[str, Any]]:
    """The registrations that fetch a key."""
    return [each for each in registrations(platform) if any(data["secretKey"] == key for data in each["spec"]["data"])]


def test_bearer_token(platform: Compiled, tmp_path: Path) -> None:
    """The settings are JSON that holds the token and the certificate authority of the cluster."""
    found = external_secrets(platform, "token")
    assert found
    for secret in found:
        template = secret["spec"]["target"]["template"]
        cluster = platform.resolved.clusters[secret["metadata"]["name"]]
        data = {key: render(tmp_path, text, {"token": TOKEN}) for key, text in template["data"].items()}
        config = json.loads(data["config"])
        assert data == {"name": cluster.name, "server": cluster.server, "config": data["config"]}
        assert config["bearerToken"] == TOKEN
        assert_tls(config["tlsClientConfig"], cluster.cluster.certificate_authority)


@pytest.mark.parametrize("token", TOKENS)
def test_any_bearer_token(platform: Compiled, tmp_path: Path, token: str) -> None:
    """Whatever the store holds, the settings stay JSON: a Secret that is not halts other clusters' deletions too."""
    template = external_secrets(platform, "token")[0]["spec"]["target"]["template"]
    config = json.loads(render(tmp_path, template["data"]["config"], {"token": token}))
    assert config["bearerToken"] == token.strip()


def test_client_certificate(platform: Compiled, tmp_path: Path) -> None:
    """The certificate and its key come as base64 of their PEM text, which Argo CD reads as bytes."""
    found = external_secrets(platform, "certificate")
    assert found
    for secret in found:
        template = secret["spec"]["target"]["template"]
        cluster = platform.resolved.clusters[secret["metadata"]["name"]]
        context = {"certificate": PEM, "key": PEM.replace("CERTIFICATE", "PRIVATE KEY")}
        tls = json.loads(render(tmp_path, template["data"]["config"], context))["tlsClientConfig"]
        assert base64.b64decode(tls.pop("certData"), validate=True).decode() == context["certificate"]
        assert base64.b64decode(tls.pop("keyData"), validate=True).decode() == context["key"]
        assert_tls(tls, cluster.cluster.certificate_authority)


def assert_tls(tls: dict[str, Any], authority: str | None) -> None:
    """The connection is verified, against the cluster's own authority if it has one."""
    assert tls == {"insecure": False, **({"caData": authority} if authority else {})}
    if authority:
        assert base64.b64decode(authority, validate=True).startswith(b"-----BEGIN CERTIFICATE-----")


def test_every_fetched_key_is_used(platform: Compiled) -> None:
    """A template reads what is fetched and nothing else, and no credential stands in Git."""
    for secret in registrations(platform):
        template = json.dumps(secret["spec"]["target"]["template"]["data"])
        keys = [data["secretKey"] for data in secret["spec"]["data"]]
        assert template.count("{{") == len(keys)
        assert all(f"{{{{ .{key}" in template for key in keys)
        assert secret["spec"]["target"]["template"]["metadata"]["labels"]["argocd.argoproj.io/secret-type"] == "cluster"
