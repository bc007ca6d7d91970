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
from itertools import groupby
from typing import Any

from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.tree import Artifact, Origin
from dokaseca_compile.model.addons import Addon
from dokaseca_compile.resolve.contract import label_key, label_template
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import (
    NARROW_SCOPES,
    Install,
    Layer,
    Part,
    PartInstall,
    Profile,
    Resolved,
    ResolvedAddon,
    ResolvedEnvironment,
    Setting,
)
from dokaseca_compile.targets.base import (
    addons_project,
    application_set,
    ownership_labels,
    repository_source,
    rolling_sync,
    sync_policy,
    values_source,
)

NAME = "application-sets"


def emit(resolved: Resolved, layout: Layout) -> Iterator[Artifact]:
    """Yield a file for each addon that some cluster installs."""
    by_environment: dict[str, list[Profile]] = {}
    for profile in resolved.profiles:
        by_environment.setdefault(profile.environment, []).append(profile)
    for addon in resolved.addons.values():
        documents = [
            _application_set(resolved, layout, addon, environment, installs)
            for environment in resolved.environments.values()
            for installs in _parts_in(addon, by_environment.get(environment.name, ()))
        ]
        if documents:
            path = layout.appset(addon.addon.category, addon.name).file
            yield Artifact(
                path, YamlBody(tuple(documents)), Origin(NAME, (("addons", addon.name),))
            )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part as one profile installs it."""

    profile: Profile
    install: Install
    part: PartInstall


def _parts_in(addon: ResolvedAddon, profiles: Sequence[Profile]) -> Iterator[list[_Placed]]:
    """Each part of an addon with the profiles that install it, in the order of waves."""
    installs = [(profile, profile.installs[addon.name]) for profile in profiles]
    enabled = [(profile, install) for profile, install in installs if install.enabled.value]
    if enabled:
        for index, _ in sorted(enumerate(addon.parts), key=lambda each: each[1].wave):
            yield [_Placed(profile, install, install.parts[index]) for profile, install in enabled]


@dataclass(slots=True)
class _Parameters:
    """What the generator says about a part: the environment's values, and those of narrower layers.

    A parameter that no narrower layer changes is written into the template; one that varies is a
    generator value.
    """

    base: dict[str, str] = field(default_factory=dict)
    narrow: dict[Layer, dict[str, str]] = field(default_factory=dict)

    def say(self, name: str, said: Setting[str] | None) -> None:
        """Note a parameter's whole chain: the strongest wide value, and each narrower one at its layer."""
        for link in reversed(list(said.chain()) if said is not None else []):
            if link.layer.scope in NARROW_SCOPES:
                self.narrow.setdefault(link.layer, {})[name] = link.value
            else:
                self.base[name] = link.value

    def varies(self, name: str) -> bool:
        """Whether a narrower layer sets the parameter."""
        return any(name in values for values in self.narrow.values())

    def use(self, name: str) -> str:
        """The parameter as the template writes it."""
        return f"{{{{ .values.{name} }}}}" if self.varies(name) else self.base[name]


def _parameters(layout: Layout, placed: Sequence[_Placed]) -> _Parameters:
    parameters = _Parameters()
    for each in placed:
        parameters.say("version", each.part.version)
        parameters.say("namespace", each.install.namespace)
        for said in each.part.values:
            layer, part = said.layer, each.part.part.name
            if layer.scope in NARROW_SCOPES:
                # Clusters share a child, so its path is a template that names the cluster.
                named = Layer("cluster", "{{ .name }}") if layer.scope == "cluster" else layer
                path = layout.values(named, part).path
                parameters.narrow.setdefault(layer, {})[f"{layer.scope}Values"] = path
    for scope in NARROW_SCOPES:
        if parameters.varies(f"{scope}Values"):
            parameters.base[f"{scope}Values"] = layout.no_values().path
    return parameters


