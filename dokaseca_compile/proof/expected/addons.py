"""The Applications of addons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.proof.expected.common import addons_project, owned, places, synced
from dokaseca_compile.resolve.layout import Layout
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


class AddonApplications:
    """What addons are on a cluster; clusters that are alike share what they mean."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._parts: dict[tuple[object, ...], Application] = {}
        self._wide: dict[str, tuple[Install, PartInstall]] = {}
        self.switches: dict[str, tuple[str, str]] = {}
        """ApplicationSet → the switch of the addon, and the environment."""
        for profile in resolved.profiles:
            for install in profile.enabled():
                for part in install.parts:
                    name = f"{part.part.name}-{profile.environment}"
                    self.switches[name] = (resolved.addons[install.addon].key, profile.environment)
                    self._wide[name] = (install, part)

    def on(self, cluster: ResolvedCluster, name: str) -> Iterator[Application]:
        """Yield those of a cluster, as if it was called ``name``.

        ``value_files`` are those of the layers that have values; a layer without has none.
        """
        for install in cluster.enabled():
            for part in install.parts:
                yield self._application(cluster, install, part, name)

    def wide(self, application_set: str) -> dict[str, str]:
        """What an ApplicationSet's base says of a cluster that no region, type or cluster speaks of."""
        if application_set not in self._wide:
            return {}
        install, part = self._wide[application_set]
        nothing = self._layout.no_values().path
        said = {"version": _widest(part.version), "namespace": _widest(install.namespace)}
        return {key: value for key, value in said.items() if value is not None} | {
            f"{scope}Values": nothing for scope in NARROW_SCOPES
        }

    def urls(self, install: PartInstall) -> Iterator[str]:
        """Every URL that a part reads: URLs are the same for all clusters."""
        yield _source(install, self._resolved.repositories, self._layout)["repository"]
        if install.values:
            yield self._resolved.repositories["addons"].url

    def _application(
        self, cluster: ResolvedCluster, install: Install, part: PartInstall, name: str
    ) -> Application:
        profile = cluster.profile
        alike = (
            id(part), id(install), profile.environment, profile.region, profile.type, id(cluster.repositories), name,
        )  # fmt: skip
        if alike not in self._parts:
            environment = cluster.cluster.environment
            addons = cluster.repositories["addons"]
            helm = part.part.kind != "kustomize"
            self._parts[alike] = Application(
                name=f"{name}-{part.part.name}",
                application_set=f"{part.part.name}-{environment}",
                project=addons_project(self._resolved.addons[install.addon].addon.category),
                cluster=name,
                namespace=install.namespace.value,
                labels=self._labels(cluster, part.part, name),
                **_source(part, cluster.repositories, self._layout),
                release=part.part.release if helm else "",
                values_repository=addons.url if helm else "",
                values_revision=addons.revision.value if helm else "",
                value_files=tuple(
                    self._value_file(said.layer, part.part, name) for said in part.values
                ),
                sync=synced(self._resolved, environment, self._options(install.addon)),
                cascades=self._resolved.environments[environment].environment.deletion
                != "preserve",
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
            **places(cluster, name),
        }
        return {key: value for key, value in labels.items() if value} | owned(self._resolved)

    def _options(self, name: str) -> list[str]:
        addon = self._resolved.addons[name].addon
        options = {
            *addon.sync_options,
            f"CreateNamespace={'true' if addon.create_namespace else 'false'}",
        }
        return [*options, "ServerSideApply=true"] if addon.server_side_apply else [*options]


def _widest(said: Said[str] | None) -> str | None:
    """The strongest value that the addon or an environment says."""
    chain = said.chain() if said is not None else ()
    return next((each.value for each in chain if each.layer.scope not in NARROW_SCOPES), None)


def _source(
    install: PartInstall, repositories: Mapping[RepositoryKey, BoundRepository], layout: Layout
) -> dict[str, Any]:
    """Where a part comes from: ``repository``, ``chart``, ``path`` and ``version`` of its Application."""
    part, version = install.part, install.version.value if install.version is not None else ""
    if part.chart is not None:
        return {
            "repository": part.repository or "",
            "chart": part.chart,
            "path": "",
            "version": version,
        }
    path = (part.path or "").replace("{version}", version)
    if part.git_repository is not None:
        return {"repository": part.git_repository, "chart": "", "path": path, "version": version}
    local = part.kind == "local-chart"
    bound = repositories["charts" if local else "addons"]
    place = layout.in_charts(path) if local else layout.in_addons(path)
    return {
        "repository": bound.url,
        "chart": "",
        "path": place.path,
        "version": bound.revision.value,
    }
