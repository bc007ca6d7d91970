"""A resolved platform: every cluster with its installs, each value with the settings it overrides.

Clusters with the same environment, region and type and without settings of their own share one
``Profile``, so that it is resolved, checked and written once: a fleet of ten thousand clusters has
some dozens of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Addon, Chart
from dokaseca_compile.model.clusters import Cluster, Registration
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.environments import Environment
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.teams import Role
from dokaseca_compile.model.workloads import Workload
from dokaseca_compile.resolve.setting import SHARED_SCOPES, Layer, Setting

_UNGOVERNED = PolicySet()


@dataclass(frozen=True, slots=True)
class BoundRepository:
    """A repository as one environment (or cluster) sees it.

    ``basepath`` is the folder of everything compiled there (empty for the root), ``path`` the
    folder below it that Argo CD reads; neither begins or ends with a slash. ``url_route`` leads to
    the URL, or to the organization's URL that it begins with.
    """

    key: RepositoryKey
    name: str
    url: str
    basepath: str
    path: str
    revision: Setting[str]
    url_route: Route = ("repositories", "organization")


@dataclass(frozen=True, slots=True)
class Part:
    """One Application of an addon: its main chart, a further chart, or its Kustomize path.

    ``name`` is the addon's name, or ``<addon>-<component>``; ``wave`` its position in the addon's
    order, from 0. Its source is ``repository`` (with ``chart``) or ``path``; a ``path`` is in
    the charts repository (``kind`` ``local-chart``), in the addons repository or in
    ``git_repository`` (``kustomize``). ``route`` leads to its chart, component or folder; a
    component may use the repository of its addon.
    """

    addon: str
    component: str | None
    name: str
    kind: Literal["http-chart", "oci-chart", "local-chart", "kustomize"]
    release: str
    route: Route
    wave: int = 0
    chart: str | None = None
    repository: str | None = None
    path: str | None = None
    git_repository: str | None = None
    repository_route: Route = ()
    release_route: Route = ()

    @property
    def versioned(self) -> bool:
        """Return whether it needs a version; some paths follow the revision of their repository."""
        if self.path is None:
            return True
        return self.git_repository is not None or "{version}" in self.path


@dataclass(frozen=True, slots=True)
class PartInstall:
    """A part on a cluster: its version (``None`` if not pinned) and the layers that have values."""

    part: Part
    version: Setting[str] | None
    values: tuple[Setting[Values], ...] = ()


@dataclass(frozen=True, slots=True)
class Install:
    """An addon's settings for a cluster, whether it is enabled there or not."""

    addon: str
    enabled: Setting[bool]
    namespace: Setting[str]
    parts: tuple[PartInstall, ...]


@dataclass(frozen=True, slots=True)
class ResolvedAddon:
    """An addon with its parts; ``key`` is the label and variable of its switch (``enable_x``)."""

    name: str
    key: str
    addon: Addon
    parts: tuple[Part, ...]
    wave: int = 0


