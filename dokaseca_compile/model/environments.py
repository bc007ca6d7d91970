"""``environments``, ``regions`` and ``clusterTypes``: the layers between an addon and a cluster."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from dokaseca_compile.model.addons import LayerSettings
from dokaseca_compile.model.common import Annotations, Labels, Model, Name, Names, Revision, Text
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.secrets import SecretTemplate


class Sync(Model):
    """How Argo CD keeps an Application at what Git says."""

    automated: bool = Field(True, description="Sync by itself.")
    prune: bool = Field(True, description="Delete what Git no longer has.")
    self_heal: bool = Field(True, description="Undo changes made in the cluster.")
    retries: Annotated[int, Field(ge=0, le=100)] = Field(
        5, description="Attempts after a failed sync."
    )


AtOnce = Annotated[
    str,
    grammar(
        "invalid-value",
        r"^([1-9][0-9]{0,3}|([1-9][0-9]?|100)%)$",
        "a number of Applications to update at once is 1 or more, or a percentage, in quotes",
        "1",
        "25%",
    ),
]


class RolloutStep(Model):
    """The clusters that get a change together, by region or by name, once all of the steps before are healthy."""

    regions: Names = Field((), description="Clusters of these regions.", examples=[["eu"]])
    clusters: Names = Field(
        (), description="These clusters, instead of `regions`.", examples=[["prod-canary"]]
    )
    max_update: Maybe[AtOnce] = Field(
        None, description="How many of them at once; without it, all."
    )

    @model_validator(mode="after")
    def _by_one_thing(self) -> RolloutStep:
        if bool(self.regions) == bool(self.clusters):
            said = (
                " names regions and clusters"
                if self.regions
                else " names neither regions nor clusters"
            )
            raise refusal(
                "invalid-rollout", said, "write `regions: […]` or `clusters: […]`", at_key=True
            )
        return self

    @property
    def at_once(self) -> int | str | None:
        """``max_update`` as Argo CD takes it: a number, or a percentage as text."""
        return (
            int(self.max_update)
            if self.max_update is not None and self.max_update.isdigit()
            else self.max_update
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer one of both to editors."""
        body = handler.resolve_ref_schema(handler(schema))
        return body | {"oneOf": [{"required": ["regions"]}, {"required": ["clusters"]}]}


class Environment(Model):
    """A step of promotion. The order of the environments in the file is the order of promotion."""

    purpose: Literal["full", "production-like", "hardened"] = Field(
        "full", description="Full features for testing, a copy of production, or production itself."
    )
    description: Text = Field("", description="One line for people.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict,
        description="Repository → revision that this environment's clusters follow.",
    )
    labels: Labels = Field(
        default_factory=dict, description="Labels of every cluster of the environment."
    )
    annotations: Annotations = Field(
        default_factory=dict, description="Annotations of every cluster."
    )
    sync: Sync = Field(Sync(), description="Sync policy of its Applications.")
    rollout: Annotated[tuple[RolloutStep, ...], Field(strict=False)] = Field(
        (),
        description="Steps in which a change reaches the clusters (Argo CD's RollingSync), each addon by itself. A "
        "cluster that two steps name is in the first. Without steps, all clusters sync at once.",
    )
    deletion: Literal["delete", "preserve"] = Field(
        "preserve", description="What happens to an addon's resources when its Application goes."
    )
    secrets: dict[Name, SecretTemplate] = Field(
        default_factory=dict,
        description="Secrets in the teams' namespaces, made of the secret store's entries.",
    )
    addons: LayerSettings = Field(
        default_factory=dict, description="Addon settings of the environment."
    )


class LayerSection(Model):
    """A region or a cluster type: a name with addon settings."""

    description: Text = Field("", description="One line for people.")
    addons: LayerSettings = Field(default_factory=dict, description="Addon settings of this layer.")
