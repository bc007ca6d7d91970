"""``addons``: what can be installed, and the settings a layer may change."""

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
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
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


def _no_chart(given: list[str]) -> PydanticCustomError:
    """Say what is too much or missing among ``path``, ``repository`` and ``name``, the keys that are given."""
    one = "a chart is `{name: …, repository: …}`, or `{path: …}` in the charts repository"
    said, advice = " has no source", one
    if "path" in given:
        said = f" has a `path` and a `{given[1]}`"
    elif given:
        missing, value = ("name", "…") if given == ["repository"] else ("repository", "https://…")
        said, advice = f" has a `{given[0]}` but no `{missing}`", f"add `{missing}: {value}`"
    return refusal("invalid-source", said, advice, at_key=True)


class Chart(Model):
    """A Helm chart: from a repository (HTTP index or OCI), or a folder of our own charts repository."""

    name: Maybe[ChartName] = Field(None, description="Chart name in the repository.")
    repository: Maybe[ChartRepository] = Field(
        None, description="HTTP index, `oci://…` or bare registry path."
    )
    path: Maybe[RelativePath] = Field(
        None,
        description="Folder in the charts repository, instead of the above.",
        examples=["charts/podinfo"],
    )

    @model_validator(mode="after")
    def _one_form(self) -> Chart:
        given = [key for key in ("path", "repository", "name") if getattr(self, key) is not None]
        if given not in (["path"], ["repository", "name"]):
            raise _no_chart(given)
        return self


class Component(Model):
    """One further chart of an addon, with an Application of its own."""

    name: Maybe[ChartName] = Field(
        None, description="Chart name; without it, the component's name."
    )
    repository: Maybe[ChartRepository] = Field(
        None, description="Without it, the addon's own `chart.repository`."
    )
    path: Maybe[RelativePath] = Field(
        None,
        description="Folder in the charts repository, instead of `repository`.",
        examples=["charts/podinfo"],
    )
    version: Maybe[Version] = Field(None, description="Without it, the addon's version.")
    release_name: Maybe[ReleaseName] = Field(
        None,
        description="Helm release; without it, `<addon>-<component>`.",
        examples=["istio-base"],
    )
    wave: Annotated[int, Field(ge=-100, le=100)] = Field(
        0, description="Order of creation within the addon."
    )
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")


class Kustomize(Model):
    """A Kustomize path; in the addons repository unless `repository` names another."""

    path: KustomizePath = Field(description="Folder; `{version}` stands for the resolved version.")
    repository: Maybe[GitUrl] = Field(
        None,
        description="Another Git repository; the version is then its revision.",
        examples=["https://github.com/kubernetes-sigs/gateway-api"],
    )


class ComponentSettings(Model):
    """What a layer may change of one component."""

    version: Maybe[Version] = Field(
        None, description="Version of this component from this layer on."
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over weaker layers."
    )


class AddonSettings(Model):
    """What a layer (environment, region, cluster type, cluster) may change. `true`/`false` only switch."""

    enabled: Maybe[bool] = Field(None, description="Install it here, or not.")
    version: Maybe[Version] = Field(None, description="Version from this layer on.")
    namespace: Maybe[Name] = Field(
        None, description="Namespace from this layer on.", examples=["kyverno"]
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over weaker layers as Helm merges."
    )
    components: dict[ReleaseName, ComponentSettings] = Field(
        default_factory=dict, description="Settings of the addon's further charts."
    )

    @model_validator(mode="before")
    @classmethod
    def _switch(cls, data: Any) -> Any:
        return {"enabled": data} if isinstance(data, bool) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say that the switch alone is a full setting, so that editors accept ``kyverno: false``."""
        body = handler.resolve_ref_schema(handler(schema))
        return {"description": body.pop("description", ""), "anyOf": [{"type": "boolean"}, body]}


ApiGroup = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^(\*|[a-z0-9.-]*)$",
        "an API group is a domain in lower case, as `kyverno.io`; `*` for all, empty for core",
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
    """A cluster-scoped kind that an addon's Application may manage. `*` stands for all, and must be written."""

    group: ApiGroup = Field("", description="API group; empty for core.", examples=["kyverno.io"])
    kind: Kind = Field(description="Kind, as `ClusterPolicy`.")


# The cluster-scoped kinds of Kubernetes itself that charts install. Kinds of an addon's own are
# listed at the addon: an AppProject without a list allows none, and `*` is for a person to write.
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
    """An addon of the platform: where it comes from, its default settings and what it needs."""

    category: Category = Field(description="Folder of its ApplicationSet, and its AppProject.")
    description: Text = Field("", description="One line for people.")
    owner: Maybe[Name] = Field(None, description="Team that looks after it.", examples=["platform"])
    enabled: bool = Field(True, description="Installed on every cluster unless a layer says no.")
    chart: Maybe[Chart] = Field(None, description="The addon's chart.")
    components: dict[ReleaseName, Component] = Field(
        default_factory=dict,
        description="Further charts, each an Application of its own: several charts in waves, or an extra chart.",
    )
    kustomize: Maybe[Kustomize] = Field(None, description="A Kustomize path instead of charts.")
    version: Maybe[Version] = Field(None, description="Default version; layers may pin another.")
    namespace: Name = Field(description="Namespace it is installed into.", examples=["kyverno"])
    namespaces: Names = Field(
        (),
        description="Further namespaces that it writes to, as `kube-system` for a Role: its AppProject permits no "
        "other.",
    )
    release_name: Maybe[ReleaseName] = Field(
        None, description="Helm release; without it, the addon's name."
    )
    requires: ReleaseNames = Field((), description="Addons that must be on the same cluster.")
    conflicts: ReleaseNames = Field((), description="Addons that must not be on the same cluster.")
    kubernetes: Maybe[Annotated[str, Field(max_length=200, examples=[">=1.25 <1.35"])]] = Field(
        None, description="Range of Kubernetes versions it supports, as in a chart's `kubeVersion`."
    )
    create_namespace: bool = Field(True, description="Let Argo CD create the namespace.")
    server_side_apply: bool = Field(
        False, description="Needed where a CRD is larger than an annotation may be."
    )
    sync_options: UniqueList[SyncOption] = Field((), description="More sync options.")
    cluster_resources: UniqueList[ClusterResource] = Field(
        (), description="Cluster-scoped kinds it manages beyond Kubernetes' own."
    )
    values: Values = Field(default_factory=dict, description="Helm values of every cluster.")

    @model_validator(mode="after")
    def _has_source(self) -> Addon:
        if self.kustomize is not None and (self.chart is not None or self.components):
            charts = "chart" if self.chart is not None else "components"
            said = f" has a `kustomize` path and `{charts}`"
            raise refusal(
                "invalid-source", said, "keep one of them, or make two addons", at_key=True
            )
        if self.kustomize is None and self.chart is None and not self.components:
            advice = "add `chart: {name: …, repository: https://…}`"
            raise refusal(
                "invalid-source", " needs `chart`, `components` or `kustomize`", advice, at_key=True
            )
        return self

    @model_validator(mode="after")
    def _one_way_to_apply(self) -> Addon:
        # kubectl refuses `--force` with `--server-side`; a replace is no apply at all.
        if self.server_side_apply or "ServerSideApply=true" in self.sync_options:
            for index, option in enumerate(self.sync_options):
                if option in {"Force=true", "Replace=true"}:
                    said = f": `{option}` does not go with server-side apply"
                    raise refusal(
                        "invalid-sync-options",
                        said,
                        "keep one of them",
                        within=("syncOptions", index),
                    )
        return self
