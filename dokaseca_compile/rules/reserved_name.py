"""A name means something else to the compiler, to Argo CD or to a file system.

## Problem

One of these is used as a name: `default`, `regions`, `types`, `clusters` or `none`
for an environment; a category that begins with `projects`; `in-cluster` for a cluster that
is not; `argocd`, `bootstrap` or `cluster-config` for an addon, the latter two for a team
and its workload together as well; a cluster that is called `bootstrap`, or begins with
`bootstrap-` or `argocd-`; or `con`, `prn`, `aux`, `nul`, `com0` to `com9` and
`lpt0` to `lpt9` for anything that becomes a file.

## Why

Folders and labels are named after these things. An environment `default` would share its
folder of values with the defaults of all environments; Argo CD calls its own cluster
`in-cluster`; the label `enable_argocd` is GitOps Bridge's own; the ApplicationSets and
Applications that start a hub are called `bootstrap-…`; a cluster's Secret stands beside
Argo CD's `argocd-secret`; and Windows cannot check out a file called `con.yaml`.

## Fix

Choose another name. For Argo CD itself, `argo-cd` is the usual addon name.

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
