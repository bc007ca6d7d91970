"""The root of ``platform.yaml``: every section by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_origin

from pydantic import Field

from dokaseca_compile.model.acceptance import Acceptance
from dokaseca_compile.model.addons import Addon
from dokaseca_compile.model.clusters import Cluster, ClusterType
from dokaseca_compile.model.common import Domain, Model, Name, ReleaseName, TeamName, Text
from dokaseca_compile.model.environments import Environment, LayerSection
from dokaseca_compile.model.grammar import Maybe
from dokaseca_compile.model.history import Move, Removal
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.model.repositories import Repositories
from dokaseca_compile.model.teams import Team
from dokaseca_compile.model.workloads import Workload


class Metadata(Model):
    """Name, domain and description of the platform."""

    name: Name = Field(description="Name of the platform.", examples=["dokaseca"])
    domain: Maybe[Domain] = Field(None, description="DNS domain of the platform.")
    description: Text = Field("", description="One line for people.")


class SecretStore(Model):
    """The External Secrets store that holds credentials."""

    name: Name = Field(description="Name of the store.", examples=["vault"])
    kind: Literal["ClusterSecretStore", "SecretStore"] = Field(
        "ClusterSecretStore", description="Kind of the store."
    )


class Integrations(Model):
    """Systems outside the platform."""

    secret_store: Maybe[SecretStore] = Field(
        None, description="Secret store that ExternalSecrets read."
    )


class Layout(Model):
    """The path profile of the output."""

    profile: Literal["published", "doka-2026", "gitops-bridge"] = Field(
        "published",
        description="`published` has the paths of the architecture document; `doka-2026` and "
        "`gitops-bridge` have the paths of those repositories.",
    )


class Platform(Model):
    """A whole platform: one file from which every repository is compiled."""

    api_version: Literal["dokaseca.dev/v1alpha1"] = Field(description="Version of this schema.")
    kind: Literal["Platform"] = Field(description="Always `Platform`.")
    metadata: Metadata = Field(description="Name and domain.")
    repositories: Repositories = Field(description="Git repositories and revisions.")
    integrations: Integrations = Field(
        Integrations(),
        description="Secret store and other systems that the platform uses.",
    )
    environments: dict[Name, Environment] = Field(
        min_length=1, description="Environments in the order of promotion."
    )
    regions: dict[Name, LayerSection] = Field(
        min_length=1, description="Regions and their addon settings."
    )
    cluster_types: dict[ClusterType, LayerSection] = Field(
        default_factory=dict, description="Addon settings of hubs, spokes and standalone clusters."
    )
    clusters: dict[Name, Cluster] = Field(min_length=1, description="Every cluster of the fleet.")
    addons: dict[ReleaseName, Addon] = Field(
        default_factory=dict, description="Every addon of the platform."
    )
    teams: dict[TeamName, Team] = Field(default_factory=dict, description="Every team.")
    workloads: dict[TeamName, dict[ReleaseName, Workload]] = Field(
        default_factory=dict,
        description="Team → its applications.",
        examples=[
            {
                "payments": {
                    "api": {
                        "image": "ghcr.io/acme/payments-api",
                        "environments": {"dev": {"version": "1.0"}},
                    }
                }
            }
        ],
    )
    policies: dict[Name, PolicySet] = Field(
        default_factory=dict,
        description="Environment → how it governs the teams' namespaces.",
    )
    removed: dict[Name, Removal] = Field(
        default_factory=dict,
        description="Intended deletions. The name of an entry is free.",
        examples=[{"kepler-gone": {"addon": "kepler", "reason": "replaced by opencost, PLAT-123"}}],
    )
    moved: dict[Name, Move] = Field(
        default_factory=dict,
        description="Intended moves: Argo CD deletes something and creates it again. The name of "
        "an entry is free.",
        examples=[
            {"edge-to-us": {"cluster": "edge-eu", "to": "edge-us", "reason": "the site moved"}}
        ],
    )
    accept: dict[Name, Acceptance] = Field(
        default_factory=dict,
        description="Findings that are accepted. The name of an entry is free.",
        examples=[
            {
                "lbc-key-names": {
                    "rule": "secret-in-source",
                    "at": "addons.aws-load-balancer-controller.values.**",
                    "reason": "names of keys of a Secret",
                    "until": "2027-06-30",
                }
            }
        ],
    )
    layout: Layout = Field(Layout(), description="Paths of the output.")


NAMED_SECTIONS: Mapping[str, str] = {
    str(field.alias): name
    for name, field in Platform.model_fields.items()
    if get_origin(field.annotation) is dict
}
"""The sections of named entries, by their key in ``platform.yaml``, with their attributes."""
RECORDS = frozenset({"removed", "moved", "accept"})
"""Sections that declare nothing: they record what was decided."""
