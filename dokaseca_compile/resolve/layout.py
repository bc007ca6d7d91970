"""Every output path, as functions of what it is for: the only place that spells one.

A path that a manifest names (a values file, a folder that Argo CD reads) and the path of the file
that is written come from the same call, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.resolve.setting import Layer, Scope

LEDGER: Final = ".dokaseca/ledger.json"
"""Path of the ledger below the root of each repository."""


@dataclass(frozen=True, slots=True)
class PathProfile:
    """The paths of one style of addons repository, with ``{name}`` for what varies."""

    appset: str
    values: Mapping[Scope, str]
    no_values: str


PROFILES: Mapping[str, PathProfile] = {
    # The architecture document's layout.
    "published": PathProfile(
        appset="{category}/{addon}/{environment}.yaml",
        values={
            "default": "values/default/{part}.yaml",
            "environment": "values/{name}/{part}.yaml",
            "region": "values/regions/{name}/{part}.yaml",
            "type": "values/types/{name}/{part}.yaml",
            "cluster": "values/clusters/{name}/{part}.yaml",
        },
        no_values="values/none.yaml",
    ),
    # The public dokaseca-addons repository of 2026. Most of its ApplicationSets read the cluster
    # layer from a folder that does not exist (`cluster_name/`); here it is `clusters/`.
    "doka-2026": PathProfile(
        appset="oss/{category}/addons-{addon}/{environment}.yaml",
        values={
            "default": "configs/addons/environments/default/{part}/values.yaml",
            "environment": "configs/addons/environments/{name}/{part}/values.yaml",
            "region": "configs/addons/regions/{name}/{part}/values.yaml",
            "type": "configs/addons/types/{name}/{part}/values.yaml",
            "cluster": "configs/addons/clusters/{name}/{part}/values.yaml",
        },
        no_values="configs/addons/none.yaml",
    ),
    # GitOps Bridge's template of a control-plane repository.
    "gitops-bridge": PathProfile(
        appset="oss/{category}/addons-{addon}/{environment}.yaml",
        values={
            "default": "environments/default/addons/{part}/values.yaml",
            "environment": "environments/{name}/addons/{part}/values.yaml",
            "region": "regions/{name}/addons/{part}/values.yaml",
            "type": "types/{name}/addons/{part}/values.yaml",
            "cluster": "clusters/{name}/addons/{part}/values.yaml",
        },
        no_values="environments/none.yaml",
    ),
}

_TFVARS = "terraform/environments"
_AREAS: Mapping[RepositoryKey, tuple[str, ...]] = {
    "controlPlane": ("terraform", "kind", "docs", "scripts/bootstrap.sh", "scripts/utils"),
    "charts": (
        "index",
        "ct.yaml",
        "chart_schema.yaml",
        "lintconf.yaml",
        "scripts/publish.sh",
        ".github/workflows/charts.yaml",
    ),
    "clusters": (
        "clusters",
        "environments/base",
        "environments/overlays",
        "environments/secrets",
        "rbac",
        "policies",
    ),
}
"""Role → the fixed folders and files that are written for it, below its basepath."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a repository. ``path`` is as Git knows it; ``file`` is below the output folder."""

    repository: str
    path: str

    @property
    def file(self) -> str:
        """The path below the output folder: ``<repository>/<path>``."""
        return f"{self.repository}/{self.path}"


