"""The contract between Terraform and Argo CD: which variable becomes which label and annotation.

GitOps Bridge carries facts about a cluster from Terraform to ApplicationSets: variables become
labels and annotations of the cluster Secret, templates read them. Every side is written from the
tables here (the tfvars, ``variables.tf``, ``locals.tf``, the registrations, the templates), so no
name can exist on one side only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.resolve.argocd import argocd_of
from dokaseca_compile.resolve.resolved import BoundRepository, Profile, Resolved, ResolvedCluster

TEAM_LABEL = "dokaseca.dev/team"
ENVIRONMENT_LABEL = "dokaseca.dev/environment"
"""Labels of the objects that a team has in an environment."""

SECRET_TYPE_LABEL = "argocd.argoproj.io/secret-type"  # noqa: S105 - a label key

BRIDGE_LABELS: Mapping[str, str] = {"enable_argocd": "true", SECRET_TYPE_LABEL: "cluster"}
"""What GitOps Bridge's module adds by itself (terraform-helm-gitops-bridge ``local.argocd_labels``)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing Argo CD is told about a cluster: its Terraform variable, and the keys it becomes."""

    variable: str
    description: str
    read: Callable[[Resolved, ResolvedCluster], str]
    label: str = ""
    annotation: str = ""


def _purpose(resolved: Resolved, cluster: ResolvedCluster) -> str:
    environment = resolved.environments.get(cluster.cluster.environment)
    return environment.environment.purpose if environment is not None else ""


CLUSTER_FACTS: tuple[Fact, ...] = (
    Fact(
        "cluster_name",
        "Name of the cluster, as Argo CD knows it.",
        lambda _, each: each.name,
        label="cluster_name",
        annotation="cluster_name",
    ),
    Fact(
        "environment",
        "Environment of the cluster.",
        lambda _, each: each.cluster.environment,
        label="environment",
        annotation="environment",
    ),
    Fact(
        "environment_purpose",
        "full, production-like or hardened.",
        _purpose,
        annotation="environment_purpose",
    ),
    Fact("region", "Region of the cluster.", lambda _, each: each.cluster.region, label="region"),
    Fact(
        "cluster_type",
        "hub, spoke or standalone.",
        lambda _, each: each.cluster.type,
        label="cluster_type",
    ),
    Fact(
        "cluster_hub",
        "Hub whose Argo CD deploys to the cluster.",
        lambda _, each: each.hub or "",
        label="hub",
    ),
    Fact("cloud", "Where the cluster runs.", lambda _, each: each.cluster.cloud, label="cloud"),
    Fact(
        "distribution",
        "Kubernetes distribution, empty when it is not known.",
        lambda _, each: each.cluster.distribution or "",
        label="distribution",
    ),
    Fact(
        "kubernetes_version",
        "Kubernetes version, empty when it is not known.",
        lambda _, each: each.cluster.kubernetes_version or "",
        annotation="kubernetes_version",
    ),
    Fact(
        "platform_name",
        "Name of the platform.",
        lambda resolved, _: resolved.platform.metadata.name,
        annotation="platform_name",
    ),
    Fact(
        "platform_domain",
        "DNS domain of the platform, empty when it has none.",
        lambda resolved, _: resolved.platform.metadata.domain or "",
        annotation="domain",
    ),
    Fact(
        "cluster_registration",
        "Who writes the cluster Secret: gitops or terraform, never both.",
        lambda _, each: each.registration,
    ),
    Fact("cluster_server", "URL of the API server.", lambda _, each: each.server),
    Fact(
        "cluster_config",
        "Argo CD's connection settings (JSON), empty where the credential can be in no file.",
        lambda _, each: "" if each.cluster.auth.unwritten else each.config,
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
        "Helm release of Argo CD, the same as its addon's so that it can take itself over; empty on a spoke.",
        lambda resolved, each: argocd_of(resolved, each).release,
    ),
)
"""What only Terraform is told: the Argo CD that it installs, of which no cluster Secret speaks."""

_LABEL_READERS = tuple((fact.label, fact.read) for fact in CLUSTER_FACTS if fact.label)
_ANNOTATION_READERS = tuple(
    (fact.annotation, fact.read) for fact in CLUSTER_FACTS if fact.annotation
)
_LABELS: Mapping[str, str] = {fact.variable: fact.label for fact in CLUSTER_FACTS if fact.label}
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
_REPOSITORY_FIELDS: tuple[tuple[str, str, str, Callable[[BoundRepository], str]], ...] = (
    ("repo", "url", "URL of the {role} repository.", lambda each: each.url),
    (
        "basepath",
        "basepath",
        "Folder of everything compiled in the {role} repository: empty, or ending in a slash.",
        lambda each: f"{each.basepath}/" if each.basepath else "",
    ),
    ("path", "path", "Folder that Argo CD reads, below the basepath.", lambda each: each.path),
    (
        "revision",
        "revision",
        "Branch, tag or commit that the cluster follows.",
        lambda each: each.revision.value,
    ),
)


