"""A name has a special meaning for the compiler, Argo CD or a file system.

## Problem

One of these names is used:

- for an environment: `default`, `regions`, `types`, `clusters` or `none`
- for a category: any name that begins with `projects`
- for a cluster: `in-cluster` without `auth: in-cluster`, `bootstrap`, or any name that begins
  with `bootstrap-` or `argocd-`
- for an addon: `argocd`
- for an addon, or for a team and its workload joined with `-`: `bootstrap`, `bootstrap-addons`,
  `bootstrap-clusters`, `bootstrap-workloads` or `cluster-config`
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

from collections.abc import Iterable, Iterator

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.rules.shared.base import Context

SLUG = "reserved-name"
_FOLDERS = {"default", "regions", "types", "clusters", "none"}
# A cluster's Secret has its name, in the namespace of `argocd-secret`; its Applications begin with it.
_TAKEN = ("argocd-", "bootstrap-")
_OWN = {
    **dict.fromkeys(
        ("bootstrap", "bootstrap-addons", "bootstrap-clusters", "bootstrap-workloads"),
        "what starts a hub",
    ),
    "cluster-config": "what configures clusters",
}
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each reserved name."""
    platform = context.platform
    yield from _devices(platform)
    for name in platform.environments:
        if name in _FOLDERS:
            message = f"no environment can be called `{name}`: its values would share the folder of other layers"
            yield error(
                SLUG, message, Label(("environments", name), At.KEY), help="choose another name"
            )
    cluster = platform.clusters.get("in-cluster")
    if cluster is not None and cluster.auth.in_cluster is None:
        message = "`in-cluster` is Argo CD's name for its own cluster, which this is not"
        yield error(
            SLUG, message, Label(("clusters", "in-cluster"), At.KEY), help="choose another name"
        )
    yield from _parts(platform)
    for name in platform.clusters:
        if name == "bootstrap" or name.startswith(_TAKEN):
            whose = (
                "Argo CD's own Secrets are"
                if name.startswith("argocd-")
                else "what starts a hub is"
            )
            message = f"no cluster can be called `{name}`: {whose} called so"
            yield error(
                SLUG, message, Label(("clusters", name), At.KEY), help="choose another name"
            )
    for name, addon in platform.addons.items():
        if addon.category.split("/")[0] == "projects":
            message = f"category `{addon.category}` of addon `{name}` would share the folder of the AppProjects"
            yield error(
                SLUG, message, Label(("addons", name, "category")), help="choose another name"
            )


def _parts(platform: Platform) -> Iterator[Diagnostic]:
    """Addons and workloads that are called as the platform's own Applications, or switched as GitOps Bridge's own."""
    if "argocd" in platform.addons:
        message = "no addon can be called `argocd`: its switch `enable_argocd` is GitOps Bridge's own label"
        yield error(SLUG, message, Label(("addons", "argocd"), At.KEY), help="call it `argo-cd`")
    for name in sorted(_OWN.keys() & platform.addons.keys()):
        message = f"no addon can be called `{name}`: {_OWN[name]} is called so"
        yield error(SLUG, message, Label(("addons", name), At.KEY), help="choose another name")
    for team, workloads in platform.workloads.items():
        for name in workloads:
            if own := _OWN.get(f"{team}-{name}"):
                message = (
                    f"no workload can be called `{team}/{name}`: {own} is called `{team}-{name}`"
                )
                yield error(
                    SLUG,
                    message,
                    Label(("workloads", team, name), At.KEY),
                    help="choose another name",
                )


def _devices(platform: Platform) -> Iterator[Diagnostic]:
    """Names that Windows keeps for devices, with any ending."""
    named: dict[str, Iterable[str]] = {
        "environments": platform.environments,
        "regions": platform.regions,
        "clusters": platform.clusters,
        "addons": platform.addons,
        "teams": platform.teams,
    }
    found = [
        (name, Label((section, name), At.KEY))
        for section, units in named.items()
        for name in units
        if name in _DEVICES
    ]
    for team, workloads in platform.workloads.items():
        found += [
            (name, Label(("workloads", team, name), At.KEY))
            for name in workloads
            if name in _DEVICES
        ]
    for environment, each in platform.environments.items():
        place = ("environments", environment, "secrets")
        found += [
            (name, Label((*place, name), At.KEY)) for name in each.secrets if name in _DEVICES
        ]
    for name, addon in platform.addons.items():
        label = Label(("addons", name, "category"))
        found += [(folder, label) for folder in addon.category.split("/") if folder in _DEVICES]
    for name, label in found:
        yield error(
            SLUG, f"Windows cannot have a file called `{name}`", label, help="choose another name"
        )
