"""``repositories``: where the compiled files live, and which revision each environment follows."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from dokaseca_compile.model.common import Model, Name, RelativePath, Revision, Text
from dokaseca_compile.model.grammar import Maybe
from dokaseca_compile.model.urls import GitUrl

RepositoryKey = Literal[
    "controlPlane", "addons", "charts", "clusters", "workloads", "backstage", "templates"
]
REPOSITORY_KEYS: tuple[RepositoryKey, ...] = get_args(RepositoryKey)


class Repository(Model):
    """One Git repository of the platform."""

    name: Maybe[RelativePath] = Field(
        None,
        description="Name under the organisation and folder below `out/`; without it, `<platform>-<role>`.",
        examples=["platform-addons"],
    )
    url: Maybe[GitUrl] = Field(
        None,
        description="Full URL; without it, `organization`/`name`.",
        examples=["https://github.com/org/platform-addons"],
    )
    basepath: Maybe[RelativePath] = Field(
        None, description="Folder that holds everything we write there.", examples=["gitops"]
    )
    path: Maybe[RelativePath] = Field(
        None, description="Folder that Argo CD reads; each kind has its own default."
    )
    revision: Revision = Field(
        "main", description="Branch, tag or commit, unless an environment says another."
    )


_DEFAULT = Repository()


class Branching(Model):
    """The branching strategy, so that a branch outside it is an error and production can ask for tags."""

    branches: dict[str, Text] = Field(
        default_factory=dict,
        description="Branch, or pattern with one trailing `*`, and what it is for.",
        examples=[{"main": "Production-ready configurations", "feature/*": "Feature development"}],
    )
    require: dict[Name, Literal["tag", "any"]] = Field(
        default_factory=dict,
        description="Environment → `tag` when its clusters must follow a tag or a commit.",
        examples=[{"production": "tag"}],
    )


class Repositories(Model):
    """Every repository of the platform, by its role."""

    organization: GitUrl = Field(description="URL that repository names are appended to.")
    control_plane: Repository = Field(
        _DEFAULT, description="Terraform and the bootstrap ApplicationSets."
    )
    addons: Repository = Field(
        _DEFAULT, description="Addon ApplicationSets, AppProjects and values files."
    )
    clusters: Repository = Field(
        _DEFAULT, description="Cluster registrations and their configuration."
    )
    workloads: Repository = Field(_DEFAULT, description="The teams' applications.")
    charts: Repository = Field(_DEFAULT, description="The platform's own Helm charts.")
    backstage: Maybe[Repository] = Field(None, description="Developer portal (optional).")
    templates: Maybe[Repository] = Field(None, description="Software templates (optional).")
    branching: Branching = Field(Branching(), description="Branching rules.")

    def role(self, key: RepositoryKey) -> Repository | None:
        """The repository of one role, by the key that users write; ``None`` where it is not declared."""
        field = "control_plane" if key == "controlPlane" else key
        found: Repository | None = getattr(self, field)
        return found
