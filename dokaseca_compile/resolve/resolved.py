"""What a platform means: every cluster with its installs, each value with the settings that it overrides.

Clusters that share environment, region and type and say nothing of their own share one
``Profile``, so that what is alike is resolved, checked and written once: a fleet of ten thousand
clusters has some dozens of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar, cast, get_args

from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.addons import Addon, Chart, LayerSettings
from dokaseca_compile.model.clusters import Cluster, Registration
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.environments import Environment
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.policies import PolicySet
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.model.teams import Role
from dokaseca_compile.model.workloads import Workload

T = TypeVar("T")
U = TypeVar("U")
Scope = Literal["default", "environment", "region", "type", "cluster"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Every scope, weak to strong: the one place that orders the layers."""

SHARED_SCOPES: tuple[Scope, ...] = SCOPES[1:-1]
"""The scopes whose layers several clusters share, in the order of a profile's names."""

NARROW_SCOPES: tuple[Scope, ...] = SCOPES[2:]
"""The scopes below an environment."""

SECTIONS: Mapping[Scope, str] = {
    "default": "addons",
    "environment": "environments",
    "region": "regions",
    "type": "clusterTypes",
    "cluster": "clusters",
}
"""The section of ``platform.yaml`` that holds the layers of a scope."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of settings: its scope and the name of the environment, region, type or cluster."""

    scope: Scope
    name: str = ""

    @property
    def rank(self) -> int:
        """How strong it is: the layer with the higher rank wins."""
        return SCOPES.index(self.scope)


DEFAULT = Layer("default")
_UNGOVERNED = PolicySet()


def layers_of(platform: Platform) -> Mapping[Scope, Mapping[str, LayerSettings]]:
    """The addon settings of every layer over the defaults, by scope (weak to strong) and name."""
    units: Mapping[Scope, Mapping[Any, Any]] = {
        "environment": platform.environments,
        "region": platform.regions,
        "type": platform.cluster_types,
        "cluster": platform.clusters,
    }
    return {
        scope: {str(name): unit.addons for name, unit in units[scope].items()}
        for scope in SCOPES[1:]
    }


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value, the route to it in the platform, its layer, and the weaker setting it overrides (if any)."""

    value: T
    route: Route
    layer: Layer = DEFAULT
    overridden: Setting[T] | None = None

    def chain(self) -> Iterator[Setting[T]]:
        """Yield this setting and all that it overrides, strongest first."""
        link: Setting[T] | None = self
        while link is not None:
            yield link
            link = link.overridden

    def derive(self, value: U) -> Setting[U]:
        """Return another value that is made of this one: it has the same origin."""
        return cast("Setting[U]", replace(cast("Setting[Any]", self), value=value))


def declared(value: T, *route: str | int) -> Setting[T]:
    """Return a value that the platform has in one place only as a setting."""
    return Setting(value, route)


@dataclass(frozen=True, slots=True)
class BoundRepository:
    """A repository as one environment (or cluster) sees it.

    ``basepath`` is the folder of all that is compiled there (empty for the root), ``path`` the
    folder below it that Argo CD reads; neither begins or ends with a slash. ``url_route`` leads to the URL, or to that
    of the organization that it begins with.
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

    ``name`` is the addon's name, or ``<addon>-<component>``; ``wave`` its place in the addon's order, from 0. Exactly
    one of ``repository`` (with ``chart``) and ``path`` says where it comes from; a ``path`` is in
    the charts repository (``kind`` ``local-chart``), in the addons repository or in
    ``git_repository`` (``kustomize``). ``route`` is that of its chart, component or folder; a component may have
    the repository of its addon.
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
        """Whether it needs a version: a path without ``{version}`` follows its repository's revision."""
        if self.path is None:
            return True
        return self.git_repository is not None or "{version}" in self.path


@dataclass(frozen=True, slots=True)
class PartInstall:
    """A part on a cluster: its version (``None`` if nothing pins it) and the layers that have values for it."""

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
    """An addon with its parts; ``key`` is the label and variable that switches it (``enable_cert_manager``)."""

    name: str
    key: str
    addon: Addon
    parts: tuple[Part, ...]
    wave: int = 0


@dataclass(frozen=True, slots=True)
class ResolvedEnvironment:
    """An environment with its place in the order of promotion and the repositories its clusters follow."""

    name: str
    order: int
    environment: Environment
    repositories: Mapping[RepositoryKey, BoundRepository]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What clusters of one environment, region and type install; compared and hashed by identity.

    ``installs`` holds every addon of the platform, by name; ``clusters`` those that share it.
    """

    environment: str
    region: str
    type: str
    installs: Mapping[str, Install]
    clusters: tuple[str, ...]

    def layers(self) -> tuple[Layer, ...]:
        """The shared layers it takes part in, weak to strong; one that is not declared is among them."""
        return tuple(map(Layer, SHARED_SCOPES, (self.environment, self.region, self.type)))

    def enabled(self) -> Iterator[Install]:
        """Yield the installs that are switched on."""
        return (install for install in self.installs.values() if install.enabled.value)


@dataclass(frozen=True, slots=True)
class ResolvedCluster:
    """A cluster with its profile, its hub (``None`` where none can be told), who registers it, its repositories.

    ``labels`` and ``annotations`` are what the platform adds to ours, the environment's overridden by the
    cluster's, sorted by key; ``config`` is how Argo CD connects (JSON).
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
        """Yield the addons that are installed on it."""
        return self.profile.enabled()


