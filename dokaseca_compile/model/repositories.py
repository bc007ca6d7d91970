"""``repositories``: the Git repositories of the compiled files, and their revisions."""

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
        description="Name below `organization`, and folder below `out/`; without it, "
        "`<platform>-<role>`.",
        examples=["platform-addons"],
    )
    url: Maybe[GitUrl] = Field(
        None,
        description="Full URL; without it, `organization`/`name`.",
        examples=["https://github.com/org/platform-addons"],
    )
    basepath: Maybe[RelativePath] = Field(
        None, description="Folder that all compiled files are written to.", examples=["gitops"]
    )
    path: Maybe[RelativePath] = Field(
        None, description="Folder that Argo CD reads; each role has its own default."
    )
    revision: Revision = Field(
        "main", description="Branch, tag or commit; environments may override it."
    )


_DEFAULT = Repository()


class Branching(Model):
    """The branching strategy: other branches are errors, and environments can require tags."""

    branches: dict[str, Text] = Field(
        default_factory=dict,
        description="Branch, or pattern with one trailing `*` → its purpose.",
        examples=[{"main": "Production-ready configurations", "feature/*": "Feature development"}],
    )
    require: dict[Name, Literal["tag", "any"]] = Field(
        default_factory=dict,
        description="Environment → `tag` if its clusters must follow a tag or a commit.",
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

    def declared(self) -> dict[RepositoryKey, Repository]:
        """Return the repositories that the platform has, by their keys in ``repositories``."""
        declared: dict[RepositoryKey, Repository] = {}
        for key in REPOSITORY_KEYS:
            repository = getattr(self, "control_plane" if key == "controlPlane" else key)
            if repository is not None:
                declared[key] = repository
        return declared
