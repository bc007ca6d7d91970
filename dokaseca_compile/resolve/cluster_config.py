"""The connection settings of a cluster Secret, as Argo CD's ``ClusterConfig`` reads them.

Go's JSON reader ignores unknown keys there, so a typo means anonymous access: the JSON is
made here only. It never has credentials: for those in a secret store it has External Secrets'
placeholders.
"""

from __future__ import annotations

import json
from typing import Any

from dokaseca_compile.model.clusters import AwsIam, AzureWorkloadIdentity, Cluster

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_EXEC_VERSION = "client.authentication.k8s.io/v1beta1"
# Where AKS mounts the projected token of a workload identity (azure-workload-identity webhook).
_AZURE_TOKEN_FILE = "/var/run/secrets/azure/tokens/azure-identity-token"  # noqa: S105 - a path


def cluster_config(cluster: Cluster) -> str:
    """Return the value of ``config``: compact JSON with sorted keys."""
    return _ENCODER.encode(_config(cluster))


def _config(cluster: Cluster) -> dict[str, Any]:
    auth = cluster.auth
    tls: dict[str, Any] = {"insecure": False}
    if cluster.certificate_authority is not None:
        tls["caData"] = cluster.certificate_authority
    if auth.client_certificate is not None:
        tls |= {"certData": "{{ .certificate | b64enc }}", "keyData": "{{ .key | b64enc }}"}
    config: dict[str, Any] = {"tlsClientConfig": tls}
    if auth.bearer_token is not None:
        # A file in a secret store often ends in a newline, which is invalid in a JSON string.
        # Tokens have no other characters that JSON escapes (RFC 6750, b64token).
        config["bearerToken"] = "{{ .token | trim }}"
    if auth.aws_iam is not None:
        config["awsAuthConfig"] = _aws(auth.aws_iam)
    if auth.azure_workload_identity is not None:
        config["execProviderConfig"] = _exec("azure", _azure(auth.azure_workload_identity))
    if auth.gcp_workload_identity is not None:
        config["execProviderConfig"] = _exec("gcp", {})
    return config


def _aws(auth: AwsIam) -> dict[str, str]:
    settings = {"clusterName": auth.cluster_name, "roleARN": auth.role_arn, "profile": auth.profile}
    return {key: value for key, value in settings.items() if value is not None}


def _azure(auth: AzureWorkloadIdentity) -> dict[str, str]:
    env = {
        "AAD_ENVIRONMENT_NAME": auth.environment,
        "AAD_LOGIN_METHOD": "workloadidentity",
        "AZURE_FEDERATED_TOKEN_FILE": _AZURE_TOKEN_FILE,
    }
    if auth.client_id is not None:
        env["AZURE_CLIENT_ID"] = auth.client_id
    if auth.tenant_id is not None:
        env["AZURE_TENANT_ID"] = auth.tenant_id
    return env


def _exec(provider: str, env: dict[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = {
        "apiVersion": _EXEC_VERSION,
        "args": [provider],
        "command": "argocd-k8s-auth",
    }
    return {**config, "env": env} if env else config
