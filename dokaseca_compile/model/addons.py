"""``addons``: what can be installed, and the settings that a layer may override."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from dokaseca_compile.model.common import (
    Category,
    ChartName,
    KustomizePath,
    Model,
    Name,
    Names,
    RelativePath,
    ReleaseName,
    ReleaseNames,
    Text,
    UniqueList,
    Values,
    Version,
)
from dokaseca_compile.model.grammar import Maybe, grammar, refusal, require
from dokaseca_compile.model.urls import ChartRepository, GitUrl

SyncOption = Literal[
    "ApplyOutOfSyncOnly=true",
    "FailOnSharedResource=true",
    "Force=true",
    "PruneLast=true",
    "Replace=true",
    "RespectIgnoreDifferences=true",
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
    "Validate=false",
]


def _invalid_chart(given: list[str]) -> PydanticCustomError:
    """Name the missing or the surplus key, where ``given`` are the keys that are set."""
    message = " has no source"
    advice = "a chart is `{name: …, repository: …}`, or `{path: …}` in the charts repository"
    if "path" in given:
        message = f" has both a `path` and a `{given[1]}`"
    elif given == ["repository"]:
        message, advice = " has a `repository` but no `name`", "add `name: …`"
    elif given == ["name"]:
        message, advice = " has a `name` but no `repository`", "add `repository: https://…`"
    return refusal("invalid-source", message, advice, at_key=True)


class Chart(Model):
    """A Helm chart: from an HTTP index or OCI registry, or a folder of the charts repository."""

    name: Maybe[ChartName] = Field(None, description="Chart name in the repository.")
    repository: Maybe[ChartRepository] = Field(
        None, description="HTTP index, `oci://…` or registry path without a scheme."
    )
    path: Maybe[RelativePath] = Field(
        None,
        description="Folder in the charts repository, instead of `name` and `repository`.",
        examples=["charts/podinfo"],
    )

    @model_validator(mode="after")
    def _one_form(self) -> Chart:
        given = self.given("path", "repository", "name")
        if given not in (["path"], ["repository", "name"]):
            raise _invalid_chart(given)
        return self


class Component(Model):
    """One more chart of an addon, with its own Application."""

    name: Maybe[ChartName] = Field(
        None, description="Chart name; without it, the component's name."
    )
    repository: Maybe[ChartRepository] = Field(
        None, description="Chart repository; without it, the addon's `chart.repository`."
    )
    path: Maybe[RelativePath] = Field(
        None,
        description="Folder in the charts repository, instead of `repository`.",
        examples=["charts/podinfo"],
    )
    version: Maybe[Version] = Field(
        None, description="Chart version; without it, the addon's version."
    )
    release_name: Maybe[ReleaseName] = Field(
        None,
        description="Helm release; without it, `<addon>-<component>`.",
        examples=["istio-base"],
    )
    wave: Annotated[int, Field(ge=-100, le=100)] = Field(
        0, description="Order of creation within the addon, lowest first."
    )
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")


class Kustomize(Model):
    """A Kustomize path in the addons repository, or in `repository`."""

    path: KustomizePath = Field(
        description="Folder; `{version}` is replaced by the resolved version."
    )
    repository: Maybe[GitUrl] = Field(
        None,
        description="Another Git repository, whose revision is then the version.",
        examples=["https://github.com/kubernetes-sigs/gateway-api"],
    )


class ComponentSettings(Model):
    """Settings of one component that a layer may override."""

    version: Maybe[Version] = Field(
        None, description="Version of this component in this layer and stronger ones."
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over weaker layers."
    )


class AddonSettings(Model):
    """Settings that a layer (environment, region, cluster type, cluster) may override.

    `true` and `false` alone only switch the addon on and off.
    """

    enabled: Maybe[bool] = Field(None, description="Whether the addon is installed.")
    version: Maybe[Version] = Field(None, description="Version in this layer and stronger ones.")
    namespace: Maybe[Name] = Field(
        None, description="Namespace in this layer and stronger ones.", examples=["kyverno"]
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over weaker layers as Helm merges."
    )
    components: dict[ReleaseName, ComponentSettings] = Field(
        default_factory=dict, description="Settings of the addon's components."
    )

    @model_validator(mode="before")
    @classmethod
    def _switch(cls, data: Any) -> Any:
        return {"enabled": data} if isinstance(data, bool) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow the switch alone, so that editors accept ``kyverno: false``."""
        body = handler.resolve_ref_schema(handler(schema))
        return {"description": body.pop("description", ""), "anyOf": [{"type": "boolean"}, body]}