@dataclass(frozen=True, slots=True)
class ResolvedEnvironment:
    """An environment with its position in the order of promotion and its clusters' repositories."""

    name: str
    order: int
    environment: Environment
    repositories: Mapping[RepositoryKey, BoundRepository]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Installs of the clusters of an environment, region and type; compared by identity.

    ``installs`` has every addon of the platform, by name; ``clusters`` are those that share it.
    """

    environment: str
    region: str
    type: str
    installs: Mapping[str, Install]
    clusters: tuple[str, ...]

    def layers(self) -> tuple[Layer, ...]:
        """Return the shared layers of its clusters, weak to strong, whether declared or not."""
        return tuple(map(Layer, SHARED_SCOPES, (self.environment, self.region, self.type)))

    def enabled(self) -> Iterator[Install]:
        """Yield the installs that are switched on."""
        return (install for install in self.installs.values() if install.enabled.value)

    def enabled_parts(self) -> Iterator[tuple[Install, PartInstall]]:
        """Yield the parts of the installs that are switched on, with their installs."""
        for install in self.enabled():
            for part in install.parts:
                yield install, part


@dataclass(frozen=True, slots=True)
class ResolvedCluster:
    """A cluster with its profile, hub (``None`` if unknown), registration and repositories.

    ``labels`` and ``annotations`` are those that the platform declares, the environment's
    overridden by the cluster's, sorted by key; ``config`` is how Argo CD connects (JSON).
    """

    name: str
    cluster: Cluster
    profile: Profile
    hub: str | None
    server: str
    registration: Registration
    repositories: Mapping[RepositoryKey, BoundRepository]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    config: str

    def enabled(self) -> Iterator[Install]:
        """Yield the addons that are installed on the cluster."""
        return self.profile.enabled()


def argo_chart_repository(repository: str) -> str:
    """Return a chart repository in the form that Argo CD needs together with ``chart``.

    ``registry/path`` without a scheme is OCI (``IsHelmOciRepo``); with ``oci://`` it ignores
    ``chart``, since ``runRepoOperation`` first checks whether the URL is OCI.
    """
    return repository.removeprefix("oci://")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A team in an environment: it has the same namespace and content on each of its clusters.

    ``role`` is the role of its groups (``None`` if they have none), ``accounts`` the role of each
    service account, ``secrets`` the environment's templates for the team; all sorted by name.
    """

    team: str
    environment: str
    namespace: str
    role: Role | None
    quotas: Mapping[str, str]
    accounts: Mapping[str, Role]
    secrets: tuple[str, ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """A workload in an environment: its version, value layers (weak to strong) and clusters.

    The version is the tag of an image, the version of a chart or the revision of a folder; ``None``
    if it is not set.
    """

    environment: str
    version: Setting[str] | None
    values: tuple[Setting[Values], ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedWorkload:
    """An application of a team; ``places`` are its environments, in the order of promotion."""

    team: str
    name: str
    namespace: str
    workload: Workload
    places: Mapping[str, Placement]

    @property
    def part(self) -> str:
        """Return the prefix of its Applications' names: ``<team>-<workload>``."""
        return f"{self.team}-{self.name}"

    @property
    def release(self) -> str:
        """Return the name of the Helm release."""
        return self.workload.release_name or self.name

    @property
    def chart(self) -> Chart | None:
        """Return the chart that it names; ``None`` for an image and for a folder."""
        return self.workload.chart

    @property
    def chart_repository(self) -> str:
        """Return the repository of its chart in Argo CD's form, empty if it has none."""
        chart = self.workload.chart
        return argo_chart_repository((chart and chart.repository) or "")

    @property
    def takes_values(self) -> bool:
        """Return whether it is a Helm chart."""
        return self.workload.git is None or self.workload.git.helm


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolved platform; each pass fills in its part.

    ``repositories`` are as declared: names, URLs and paths are the same for every cluster, but
    revisions are not. ``environments`` are in the order of promotion, other mappings by name.
    """

    platform: Platform
    repositories: Mapping[RepositoryKey, BoundRepository] = field(default_factory=dict)
    environments: Mapping[str, ResolvedEnvironment] = field(default_factory=dict)
    addons: Mapping[str, ResolvedAddon] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    clusters: Mapping[str, ResolvedCluster] = field(default_factory=dict)
    workloads: Mapping[tuple[str, str], ResolvedWorkload] = field(default_factory=dict)
    served: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Hub → the environments whose files it reads, in the order of promotion; hubs by name."""
    tenants: Mapping[tuple[str, str], Tenant] = field(default_factory=dict)
    """By environment and team."""

    def namespace(self, team: str) -> str:
        """Return the namespace of a declared team, the same on every cluster."""
        return self.platform.teams[team].namespace or team

    @property
    def has_teams(self) -> bool:
        """Return whether any cluster has teams; without teams, clusters have no configuration."""
        return any(each.cluster.teams for each in self.clusters.values())

    def policies(self, environment: str) -> PolicySet:
        """Return the policies of an environment; empty ones by default."""
        return self.platform.policies.get(environment) or _UNGOVERNED

    def tenants_on(self, cluster: ResolvedCluster) -> Iterator[Tenant]:
        """Yield the teams that work on a cluster, by name."""
        for team in sorted(set(cluster.cluster.teams)):
            tenant = self.tenants.get((cluster.cluster.environment, team))
            if tenant is not None:
                yield tenant

    def has_access(self, tenant: Tenant) -> bool:
        """Return whether people of a team have a role in its namespace."""
        return tenant.role is not None and bool(self.platform.teams[tenant.team].groups)

    def namespaces(self, environment: str) -> tuple[str, ...]:
        """Return the namespaces of the teams that work in an environment, by name."""
        tenants = self.tenants.values()
        found = {each.namespace for each in tenants if each.environment == environment}
        return tuple(sorted(found))

    def has_namespace_content(self, tenant: Tenant) -> bool:
        """Return whether a team's namespace has any objects except quotas."""
        closed = self.policies(tenant.environment).network == "default-deny"
        return bool(closed or tenant.secrets or tenant.accounts or self.has_access(tenant))

    def hubs(self) -> Iterator[ResolvedCluster]:
        """Yield the clusters that run an Argo CD."""
        return (each for each in self.clusters.values() if each.hub == each.name)

    def hubs_by_environment(self) -> dict[str, list[str]]:
        """Return the hubs that read the files of each environment that any hub reads, by name."""
        found: dict[str, list[str]] = {}
        for environment in self.environments:
            hubs = [hub for hub, served in self.served.items() if environment in served]
            if hubs:
                found[environment] = hubs
        return found

    def registering_hubs(self) -> list[str]:
        """Return the hubs that read the clusters repository, by name.

        Those of type ``hub`` always do, any other where Git registers one of its clusters.
        """
        found = {
            each.hub
            for each in self.clusters.values()
            if each.registration == "gitops" or each.cluster.type == "hub"
        }
        return sorted(name for name in found if name is not None)
