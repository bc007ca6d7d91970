"""``clusters``: every Kubernetes cluster, and how its Argo CD reaches it."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError

from dokaseca_compile.core.diagnostics import nearest
from dokaseca_compile.model.addons import LayerSettings
from dokaseca_compile.model.common import (
    Annotations,
    KubernetesVersion,
    Labels,
    Model,
    Name,
    Names,
    Revision,
    Text,
)
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.secrets import PropertyName, StoreKey
from dokaseca_compile.model.urls import ServerUrl
from dokaseca_compile.source.text import shown

IN_CLUSTER_SERVER = "https://kubernetes.default.svc"
"""The address by which Argo CD knows its own cluster (``KubernetesInternalAPIServerAddr``)."""

ClusterType = Literal["hub", "spoke", "standalone"]
Registration = Literal["gitops", "terraform"]
Cloud = Literal["local", "aws", "azure", "gcp"]
Guid = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        "an Azure ID is a GUID: 8, 4, 4, 4 and 12 hexadecimal digits, joined by `-`",
    ),
]
EksName = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$",
        "an EKS cluster is named by letters, digits, `_` and `-`, 100 at most, and begins with a letter or digit",
    ),
]
RoleArn = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
        "an IAM role is `arn:aws:iam::<account of 12 digits>:role/<name>`",
    ),
]
AwsProfile = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9_-]+$",
        "an AWS profile is named by letters, digits, `_` and `-`",
    ),
]


_BASE64 = "write the base64 of the PEM file: `base64 -w0 ca.crt`"


def _certificates(text: str) -> str:
    try:
        pem = base64.b64decode(text, validate=True)
    except ValueError:
        pem = b""
    if b"-----BEGIN CERTIFICATE-----" not in pem or b"PRIVATE KEY" in pem:
        raise refusal("invalid-certificate", " must be base64 of PEM certificates", _BASE64)
    return text


CertificateBundle = Annotated[
    str,
    grammar(
        "invalid-certificate",
        r"^[A-Za-z0-9+/]+={0,2}$",
        "a CA bundle is base64 of PEM certificates, on one line",
        longest=65536,
        help=_BASE64,
    ),
    AfterValidator(_certificates),
]


class InCluster(Model):
    """Argo CD's own service account, on the cluster that Argo CD runs in."""


class AwsIam(Model):
    """An EKS cluster by AWS IAM (`argocd-k8s-auth aws`)."""

    cluster_name: EksName = Field(description="Name of the EKS cluster.", examples=["prod-eu"])
    role_arn: Maybe[RoleArn] = Field(
        None, description="Role to assume.", examples=["arn:aws:iam::111122223333:role/argocd"]
    )
    profile: Maybe[AwsProfile] = Field(None, description="AWS profile.")


class AzureWorkloadIdentity(Model):
    """An AKS cluster by Azure workload identity (`argocd-k8s-auth azure`)."""

    client_id: Maybe[Guid] = Field(None, description="Managed identity; without it, the pod's own.")
    tenant_id: Maybe[Guid] = Field(
        None, description="Microsoft Entra tenant; without it, the pod's own."
    )
    environment: Literal["AzurePublicCloud", "AzureUSGovernmentCloud", "AzureChinaCloud"] = Field(
        "AzurePublicCloud", description="Azure cloud."
    )


class GcpWorkloadIdentity(Model):
    """A GKE cluster by GCP workload identity (`argocd-k8s-auth gcp`)."""


class KindCertificate(Model):
    """A Kind cluster that Terraform makes, by the client certificate that Kind makes: nobody else has it."""


class BearerToken(Model):
    """A token that the secret store holds; an ExternalSecret puts it into the cluster Secret."""

    key: StoreKey = Field(description="Entry of the secret store.", examples=["clusters/edge-eu"])
    property: PropertyName = Field("token", description="Field of the entry that holds the token.")


class ClientCertificate(Model):
    """A client certificate that the secret store holds; an ExternalSecret puts it into the cluster Secret."""

    key: StoreKey = Field(description="Entry of the secret store.", examples=["clusters/edge-us"])
    certificate_property: PropertyName = Field(
        "tls.crt", description="Field with the PEM certificate."
    )
    key_property: PropertyName = Field("tls.key", description="Field with the PEM private key.")


_SHORT = {
    "in-cluster": "inCluster",
    "kind": "kind",
    "azure-workload-identity": "azureWorkloadIdentity",
    "gcp-workload-identity": "gcpWorkloadIdentity",
}
"""What may stand for a way that needs nothing else."""
_LONG = {
    "awsIam": "{awsIam: {clusterName: …}}",
    "bearerToken": "{bearerToken: {key: …}}",
    "clientCertificate": "{clientCertificate: {key: …}}",
}
_WAYS = "one of " + ", ".join(f"`{each}`" for each in (*_SHORT, *_LONG.values()))


