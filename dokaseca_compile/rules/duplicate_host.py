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

from dokaseca_compile.core.diagnostics import Diagnostic, Label, error
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values
from dokaseca_compile.rules.shared.base import Context, some
from dokaseca_compile.rules.shared.value_layers import web_services

SLUG = "duplicate-host"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A host and a path; ``kind`` is the class of the ingress, or the gateway of the route, that serves them."""

    kind: str
    host: str
    path: str


@dataclass(frozen=True, slots=True)
class _Claimant:
    """Who claims, where it says so, and on which clusters."""

    what: str
    label: Label
    clusters: frozenset[str]


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a fault for each claim of a workload that an earlier one has on the same cluster."""
    claims: dict[_Claim, list[_Claimant]] = {}
    for workload, place, stack in web_services(context):
        values = stack.effective()
        for claim, route in dict(_claims(values, workload.namespace)).items():
            claimant = _Claimant(
                f"{workload.team}/{workload.name}", stack.place(route), frozenset(place.clusters)
            )
            claims.setdefault(claim, []).append(claimant)
    found: dict[tuple[Label, str], Diagnostic] = {}
    for claim, claimants in claims.items():
        for first, second, clusters in _meetings(claimants):
            fault = _fault(claim, first, second, clusters)
            found.setdefault((second.label, first.what), fault)
    yield from found.values()


def _claims(values: Values, namespace: str) -> Iterator[tuple[_Claim, Route]]:
    """Yield what the ingress and the route of a workload claim, each with the place of its host."""
    if at(values, ("ingress", "enabled")) is True:
        kind = f"ingress class `{at(values, ('ingress', 'className')) or 'default'}`"
        for index, each in enumerate(_items(at(values, ("ingress", "hosts")))):
            host = at(each, ("host",))
            for path in _items(at(each, ("paths",))) or ["/"]:
                route: Route = ("ingress", "hosts", index, "host")
                yield _Claim(kind, str(host or "*").lower(), _prefix(path)), route
    if at(values, ("httpRoute", "enabled")) is True:
        for parent in _items(at(values, ("httpRoute", "parentRefs"))):
            kind = f"gateway `{_gateway(parent, namespace)}`"
            for index, host in enumerate(_items(at(values, ("httpRoute", "hostnames"))) or ["*"]):
                for path in _items(at(values, ("httpRoute", "paths"))) or ["/"]:
                    yield (
                        _Claim(kind, str(host).lower(), _prefix(path)),
                        ("httpRoute", "hostnames", index),
                    )


def _gateway(parent: object, namespace: str) -> str:
    """Return a gateway, and its listener where one is named: each listener serves routes of its own."""
    where = f"{at(parent, ('namespace',)) or namespace}/{at(parent, ('name',))}"
    section = at(parent, ("sectionName",))
    return f"{where}/{section}" if section else where


def _prefix(path: object) -> str:
    """Return a path as both kinds compare it by parts: a slash at its end does not count."""
    return str(path).rstrip("/") or "/"


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _meetings(claimants: list[_Claimant]) -> Iterator[tuple[_Claimant, _Claimant, Iterable[str]]]:
    """Yield each later claimant with the first earlier one that it meets on a cluster."""
    for number, second in enumerate(claimants):
        for first in claimants[:number]:
            clusters = first.clusters & second.clusters
            if clusters and first.what != second.what:
                yield first, second, clusters
                break


def _fault(
    claim: _Claim, first: _Claimant, second: _Claimant, clusters: Iterable[str]
) -> Diagnostic:
    return error(
        SLUG,
        f"workloads `{first.what}` and `{second.what}` both claim `{claim.host}{claim.path}` of the {claim.kind} on "
        f"{some(clusters)}",
        second.label,
        Label(first.label.route, first.label.at, text=f"`{first.what}` claims it here"),
        help="give one of them another host or path, or other clusters",
    )
