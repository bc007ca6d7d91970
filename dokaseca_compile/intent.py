"""What the platform means as Applications, worked out from the model alone: the other side of the proof.

Nothing here looks at a target or at what it wrote. ``agreement`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.applications import Application
from dokaseca_compile.layout import Layout, join
from dokaseca_compile.model.addons import KUBERNETES_KINDS
from dokaseca_compile.model.clusters import BearerToken
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.provisioning import argocd_chart
from dokaseca_compile.resolve.contract import (
    CLUSTER_FACTS,
    addon_switches,
    label_key,
    own_annotations,
    own_labels,
    repository_annotations,
    repository_variables,
)
from dokaseca_compile.resolve.resolved import (
    NARROW_SCOPES,
    BoundRepository,
    Install,
    Layer,
    Part,
    PartInstall,
    Resolved,
    ResolvedCluster,
    Said,
)

_BOOTSTRAP: tuple[RepositoryKey, ...] = ("addons", "clusters", "workloads")
_BOOTSTRAP_KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "addons": (("argoproj.io", "AppProject"), ("argoproj.io", "ApplicationSet")),
    "clusters": (("", "Secret"), ("external-secrets.io", "ExternalSecret")),
    "workloads": (("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")),
}
"""Who writes workloads must not register clusters."""

Parts = tuple[Mapping[str, Any], ...]
"""One mapping in parts with different keys, of which clusters share the later ones."""


def whole(parts: Parts) -> dict[str, Any]:
    """The parts as one mapping."""
    return {key: value for part in parts for key, value in part.items()}


class Intent:
    """The Applications, labels and AppProjects that a platform means."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._parts: dict[tuple[object, ...], Application] = {}
        self._switches: dict[int, Mapping[str, bool]] = {}
        self._switch_labels: dict[int, Mapping[str, str]] = {}
        self._repositories: dict[int, Mapping[str, str]] = {}
        self._repository_variables: dict[int, Mapping[str, str]] = {}
        self._known_teams: dict[tuple[str, str], Mapping[str, Any]] = {}

        self.folders = {each.url: each.name for each in resolved.repositories.values()}
        """URL of a repository → the folder of the output that it is."""
        self.switches: dict[str, Mapping[str, str]] = {}
        """ApplicationSet of an addon → the labels of the clusters that it is for."""
        self._wide: dict[str, tuple[Install, PartInstall]] = {}
        for profile in resolved.profiles:
            for install in profile.enabled():
                labels = {resolved.addons[install.addon].key: "true", label_key("environment"): profile.environment}
                for part in install.parts:
                    name = f"{part.part.name}-{profile.environment}"
                    self.switches[name] = labels
                    self._wide[name] = (install, part)
        self.clusters: dict[str, list[ResolvedCluster]] = {}
        """Hub → its clusters, itself among them, by name."""
        for cluster in resolved.clusters.values():
            self.clusters.setdefault(cluster.hub or cluster.name, []).append(cluster)

    def applications(self, cluster: ResolvedCluster, name: str) -> dict[str, Application]:
        """Name → Application of a cluster, as if it was called ``name``: clusters that are alike share them.

        ``value_files`` are those of the layers that have values; a layer without has none.
        """
        found = {}
        for install in cluster.enabled():
            for part in install.parts:
                application = self._application(cluster, install, part, name)
                found[application.name] = application
        return found

    def steps(self, application_set: str) -> list[tuple[str, frozenset[str], int | str | None]]:
        """The steps of an ApplicationSet's rollout: label, its values, and how many Applications at once."""
        environment = self.switches[application_set][label_key("environment")]
        return [
            (
                "region" if each.regions else "cluster",
                frozenset(each.regions or each.clusters),
                each.at_once,
            )
            for each in self._resolved.environments[environment].environment.rollout
        ]

    def wide(self, application_set: str) -> dict[str, str]:
        """What an ApplicationSet's base says of a cluster that no region, type or cluster speaks of."""
        install, part = self._wide[application_set]
        nothing = self._layout.no_values().path
        said = {"version": _widest(part.version), "namespace": _widest(install.namespace)}
        return {key: value for key, value in said.items() if value is not None} | {
            f"{scope}Values": nothing for scope in NARROW_SCOPES
        }

    def labels(self, cluster: ResolvedCluster) -> Parts:
        """Every label of a cluster's Secret: its own, and the switches of its addons."""
        key = id(cluster.profile)
        if key not in self._switch_labels:
            self._switch_labels[key] = {name: "true" if on else "false" for name, on in self._on(cluster).items()}
        return own_labels(self._resolved, cluster), self._switch_labels[key]

    def annotations(self, cluster: ResolvedCluster) -> Parts:
        """Every annotation of a cluster's Secret: its own, and those of its repositories."""
        key = id(cluster.repositories)
        if key not in self._repositories:
            self._repositories[key] = repository_annotations(cluster.repositories)
        return own_annotations(self._resolved, cluster), self._repositories[key]

    @property
    def settled(self) -> frozenset[str]:
        """The keys of labels and annotations that are the same for clusters of one profile and its repositories."""
        labels = {label_key(each) for each in ("environment", "region", "cluster_type")}
        switches = {each.key for each in self._resolved.addons.values()}
        return frozenset({*labels, *switches, *repository_annotations(self._resolved.repositories)})

    def config(self, cluster: ResolvedCluster) -> str:
        """How Argo CD connects (JSON); Terraform's variables have no credential, and so nothing where one is needed."""
        auth = cluster.cluster.auth
        return "" if cluster.registration == "terraform" and (auth.external or auth.kind) else cluster.config

    def credentials(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the path of every ExternalSecret, with the store and the entries that it reads."""
        store = self._resolved.platform.integrations.secret_store
        for name, cluster in self._resolved.clusters.items():
            credential = cluster.cluster.auth.external
            if credential is None or store is None or cluster.registration != "gitops":
                continue
            if isinstance(credential, BearerToken):
                properties = {"token": credential.property}
            else:
                properties = {"certificate": credential.certificate_property, "key": credential.key_property}
            data = [
                {"secretKey": key, "remoteRef": {"key": credential.key, "property": each}}
                for key, each in properties.items()
            ]
            path = self._layout.registration(name, "external-secret").file
            yield path, {"store": {"name": store.name, "kind": store.kind}, "data": data}

    def variables(self) -> Iterator[tuple[str, ResolvedCluster, Parts]]:
        """Yield the path of every cluster's Terraform variables, the cluster, and what they say."""
        for name, cluster in self._resolved.clusters.items():
            key = id(cluster.repositories)
            if key not in self._repository_variables:
                self._repository_variables[key] = repository_variables(cluster.repositories)
            rest = {
                "addons": self._on(cluster),
                "cluster_labels": cluster.labels,
                "cluster_annotations": cluster.annotations,
                "teams": self._teams(cluster),
            }
            own = {fact.variable: fact.read(self._resolved, cluster) for fact in CLUSTER_FACTS}
            variables = (own, argocd_chart(cluster), self._repository_variables[key], rest)
            yield self._layout.tfvars(cluster.cluster.environment, name).file, cluster, variables

    def bootstrap(self, cluster: ResolvedCluster, name: str) -> dict[str, Application]:
        """Name → Application that starts the cluster, if it is a hub, as if it was called ``name``."""
        keys = self._started(cluster.name) if cluster.name in self.clusters else ()
        return {each.name: each for each in (self._bootstrap(key, cluster, name) for key in keys)}

    def projects(self) -> dict[str, tuple[list[str], Mapping[str, Sequence[str]]]]:
        """AppProject → the URLs that it may read, and cluster → the namespaces it may deploy to; all sorted."""
        sources: dict[str, set[str]] = {}
        places: dict[str, dict[str, list[str]]] = {}
        for profile in self._resolved.profiles:
            namespaces: dict[str, set[str]] = {}
            for install in profile.enabled():
                addon = self._resolved.addons[install.addon].addon
                project = _project(addon.category)
                namespaces.setdefault(project, set()).update((install.namespace.value, *addon.namespaces))
                sources.setdefault(project, set()).update(url for part in install.parts for url in self._urls(part))
            for project, found in namespaces.items():
                places.setdefault(project, {}).update(dict.fromkeys(profile.clusters, sorted(found)))
        meant: dict[str, tuple[list[str], Mapping[str, Sequence[str]]]] = {
            project: (sorted(sources[project]), {name: of[name] for name in sorted(of)})
            for project, of in places.items()
        }
        for key in _BOOTSTRAP:
            if hubs := [name for name in sorted(self.clusters) if key in self._started(name)]:
                url = self._resolved.repositories[key].url
                meant[f"bootstrap-{key}"] = ([url], dict.fromkeys(hubs, ("argocd",)))
        return meant

    def _teams(self, cluster: ResolvedCluster) -> Mapping[str, Any]:
        """What each team of a cluster is to it; clusters of an environment share that."""
        found = {}
        for name in cluster.cluster.teams:
            key = (name, cluster.cluster.environment)
            if key not in self._known_teams:
                team = self._resolved.platform.teams[name]
                self._known_teams[key] = {
                    "groups": list(team.groups),
                    "role": team.roles.get(cluster.cluster.environment, ""),
                    "quotas": dict(team.quotas),
                    "cost_center": team.cost_center or "",
                }
            found[name] = self._known_teams[key]
        return found

    def _on(self, cluster: ResolvedCluster) -> Mapping[str, bool]:
        key = id(cluster.profile)
        if key not in self._switches:
            self._switches[key] = addon_switches(self._resolved, cluster.profile)
        return self._switches[key]

    def kinds(self, project: str) -> tuple[list[dict[str, str]] | None, list[dict[str, str]] | None]:
        """The cluster-scoped and the namespaced kinds that an AppProject allows, sorted; ``None`` for no list."""
        key = project.removeprefix("bootstrap-")
        if key in _BOOTSTRAP_KINDS:
            return None, [{"group": group, "kind": kind} for group, kind in _BOOTSTRAP_KINDS[key]]
        addons = [each.addon for each in self._resolved.addons.values() if _project(each.addon.category) == project]
        own = {(each.group, each.kind) for addon in addons for each in addon.cluster_resources}
        return [{"group": group, "kind": kind} for group, kind in sorted(own | {*KUBERNETES_KINDS})], None

    def _started(self, hub: str) -> Iterator[RepositoryKey]:
        """The repositories that a hub reads: clusters only where Git may register some."""
        registers = any(each.registration == "gitops" or each.cluster.type == "hub" for each in self.clusters[hub])
        return (key for key in _BOOTSTRAP if key != "clusters" or registers)

    def _bootstrap(self, key: RepositoryKey, cluster: ResolvedCluster, hub: str) -> Application:
        bound = cluster.repositories[key]
        path = join(bound.basepath, bound.path, hub if key == "clusters" else "")
        return Application(
            name=f"bootstrap-{key}-{hub}",
            application_set=f"bootstrap-{key}",
            project=f"bootstrap-{key}",
            cluster=hub,
            namespace="argocd",
            labels={"cluster": hub, "repository": key, **self.owned},
            repository=bound.url,
            chart="",
            path=path,
            version=bound.revision.value,
            release="",
            values_repository="",
            values_revision="",
            value_files=(),
            sync={
                "automated": {"prune": True, "selfHeal": True, **({"allowEmpty": True} if key == "clusters" else {})},
                "syncOptions": ["ServerSideApply=true"],
                "retry": _retry(10),
            },
            cascades=False,
            annotations={},
            directory={} if key == "clusters" else {"recurse": True, "include": "*.yaml"},
        )

    def _urls(self, install: PartInstall) -> Iterator[str]:
        """Every URL that a part reads: URLs are the same for all clusters."""
        yield _source(install, self._resolved.repositories, self._layout)["repository"]
        if install.values:
            yield self._resolved.repositories["addons"].url

    def _application(self, cluster: ResolvedCluster, install: Install, part: PartInstall, name: str) -> Application:
        of, profile = cluster.cluster, cluster.profile
        alike = (
            id(part),
            id(install),
            profile.environment,
            profile.region,
            profile.type,
            id(cluster.repositories),
            name,
        )
        if alike not in self._parts:
            environment = self._resolved.environments[of.environment].environment
            addons = cluster.repositories["addons"]
            helm = part.part.kind != "kustomize"
            self._parts[alike] = Application(
                name=f"{name}-{part.part.name}",
                application_set=f"{part.part.name}-{of.environment}",
                project=_project(self._resolved.addons[install.addon].addon.category),
                cluster=name,
                namespace=install.namespace.value,
                labels=self._labels(cluster, part.part, name),
                **_source(part, cluster.repositories, self._layout),
                release=part.part.release if helm else "",
                values_repository=addons.url if helm else "",
                values_revision=addons.revision.value if helm else "",
                value_files=tuple(self._value_file(said.layer, part.part, name) for said in part.values),
                sync=self._sync(install.addon, of.environment),
                cascades=environment.deletion != "preserve",
                annotations={},
                directory={},
            )
        return self._parts[alike]

    def _value_file(self, layer: Layer, part: Part, name: str) -> str:
        own = Layer("cluster", name) if layer.scope == "cluster" else layer
        return self._layout.values(own, part.name).path

    def _labels(self, cluster: ResolvedCluster, part: Part, name: str) -> dict[str, str]:
        addon = self._resolved.addons[part.addon]
        labels = {
            "addon": part.addon,
            "component": part.component or "",
            "category": addon.addon.category.replace("/", "."),
            "owner": addon.addon.owner or "",
            "wave": str(addon.wave + part.wave),
            "cluster": name,
            "environment": cluster.cluster.environment,
            "region": cluster.cluster.region,
            "cluster_type": cluster.cluster.type,
        }
        return {key: value for key, value in labels.items() if value} | self.owned

    @property
    def owned(self) -> dict[str, str]:
        """The labels of every object of Argo CD that is written."""
        return {
            "app.kubernetes.io/managed-by": "dokaseca",
            "app.kubernetes.io/part-of": self._resolved.platform.metadata.name,
        }

    def _sync(self, name: str, environment: str) -> dict[str, Any]:
        addon = self._resolved.addons[name].addon
        wanted = self._resolved.environments[environment].environment.sync
        options = {*addon.sync_options, f"CreateNamespace={'true' if addon.create_namespace else 'false'}"}
        if addon.server_side_apply:
            options.add("ServerSideApply=true")
        policy: dict[str, Any] = {"syncOptions": sorted(options)}
        if wanted.automated:
            policy["automated"] = {"prune": wanted.prune, "selfHeal": wanted.self_heal}
        if wanted.retries:
            policy["retry"] = _retry(wanted.retries)
        return policy


def _retry(limit: int) -> dict[str, Any]:
    return {"limit": limit, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}}


def _widest(said: Said[str] | None) -> str | None:
    """The strongest value that the addon or an environment says."""
    chain = said.chain() if said is not None else ()
    return next((each.value for each in chain if each.layer.scope not in NARROW_SCOPES), None)


def _project(category: str) -> str:
    return f"addons-{category.replace('/', '.')}"


def _source(
    install: PartInstall, repositories: Mapping[RepositoryKey, BoundRepository], layout: Layout
) -> dict[str, str]:
    """Where a part comes from: ``repository``, ``chart``, ``path`` and ``version`` of its Application."""
    part, version = install.part, install.version.value if install.version is not None else ""
    if part.chart is not None:
        return {"repository": part.repository or "", "chart": part.chart, "path": "", "version": version}
    path = (part.path or "").replace("{version}", version)
    if part.git_repository is not None:
        return {"repository": part.git_repository, "chart": "", "path": path, "version": version}
    local = part.kind == "local-chart"
    bound = repositories["charts" if local else "addons"]
    place = layout.in_charts(path) if local else layout.in_addons(path)
    return {"repository": bound.url, "chart": "", "path": place.path, "version": bound.revision.value}
