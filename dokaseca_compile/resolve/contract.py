"""The contract between Terraform and Argo CD: which variable becomes which label and annotation.

GitOps Bridge carries facts about a cluster from Terraform to ApplicationSets: variables become
labels and annotations of the cluster Secret, templates read them. Every side is written from the
tables here (the tfvars, ``variables.tf``, ``locals.tf``, the registrations, the templates), so no
name can exist on one side only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_snake

from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import argocd_of
from dokaseca_compile.resolve.resolved import BoundRepository, Profile, Resolved, ResolvedCluster
from dokaseca_compile.resolve.setting import Setting, declared

TEAM_LABEL = "dokaseca.dev/team"
ENVIRONMENT_LABEL = "dokaseca.dev/environment"
"""Labels of the objects that a team has in an environment."""

SECRET_TYPE_LABEL = "argocd.argoproj.io/secret-type"  # noqa: S105 - a label key

BRIDGE_LABELS: Mapping[str, str] = {"enable_argocd": "true", SECRET_TYPE_LABEL: "cluster"}
"""Labels that the module of GitOps Bridge adds itself (its ``local.argocd_labels``)."""


Read = Callable[[Resolved, ResolvedCluster], Setting[Any]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about a cluster: its Terraform variable, label and annotation, and how it is read."""

    variable: str
    description: str
    read: Read
    label: str = ""
    annotation: str = ""


def name_of(_: Resolved, each: ResolvedCluster) -> Setting[str]:
    return declared(each.name, "clusters", each.name)


def of_cluster(key: str) -> Read:
    """Read a setting of the cluster itself; one that is not set is empty."""
    attribute = to_snake(key)

    def read(_: Resolved, each: ResolvedCluster) -> Setting[str]:
        return Setting(getattr(each.cluster, attribute) or "", ("clusters", each.name, key))

    return read


def _metadata(key: str) -> Read:
    return lambda resolved, _: declared(
        getattr(resolved.platform.metadata, key) or "", "metadata", key
    )


def _purpose(resolved: Resolved, each: ResolvedCluster) -> Setting[str]:
    name = each.cluster.environment
    environment = resolved.environments.get(name)
    purpose = environment.environment.purpose if environment is not None else ""
    return declared(purpose, "environments", name, "purpose")


def _hub(_: Resolved, each: ResolvedCluster) -> Setting[str]:
    """Read the hub: named by the cluster, the cluster itself, or the only hub there is."""
    hub = each.hub or ""
    if each.cluster.hub:
        return declared(hub, "clusters", each.name, "hub")
    return declared(hub, "clusters", hub or each.name)


def server(_: Resolved, each: ResolvedCluster) -> Setting[str]:
    """Read the URL of the API server, which is derived from ``auth`` if ``server`` is not set."""
    key = "server" if each.cluster.server else "auth"
    return declared(each.server, "clusters", each.name, key)


def connection(_: Resolved, each: ResolvedCluster) -> Setting[str]:
    """Read Argo CD's connection settings."""
    return declared(each.config, "clusters", each.name, "auth")


def _connection(resolved: Resolved, each: ResolvedCluster) -> Setting[str]:
    config = connection(resolved, each)
    return config.derive("") if each.cluster.auth.unwritten else config


CLUSTER_FACTS: tuple[Fact, ...] = (
    Fact(
        "cluster_name",
        "Name of the cluster, as Argo CD knows it.",
        name_of,
        label="cluster_name",
        annotation="cluster_name",
    ),
    Fact(
        "environment",
        "Environment of the cluster.",
        of_cluster("environment"),
        label="environment",
        annotation="environment",
    ),
    Fact(
        "environment_purpose",
        "full, production-like or hardened.",
        _purpose,
        annotation="environment_purpose",
    ),
    Fact("region", "Region of the cluster.", of_cluster("region"), label="region"),
    Fact("cluster_type", "hub, spoke or standalone.", of_cluster("type"), label="cluster_type"),
    Fact("cluster_hub", "Hub whose Argo CD deploys to the cluster.", _hub, label="hub"),
    Fact("cloud", "Where the cluster runs.", of_cluster("cloud"), label="cloud"),
    Fact(
        "distribution",
        "Kubernetes distribution, empty when it is not known.",
        of_cluster("distribution"),
        label="distribution",
    ),
    Fact(
        "kubernetes_version",
        "Kubernetes version, empty when it is not known.",
        of_cluster("kubernetesVersion"),
        annotation="kubernetes_version",
    ),
    Fact("platform_name", "Name of the platform.", _metadata("name"), annotation="platform_name"),
    Fact(
        "platform_domain",
        "DNS domain of the platform, empty when it has none.",
        _metadata("domain"),
        annotation="domain",
    ),
    Fact(
        "cluster_registration",
        "Who writes the cluster Secret: gitops or terraform, never both.",
        lambda _, each: declared(each.registration, "clusters", each.name, "registration"),
    ),
    Fact("cluster_server", "URL of the API server.", server),
    Fact(
        "cluster_config",
        "Argo CD's connection settings (JSON), empty where the credential can be in no file.",
        _connection,
    ),
)