@dataclass(frozen=True, slots=True)
class RepositoryFact:
    """One thing Argo CD is told about a repository."""

    variable: str
    annotation: str
    description: str
    read: Callable[[BoundRepository], str]


def repository_facts(key: RepositoryKey) -> tuple[RepositoryFact, ...]:
    """The four facts of one repository: ``gitops_addons_repo`` ↔ ``addons_repo_url`` and so on."""
    infix, prefix = _REPOSITORY_ROLES[key]
    role = prefix.replace("_", " ")
    return tuple(
        RepositoryFact(
            f"gitops_{infix}_{suffix}", f"{prefix}_repo_{name}", text.format(role=role), read
        )
        for suffix, name, text, read in _REPOSITORY_FIELDS
    )


def repository_annotation(key: RepositoryKey, name: str) -> str:
    """The Go template that reads a repository's annotation; ``name`` is url, basepath, path or revision."""
    known = [fact.annotation for fact in repository_facts(key)]
    annotation = f"{_REPOSITORY_ROLES[key][1]}_repo_{name}"
    if annotation not in known:
        raise KeyError(annotation)
    return f"{{{{ .metadata.annotations.{annotation} }}}}"


def repository_variables(repositories: Mapping[RepositoryKey, BoundRepository]) -> dict[str, Any]:
    """Variable → value, for every repository of a cluster."""
    return {
        fact.variable: fact.read(each)
        for key, each in repositories.items()
        for fact in repository_facts(key)
    }


def repository_annotations(repositories: Mapping[RepositoryKey, BoundRepository]) -> dict[str, Any]:
    """Annotation → value, for every repository of a cluster."""
    return {
        fact.annotation: fact.read(each)
        for key, each in repositories.items()
        for fact in repository_facts(key)
    }


def cluster_variables(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Variable → value of every fact about a cluster."""
    return {fact.variable: fact.read(resolved, cluster) for fact in CLUSTER_FACTS}


def argocd_variables(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """Variable → value of every fact about the Argo CD on a cluster."""
    return {fact.variable: fact.read(resolved, cluster) for fact in ARGOCD_FACTS}


def label_key(variable: str) -> str:
    """The label that a variable becomes, for selectors. Raises ``KeyError`` for one that becomes none."""
    return _LABELS[variable]


def label_template(variable: str) -> str:
    """The Go template that reads the label of a variable."""
    return f"{{{{ .metadata.labels.{_LABELS[variable]} }}}}"


TEAM_PREFIX = "team_"
"""What the labels begin with that say which teams work on a cluster."""


def team_label(team: str) -> str:
    """The label of the clusters that a team works on; like an addon's switch an identifier."""
    return f"{TEAM_PREFIX}{team.replace('-', '_')}"


def own_labels(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """The labels of a cluster apart from its addons'. A rule keeps the platform's keys apart from ours."""
    facts = {key: read(resolved, cluster) for key, read in _LABEL_READERS}
    teams = {team_label(team): "true" for team in sorted(set(cluster.cluster.teams))}
    return {**facts, **BRIDGE_LABELS, **cluster.labels, **teams}


def own_annotations(resolved: Resolved, cluster: ResolvedCluster) -> dict[str, Any]:
    """The annotations of a cluster apart from its repositories'."""
    facts = {key: read(resolved, cluster) for key, read in _ANNOTATION_READERS}
    return {**facts, **cluster.annotations}


def bridge_metadata(variables: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The labels and annotations that GitOps Bridge writes for the Terraform variables of a cluster: ``locals.tf``
    and its module in Python. Raises ``KeyError`` for a variable that is not given.
    """
    repositories = [
        fact
        for key in _REPOSITORY_ROLES
        for fact in repository_facts(key)
        if fact.variable in variables
    ]
    labels = {
        **BRIDGE_LABELS,
        **variables["cluster_labels"],
        **{key: str(enabled).lower() for key, enabled in variables["addons"].items()},
        **{team_label(team): "true" for team in variables["teams"]},
        **{label: variables[variable] for variable, label in _LABELS.items()},
    }
    annotations = {
        **variables["cluster_annotations"],
        **{fact.annotation: variables[fact.variable] for fact in CLUSTER_FACTS if fact.annotation},
        **{fact.annotation: variables[fact.variable] for fact in repositories},
    }
    return labels, annotations


def addon_switches(resolved: Resolved, profile: Profile) -> dict[str, bool]:
    """``enable_<addon>`` → whether the profile installs it, for every addon of the platform, by name."""
    return {
        addon.key: profile.installs[name].enabled.value for name, addon in resolved.addons.items()
    }


LABEL_KEYS: frozenset[str] = (
    frozenset(fact.label for fact in CLUSTER_FACTS if fact.label) | BRIDGE_LABELS.keys()
)
"""Label keys that the compiler writes, addon switches aside."""
ANNOTATION_KEYS: frozenset[str] = frozenset(
    fact.annotation for fact in CLUSTER_FACTS if fact.annotation
) | {fact.annotation for key in _REPOSITORY_ROLES for fact in repository_facts(key)}
"""Annotation keys that the compiler writes."""
