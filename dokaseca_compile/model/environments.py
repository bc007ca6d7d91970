"""``environments``, ``regions`` and ``clusterTypes``: the layers between an addon and a cluster."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.addons import LayerSettings
from dokaseca_compile.model.common import Annotations, Labels, Model, Name, Names, Revision, Text
from dokaseca_compile.model.grammar import Maybe, grammar, require
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.secrets import SecretTemplate


class Sync(Model):
    """How Argo CD keeps Applications in sync with Git."""

    automated: bool = Field(True, description="Sync automatically.")
    prune: bool = Field(True, description="Delete resources that are no longer in Git.")
    self_heal: bool = Field(True, description="Revert changes made in the cluster.")
    retries: Annotated[int, Field(ge=0, le=100)] = Field(
        5, description="Attempts after a failed sync."
    )


AtOnce = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^([1-9][0-9]{0,3}|([1-9][0-9]?|100)%)$",
        "a number of Applications to update at once is at least 1, or a percentage, in quotes",
        "1",
        "25%",
    ),
]


class RolloutStep(Model):
    """Clusters that get a change together, when Argo CD considers all earlier steps healthy."""

    regions: Names = Field((), description="Clusters of these regions.", examples=[["eu"]])
    clusters: Names = Field(
        (), description="These clusters, instead of `regions`.", examples=[["prod-canary"]]
    )
    max_update: Maybe[AtOnce] = Field(
        None, description="How many of them are updated at once; without it, all."
    )

    @model_validator(mode="after")
    def _regions_or_clusters(self) -> RolloutStep:
        number, joined = ("both", "and") if self.regions else ("neither", "nor")
        message = f" has {number} `regions` {joined} `clusters`"
        advice = "write `regions: […]` or `clusters: […]`"
        has_one = bool(self.regions) != bool(self.clusters)
        require(has_one, "invalid-rollout", message, advice, at_key=True)
        return self

    @property
    def at_once(self) -> int | str | None:
        """``max_update`` as Argo CD reads it: a number, or a percentage as text."""
        if self.max_update is not None and self.max_update.isdigit():
            return int(self.max_update)
        return self.max_update

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Require exactly one of both in editors."""
        body = handler.resolve_ref_schema(handler(schema))
        return body | {"oneOf": [{"required": ["regions"]}, {"required": ["clusters"]}]}


class Environment(Model):
    """A step of promotion. Changes are promoted in the order of the environments in the file."""

    purpose: Literal["full", "production-like", "hardened"] = Field(
        "full",
        description="`full` has all features for testing, `production-like` copies production, "
        "`hardened` is production.",
    )
    description: Text = Field("", description="One line for people.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict,
        description="Repository → revision that the environment's clusters follow.",
    )
    labels: Labels = Field(
        default_factory=dict, description="Labels of the cluster Secret of every cluster."
    )
    annotations: Annotations = Field(
        default_factory=dict, description="Annotations of the cluster Secret of every cluster."
    )
    sync: Sync = Field(Sync(), description="Sync policy of its Applications.")
    rollout: Annotated[tuple[RolloutStep, ...], Field(strict=False)] = Field(
        (),
        description="Steps in which each addon's changes are rolled out to the clusters (Argo "
        "CD's RollingSync). A cluster in several steps belongs to the first. Without steps, all "
        "clusters sync at once. Argo CD does not guarantee the order: a step can start before an "
        "earlier one is healthy.",
    )
    deletion: Literal["delete", "preserve"] = Field(
        "preserve",
        description="Whether an addon's resources are deleted when its Application is deleted.",
    )
    secrets: dict[Name, SecretTemplate] = Field(
        default_factory=dict,
        description="Secrets in the teams' namespaces, filled from the secret store.",
    )
    addons: LayerSettings = Field(
        default_factory=dict, description="Addon settings of the environment."
    )


class LayerSection(Model):
    """A region or a cluster type: a name with addon settings."""

    description: Text = Field("", description="One line for people.")
    addons: LayerSettings = Field(default_factory=dict, description="Addon settings of this layer.")
