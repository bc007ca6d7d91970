"""The ApplicationSets of the addons: one for each part of an addon in each environment.

An environment has its own ApplicationSet because the deletion policy is the ApplicationSet's:
were it shared, a cluster would have to change ApplicationSets when its environment's policy
changes, and Argo CD deletes what an ApplicationSet no longer generates. It also keeps a fault in
one environment from freezing the others: ``Reconcile`` returns before any change when one set of
parameters fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.addons import Addon
from dokaseca_compile.model.common import Values
from dokaseca_compile.resolve.contract import label_key, label_template
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    Install,
    Part,
    PartInstall,
    Profile,
    Resolved,
    ResolvedAddon,
    ResolvedEnvironment,
)
from dokaseca_compile.resolve.setting import NARROW_SCOPES, SECTIONS, Layer, Setting, declared
from dokaseca_compile.targets.base import (
    Labels,
    addons_project,
    application_set,
    named,
    ownership_labels,
    preserves,
    repository_source,
    rolling_sync,
    sync_policy,
    values_source,
)

NAME = "application-sets"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a file for each addon in each environment with a cluster that installs it."""
    by_environment: dict[str, list[Profile]] = {}
    for profile in resolved.profiles:
        by_environment.setdefault(profile.environment, []).append(profile)
    for addon in resolved.addons.values():
        for environment in resolved.environments.values():
            documents = tuple(
                _application_set(resolved, layout, addon, environment, installs)
                for installs in _parts_in(addon, by_environment.get(environment.name, ()))
            )
            if documents:
                path = layout.appset(addon.addon.category, addon.name, environment.name).file
                yield Artifact(path, YamlBody(documents), Origin(NAME, (("addons", addon.name),)))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part as one profile installs it."""

    profile: Profile
    install: Install
    part: PartInstall


def _parts_in(addon: ResolvedAddon, profiles: Sequence[Profile]) -> Iterator[list[_Placed]]:
    """Yield each part of an addon with the profiles that install it, in the order of waves."""
    enabled = [each for each in profiles if each.installs[addon.name].enabled.value]
    if not enabled:
        return
    for index, _ in sorted(enumerate(addon.parts), key=lambda each: each[1].wave):
        yield [_placed(profile, addon.name, index) for profile in enabled]


def _placed(profile: Profile, addon: str, index: int) -> _Placed:
    install = profile.installs[addon]
    return _Placed(profile, install, install.parts[index])


@dataclass(slots=True)
class _Parameters:
    """The generator's values for a part: those of the environment, and those of narrower layers.

    A parameter that no narrower layer changes is written into the template; one that varies is a
    generator value.
    """

    base: dict[str, Setting[str]] = field(default_factory=dict)
    narrow: dict[Layer, dict[str, Setting[str]]] = field(default_factory=dict)

    def add(self, name: str, setting: Setting[str] | None) -> None:
        """Record a parameter's chain: the strongest wide value, and each narrower one by layer."""
        if setting is None:
            return
        for link in reversed(list(setting.chain())):
            if link.layer.scope in NARROW_SCOPES:
                self.narrow.setdefault(link.layer, {})[name] = link
            else:
                self.base[name] = link

    def varies(self, name: str) -> bool:
        """Return whether a narrower layer sets the parameter."""
        return any(name in values for values in self.narrow.values())

    def use(self, name: str) -> Setting[str]:
        """Return the parameter as the template writes it."""
        setting = self.base[name]
        if not self.varies(name):
            return setting
        return setting.derive(f"{{{{ .values.{name} }}}}")