def _no_way(given: str) -> PydanticCustomError:
    ways = {each: each for each in _SHORT} | _LONG
    start = given.lower()
    found = nearest(given, ways) or next(
        (way for way in ways if len(given) > 2 and way.startswith(start)), None
    )
    advice = f"did you mean `auth: {ways[found]}`?" if found else f"write {_WAYS}"
    return refusal("invalid-auth", f": `{shown(given)}` is no way to authenticate", advice)


class Auth(Model):
    """How Argo CD authenticates: exactly one way. No secret value ever stands here."""

    in_cluster: Maybe[InCluster] = Field(None, description="Argo CD's own cluster.")
    kind: Maybe[KindCertificate] = Field(
        None, description="A local Kind cluster that Terraform makes and registers."
    )
    aws_iam: Maybe[AwsIam] = Field(None, description="AWS IAM.")
    azure_workload_identity: Maybe[AzureWorkloadIdentity] = Field(
        None, description="Azure workload identity."
    )
    gcp_workload_identity: Maybe[GcpWorkloadIdentity] = Field(
        None, description="GCP workload identity."
    )
    bearer_token: Maybe[BearerToken] = Field(None, description="Token from the secret store.")
    client_certificate: Maybe[ClientCertificate] = Field(
        None, description="Client certificate from the store."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data not in _SHORT:
            raise _no_way(data)
        return {_SHORT[data]: {}}

    @model_validator(mode="after")
    def _exactly_one(self) -> Auth:
        ways = self.model_fields_set
        if not ways:
            raise refusal("invalid-auth", " names no way to authenticate", f"write {_WAYS}")
        if len(ways) > 1:
            names = " and ".join(
                f"`{to_camel(name)}`" for name in type(self).model_fields if name in ways
            )
            raise refusal(
                "invalid-auth", f" gives {len(ways)} ways to authenticate: {names}", "keep one"
            )
        return self

    @property
    def external(self) -> BearerToken | ClientCertificate | None:
        """The credential that only the secret store has, if this way needs one."""
        return self.bearer_token or self.client_certificate

    @property
    def unwritten(self) -> bool:
        """Whether the credential can be in no file: only the secret store has it, or the Terraform that makes it."""
        return self.external is not None or self.kind is not None

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer the short words, and one key only, to editors."""
        body = handler.resolve_ref_schema(handler(schema))
        short = {"enum": list(_SHORT)}
        body |= {"minProperties": 1, "maxProperties": 1}
        return {"description": body.pop("description", ""), "anyOf": [short, body]}


class Cluster(Model):
    """One Kubernetes cluster of the fleet."""

    description: Text = Field("", description="One line for people.")
    environment: Name = Field(
        description="Its environment, one of `environments`.", examples=["dev", "production"]
    )
    region: Name = Field(description="Its region, one of `regions`.", examples=["eu", "us"])
    type: ClusterType = Field(
        "spoke", description="`hub` and `standalone` run an Argo CD of their own."
    )
    hub: Maybe[Name] = Field(
        None, description="The hub whose Argo CD deploys to this spoke.", examples=["hub"]
    )
    cloud: Cloud = Field("local", description="Where it runs.")
    distribution: Maybe[Name] = Field(
        None, description="kind, eks, aks, gke, k3s …", examples=["kind"]
    )
    kubernetes_version: Maybe[KubernetesVersion] = Field(
        None, description="Its Kubernetes version, in quotes."
    )
    server: Maybe[ServerUrl] = Field(
        None, description="API server; `in-cluster` and `kind` need none."
    )
    certificate_authority: Maybe[CertificateBundle] = Field(
        None,
        description="The API server's CA bundle: base64 of PEM, as in a kubeconfig. Public, not a secret.",
    )
    auth: Auth = Field(description="How Argo CD authenticates to it.")
    registration: Maybe[Registration] = Field(
        None,
        description="Who writes its cluster Secret: `gitops` (the clusters repository) or `terraform` (GitOps Bridge). "
        "Without it, Terraform for a cluster that runs an Argo CD, since that must know itself first, and for "
        "`auth: kind`; Git for other spokes.",
    )
    teams: Names = Field((), description="Teams that work on it, of those in `teams`.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict,
        description="Repository → revision, where this cluster differs from its environment.",
    )
    labels: Labels = Field(default_factory=dict, description="More labels of its cluster Secret.")
    annotations: Annotations = Field(
        default_factory=dict, description="More annotations of its cluster Secret."
    )
    addons: LayerSettings = Field(
        default_factory=dict, description="Addon settings of this cluster, the strongest layer."
    )

    @property
    def made_by_terraform(self) -> bool:
        """Whether Terraform makes the cluster itself, with Kind; every other one is there already."""
        return self.cloud == "local" and self.distribution == "kind"
