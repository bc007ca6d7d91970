"""Publish a change as people do: compile into checkouts, commit, push each repository, apply Terraform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from live import compiler
from live.places import PLATFORM
from live.repositories import Repository, Server, git
from live.scenario import ROLES
from live.terraform import Terraform

_KEYS = {"control-plane": "controlPlane"}
"""Role → its key in ``repositories``, where it is another."""
_DEFAULTS = {"charts": "helm-charts"}
"""Role → the end of the default name of its repository, where it is another."""


class Publisher:
    """The repositories of the platform, and of its teams."""

    def __init__(self, server: Server, terraform: Terraform) -> None:
        """Make the repositories that are not compiled: those of the teams, with a tag."""
        self._url = f"{server.url}/git"
        self._terraform = terraform
        self._repositories: dict[str, Repository] = {}
        self._roles: dict[str, Repository] = {}
        self._branches: dict[str, list[str]] = {}
        for folder in sorted((PLATFORM / "repositories").iterdir()):
            repository = self._repository(folder.name)
            repository.commit("By hand")
            repository.push(["refs/heads/main", "refs/tags/v1.0.0"])

    def prepare(self, platform: Mapping[str, Any], apps: Mapping[str, Mapping[str, Any]], message: str) -> None:
        """Compile the committed source into the checkouts and commit them; nothing is pushed."""
        self._roles = {role: self._repository(_name(platform, role)) for role in ROLES}
        compiler.compile_into({role: each.checkout for role, each in self._roles.items()})
        for each in self._roles.values():
            each.commit(message)
        self._branches = {each.name: sorted(self._read_of(each, apps) | {"main"}) for each in self._roles.values()}

    def push(self, role: str) -> str:
        """Push a repository, as every branch that is read; for the control plane, apply Terraform. Return its URL."""
        repository = self._roles[role]
        repository.push([f"refs/heads/{branch}" for branch in self._branches[repository.name]])
        if role == "control-plane":
            self._terraform.apply(repository.checkout)
        return f"{self._url}/{repository.name}"

    def revisions(self) -> dict[tuple[str, str], str]:
        """Return the commits that readers find: (URL, branch or tag) → commit."""
        found = {}
        for name, repository in self._repositories.items():
            lines = git("ls-remote", "--heads", "--tags", str(repository.bare), cwd=repository.bare).splitlines()
            for commit, reference in (line.split("\t") for line in lines):
                found[f"{self._url}/{name}", reference.split("/", 2)[2]] = commit
        return found

    def _repository(self, name: str) -> Repository:
        if name not in self._repositories:
            self._repositories[name] = Repository(name)
        return self._repositories[name]

    def _read_of(self, repository: Repository, apps: Mapping[str, Mapping[str, Any]]) -> set[str]:
        """Return the revisions of a repository that Applications read."""
        url = f"{self._url}/{repository.name}"
        sources = (("repository", "revision"), ("values_repository", "values_revision"))
        applications = [each for hub in apps.values() for each in hub.values()]
        return {each[revision] for each in applications for place, revision in sources if each[place] == url}


def _name(platform: Mapping[str, Any], role: str) -> str:
    """Return the name of the repository with a role."""
    declared = platform["repositories"].get(_KEYS.get(role, role), {})
    return declared.get("name", f"{platform['metadata']['name']}-{_DEFAULTS.get(role, role)}")