ARGOCD_FACTS: tuple[Fact, ...] = (
    Fact(
        "argocd_chart_repository",
        "Repository of the chart argo-cd; empty on a spoke, which runs no Argo CD.",
        lambda resolved, each: argocd_of(resolved, each).repository,
    ),
    Fact(
        "argocd_chart_version",
        "Version of the chart argo-cd; empty on a spoke.",
        lambda resolved, each: argocd_of(resolved, each).version,
    ),
    Fact(
        "argocd_release_name",
        "Helm release of Argo CD, the same as its addon's so that it can take itself over; "
        "empty on a spoke.",
        lambda resolved, each: argocd_of(resolved, each).release,
    ),
)
"""Facts for Terraform alone: the Argo CD that it installs."""

_LABELS: Mapping[str, str] = {fact.variable: fact.label for fact in CLUSTER_FACTS if fact.label}
_ANNOTATIONS: Mapping[str, str] = {
    fact.variable: fact.annotation for fact in CLUSTER_FACTS if fact.annotation
}
_REPOSITORY_ROLES: Mapping[RepositoryKey, tuple[str, str]] = {
    # role → infix of the variable, prefix of the annotation: the architecture document's spellings
    "controlPlane": ("control_plane", "control_plane"),
    "addons": ("addons", "addons"),
    "charts": ("charts", "charts"),
    "clusters": ("clusters", "clusters"),
    "workloads": ("workload", "workloads"),
    "backstage": ("backstage", "backstage"),
    "templates": ("templates", "templates"),
}
_REPOSITORY_FIELDS: tuple[tuple[str, str, str, Callable[[BoundRepository], Setting[str]]], ...] = (
    (
        "repo",
        "url",
        "URL of the {role} repository.",
        lambda each: Setting(each.url, each.url_route),
    ),
    (
        "basepath",
        "basepath",
        "Folder of everything compiled in the {role} repository: empty, or ending in a slash.",
        lambda each: declared(
            f"{each.basepath}/" if each.basepath else "", "repositories", each.key, "basepath"
        ),
    ),
    (
        "path",
        "path",
        "Folder that Argo CD reads, below the basepath.",
        lambda each: declared(each.path, "repositories", each.key, "path"),
    ),
    (
        "revision",
        "revision",
        "Branch, tag or commit that the cluster follows.",
        lambda each: each.revision,
    ),
)


@dataclass(frozen=True, slots=True)
class RepositoryFact:
    """One fact about a repository."""

    variable: str
    annotation: str
    description: str
    read: Callable[[BoundRepository], Setting[str]]


def repository_facts(key: RepositoryKey) -> tuple[RepositoryFact, ...]:
    """Return the four facts of a repository: ``gitops_addons_repo`` ↔ ``addons_repo_url`` etc."""
    infix, prefix = _REPOSITORY_ROLES[key]
    role = prefix.replace("_", " ")
    return tuple(
        RepositoryFact(
            f"gitops_{infix}_{suffix}", f"{prefix}_repo_{name}", text.format(role=role), read
        )
        for suffix, name, text, read in _REPOSITORY_FIELDS
    )


_REPOSITORY_FACTS: tuple[RepositoryFact, ...] = tuple(
    fact for key in _REPOSITORY_ROLES for fact in repository_facts(key)
)


def repository_annotation(key: RepositoryKey, name: str) -> str:
    """Return the Go template of an annotation; ``name`` is url, basepath, path or revision."""
    known = [fact.annotation for fact in repository_facts(key)]
    annotation = f"{_REPOSITORY_ROLES[key][1]}_repo_{name}"
    if annotation not in known:
        raise KeyError(annotation)
    return f"{{{{ .metadata.annotations.{annotation} }}}}"


def repository_variables(repositories: Mapping[RepositoryKey, BoundRepository]) -> dict[str, Any]:
    """Return variable → value, for every repository of a cluster."""
    return {fact.variable: read.value for fact, read in _facts_of(repositories)}


