"""``clusters``: every Kubernetes cluster, and how its Argo CD reaches it."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from dokaseca_compile.model.addons import Layer
from dokaseca_compile.model.common import (
    Annotations,
    KubernetesVersion,
    Labels,
    Model,
    Name,
    Names,
    Revision,
    ServerUrl,
    Text,
)
from dokaseca_compile.model.repositories import RepositoryKey

IN_CLUSTER_SERVER = "https://kubernetes.default.svc"
"""The address by which Argo CD knows its own cluster (``KubernetesInternalAPIServerAddr``)."""

ClusterType = Literal["hub", "spoke", "standalone"]
Registration = Literal["gitops", "terraform"]
StoreKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=253)]
PropertyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=253)]
Guid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]


def _certificates(text: str) -> str:
    try:
        pem = base64.b64decode(text, validate=True)
    except ValueError:
        pem = b""
    if b"-----BEGIN CERTIFICATE-----" not in pem or b"PRIVATE KEY" in pem:
        raise PydanticCustomError("invalid-certificate", "not base64 of PEM certificates")
    return text


CertificateBundle = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=65536), AfterValidator(_certificates)
]


class InCluster(Model):
    """Argo CD's own service account, on the cluster that Argo CD runs in."""


class AwsIam(Model):
    """An EKS cluster by AWS IAM (`argocd-k8s-auth aws`)."""

    cluster_name: Annotated[str, Field(pattern=r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$")] = Field(
        description="Name of the EKS cluster.", examples=["prod-eu"]
    )
    role_arn: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$")] | None = (
        Field(None, description="Role to assume.", examples=["arn:aws:iam::111122223333:role/argocd"])
    )
    profile: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")] | None = Field(None, description="AWS profile.")


class AzureWorkloadIdentity(Model):
    """An AKS cluster by Azure workload identity (`argocd-k8s-auth azure`)."""

    client_id: Guid | None = Field(None, description="Managed identity; without it, the pod's own.")
    tenant_id: Guid | None = Field(None, description="Microsoft Entra tenant; without it, the pod's own.")
    environment: Literal["AzurePublicCloud", "AzureUSGovernmentCloud", "AzureChinaCloud"] = Field(
        "AzurePublicCloud", description="Azure cloud."
    )


class GcpWorkloadIdentity(Model):
    """A GKE cluster by GCP workload identity (`argocd-k8s-auth gcp`)."""


class BearerToken(Model):
    """A token that the secret store holds; an ExternalSecret puts it into the cluster Secret."""

    key: StoreKey = Field(description="Entry of the secret store.", examples=["clusters/edge-eu"])
    property: PropertyName = Field("token", description="Field of the entry that holds the token.")


class ClientCertificate(Model):
    """A client certificate that the secret store holds; an ExternalSecret puts it into the cluster Secret."""

    key: StoreKey = Field(description="Entry of the secret store.", examples=["clusters/edge-us"])
    certificate_property: PropertyName = Field("tls.crt", description="Field with the PEM certificate.")
    key_property: PropertyName = Field("tls.key", description="Field with the PEM private key.")


class Auth(Model):
    """How Argo CD authenticates: exactly one way. No secret value ever stands here."""

    in_cluster: InCluster | None = Field(None, description="Argo CD's own cluster.")
    aws_iam: AwsIam | None = Field(None, description="AWS IAM.")
    azure_workload_identity: AzureWorkloadIdentity | None = Field(None, description="Azure workload identity.")
    gcp_workload_identity: GcpWorkloadIdentity | None = Field(None, description="GCP workload identity.")
    bearer_token: BearerToken | None = Field(None, description="Token from the secret store.")
    client_certificate: ClientCertificate | None = Field(None, description="Client certificate from the store.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        shorts = {"in-cluster": "inCluster", "gcp-workload-identity": "gcpWorkloadIdentity"}
        shorts["azure-workload-identity"] = "azureWorkloadIdentity"
        return {shorts[data]: {}} if isinstance(data, str) and data in shorts else data

    @model_validator(mode="after")
    def _exactly_one(self) -> Auth:
        # A key without a value is no way: it would be anonymous access.
        if len(self.model_fields_set) != 1 or any(getattr(self, name) is None for name in self.model_fields_set):
            raise PydanticCustomError("invalid-auth", "a cluster authenticates in exactly one way")
        return self

    @property
    def external(self) -> BearerToken | ClientCertificate | None:
        """The credential that only the secret store has, if this way needs one."""
        return self.bearer_token or self.client_certificate

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Offer the short words, and one key only, to editors."""
        body = handler.resolve_ref_schema(handler(schema))
        short = {"enum": ["in-cluster", "azure-workload-identity", "gcp-workload-identity"]}
        body |= {"minProperties": 1, "maxProperties": 1}
        return {"description": body.pop("description", ""), "anyOf": [short, body]}


class Cluster(Model):
    """One Kubernetes cluster of the fleet."""

    description: Text = Field("", description="One line for people.")
    environment: Name = Field(description="Its environment, one of `environments`.", examples=["dev", "production"])
    region: Name = Field(description="Its region, one of `regions`.", examples=["eu", "us"])
    type: ClusterType = Field("spoke", description="`hub` and `standalone` run an Argo CD of their own.")
    hub: Name | None = Field(None, description="The hub whose Argo CD deploys to this spoke.", examples=["hub"])
    cloud: Literal["local", "aws", "azure", "gcp"] = Field("local", description="Where it runs.")
    distribution: Name | None = Field(None, description="kind, eks, aks, gke, k3s …", examples=["kind"])
    kubernetes_version: KubernetesVersion | None = Field(None, description="Its Kubernetes version, in quotes.")
    server: ServerUrl | None = Field(None, description="API server; in-cluster needs none.")
    certificate_authority: CertificateBundle | None = Field(
        None,
        description="The API server's CA bundle: base64 of PEM, as in a kubeconfig. Public, not a secret.",
    )
    auth: Auth = Field(description="How Argo CD authenticates to it.")
    registration: Registration | None = Field(
        None,
        description="Who writes its cluster Secret: `gitops` (the clusters repository) or `terraform` (GitOps Bridge). "
        "Without it, Terraform for a cluster that runs an Argo CD, since that must know itself first; Git for a spoke.",
    )
    teams: Names = Field((), description="Teams that work on it, of those in `teams`.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict,
        description="Repository → revision, where this cluster differs from its environment.",
    )
    labels: Labels = Field(default_factory=dict, description="More labels of its cluster Secret.")
    annotations: Annotations = Field(default_factory=dict, description="More annotations of its cluster Secret.")
    addons: Layer = Field(default_factory=dict, description="Addon settings of this cluster, the strongest layer.")
