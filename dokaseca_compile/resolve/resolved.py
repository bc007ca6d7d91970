"""What a platform means: every cluster with its installs, each value with the chain of places it beat.

Clusters that share environment, region and type and say nothing of their own share one
``Profile``, so that what is alike is resolved, checked and written once: a fleet of ten thousand
clusters has some dozens of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from dokaseca_compile.model.addons import Addon
from dokaseca_compile.model.clusters import Cluster, Registration
from dokaseca_compile.model.common import Values
from dokaseca_compile.model.environments import Environment
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.routes import Route

T = TypeVar("T")
Scope = Literal["default", "environment", "region", "type", "cluster"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of settings: its scope and the name of the environment, region, type or cluster."""

    scope: Scope
    name: str = ""


DEFAULT = Layer("default")


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A value, the route where it was said, its layer, and the weaker saying it beat (if any)."""

    value: T
    route: Route
    layer: Layer
    beaten: Said[T] | None = None

    def chain(self) -> Iterator[Said[T]]:
        """Yield this saying and all it beat, strongest first."""
        link: Said[T] | None = self
        while link is not None:
            yield link
            link = link.beaten


@dataclass(frozen=True, slots=True)
class BoundRepository:
    """A repository as one environment (or cluster) sees it.

    ``basepath`` is the folder of all that is compiled there (empty for the root), ``path`` the
    folder below it that Argo CD reads; neither begins or ends with a slash.
    """

    key: RepositoryKey
    name: str
    url: str
    basepath: str
    path: str
    revision: Said[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One Application of an addon: its main chart, a further chart, or its Kustomize path.

    ``name`` is the addon's name, or ``<addon>-<component>``; ``wave`` the order of creation. Exactly
    one of ``repository`` (with ``chart``) and ``path`` says where it comes from; a ``path`` is in
    the charts repository (``kind`` ``local-chart``), in the addons repository or in
    ``git_repository`` (``kustomize``).
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
    version: Said[str] | None
    values: tuple[Said[Values], ...] = ()


@dataclass(frozen=True, slots=True)
class Install:
    """An addon's settings for a cluster, whether it is enabled there or not."""

    addon: str
    enabled: Said[bool]
    namespace: Said[str]
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

    def enabled(self) -> Iterator[Install]:
        """Yield the installs that are switched on."""
        return (install for install in self.installs.values() if install.enabled.value)


@dataclass(frozen=True, slots=True)
class ResolvedCluster:
    """A cluster with its profile, its hub (``None`` where none can be told), who registers it, its repositories."""

    name: str
    cluster: Cluster
    profile: Profile
    hub: str | None
    server: str
    registration: Registration
    repositories: Mapping[RepositoryKey, BoundRepository]

    def enabled(self) -> Iterator[Install]:
        """Yield the addons that are installed on it."""
        return self.profile.enabled()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The whole meaning of a platform; each pass fills in its part. All mappings are ordered by name."""

    platform: Platform
    environments: Mapping[str, ResolvedEnvironment] = field(default_factory=dict)
    addons: Mapping[str, ResolvedAddon] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    clusters: Mapping[str, ResolvedCluster] = field(default_factory=dict)

    def hubs(self) -> Iterator[ResolvedCluster]:
        """Yield the clusters that run an Argo CD."""
        return (each for each in self.clusters.values() if each.hub == each.name)
