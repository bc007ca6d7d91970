"""``environments``, ``regions`` and ``clusterTypes``: the layers between an addon and a cluster."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dokaseca_compile.model.addons import LayerSettings
from dokaseca_compile.model.common import Annotations, Labels, Model, Revision, Text
from dokaseca_compile.model.repositories import RepositoryKey


class Sync(Model):
    """How Argo CD keeps an Application at what Git says."""

    automated: bool = Field(True, description="Sync by itself.")
    prune: bool = Field(True, description="Delete what Git no longer has.")
    self_heal: bool = Field(True, description="Undo changes made in the cluster.")
    retries: Annotated[int, Field(ge=0, le=100)] = Field(5, description="Attempts after a failed sync.")


class Environment(Model):
    """A step of promotion. The order of the environments in the file is the order of promotion."""

    purpose: Literal["full", "production-like", "hardened"] = Field(
        "full", description="Full features for testing, a copy of production, or production itself."
    )
    description: Text = Field("", description="One line for people.")
    revisions: dict[RepositoryKey, Revision] = Field(
        default_factory=dict, description="Repository → revision that this environment's clusters follow."
    )
    labels: Labels = Field(default_factory=dict, description="Labels of every cluster of the environment.")
    annotations: Annotations = Field(default_factory=dict, description="Annotations of every cluster.")
    sync: Sync = Field(Sync(), description="Sync policy of its Applications.")
    deletion: Literal["delete", "preserve"] = Field(
        "preserve", description="What happens to an addon's resources when its Application goes."
    )
    addons: LayerSettings = Field(default_factory=dict, description="Addon settings of the environment.")


class LayerSection(Model):
    """A region or a cluster type: a name with addon settings."""

    description: Text = Field("", description="One line for people.")
    addons: LayerSettings = Field(default_factory=dict, description="Addon settings of this layer.")