def _generators(addon: ResolvedAddon, environment: str, parameters: _Parameters) -> list[Any]:
    """A clusters generator, or a merge of several on ``name``, which can never be ambiguous.

    The children are clusters generators only: a list or git child panics in Go template mode
    (argo-cd issue 16417).
    """
    switch = {addon.key: "true", label_key("environment"): environment}
    varying = {name: value for name, value in parameters.base.items() if parameters.varies(name)}
    base = _clusters(switch, varying)
    narrow = sorted(
        parameters.narrow.items(),
        key=lambda each: (NARROW_SCOPES.index(each[0].scope), each[0].name),
    )
    children = [
        _clusters(
            {
                **switch,
                label_key("region" if layer.scope == "region" else "cluster_type"): layer.name,
            },
            values,
        )
        for layer, values in narrow
        if layer.scope != "cluster"
    ]
    own = sorted(
        (
            (sorted(values.items()), layer.name)
            for layer, values in narrow
            if layer.scope == "cluster"
        ),
    )
    for values, alike in groupby(own, key=lambda each: each[0]):
        children.append(_clusters(switch, dict(values), [name for _, name in alike]))
    if not children:
        return [base]
    return [{"merge": {"mergeKeys": ["name"], "generators": [base, *children]}}]


def _clusters(
    labels: Mapping[str, str], values: Mapping[str, str], names: Sequence[str] = ()
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
    labels = {
        "addon": addon.name,
        "category": addon.addon.category.replace("/", "."),
        "environment": environment.name,
        "wave": str(addon.wave + part.wave),
        **({"component": part.component} if part.component else {}),
        **({"owner": addon.addon.owner} if addon.addon.owner else {}),
        **ownership_labels(resolved),
    }
    template = {
        "metadata": {
            "name": f"{{{{ .nameNormalized }}}}-{part.name}",
            "labels": {
                **labels,
                "cluster": "{{ .name }}",
                "region": label_template("region"),
                "cluster_type": label_template("cluster_type"),
            },
        },
        "spec": {
            "project": addons_project(addon.addon.category),
            "sources": _sources(layout, part, placed, parameters),
            "destination": {"name": "{{ .name }}", "namespace": parameters.use("namespace")},
            "syncPolicy": sync_policy(environment, _sync_options(addon.addon)),
        },
    }
    return application_set(
        f"{part.name}-{environment.name}",
        labels,
        _generators(addon, environment.name, parameters),
        template,
        preserve=environment.environment.deletion == "preserve",
        strategy=rolling_sync(environment),
    )


def _sources(
    layout: Layout, part: Part, placed: Sequence[_Placed], parameters: _Parameters
) -> list[dict[str, Any]]:
    """The chart or folder, and before it the addons repository when values files are read from it."""
    if part.kind == "kustomize":
        return [_kustomize(layout, part, parameters)]
    helm: dict[str, Any] = {"releaseName": part.release}
    files = _value_files(layout, part, placed, parameters)
    if files:
        helm["valueFiles"] = [f"$values/{path}" for path in files]
    if part.kind == "local-chart":
        chart = repository_source("charts", layout.in_charts(part.path or "").path)
    else:
        chart = {
            "repoURL": part.repository or "",
            "chart": part.chart or "",
            "targetRevision": parameters.use("version"),
        }
    return [*([values_source("addons")] if files else []), {**chart, "helm": helm}]


def _kustomize(layout: Layout, part: Part, parameters: _Parameters) -> dict[str, Any]:
    path = part.path or ""
    if "{version}" in path:
        path = path.replace("{version}", parameters.use("version"))
    if part.git_repository is not None:
        return {
            "repoURL": part.git_repository,
            "targetRevision": parameters.use("version"),
            "path": path,
        }
    return repository_source("addons", layout.in_addons(path).path)


def _value_files(
    layout: Layout, part: Part, placed: Sequence[_Placed], parameters: _Parameters
) -> list[str]:
    """The layers' files, weak to strong. Every one exists for every cluster: a narrower layer's path is a
    parameter whose value is the empty file where a cluster has none, so a lost file fails instead of being skipped.
    """
    wide = {
        said.layer: said
        for each in placed
        for said in each.part.values
        if said.layer.scope not in NARROW_SCOPES
    }
    order = {"default": 0, "environment": 1}
    files = [
        layout.values(layer, part.name).path
        for layer in sorted(wide, key=lambda each: order[each.scope])
    ]
    names = [f"{scope}Values" for scope in NARROW_SCOPES]
    return files + [f"{{{{ .values.{name} }}}}" for name in names if parameters.varies(name)]


def _sync_options(addon: Addon) -> list[str]:
    options = {f"CreateNamespace={str(addon.create_namespace).lower()}", *addon.sync_options}
    if addon.server_side_apply:
        options.add("ServerSideApply=true")
    return sorted(options)