class Layout:
    """The paths of one platform."""

    def __init__(self, resolved: Resolved) -> None:
        self._profile = PROFILES[resolved.platform.layout.profile]
        self._repositories = resolved.repositories
        self._environments = tuple(resolved.environments)
        self._folders: dict[str, tuple[str, ...]] = {}
        for bound in resolved.repositories.values():
            known = self._folders.get(repository_key(bound.url), ())
            if bound.name not in known:
                self._folders[repository_key(bound.url)] = (*known, bound.name)

    def _at(self, repository: RepositoryKey, path: str) -> Location:
        bound = self._repositories[repository]
        return Location(bound.name, join(bound.basepath, path))

    def folders(self, url: str) -> tuple[str, ...]:
        """Return the output folders of the roles of a Git repository; none if it has no role.

        Roles of one repository may share a folder (the same ``name``) or have a folder each.
        """
        return self._folders.get(repository_key(url), ())

    def areas(self, repository: RepositoryKey) -> list[Location]:
        """Return the folders and files that contain everything written for a role, and only that.

        If the areas of two roles do not overlap, neither changes what Argo CD reads of the other.
        """
        paths = [self.read_path(repository), *_AREAS.get(repository, ())]
        if repository == "addons":
            paths += [*self._values_areas(), self._profile.no_values]
        elif repository == "workloads":
            paths += [f"environments/{each}" for each in ("default", *self._environments)]
        return [self._at(repository, path) for path in paths]

    def _values_areas(self) -> Iterator[str]:
        """Yield the folders of addons' values files, each up to the first name that varies."""
        for pattern in self._profile.values.values():
            yield pattern.partition("{")[0].rpartition("/")[0]

    def values_folders(self) -> list[str]:
        """Return the folders of addons' values files, each up to the first name that varies."""
        return [self._at("addons", path).path for path in self._values_areas()]

    def read_path(self, repository: RepositoryKey) -> str:
        """The folder that Argo CD reads in a repository, below its basepath."""
        return self._repositories[repository].path

    def applied(self, repository: RepositoryKey) -> Location:
        """The folder from which a hub applies the files of each environment that it serves."""
        return self._at(repository, self.read_path(repository))

    def appset(self, category: str, addon: str, environment: str) -> Location:
        """The ApplicationSets of an addon in an environment."""
        pattern = self._profile.appset
        return self._applied(
            "addons", pattern.format(category=category, addon=addon, environment=environment)
        )

    def project(self, category: str, environment: str) -> Location:
        """The AppProject of a category of addons; no category has a dot, so no two share a file."""
        folder = category.replace("/", ".")
        return self._applied("addons", f"projects/{folder}/{environment}.yaml")

    def team_project(self, team: str, environment: str) -> Location:
        """The AppProject of a team: in the addons repository, where no team can widen its own."""
        return self._applied("addons", f"projects/teams/{team}/{environment}.yaml")

    def cluster_config(self, environment: str) -> Location:
        """The ApplicationSet that applies each cluster's folder of the clusters repository."""
        return self._applied("addons", f"cluster-config/{environment}.yaml")

    def _applied(self, repository: RepositoryKey, path: str) -> Location:
        """A file in the folder that a hub reads; ``applied_pattern`` selects those of one name."""
        return self._at(repository, join(self.read_path(repository), path))

    def values(self, layer: Layer, part: str) -> Location:
        """The values file of one layer; its name may be a Go template, as ``{{ .name }}``."""
        path = self._profile.values[layer.scope].format(name=layer.name, part=part)
        return self._at("addons", path)

    def no_values(self) -> Location:
        """The empty values file, listed if a cluster has no file in a layer."""
        return self._at("addons", self._profile.no_values)

    def in_addons(self, path: str) -> Location:
        """A folder that people maintain in the addons repository, such as a Kustomize path."""
        return self._at("addons", path)

    def in_charts(self, path: str) -> Location:
        """A file or folder of the charts repository."""
        return self._at("charts", path)

    def chart_index(self, name: str) -> Location:
        """The users and versions of a chart: a file each, so that version bumps do not conflict."""
        return self.in_charts(f"index/{name}.yaml")

    def chart(self, name: str) -> Location:
        """The folder of a generated chart."""
        return self._at("charts", join(self.read_path("charts"), name))

    def workload(self, team: str, name: str, environment: str) -> Location:
        """The ApplicationSet of a workload in an environment."""
        return self._applied("workloads", f"{team}/{name}/{environment}.yaml")

    def workload_values(self, layer: Layer, team: str, name: str) -> Location:
        """The values file of a workload: of an environment, or of all (``default``)."""
        return self._at("workloads", f"environments/{layer.name or 'default'}/{team}/{name}.yaml")

    def terraform(self, name: str) -> Location:
        """A file of the Terraform root."""
        return self._at("controlPlane", f"terraform/{name}")

    def tfvars(self, environment: str, cluster: str) -> Location:
        """The Terraform variables of a cluster."""
        return self._at("controlPlane", f"{_TFVARS}/{environment}/{cluster}.tfvars")

    def argocd_values(self, environment: str, cluster: str) -> Location:
        """The values of the Argo CD that Terraform installs on a cluster."""
        return self._at("controlPlane", f"{_TFVARS}/{environment}/{cluster}.argo-cd.yaml")

    def tfvars_folder(self) -> Location:
        """The folder of all clusters' variables."""
        return self._at("controlPlane", _TFVARS)

    def in_control_plane(self, path: str) -> Location:
        """A file of the control plane for people: a script or documentation."""
        return self._at("controlPlane", path)

    def kind(self, cluster: str) -> Location:
        """Kind's configuration of a local cluster."""
        return self._at("controlPlane", f"kind/{cluster}.yaml")

    def kind_folder(self) -> Location:
        """The folder of Kind's configurations."""
        return self._at("controlPlane", "kind")

    def bootstrap(self, name: str) -> Location:
        """A manifest that starts a hub."""
        return self._at("controlPlane", join(self.read_path("controlPlane"), f"{name}.yaml"))

    def bootstrap_folder(self) -> Location:
        """The folder of all manifests that start a hub."""
        return self._at("controlPlane", self.read_path("controlPlane"))

    def cluster(self, cluster: str, name: str = "") -> Location:
        """A file of a cluster's configuration, or its folder, a Kustomize root."""
        return self._at("clusters", join(f"clusters/{cluster}", name))

    def clusters_readme(self) -> Location:
        """The README. Not at the root, where a repository has its own README."""
        return self._at("clusters", "clusters/README.md")

    def environment_base(self, name: str = "") -> Location:
        """A file of the configuration of every cluster, or its folder."""
        return self._at("clusters", join("environments/base", name))

    def overlay(self, environment: str, name: str = "") -> Location:
        """A file of the configuration of an environment's clusters, or its folder."""
        return self._at("clusters", join(f"environments/overlays/{environment}", name))

    def tenant(self, team: str, environment: str, name: str = "") -> Location:
        """A file of a team's namespace on the clusters of an environment, or its folder."""
        return self.overlay(environment, join("teams", team, name))

    def secret(self, environment: str, secret: str, name: str = "") -> Location:
        """A file of a secret template of an environment, or its folder."""
        return self._at("clusters", join(f"environments/secrets/{environment}/{secret}", name))

    def team_access(self, team: str, environment: str, name: str = "") -> Location:
        """A file of a team's roles on the clusters of an environment, or its folder."""
        return self._at("clusters", join(f"rbac/teams/{team}/{environment}", name))

    def service_accounts(self, team: str, environment: str, name: str = "") -> Location:
        """A file of the service accounts of a team in an environment, or its folder."""
        return self._at("clusters", join(f"rbac/service-accounts/{team}/{environment}", name))

    def kyverno_policy(self, policy: str) -> Location:
        """The folder of a Kyverno policy, a base of overlays."""
        return self._at("clusters", f"policies/kyverno/{policy}")

    def network_policy(self, policy: str) -> Location:
        """The folder of a set of NetworkPolicies, a base of teams' namespaces."""
        return self._at("clusters", f"policies/network/{policy}")

    def registration(self, cluster: str, name: str) -> Location:
        """A file of a cluster's registration, a Kustomize base of its hub."""
        return self._at("clusters", f"clusters/{cluster}/registration/{name}.yaml")

    def hub(self, hub: str, environment: str, name: str = "kustomization.yaml") -> Location:
        """The Kustomization that registers the clusters of an environment with their hub."""
        return self._applied("clusters", f"{hub}/{environment}/{name}")

    def marker(self, repository: RepositoryKey, environment: str) -> Location:
        """The object that keeps an environment's part of a folder from becoming empty."""
        return self._applied(repository, f"markers/{environment}.yaml")

    def hub_to_registration(self, cluster: str) -> str:
        """Return the path from an environment's folder of a hub to a cluster's registration."""
        depth = len(self.read_path("clusters").split("/")) + 2
        return "../" * depth + f"clusters/{cluster}/registration"

    def git_attributes(self) -> str:
        """The file beside the repositories' folders that marks generated files for Git hosts."""
        return ".gitattributes"

    def readme(self, repository: RepositoryKey) -> Location:
        """The file that keeps the folder that Argo CD reads in Git, so that it exists."""
        return self._at(repository, join(self.read_path(repository), "README.md"))


def applied_pattern(environment: str) -> str:
    """Return the ``include`` of the files of an environment in a folder that a hub reads.

    Argo CD compares it with the path below the folder, and its ``*`` matches slashes too
    (``getPotentiallyValidManifests``). So it selects the files of one name in all subfolders.
    """
    return f"*/{environment}.yaml"


def between(folder: Location, other: Location) -> str:
    """Return the relative path between folders of a repository, neither within the other."""
    here, there = folder.path.split("/"), other.path.split("/")
    same = next(at for at, (one, two) in enumerate(zip(here, there, strict=False)) if one != two)
    return join(*[".."] * (len(here) - same), *there[same:])


def join(*parts: str) -> str:
    """Join path parts with ``/``; empty parts are left out, so no ``//`` can appear."""
    return "/".join(part for part in parts if part)
