"""The expected Applications of addons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.argo.applications import Application
from dokaseca_compile.model.repositories import RepositoryKey
from dokaseca_compile.proof.expected.common import (
    addons_project,
    cascades,
    location,
    ownership,
    sync_policy,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    BoundRepository,
    Install,
    Part,
    PartInstall,
    Resolved,
    ResolvedCluster,
)
from dokaseca_compile.resolve.setting import Layer


class AddonApplications:
    """The Applications of a cluster's addons. Clusters that are alike share them."""

    def __init__(self, resolved: Resolved, layout: Layout) -> None:
        self._resolved, self._layout = resolved, layout
        self._known: dict[tuple[object, ...], Application] = {}

    def of(self, cluster: ResolvedCluster, name: str) -> Iterator[Application]:
        """Yield those of a cluster, as if it had this ``name``."""
        profile = cluster.profile
        names = (profile.environment, profile.region, profile.type, name)
        for install in cluster.enabled():
            for part in install.parts:
                key = (id(part), id(install), *names, id(cluster.repositories))
                if key not in self._known:
                    self._known[key] = self._application(cluster, install, part, name)
                yield self._known[key]

    def _application(
        self, cluster: ResolvedCluster, install: Install, installed: PartInstall, name: str
    ) -> Application:
        part, environment = installed.part, cluster.cluster.environment
        addons = cluster.repositories["addons"]
        helm = part.kind != "kustomize"
        files = (self._value_file(each.layer, part, name) for each in installed.values)
        return Application(
            name=f"{name}-{part.name}",
            application_set=f"{part.name}-{environment}",
            project=addons_project(
                self._resolved.addons[install.addon].addon.category, environment
            ),
            cluster=name,
            namespace=install.namespace.value,
            labels=self._labels(cluster, part, name),
            **_source(installed, cluster.repositories, self._layout),
            release=part.release if helm else "",
            values_repository=addons.url if helm else "",
            values_revision=addons.revision.value if helm else "",
            value_files=tuple(files),
            sync=sync_policy(self._resolved, environment, self._options(install.addon)),
            cascades=cascades(self._resolved, environment),
            annotations={},
            directory={},
        )

    def _value_file(self, layer: Layer, part: Part, name: str) -> str:
        own = Layer("cluster", name) if layer.scope == "cluster" else layer
        return self._layout.values(own, part.name).path

    def _labels(self, cluster: ResolvedCluster, part: Part, name: str) -> dict[str, str]:
        addon = self._resolved.addons[part.addon]
        labels = {
            "addon": part.addon,
            "component": part.component,
            "category": addon.addon.category.replace("/", "."),
            "owner": addon.addon.owner,
            "wave": str(addon.wave + part.wave),
            **location(cluster, name),
        }
        return {key: value for key, value in labels.items() if value} | ownership(self._resolved)

    def _options(self, name: str) -> list[str]:
        addon = self._resolved.addons[name].addon
        create = "true" if addon.create_namespace else "false"
        options = {*addon.sync_options, f"CreateNamespace={create}"}
        if addon.server_side_apply:
            options.add("ServerSideApply=true")
        return list(options)


def _source(
    install: PartInstall, repositories: Mapping[RepositoryKey, BoundRepository], layout: Layout
) -> dict[str, Any]:
    """Return ``repository``, ``chart``, ``path`` and ``version`` of a part's Application."""
    part = install.part
    version = install.version.value if install.version is not None else ""
    if part.chart is not None:
        url = part.repository or ""
        return {"repository": url, "chart": part.chart, "path": "", "version": version}
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
