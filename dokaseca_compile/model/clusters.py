"""``clusters``: every Kubernetes cluster, and how Argo CD connects to it."""

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
    without_default,
)
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.secrets import PropertyName, StoreKey
from dokaseca_compile.model.urls import ServerUrl
from dokaseca_compile.source.text import shown

IN_CLUSTER_SERVER = "https://kubernetes.default.svc"
"""Argo CD's address of the cluster that it runs in (``KubernetesInternalAPIServerAddr``)."""

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
        "an EKS cluster name has at most 100 letters, digits, `_` and `-`, and begins with "
        "a letter or digit",
    ),
]
RoleArn = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$",
        "an IAM role is `arn:aws:iam::<12-digit account>:role/<name>`",
    ),
]
AwsProfile = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^[A-Za-z0-9_-]+$",
        "an AWS profile name has letters, digits, `_` and `-`",
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
    """AWS IAM, for an EKS cluster (`argocd-k8s-auth aws`)."""

    cluster_name: EksName = Field(description="Name of the EKS cluster.", examples=["prod-eu"])
    role_arn: Maybe[RoleArn] = Field(
        None, description="Role to assume.", examples=["arn:aws:iam::111122223333:role/argocd"]
    )
    profile: Maybe[AwsProfile] = Field(None, description="AWS profile.")


class AzureWorkloadIdentity(Model):
    """Azure workload identity, for an AKS cluster (`argocd-k8s-auth azure`)."""

    client_id: Maybe[Guid] = Field(
        None, description="Managed identity; without it, that of the Pod."
    )
    tenant_id: Maybe[Guid] = Field(
        None, description="Microsoft Entra tenant; without it, that of the Pod."
    )
    environment: Literal["AzurePublicCloud", "AzureUSGovernmentCloud", "AzureChinaCloud"] = Field(
        "AzurePublicCloud", description="Azure cloud."
    )


class GcpWorkloadIdentity(Model):
    """GCP workload identity, for a GKE cluster (`argocd-k8s-auth gcp`)."""


class KindCertificate(Model):
    """The client certificate of a Kind cluster that Terraform creates."""


class BearerToken(Model):
    """A token from the secret store; an ExternalSecret copies it into the cluster Secret."""

    key: StoreKey = Field(description="Entry in the secret store.", examples=["clusters/edge-eu"])
    property: PropertyName = Field("token", description="Field of the entry with the token.")


class ClientCertificate(Model):
    """A client certificate from the secret store.

    An ExternalSecret copies it into the cluster Secret.
    """

    key: StoreKey = Field(description="Entry in the secret store.", examples=["clusters/edge-us"])
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
"""Short forms of methods that need no parameters."""
_LONG = {
    "awsIam": "{awsIam: {clusterName: …}}",
    "bearerToken": "{bearerToken: {key: …}}",
    "clientCertificate": "{clientCertificate: {key: …}}",
}
_METHODS = {each: each for each in _SHORT} | _LONG
_ANY_METHOD = "write one of " + ", ".join(f"`{each}`" for each in _METHODS.values())


def _unknown_method(given: str) -> PydanticCustomError:
    found = nearest(given, _METHODS) or _completed_method(given)
    advice = f"did you mean `auth: {_METHODS[found]}`?" if found else _ANY_METHOD
    message = f": unknown authentication method `{shown(given)}`"
    return refusal("invalid-auth", message, advice)


def _completed_method(start: str) -> str | None:
    """Return the first method with this beginning, such as ``azure-workload-identity``."""
    if len(start) <= 2:
        return None
    return next((method for method in _METHODS if method.startswith(start.lower())), None)


