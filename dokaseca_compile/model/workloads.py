"""``workloads``: the applications of each team, and which version of them runs where."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

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
from dokaseca_compile.model.grammar import Maybe, grammar, refusal
from dokaseca_compile.model.urls import GitUrl, image_registry


def _untagged(text: str) -> str:
    """``ghcr.io/Acme/api:1.0`` → ``ghcr.io/acme/api``; a port is no tag."""
    path = text.lower().partition("@")[0]
    return path[: path.rindex(":")] if ":" in path.rpartition("/")[2] else path


Image = Annotated[
    str,
    grammar(
        "invalid-image",
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$",
        "an image is `registry/path` in lower case, without a tag: the tag is the workload's `version`",
        "ghcr.io/acme/payments-api",
        longest=255,
        mend=_untagged,
    ),
    AfterValidator(with_registry),
    AfterValidator(image_registry),
]

WorkloadVersion = Annotated[
    str,
    grammar(
        "invalid-version",
        r"^[A-Za-z0-9][A-Za-z0-9._+-]*(?:/[A-Za-z0-9][A-Za-z0-9._+-]*)*$",
        "a workload's version is the tag of its image, one exact version of its chart, or the branch, tag or commit "
        "of its folder: letters, digits, `.`, `_`, `+`, `-` and single `/`; ranges are not pins",
        "1.4.0",
        "v1.4.0",
        longest=200,
    ),
    AfterValidator(git_reference),
]


class GitFolder(Model):
    """A folder of a Git repository: plain manifests, a Kustomization or a Helm chart. The version is its revision."""

    repository: GitUrl = Field(
        description="The Git repository.", examples=["https://github.com/org/shop"]
    )
    path: RelativePath = Field(description="The folder.", examples=["deploy"])
    helm: bool = Field(False, description="It is a Helm chart, and takes values.")


class WorkloadSettings(Model):
    """A workload in one environment."""

    version: Maybe[WorkloadVersion] = Field(
        None, description="Its version here; without it, the workload's own."
    )
    clusters: Names = Field(
        (),
        min_length=1,
        description="Only on these clusters; without it, on every cluster of the environment its team works on.",
        json_schema_extra=without_default,
    )
    values: Values = Field(
        default_factory=dict, description="Helm values, merged over the workload's own."
    )


class Workload(Model):
    """An application of a team. Without `chart` or `git`, the platform's web-service chart runs its `image`."""

    description: Text = Field("", description="One line for people.")
    image: Maybe[Image] = Field(
        None,
        description="What the platform's web-service chart runs; the version is its tag.",
        examples=["ghcr.io/acme/api"],
    )
    chart: Maybe[Chart] = Field(None, description="A chart of its own, instead of `image`.")
    git: Maybe[GitFolder] = Field(
        None, description="A folder of a Git repository, instead of `image`."
    )
    release_name: Maybe[ReleaseName] = Field(
        None, description="Helm release; without it, the workload's name."
    )
    version: Maybe[WorkloadVersion] = Field(
        None,
        description="Where an environment says none: the tag of the image, or the version of the chart or folder.",
    )
    values: Values = Field(default_factory=dict, description="Helm values of every environment.")
    environments: dict[Name, WorkloadSettings] = Field(
        min_length=1,
        description="Where it runs: environment → what differs there.",
        examples=[{"dev": {"version": "1.4.0"}}],
    )

    @model_validator(mode="after")
    def _one_source(self) -> Workload:
        given = [key for key in ("image", "chart", "git") if getattr(self, key) is not None]
        if len(given) > 1:
            said = f" has {' and '.join(f'`{key}`' for key in given)}"
            raise refusal("invalid-source", said, "keep one of them", at_key=True)
        if not given:
            raise refusal(
                "invalid-source",
                " needs `image`, `chart` or `git`",
                "add `image: ghcr.io/…`",
                at_key=True,
            )
        return self
