"""``workloads``: the applications of each team, and their version in each environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Chart
from dokaseca_compile.model.common import (
    Model,
    Name,
    Names,
    RelativePath,
    ReleaseName,
    Text,
    Values,
    git_reference,
    with_registry,
    without_default,
)
from dokaseca_compile.model.grammar import Maybe, grammar
from dokaseca_compile.model.urls import GitUrl, image_registry

WEB_SERVICE = "web-service"
"""Name of the chart that runs the workloads with an ``image``."""
IMAGE_DIGEST: Route = ("image", "digest")
"""The value of this chart that decides which image runs, whatever the tag."""


def _untagged(text: str) -> str:
    """``ghcr.io/Acme/api:1.0`` → ``ghcr.io/acme/api``; a port is not a tag."""
    path = text.lower().partition("@")[0]
    return path[: path.rindex(":")] if ":" in path.rpartition("/")[2] else path


Image = Annotated[
    str,
    grammar(
        "invalid-image",
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$",
        "an image is `registry/path` in lower case, without a tag: write the tag as the workload's "
        "`version`",
        "ghcr.io/acme/payments-api",
        longest=255,
        fix=_untagged,
    ),
    AfterValidator(with_registry),
    AfterValidator(image_registry),
]

WorkloadVersion = Annotated[
    str,
    grammar(
        "invalid-version",
        r"^[A-Za-z0-9][A-Za-z0-9._+-]*(?:/[A-Za-z0-9][A-Za-z0-9._+-]*)*$",
        "a workload's version is the tag of its image, an exact version of its chart, or the "
        "branch, tag or commit of its folder: letters, digits, `.`, `_`, `+`, `-` and single `/`",
        "1.4.0",
        "v1.4.0",
        longest=200,
    ),
    AfterValidator(git_reference),
]


class GitFolder(Model):
    """A folder of a Git repository: manifests, a Kustomization or a Helm chart.

    The workload's version is the revision.
    """

    repository: GitUrl = Field(
        description="The Git repository.", examples=["https://github.com/org/shop"]
    )
    path: RelativePath = Field(description="The folder.", examples=["deploy"])
    helm: bool = Field(False, description="Whether it is a Helm chart, which takes values.")


class WorkloadSettings(Model):
    """Settings of a workload in one environment."""

    version: Maybe[WorkloadVersion] = Field(
        None, description="Version in this environment; without it, the workload's own."
    )
    clusters: Names = Field(
        (),
        min_length=1,
        description="Clusters that it runs on; without it, every cluster of the environment that "
        "the team works on.",
        json_schema_extra=without_default,
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over the workload's own."
    )


class Workload(Model):
    """An application of a team: an `image` (run by the web-service chart), a `chart` or `git`."""

    description: Text = Field("", description="One line for people.")
    image: Maybe[Image] = Field(
        None,
        description="Image for the platform's web-service chart; the version is its tag.",
        examples=["ghcr.io/acme/api"],
    )
    chart: Maybe[Chart] = Field(None, description="A Helm chart, instead of `image`.")
    git: Maybe[GitFolder] = Field(
        None, description="A folder of a Git repository, instead of `image`."
    )
    release_name: Maybe[ReleaseName] = Field(
        None, description="Helm release; without it, the workload's name."
    )
    version: Maybe[WorkloadVersion] = Field(
        None,
        description="Default for environments without a version: the tag of the image, the version "
        "of the chart, or the revision of the folder.",
    )
    values: Values = Field(default_factory=dict, description="Helm values of every environment.")
    environments: dict[Name, WorkloadSettings] = Field(
        min_length=1,
        description="Environment that it runs in → settings that differ there.",
        examples=[{"dev": {"version": "1.4.0"}}],
    )

    @model_validator(mode="after")
    def _one_source(self) -> Workload:
        missing, surplus = "add `image: ghcr.io/…`", "keep one of them"
        sources = ("image", "chart", "git")
        self.check_one("invalid-source", *sources, missing=missing, surplus=surplus)
        return self