def _parameters(layout: Layout, placed: Sequence[_Placed]) -> _Parameters:
    parameters = _Parameters()
    for each in placed:
        parameters.add("version", each.part.version)
        parameters.add("namespace", each.install.namespace)
        for values in each.part.values:
            layer, part = values.layer, each.part.part.name
            if layer.scope not in NARROW_SCOPES:
                continue
            # Clusters share a child, so its path is a template with the name of the cluster.
            named = Layer("cluster", "{{ .name }}") if layer.scope == "cluster" else layer
            path = values.derive(layout.values(named, part).path)
            parameters.narrow.setdefault(layer, {})[f"{layer.scope}Values"] = path
    for scope in NARROW_SCOPES:
        if parameters.varies(f"{scope}Values"):
            none = Setting(layout.no_values().path, placed[0].part.part.route)
            parameters.base[f"{scope}Values"] = none
    return parameters


def _generators(addon: ResolvedAddon, environment: str, parameters: _Parameters) -> list[Any]:
    """Return a clusters generator, or a merge of several on ``name``, which can never be ambiguous.

    The children are clusters generators only: a list or git child panics in Go template mode
    (argo-cd issue 16417).
    """
    switch: Labels = {
        addon.key: named("addons", addon.name).derive("true"),
        label_key("environment"): named("environments", environment),
    }
    varying = {name: value for name, value in parameters.base.items() if parameters.varies(name)}
    children = []
    own: dict[str, _Values] = {}
    for layer in sorted(parameters.narrow, key=lambda each: (each.rank, each.name)):
        values: _Values = parameters.narrow[layer]
        if layer.scope == "cluster":
            own[layer.name] = values
        else:
            children.append(_clusters({**switch, **_selected(layer)}, values))
    for values, names in _alike(own):
        clusters = [declared(name, "clusters", name, "addons", addon.name) for name in names]
        children.append(_clusters(switch, values, clusters))
    base = _clusters(switch, varying)
    if not children:
        return [base]
    return [{"merge": {"mergeKeys": ["name"], "generators": [base, *children]}}]


def _selected(layer: Layer) -> Labels:
    """Return the label of the clusters of a region or a type."""
    label = label_key("region" if layer.scope == "region" else "cluster_type")
    return {label: declared(layer.name, SECTIONS[layer.scope], layer.name)}


_Values = Mapping[str, Setting[str]]


def _alike(own: Mapping[str, _Values]) -> Iterator[tuple[_Values, list[str]]]:
    """Yield the values that clusters have, with the clusters that have the same ones, by values."""
    names: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, values in own.items():
        key = tuple(sorted((parameter, each.value) for parameter, each in values.items()))
        names.setdefault(key, []).append(name)
    for key in sorted(names):
        yield own[names[key][0]], names[key]


def _clusters(
    labels: Labels, values: _Values, names: Sequence[Setting[str]] = ()
) -> dict[str, Any]:
    selector: dict[str, Any] = {"matchLabels": dict(labels)}
    if names:
        selector["matchExpressions"] = [
            {"key": label_key("cluster_name"), "operator": "In", "values": list(names)}
        ]
    generator: dict[str, Any] = {"selector": selector}
    if values:
        generator["values"] = dict(sorted(values.items()))
    return {"clusters": generator}


def _application_set(
    resolved: Resolved,
    layout: Layout,
    addon: ResolvedAddon,
    environment: ResolvedEnvironment,
    placed: Sequence[_Placed],
) -> dict[str, Any]:
    part = placed[0].part.part
    parameters = _parameters(layout, placed)
    category = declared(addon.addon.category, "addons", addon.name, "category")
    labels = _labels(resolved, addon, environment, part)
    template = {
        "metadata": {
            "name": Setting(f"{{{{ .nameNormalized }}}}-{part.name}", part.route),
            "labels": {
                **labels,
                "cluster": "{{ .name }}",
                "region": label_template("region"),
                "cluster_type": label_template("cluster_type"),
            },
        },
        "spec": {
            "project": category.derive(addons_project(category.value, environment.name)),
            "sources": _sources(layout, part, placed, parameters),
            "destination": {"name": "{{ .name }}", "namespace": parameters.use("namespace")},
            "syncPolicy": sync_policy(environment, _sync_options(addon.name, addon.addon)),
        },
    }
    return application_set(
        Setting(f"{part.name}-{environment.name}", part.route),
        labels,
        _generators(addon, environment.name, parameters),
        template,
        preserve=preserves(environment),
        strategy=rolling_sync(environment),
        values=[values for each in placed for values in each.part.values],
    )