ApiGroup = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^(\*|[a-z0-9.-]*)$",
        "an API group is a lower-case domain such as `kyverno.io`; `*` for all, empty for core",
    ),
]
Kind = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^(\*|[A-Z][A-Za-z0-9]*)$",
        "a kind is written as in a manifest, `ClusterRole`; `*` for all",
    ),
]


LayerSettings = dict[ReleaseName, AddonSettings]


class ClusterResource(Model):
    """A cluster-scoped kind that the addon's Applications may manage; `*` is any group or kind."""

    group: ApiGroup = Field("", description="API group; empty for core.", examples=["kyverno.io"])
    kind: Kind = Field(description="Kind, such as `ClusterPolicy`.")


# The cluster-scoped kinds of Kubernetes itself that charts install. Other kinds are listed at the
# addon: an AppProject without a list allows none, and only a person should allow `*`.
KUBERNETES_KINDS: tuple[tuple[str, str], ...] = (
    ("", "Namespace"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "RuntimeClass"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "StorageClass"),
)


class Addon(Model):
    """An addon of the platform: its source, its default settings and its requirements."""

    category: Category = Field(
        description="Category: the folder of its ApplicationSets and the name of its AppProject."
    )
    description: Text = Field("", description="One line for people.")
    owner: Maybe[Name] = Field(
        None, description="Team that maintains the addon.", examples=["platform"]
    )
    enabled: bool = Field(
        True, description="Whether it is installed on every cluster, unless a layer overrides it."
    )
    chart: Maybe[Chart] = Field(None, description="The addon's chart.")
    components: dict[ReleaseName, Component] = Field(
        default_factory=dict,
        description="More charts, each with its own Application, for example in waves.",
    )
    kustomize: Maybe[Kustomize] = Field(None, description="A Kustomize path instead of charts.")
    version: Maybe[Version] = Field(None, description="Default version; layers may override it.")
    namespace: Name = Field(
        description="Namespace that it is installed into.", examples=["kyverno"]
    )
    namespaces: Names = Field(
        (),
        description="Other namespaces that it writes to, such as `kube-system` for a Role. Its "
        "AppProject permits no others.",
    )
    release_name: Maybe[ReleaseName] = Field(
        None, description="Helm release; without it, the addon's name."
    )
    requires: ReleaseNames = Field((), description="Addons that must be on the same cluster.")
    conflicts: ReleaseNames = Field((), description="Addons that must not be on the same cluster.")
    kubernetes: Maybe[Annotated[str, Field(max_length=200, examples=[">=1.25 <1.35"])]] = Field(
        None, description="Supported Kubernetes versions: a range as in a chart's `kubeVersion`."
    )
    create_namespace: bool = Field(True, description="Whether Argo CD creates the namespace.")
    server_side_apply: bool = Field(
        False,
        description="Whether Argo CD applies on the server side; needed for a CRD that is too "
        "large for an annotation.",
    )
    sync_options: UniqueList[SyncOption] = Field((), description="Other sync options.")
    cluster_resources: UniqueList[ClusterResource] = Field(
        (), description="Cluster-scoped kinds that it manages, besides Kubernetes' own."
    )
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")

    @model_validator(mode="after")
    def _has_source(self) -> Addon:
        charts = [key for key in ("chart", "components") if getattr(self, key)]
        has_both = self.kustomize is not None and charts
        message = f" has both `kustomize` and `{''.join(charts[:1])}`"
        advice = "keep one of them, or split it into two addons"
        require(not has_both, "invalid-source", message, advice, at_key=True)
        message = " needs `chart`, `components` or `kustomize`"
        advice = "add `chart: {name: …, repository: https://…}`"
        require(self.kustomize or charts, "invalid-source", message, advice, at_key=True)
        return self

    @model_validator(mode="after")
    def _one_way_to_apply(self) -> Addon:
        # kubectl refuses `--force` with `--server-side`, and a replace is not an apply.
        if not self.server_side_apply and "ServerSideApply=true" not in self.sync_options:
            return self
        for index, option in enumerate(self.sync_options):
            if option in {"Force=true", "Replace=true"}:
                message = f": `{option}` cannot be combined with server-side apply"
                within = ("syncOptions", index)
                raise refusal("invalid-sync-options", message, "keep one of them", within=within)
        return self