class Auth(Model):
    """How Argo CD authenticates: exactly one method. It holds no secret value."""

    in_cluster: Maybe[InCluster] = Field(None, description="Argo CD's own cluster.")
    kind: Maybe[KindCertificate] = Field(
        None, description="A local Kind cluster that Terraform creates and registers."
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
        None, description="Client certificate from the secret store."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data not in _SHORT:
            raise _unknown_method(data)
        return {_SHORT[data]: {}}

    @model_validator(mode="after")
    def _exactly_one(self) -> Auth:
        given = [name for name in type(self).model_fields if name in self.model_fields_set]
        if not given:
            raise refusal("invalid-auth", " has no authentication method", _ANY_METHOD)
        if len(given) > 1:
            methods = " and ".join(f"`{to_camel(name)}`" for name in given)
            message = f" has {len(given)} authentication methods: {methods}"
            raise refusal("invalid-auth", message, "keep one")
        return self

    @property
    def external(self) -> BearerToken | ClientCertificate | None:
        """The credential in the secret store, if this method needs one."""
        return self.bearer_token or self.client_certificate

    @property
    def unwritten(self) -> bool:
        """Whether the credential is in no file, but in the secret store or in Terraform."""
        return self.external is not None or self.kind is not None

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer the short forms to editors, and allow exactly one key."""
        body = handler.resolve_ref_schema(handler(schema))
        short = {"enum": list(_SHORT)}
        body |= {"minProperties": 1, "maxProperties": 1}
        return {"description": body.pop("description", ""), "anyOf": [short, body]}


class Cluster(Model):
    """One Kubernetes cluster of the fleet."""

    description: Text = Field("", description="One line for people.")
    environment: Name = Field(description="One of `environments`.", examples=["dev", "production"])
    region: Name = Field(description="One of `regions`.", examples=["eu", "us"])
    type: ClusterType = Field(
        "spoke", description="`hub` and `standalone` clusters run their own Argo CD."
    )
    hub: Maybe[Name] = Field(
        None, description="The hub whose Argo CD deploys to this spoke.", examples=["hub"]
    )
    serves: Names = Field(
        (),
        min_length=1,
        description="With type `hub`: the environments whose ApplicationSets, AppProjects and "
        "registrations its Argo CD reads, each at the revisions of that environment. The default "
        "is the environments of its clusters; the only hub of a platform serves all.",
        examples=[["staging", "production"]],
        json_schema_extra=without_default,
    )
    cloud: Cloud = Field("local", description="Cloud that the cluster runs in.")
    distribution: Maybe[Name] = Field(
        None, description="kind, eks, aks, gke, k3s …", examples=["kind"]
    )
    kubernetes_version: Maybe[KubernetesVersion] = Field(
        None, description="Kubernetes version, in quotes."
    )
    server: Maybe[ServerUrl] = Field(
        None, description="URL of the API server; not needed with `in-cluster` and `kind`."
    )
    certificate_authority: Maybe[CertificateBundle] = Field(
        None,
        description="CA bundle of the API server: base64 of PEM, as in a kubeconfig. It is public, "
        "not a secret.",
    )
    auth: Auth = Field(description="How Argo CD authenticates to the cluster.")
    registration: Maybe[Registration] = Field(
        None,
        description="Who writes the cluster Secret: `gitops` (the clusters repository) or "
        "`terraform` (GitOps Bridge). The default is `terraform` for clusters that run an Argo CD, "
        "since Argo CD needs the Secret before it can read Git, and for `auth: kind`; it is "
        "`gitops` for other spokes.",
    )
    teams: Names = Field((), description="Teams that work on the cluster, from `teams`.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict,
        description="Repository → revision, to override those of the environment.",
    )
    labels: Labels = Field(
        default_factory=dict, description="Additional labels of the cluster Secret."
    )
    annotations: Annotations = Field(
        default_factory=dict, description="Additional annotations of the cluster Secret."
    )
    addons: LayerSettings = Field(
        default_factory=dict, description="Addon settings of this cluster, the strongest layer."
    )

    @property
    def made_by_terraform(self) -> bool:
        """Whether Terraform creates the cluster, with Kind. Other clusters already exist."""
        return self.cloud == "local" and self.distribution == "kind"