def argo_chart_repository(repository: str) -> str:
    """A chart repository as Argo CD takes it together with ``chart``.

    ``registry/path`` without a scheme is OCI (``IsHelmOciRepo``); with ``oci://`` it ignores ``chart``, since
    ``runRepoOperation`` asks first whether the URL is OCI.
    """
    return repository.removeprefix("oci://")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A team in an environment: the same namespace with the same content on each of its clusters there.

    ``role`` is what its groups may do (``None`` if nothing), ``accounts`` what each service account may,
    ``secrets`` the environment's templates that it gets, ``clusters`` where it works; all by name.
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
    """A workload in one environment: its version, the layers that have values (weak to strong), its clusters by name.

    The version is the tag of an image, the version of a chart or the revision of a folder; ``None`` if nothing says it.
    """

    environment: str
    version: Setting[str] | None
    values: tuple[Setting[Values], ...]
    clusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedWorkload:
    """An application of a team; ``places`` has the environments that it runs in, in the order of promotion."""

    team: str
    name: str
    namespace: str
    workload: Workload
    places: Mapping[str, Placement]

    @property
    def part(self) -> str:
        """What is one Application on each cluster: ``<team>-<workload>``."""
        return f"{self.team}-{self.name}"

    @property
    def release(self) -> str:
        """The Helm release, where it is one."""
        return self.workload.release_name or self.name

    @property
    def chart(self) -> Chart | None:
        """A chart that it names; ``None`` for an image, which the web-service chart runs, and for a folder."""
        return self.workload.chart

    @property
    def chart_repository(self) -> str:
        """The repository of its chart as Argo CD takes it, empty for a folder."""
        return argo_chart_repository((self.workload.chart and self.workload.chart.repository) or "")

    @property
    def takes_values(self) -> bool:
        """Whether it is a Helm chart."""
        return self.workload.git is None or self.workload.git.helm


@dataclass(frozen=True, slots=True)
class Resolved:
    """The whole meaning of a platform; each pass fills in its part.

    ``repositories`` are as declared: names, URLs and paths are the same for every cluster, revisions
    are not. ``environments`` are in the order of promotion, other mappings by name.
    """

    platform: Platform
    repositories: Mapping[RepositoryKey, BoundRepository] = field(default_factory=dict)
    environments: Mapping[str, ResolvedEnvironment] = field(default_factory=dict)
    addons: Mapping[str, ResolvedAddon] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    clusters: Mapping[str, ResolvedCluster] = field(default_factory=dict)
    workloads: Mapping[tuple[str, str], ResolvedWorkload] = field(default_factory=dict)
    tenants: Mapping[tuple[str, str], Tenant] = field(default_factory=dict)
    """By environment and team."""

    def namespace(self, team: str) -> str:
        """The namespace of a declared team, the same on every cluster that it works on."""
        return self.platform.teams[team].namespace or team

    @property
    def has_teams(self) -> bool:
        """Whether teams work on any cluster: only then is there anything to configure clusters with."""
        return any(each.cluster.teams for each in self.clusters.values())

    def policies(self, environment: str) -> PolicySet:
        """How the clusters of an environment are governed; where nothing is said, by nothing."""
        return self.platform.policies.get(environment) or _UNGOVERNED

    def tenants_on(self, cluster: ResolvedCluster) -> Iterator[Tenant]:
        """Yield the teams that work on a cluster, by name."""
        for team in sorted(set(cluster.cluster.teams)):
            tenant = self.tenants.get((cluster.cluster.environment, team))
            if tenant is not None:
                yield tenant

    def has_access(self, tenant: Tenant) -> bool:
        """Whether people of a team may do something in its namespace."""
        return tenant.role is not None and bool(self.platform.teams[tenant.team].groups)

    def namespaces(self, environment: str) -> tuple[str, ...]:
        """Return the namespaces of the teams that work in an environment, by name."""
        return tuple(
            sorted(
                {
                    each.namespace
                    for each in self.tenants.values()
                    if each.environment == environment
                }
            )
        )

    def furnished(self, tenant: Tenant) -> bool:
        """Whether a team's namespace holds anything but quotas."""
        closed = self.policies(tenant.environment).network == "default-deny"
        return bool(closed or tenant.secrets or tenant.accounts or self.has_access(tenant))

    def hubs(self) -> Iterator[ResolvedCluster]:
        """Yield the clusters that run an Argo CD."""
        return (each for each in self.clusters.values() if each.hub == each.name)

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