def _labels(
    resolved: Resolved, addon: ResolvedAddon, environment: ResolvedEnvironment, part: Part
) -> Labels:
    """Return the labels of an ApplicationSet and of its Applications."""
    unit, route = addon.addon, ("addons", addon.name)
    labels = {
        "addon": named("addons", addon.name),
        "category": Setting(unit.category.replace("/", "."), (*route, "category")),
        "environment": named("environments", environment.name),
        "wave": Setting(str(addon.wave + part.wave), (*route, "requires")),
    }
    if part.component:
        labels["component"] = Setting(part.component, part.route)
    if unit.owner:
        labels["owner"] = Setting(unit.owner, (*route, "owner"))
    return {**labels, **ownership_labels(resolved)}


def _sources(
    layout: Layout, part: Part, placed: Sequence[_Placed], parameters: _Parameters
) -> list[dict[str, Any]]:
    """Return the chart or folder, after the addons repository if it has values files."""
    if part.kind == "kustomize":
        return [_kustomize(layout, part, parameters)]
    helm: dict[str, Any] = {"releaseName": Setting(part.release, part.release_route)}
    files = _value_files(layout, part, placed, parameters)
    if files:
        helm["valueFiles"] = [path.derive(f"$values/{path.value}") for path in files]
    if part.kind == "local-chart":
        path = Setting(layout.in_charts(part.path or "").path, (*part.route, "path"))
        chart = repository_source("charts", path)
    else:
        chart = {
            "repoURL": Setting(part.repository or "", part.repository_route),
            "chart": Setting(part.chart or "", (*part.route, "name")),
            "targetRevision": parameters.use("version"),
        }
    sources = [{**chart, "helm": helm}]
    return [values_source("addons"), *sources] if files else sources


def _kustomize(layout: Layout, part: Part, parameters: _Parameters) -> dict[str, Any]:
    path = Setting(part.path or "", (*part.route, "path"))
    if "{version}" in path.value:
        version = parameters.use("version")
        path = version.derive(path.value.replace("{version}", version.value))
    if part.git_repository is not None:
        return {
            "repoURL": Setting(part.git_repository, part.repository_route),
            "targetRevision": parameters.use("version"),
            "path": path,
        }
    return repository_source("addons", path.derive(layout.in_addons(path.value).path))


def _value_files(
    layout: Layout, part: Part, placed: Sequence[_Placed], parameters: _Parameters
) -> list[Setting[str]]:
    """Return the layers' files, weak to strong.

    Each of them exists for every cluster: a narrower layer's path is a parameter, which is the
    empty file for a cluster without values, so that a missing file fails instead of being skipped.
    """
    layers: dict[Layer, Setting[Values]] = {}
    for each in placed:
        layers |= {values.layer: values for values in each.part.values}
    wide = [layer for layer in layers if layer.scope not in NARROW_SCOPES]
    wide.sort(key=lambda each: each.rank)
    files = [layers[layer].derive(layout.values(layer, part.name).path) for layer in wide]
    narrow = [f"{scope}Values" for scope in NARROW_SCOPES]
    return files + [parameters.use(name) for name in narrow if parameters.varies(name)]


def _sync_options(name: str, addon: Addon) -> list[Setting[str]]:
    """Return the sync options of an addon, by name; listed ones override those of switches."""
    create = f"CreateNamespace={str(addon.create_namespace).lower()}"
    found = {create: declared(create, "addons", name, "createNamespace")}
    if addon.server_side_apply:
        apply = "ServerSideApply=true"
        found[apply] = declared(apply, "addons", name, "serverSideApply")
    for at, option in enumerate(addon.sync_options):
        found[option] = declared(option, "addons", name, "syncOptions", at)
    return [found[option] for option in sorted(found)]
