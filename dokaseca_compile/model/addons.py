"""``addons``: what can be installed, and the settings a layer may change."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from dokaseca_compile.model.common import (
    Category,
    ChartName,
    ChartRepository,
    GitUrl,
    KustomizePath,
    Model,
    Name,
    RelativePath,
    ReleaseName,
    ReleaseNames,
    Text,
    Values,
    Version,
)

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


class Chart(Model):
    """A Helm chart: from a repository (HTTP index or OCI), or a folder of our own charts repository."""

    name: ChartName | None = Field(None, description="Chart name in the repository.")
    repository: ChartRepository | None = Field(None, description="HTTP index, `oci://…` or bare registry path.")
    path: RelativePath | None = Field(
        None, description="Folder in the charts repository, instead of the above.", examples=["charts/podinfo"]
    )

    @model_validator(mode="after")
    def _one_form(self) -> Chart:
        if (self.path is None) == (self.repository is None):
            raise PydanticCustomError("invalid-source", "a chart has either `repository` (with `name`) or `path`")
        if (self.name is None) == (self.path is None):
            raise PydanticCustomError("invalid-source", "`name` goes with `repository`, not with `path`")
        return self


class Component(Model):
    """One further chart of an addon, with an Application of its own."""

    name: ChartName | None = Field(None, description="Chart name; without it, the component's name.")
    repository: ChartRepository | None = Field(None, description="Without it, the addon's own `chart.repository`.")
    path: RelativePath | None = Field(
        None, description="Folder in the charts repository, instead of `repository`.", examples=["charts/podinfo"]
    )
    version: Version | None = Field(None, description="Without it, the addon's version.")
    release_name: ReleaseName | None = Field(
        None, description="Helm release; without it, `<addon>-<component>`.", examples=["istio-base"]
    )
    wave: Annotated[int, Field(ge=-100, le=100)] = Field(0, description="Order of creation within the addon.")
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")


class Kustomize(Model):
    """A Kustomize path; in the addons repository unless `repository` names another."""

    path: KustomizePath = Field(description="Folder; `{version}` stands for the resolved version.")
    repository: GitUrl | None = Field(
        None,
        description="Another Git repository; the version is then its revision.",
        examples=["https://github.com/kubernetes-sigs/gateway-api"],
    )


class ComponentSettings(Model):
    """What a layer may change of one component."""

    version: Version | None = Field(None, description="Version of this component from this layer on.")
    values: Values = Field(default_factory=dict, description="Helm values, merged over weaker layers.")


class AddonSettings(Model):
    """What a layer (environment, region, cluster type, cluster) may change. `true`/`false` only switch."""

    enabled: bool | None = Field(None, description="Install it here, or not.")
    version: Version | None = Field(None, description="Version from this layer on.")
    namespace: Name | None = Field(None, description="Namespace from this layer on.", examples=["kyverno"])
    values: Values = Field(default_factory=dict, description="Helm values, merged over weaker layers as Helm merges.")
    components: dict[ReleaseName, ComponentSettings] = Field(
        default_factory=dict, description="Settings of the addon's further charts."
    )

    @model_validator(mode="before")
    @classmethod
    def _switch(cls, data: Any) -> Any:
        return {"enabled": data} if isinstance(data, bool) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that the switch alone is a full setting, so that editors accept ``kyverno: false``."""
        body = handler.resolve_ref_schema(handler(schema))
        return {"description": body.pop("description", ""), "anyOf": [{"type": "boolean"}, body]}


Layer = dict[ReleaseName, AddonSettings]


class ClusterResource(Model):
    """A cluster-scoped kind that an addon's Application may manage. `*` stands for all, and must be written."""

    group: Annotated[str, Field(pattern=r"^(\*|[a-z0-9.-]*)$")] = Field(
        "", description="API group; empty for core.", examples=["kyverno.io"]
    )
    kind: Annotated[str, Field(pattern=r"^(\*|[A-Z][A-Za-z0-9]*)$")] = Field(description="Kind, as `ClusterPolicy`.")


class Addon(Model):
    """An addon of the platform: where it comes from, its default settings and what it needs."""

    category: Category = Field(description="Folder of its ApplicationSet, and its AppProject.")
    description: Text = Field("", description="One line for people.")
    owner: Name | None = Field(None, description="Team that looks after it.", examples=["platform"])
    enabled: bool = Field(True, description="Installed on every cluster unless a layer says no.")
    chart: Chart | None = Field(None, description="The addon's chart.")
    components: dict[ReleaseName, Component] = Field(
        default_factory=dict,
        description="Further charts, each an Application of its own: several charts in waves, or an extra chart.",
    )
    kustomize: Kustomize | None = Field(None, description="A Kustomize path instead of charts.")
    version: Version | None = Field(None, description="Default version; layers may pin another.")
    namespace: Name = Field(description="Namespace it is installed into.", examples=["kyverno"])
    release_name: ReleaseName | None = Field(None, description="Helm release; without it, the addon's name.")
    requires: ReleaseNames = Field((), description="Addons that must be on the same cluster.")
    conflicts: ReleaseNames = Field((), description="Addons that must not be on the same cluster.")
    kubernetes: Annotated[str, Field(max_length=200, examples=[">=1.25 <1.35"])] | None = Field(
        None, description="Range of Kubernetes versions it supports, as in a chart's `kubeVersion`."
    )
    create_namespace: bool = Field(True, description="Let Argo CD create the namespace.")
    server_side_apply: bool = Field(False, description="Needed where a CRD is larger than an annotation may be.")
    sync_options: Annotated[tuple[SyncOption, ...], Field(strict=False)] = Field((), description="More sync options.")
    cluster_resources: Annotated[tuple[ClusterResource, ...], Field(strict=False)] = Field(
        (), description="Cluster-scoped kinds it manages beyond Kubernetes' own."
    )
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")

    @model_validator(mode="after")
    def _has_source(self) -> Addon:
        if self.kustomize is not None and (self.chart is not None or self.components):
            raise PydanticCustomError("invalid-source", "an addon has either charts or a Kustomize path")
        if self.kustomize is None and self.chart is None and not self.components:
            raise PydanticCustomError("invalid-source", "an addon needs `chart`, `components` or `kustomize`")
        return self