def repository_annotations(repositories: Mapping[RepositoryKey, BoundRepository]) -> dict[str, Any]:
    """Return annotation → value, for every repository of a cluster."""
    return {fact.annotation: read.value for fact, read in _facts_of(repositories)}


def repository_variable_settings(
    repositories: Mapping[RepositoryKey, BoundRepository],
) -> dict[str, Setting[str]]:
    """Return variable → setting, for every repository of a cluster."""
    return {fact.variable: read for fact, read in _facts_of(repositories)}


def repository_annotation_settings(
    repositories: Mapping[RepositoryKey, BoundRepository],
) -> dict[str, Setting[str]]:
    """Return annotation → setting, for every repository of a cluster."""
    return {fact.annotation: read for fact, read in _facts_of(repositories)}


def _facts_of(
    repositories: Mapping[RepositoryKey, BoundRepository],
) -> Iterator[tuple[RepositoryFact, Setting[str]]]:
    for key, each in repositories.items():
        for fact in repository_facts(key):
            yield fact, fact.read(each)


def cluster_variables(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Return variable → value of every fact about a cluster."""
    return {fact.variable: fact.read(resolved, cluster).value for fact in CLUSTER_FACTS}


def argocd_variables(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Return variable → value of every fact about the Argo CD on a cluster."""
    return {fact.variable: fact.read(resolved, cluster).value for fact in ARGOCD_FACTS}


def label_key(variable: str) -> str:
    """Return the label of a variable, for selectors. Raise ``KeyError`` if it has no label."""
    return _LABELS[variable]


def label_template(variable: str) -> str:
    """Return the Go template that reads the label of a variable."""
    return f"{{{{ .metadata.labels.{_LABELS[variable]} }}}}"


TEAM_PREFIX = "team_"
"""The prefix of the labels for the teams of a cluster."""


def team_label(team: str) -> str:
    """Return the label of a team's clusters; it is an identifier, like an addon's switch."""
    return f"{TEAM_PREFIX}{team.replace('-', '_')}"


def own_labels(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Return the labels of a cluster except its addons'. A rule prevents duplicate keys."""
    facts = {fact.label: fact.read(resolved, cluster).value for fact in CLUSTER_FACTS if fact.label}
    teams = {team_label(team): "true" for team in sorted(set(cluster.cluster.teams))}
    return {**facts, **BRIDGE_LABELS, **cluster.labels, **teams}


def own_annotations(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Return the annotations of a cluster except its repositories'."""
    facts = {
        fact.annotation: fact.read(resolved, cluster).value
        for fact in CLUSTER_FACTS
        if fact.annotation
    }
    return {**facts, **cluster.annotations}


def bridge_metadata(variables: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the labels and annotations that GitOps Bridge writes for a cluster's variables.

    This is ``locals.tf`` and its module in Python. Raise ``KeyError`` if a variable is missing.
    """
    repositories = [fact for fact in _REPOSITORY_FACTS if fact.variable in variables]
    labels = {
        **BRIDGE_LABELS,
        **variables["cluster_labels"],
        **{key: str(enabled).lower() for key, enabled in variables["addons"].items()},
        **{team_label(team): "true" for team in variables["teams"]},
        **{label: variables[variable] for variable, label in _LABELS.items()},
    }
    annotations = {
        **variables["cluster_annotations"],
        **{annotation: variables[variable] for variable, annotation in _ANNOTATIONS.items()},
        **{fact.annotation: variables[fact.variable] for fact in repositories},
    }
    return labels, annotations


def addon_switches(resolved: Resolved, profile: Profile) -> dict[str, bool]:
    """Return ``enable_<addon>`` → whether the profile installs it, for every addon, by name."""
    return {key: enabled.value for key, enabled in switch_settings(resolved, profile).items()}


def switch_settings(resolved: Resolved, profile: Profile) -> dict[str, Setting[bool]]:
    """Return ``enable_<addon>`` → the setting that switches it, for every addon, by name."""
    return {addon.key: profile.installs[name].enabled for name, addon in resolved.addons.items()}


LABEL_KEYS: frozenset[str] = frozenset({*_LABELS.values(), *BRIDGE_LABELS})
"""Label keys that the compiler writes, except addon switches."""
ANNOTATION_KEYS: frozenset[str] = frozenset(
    {*_ANNOTATIONS.values(), *(fact.annotation for fact in _REPOSITORY_FACTS)}
)
"""Annotation keys that the compiler writes."""
