"""Two workloads use the same host and path.

## Problem

On one cluster, the ingresses (of one class) or the routes of two workloads have the same host and
path. The workloads can belong to one team or to two.

## Why

Only one of them can receive the requests. The webhook of ingress-nginx rejects the second
Ingress, so its Application never syncs (ingress-nginx#8216). Other controllers merge both or use
the older one, so the result depends on which was created first.

## Fix

Give one of the workloads another host or path, or run it on other clusters.

## Example

```yaml
workloads:
  payments:
    cart:
      image: ghcr.io/acme/cart
      values: {ingress: {enabled: true, hosts: [{host: pay.example.com}]}}
      environments: {dev: {version: 1.0.0}}
    till:
      image: ghcr.io/acme/till
      values: {ingress: {enabled: true, hosts: [{host: pay.example.com}]}}   # duplicate-host
      environments: {dev: {version: 1.0.0}}
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from dokaseca_compile.core.data import sequence
from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import web_services

SLUG = "duplicate-host"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A host and a path; ``server`` is the ingress class or the gateway that serves them."""

    server: str
    host: str
    path: str


@dataclass(frozen=True, slots=True)
class _Claimant:
    """A workload that claims a host, where it does so, and on which clusters."""

    workload: str
    label: Label
    clusters: frozenset[str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each claim that an earlier workload has on the same cluster."""
    found: dict[tuple[Label, str], Diagnostic] = {}
    for claim, claimants in _claimants(context).items():
        for first, second, shared in _overlaps(claimants):
            fault = _fault(claim, first, second, shared)
            found.setdefault((second.label, first.workload), fault)
    yield from found.values()


def _claimants(context: Context) -> dict[_Claim, list[_Claimant]]:
    """Return the workloads that claim each host and path."""
    claimants: dict[_Claim, list[_Claimant]] = {}
    for workload, placement, layers in web_services(context):
        name, clusters = f"{workload.team}/{workload.name}", frozenset(placement.clusters)
        routes = dict(_claims(layers.effective, workload.namespace))
        for claim, route in routes.items():
            claimant = _Claimant(name, layers.place(route), clusters)
            claimants.setdefault(claim, []).append(claimant)
    return claimants


def _claims(values: Values, namespace: str) -> Iterator[tuple[_Claim, Route]]:
    """Yield the claims of the ingress and of the route of a workload, each with its host."""
    if at(values, ("ingress", "enabled")) is True:
        yield from _ingress_claims(values)
    if at(values, ("httpRoute", "enabled")) is True:
        yield from _route_claims(values, namespace)


def _ingress_claims(values: Values) -> Iterator[tuple[_Claim, Route]]:
    class_name = at(values, ("ingress", "className")) or "default"
    server = f"ingress class `{class_name}`"
    for index, each in enumerate(sequence(values, "ingress", "hosts")):
        host = str(at(each, ("host",)) or "*").lower()
        route: Route = ("ingress", "hosts", index, "host")
        for path in _prefixes(sequence(each, "paths")):
            yield _Claim(server, host, path), route


def _route_claims(values: Values, namespace: str) -> Iterator[tuple[_Claim, Route]]:
    hosts = sequence(values, "httpRoute", "hostnames") or ["*"]
    paths = _prefixes(sequence(values, "httpRoute", "paths"))
    for parent in sequence(values, "httpRoute", "parentRefs"):
        server = f"gateway `{_gateway(parent, namespace)}`"
        for (index, host), path in product(enumerate(hosts), paths):
            claim = _Claim(server, str(host).lower(), path)
            yield claim, ("httpRoute", "hostnames", index)


def _gateway(parent: object, namespace: str) -> str:
    """Return a gateway and its listener, if one is named: listeners serve different routes."""
    where = f"{at(parent, ('namespace',)) or namespace}/{at(parent, ('name',))}"
    section = at(parent, ("sectionName",))
    return f"{where}/{section}" if section else where


def _prefixes(paths: list[object]) -> list[str]:
    """Return the paths without a trailing slash, which makes no difference to a prefix match."""
    return [str(path).rstrip("/") or "/" for path in paths or ["/"]]


def _overlaps(claimants: list[_Claimant]) -> Iterator[tuple[_Claimant, _Claimant, Iterable[str]]]:
    """Yield each later claimant with the first earlier one on one of its clusters."""
    for number, second in enumerate(claimants):
        for first in claimants[:number]:
            clusters = first.clusters & second.clusters
            if clusters and first.workload != second.workload:
                yield first, second, clusters
                break


def _fault(
    claim: _Claim, first: _Claimant, second: _Claimant, clusters: Iterable[str]
) -> Diagnostic:
    return error(
        SLUG,
        f"workloads `{first.workload}` and `{second.workload}` both claim the host and path "
        f"`{claim.host}{claim.path}` ({claim.server}) on {some(clusters)}",
        second.label,
        Label(first.label.route, first.label.at, text=f"`{first.workload}` claims it here"),
        help="give one of them another host or path, or run it on other clusters",
    )
