"""A name has a special meaning for the compiler, Argo CD or a file system.

## Problem

One of these names is used:

- for an environment: `default`, `regions`, `types`, `clusters` or `none`
- for a category: any name that begins with `projects`
- for a cluster: `in-cluster` without `auth: in-cluster`, `bootstrap`, or any name that begins
  with `bootstrap-` or `argocd-`
- for an addon: `argocd`
- for an addon, or for a team and its workload joined with `-`: `cluster-config`, `bootstrap`, or
  `bootstrap-` with `addons`, `clusters` or `workloads` and any ending
- for anything that becomes a file name: `con`, `prn`, `aux`, `nul`, `com0` to `com9` or `lpt0` to
  `lpt9`

## Why

Folders, labels and objects are derived from these names. The values folder of an environment
`default` would be the folder of the defaults. Argo CD calls its own cluster `in-cluster`. GitOps
Bridge uses the label `enable_argocd`. The ApplicationSets and Applications that start a hub are
named `bootstrap-…`. The Secret of a cluster is in the same namespace as Argo CD's
`argocd-secret`. Windows cannot check out a file named `con.yaml`.

## Fix

Choose another name. The usual name of an addon for Argo CD is `argo-cd`.

## Example

```yaml
environments: {default: {}}            # reserved-name
addons: {argocd: {category: gitops}}   # reserved-name
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.declarations import every_workload

SLUG = "reserved-name"
_FOLDERS = {"default", "regions", "types", "clusters", "none"}
_BOOTSTRAP = "the Applications that bootstrap a hub"
_OF_BOOTSTRAP = re.compile("bootstrap-(addons|clusters|workloads)(-.*)?")
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}
"""Names that Windows reserves for devices, with any file extension."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each reserved name."""
    platform = context.platform
    for name, label in _file_names(platform):
        if name in _DEVICES:
            message = f"`{name}` is not a valid name: Windows does not allow files named `{name}`"
            yield error(SLUG, message, label, help="choose another name")
    yield from _environments(platform)
    yield from _addons(platform)
    yield from _workloads(platform)
    yield from _clusters(platform)


def _environments(platform: Platform) -> Iterator[Diagnostic]:
    for name in platform.environments:
        if name in _FOLDERS:
            reason = "its values would share a folder with other layers"
            yield _fault("an environment", name, reason, ("environments", name))


def _addons(platform: Platform) -> Iterator[Diagnostic]:
    for name, addon in platform.addons.items():
        route: Route = ("addons", name)
        if name == "argocd":
            reason = "GitOps Bridge itself uses the label `enable_argocd`"
            yield _fault("an addon", name, reason, route, help_="name it `argo-cd`")
        elif used := _used_by(name):
            yield _fault("an addon", name, f"{used} use such names", route)
        if addon.category.split("/")[0] == "projects":
            message = (
                f"addon `{name}` cannot have the category `{addon.category}`:"
                " it would share a folder with the AppProjects"
            )
            label = Label((*route, "category"))
            yield error(SLUG, message, label, help="choose another category")


def _used_by(name: str) -> str:
    """Return which of the platform's own Applications have such a name; empty if none has."""
    if name == "bootstrap" or _OF_BOOTSTRAP.fullmatch(name):
        return _BOOTSTRAP
    return "the Applications that configure clusters" if name == "cluster-config" else ""


def _workloads(platform: Platform) -> Iterator[Diagnostic]:
    for team, name, _ in every_workload(platform):
        application = f"{team}-{name}"
        if used := _used_by(application):
            reason = f"{used} use names such as `{application}`"
            yield _fault("a workload", f"{team}/{name}", reason, ("workloads", team, name))


def _clusters(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a fault for each cluster with the name of other Secrets or Applications.

    The cluster Secret has the name of the cluster, in the namespace of ``argocd-secret``, and its
    Applications begin with that name.
    """
    for name, cluster in platform.clusters.items():
        if name == "in-cluster" and cluster.auth.in_cluster is None:
            reason = "Argo CD uses this name for the cluster that it runs in"
        elif name.startswith("argocd-"):
            reason = "the names of Argo CD's own Secrets begin with `argocd-`"
        elif name == "bootstrap" or name.startswith("bootstrap-"):
            reason = f"the names of {_BOOTSTRAP} begin with `bootstrap`"
        else:
            continue
        yield _fault("a cluster", name, reason, ("clusters", name))


def _fault(
    kind: str, name: str, reason: str, route: Route, help_: str = "choose another name"
) -> Diagnostic:
    message = f"{kind} cannot be named `{name}`: {reason}"
    return error(SLUG, message, Label(route, At.KEY), help=help_)


def _file_names(platform: Platform) -> Iterator[tuple[str, Label]]:
    """Yield every name that becomes a file or folder, with its place."""
    sections: Mapping[str, Mapping[str, object]] = {
        "environments": platform.environments,
        "regions": platform.regions,
        "clusters": platform.clusters,
        "addons": platform.addons,
        "teams": platform.teams,
    }
    for section, units in sections.items():
        yield from _keys((section,), units)
    for team, workloads in platform.workloads.items():
        yield from _keys(("workloads", team), workloads)
    for environment, each in platform.environments.items():
        yield from _keys(("environments", environment, "secrets"), each.secrets)
    for name, addon in platform.addons.items():
        for folder in addon.category.split("/"):
            yield folder, Label(("addons", name, "category"))


def _keys(route: Route, units: Mapping[str, object]) -> Iterator[tuple[str, Label]]:
    for name in units:
        yield name, Label((*route, name), At.KEY)
