"""Pass: give every environment the URL and revision of every repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dokaseca_compile.core.routes import Route
from dokaseca_compile.core.urls import repository_key
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.resolved import BoundRepository, Resolved, ResolvedEnvironment
from dokaseca_compile.resolve.setting import Layer, Setting

_ROLE_NAMES: dict[RepositoryKey, str] = {"controlPlane": "control-plane", "charts": "helm-charts"}
# The folder of each repository that Argo CD reads, unless the platform sets another.
_READ_PATHS: dict[RepositoryKey, str] = {
    "controlPlane": "bootstrap",
    "charts": "charts",
    "clusters": "hubs",
    "workloads": "applications",
    "backstage": "catalog",
    "templates": "templates",
}
_APPSETS = {
    "published": "appsets",
    "doka-2026": "argocd/appsets",
    "gitops-bridge": "bootstrap/control-plane/addons",
}
Repositories = Mapping[RepositoryKey, BoundRepository]


def bind_repositories(resolved: Resolved) -> Resolved:
    """Fill in ``repositories`` and ``environments``; an environment's revisions override."""
    declared = _declared(resolved.platform)
    environments = {
        name: ResolvedEnvironment(
            name,
            order,
            environment,
            with_revisions(
                declared, environment.revisions, Layer("environment", name), ("environments", name)
            ),
        )
        for order, (name, environment) in enumerate(resolved.platform.environments.items())
    }
    return replace(resolved, repositories=declared, environments=environments)


def with_revisions(
    repositories: Repositories, revisions: Mapping[RepositoryKey, str], layer: Layer, route: Route
) -> Repositories:
    """Put a layer's revisions over weaker ones; return the same mapping if there are none."""
    if not revisions:
        return repositories
    bound = dict(repositories)
    for key, revision in revisions.items():
        if key in bound:
            setting = Setting(revision, (*route, "revisions", key), layer, bound[key].revision)
            bound[key] = replace(bound[key], revision=setting)
    return bound


def _declared(platform: Platform) -> Repositories:
    """Return every declared repository at its own revision; the core ones have default names.

    Roles of one Git repository use the spelling of its URL of the first role: Argo CD does not
    distinguish spellings (``git.NormalizeGitURL``), so an AppProject lists the repository once.
    """
    bound: dict[RepositoryKey, BoundRepository] = {}
    spellings: dict[str, tuple[str, Route]] = {}
    for key, repository in platform.repositories.declared().items():
        name = repository.name or f"{platform.metadata.name}-{_ROLE_NAMES.get(key, key)}"
        url, route = _url(platform, key, name)
        url, route = spellings.setdefault(repository_key(url), (url, route))
        bound[key] = BoundRepository(
            key,
            name,
            url,
            repository.basepath or "",
            repository.path or _READ_PATHS.get(key) or _APPSETS[platform.layout.profile],
            Setting(repository.revision, ("repositories", key, "revision")),
            route,
        )
    return bound


def _url(platform: Platform, key: RepositoryKey, name: str) -> tuple[str, Route]:
    """Return a repository's URL, its own or below the organization's, and its route."""
    own = platform.repositories.declared()[key].url
    if own:
        return own, ("repositories", key, "url")
    organization = platform.repositories.organization.rstrip("/")
    return f"{organization}/{name}", ("repositories", "organization")
