"""Two parts of the platform would have the same Application, ApplicationSet or file name.

## Problem

Names are joined with `-`, and two different pairs result in the same name:

- the addon `a-b`, the component `b` of the addon `a`, and the workload `b` of the team `a`
- the Applications `<cluster>-<part>` of two clusters of one hub
- the ApplicationSets `<part>-<environment>` of two environments

## Why

Argo CD rejects the second of two Applications with one name, or drops both and uninstalls what
they deployed. Of two ApplicationSets or values files with one name, the later replaces the
earlier.

## Fix

Rename the component, the workload, the cluster or the environment.

## Example

```yaml
clusters: {edge: {}, edge-oauth: {}}
addons:
  proxy: {}          # on edge-oauth: Application edge-oauth-proxy
  oauth-proxy: {}    # on edge: Application edge-oauth-proxy
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.routes import Route
from dokaseca_compile.resolve.resolved import Part, ResolvedCluster, ResolvedWorkload
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.rules.shared.profiles import addon_parts, complete_profiles, enabled_installs

SLUG = "duplicate-application"


@dataclass(frozen=True, slots=True)
class _Named:
    """A part of an addon, or a workload.

    It is one Application on each cluster that it ``runs_on``, and one ApplicationSet in each of its
    ``environments``.
    """

    name: str
    kind: str
    described: str
    route: Route
    runs_on: Callable[[ResolvedCluster], bool]
    environments: frozenset[str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each name that two parts, Applications or ApplicationSets share."""
    parts: dict[str, _Named] = {}
    for part in _parts(context):
        other = parts.setdefault(part.name, part)
        if other is not part:
            # The addon is named last: the component or workload is easier to rename.
            yield _same_part(other, part) if part.kind == "addon" else _same_part(part, other)
    yield from _applications(context, parts)
    yield from _application_sets(context, parts)


def _parts(context: Context) -> Iterator[_Named]:
    used: dict[str, set[str]] = {}
    for profile, install in enabled_installs(context):
        used.setdefault(install.addon, set()).add(profile.environment)
    complete = {id(profile) for profile in complete_profiles(context)}
    for part in addon_parts(context.resolved):
        yield _of_addon(part, complete, frozenset(used.get(part.addon, ())))
    for each in context.resolved.workloads.values():
        yield _of_team(each)


def _of_addon(part: Part, complete: set[int], environments: frozenset[str]) -> _Named:
    def runs_on(cluster: ResolvedCluster) -> bool:
        if id(cluster.profile) not in complete:
            return False
        return cluster.profile.installs[part.addon].enabled.value

    described = f"addon `{part.addon}`"
    if part.component is None:
        route: Route = ("addons", part.addon)
        return _Named(part.name, "addon", described, route, runs_on, environments)
    described = f"component `{part.component}` of {described}"
    return _Named(part.name, "component", described, part.route, runs_on, environments)


def _of_team(workload: ResolvedWorkload) -> _Named:
    clusters = frozenset(name for place in workload.places.values() for name in place.clusters)
    return _Named(
        workload.part,
        "workload",
        f"workload `{workload.team}/{workload.name}`",
        ("workloads", workload.team, workload.name),
        lambda cluster: cluster.name in clusters,
        frozenset(name for name, place in workload.places.items() if place.clusters),
    )


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Yield every way to cut a name at a ``-``."""
    return ((name[:at], name[at + 1 :]) for at, character in enumerate(name) if character == "-")


def _same_part(part: _Named, other: _Named) -> Diagnostic:
    return error(
        SLUG,
        f"{part.described} and {other.described} would both create the Application `{part.name}`",
        Label(part.route, At.KEY),
        Label(other.route, At.KEY, "the same name"),
        help="rename one of them",
    )


def _applications(context: Context, parts: Mapping[str, _Named]) -> Iterator[Diagnostic]:
    """Yield Applications of two clusters with one name: ``a-b`` + ``c`` and ``a`` + ``b-c``.

    Only a cluster whose name continues the name of another as a part begins needs a look.
    """
    pairs = _pairs(parts)
    if not pairs:
        return
    clusters = context.resolved.clusters
    for long in clusters:
        for short, between in _splits(long):
            if between not in pairs or short not in clusters:
                continue
            if clusters[long].hub != clusters[short].hub:
                continue  # two Argo CDs, which know nothing of each other
            pair = _first_running(pairs[between], clusters[long], clusters[short])
            if pair is not None:
                yield _same_application(long, short, *pair)


def _pairs(parts: Mapping[str, _Named]) -> dict[str, list[tuple[_Named, _Named]]]:
    """Return each part and the part that its name ends, by what comes before it in that name."""
    pairs: dict[str, list[tuple[_Named, _Named]]] = {}
    for name, whole in parts.items():
        for begin, rest in _splits(name):
            if rest in parts:
                pairs.setdefault(begin, []).append((parts[rest], whole))
    return pairs


def _first_running(
    pairs: Sequence[tuple[_Named, _Named]], one: ResolvedCluster, other: ResolvedCluster
) -> tuple[_Named, _Named] | None:
    """Return the first pair whose parts run, one on each cluster."""
    for pair in pairs:
        if pair[0].runs_on(one) and pair[1].runs_on(other):
            return pair
    return None


def _same_application(long: str, short: str, end: _Named, whole: _Named) -> Diagnostic:
    return error(
        SLUG,
        f"`{end.name}` on cluster `{long}` and `{whole.name}` on cluster `{short}` "
        f"would both create the Application `{long}-{end.name}`",
        Label(("clusters", long), At.KEY),
        Label(("clusters", short), At.KEY, f"with `{whole.name}`"),
        help=f"rename one of the clusters, or one of the {_nouns(end, whole)}",
    )


def _application_sets(context: Context, parts: Mapping[str, _Named]) -> Iterator[Diagnostic]:
    """Yield ApplicationSets with one name: ``a`` + ``b-c`` and ``a-b`` + ``c``."""
    environments = context.platform.environments
    for long in environments:
        for between, short in _splits(long):
            if short not in environments:
                continue
            pair = _first_deployed(parts, long, between, short)
            if pair is not None:
                yield _same_application_set(long, short, *pair)


def _first_deployed(
    parts: Mapping[str, _Named], long: str, between: str, short: str
) -> tuple[_Named, _Named] | None:
    """Return the first two parts whose names differ by ``between``, one in each environment."""
    for name, part in parts.items():
        whole = parts.get(f"{name}-{between}")
        if whole is None or long not in part.environments:
            continue
        if short in whole.environments:
            return part, whole
    return None


def _same_application_set(long: str, short: str, begin: _Named, whole: _Named) -> Diagnostic:
    return error(
        SLUG,
        f"`{begin.name}` in environment `{long}` and `{whole.name}` in `{short}` "
        f"would both create the ApplicationSet `{begin.name}-{long}`",
        Label(("environments", long), At.KEY),
        Label(("environments", short), At.KEY, f"with `{whole.name}`"),
        help=f"rename one of the environments, or one of the {_nouns(begin, whole)}",
    )


def _nouns(one: _Named, other: _Named) -> str:
    """Return the noun for both in a help line."""
    kinds = {"workloads" if each.kind == "workload" else "addons" for each in (one, other)}
    return " or ".join(sorted(kinds))
