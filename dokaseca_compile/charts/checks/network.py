"""Check network policy peers, Ingress and HTTPRoute.

Sources: ``ValidateNetworkPolicyPeer``, ``ValidateNetworkPolicyPort``, ``ValidateIPBlock`` and
``validateIngressRules`` (k8s.io/kubernetes pkg/apis/networking/validation); the CRD of
HTTPRoutes (gateway-api apis/v1, ``CommonRouteSpec``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.charts.checks.base import Contradiction, given, items, strings
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

_CLASS = "kubernetes.io/ingress.class"
_ALL_SECTIONS = ("", 0)
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check(values: Values) -> Iterator[Contradiction]:
    """Check ``networkPolicy``, ``ingress`` and ``httpRoute``."""
    yield from _policy(values)
    yield from _ingress(values)
    yield from _route(values)


def _policy(values: Values) -> Iterator[Contradiction]:
    if at(values, ("networkPolicy", "enabled")) is not True:
        return
    for index, peer in items(values, "networkPolicy", "from"):
        yield from _peer(("networkPolicy", "from", index), peer)
    for index, rule in items(values, "networkPolicy", "egress"):
        place: Route = ("networkPolicy", "egress", index)
        for number, peer in items(rule, "to"):
            yield from _peer((*place, "to", number), peer)
        for number, port in items(rule, "ports"):
            yield from _port((*place, "ports", number), port)


def _peer(route: Route, peer: Mapping[str, Any]) -> Iterator[Contradiction]:
    selectors = given(peer, ("podSelector", "namespaceSelector"))
    if peer.get("ipBlock") is None:
        if not selectors:
            message = "has a network peer that selects nothing"
            help_ = "add `ipBlock`, `podSelector` or `namespaceSelector`; `{}` selects all"
            yield Contradiction(route, message, help_)
        return
    block: Route = (*route, "ipBlock")
    if selectors:
        message = f"has a network peer with both an `ipBlock` and a `{selectors[0]}`"
        yield Contradiction(block, message, "split it into two peers", (*route, selectors[0]))
    yield from _block(block, mapping(peer, "ipBlock"))


def _block(route: Route, block: Mapping[str, Any]) -> Iterator[Contradiction]:
    cidr = block.get("cidr")
    if not isinstance(cidr, str):
        return
    network = _network(cidr)
    if network is None:
        yield _invalid_network((*route, "cidr"), cidr)
    for index, text in enumerate(strings(block, "except")):
        place: Route = (*route, "except", index)
        part = _network(text)
        if part is None:
            yield _invalid_network(place, text)
        elif network is not None and not _is_within(part, network):
            message = f"excludes `{text}`, which is not part of `{cidr}`"
            help_ = f"use a smaller network within {cidr}"
            yield Contradiction(place, message, help_, (*route, "cidr"))


def _invalid_network(route: Route, text: str) -> Contradiction:
    help_ = "write an address and a prefix length: `10.0.0.0/8`"
    return Contradiction(route, f"has the invalid network `{text}`", help_)


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_within(part: _Network, whole: _Network) -> bool:
    smaller = part.version == whole.version and part.prefixlen > whole.prefixlen
    return smaller and part.network_address in whole


def _port(route: Route, port: Mapping[str, Any]) -> Iterator[Contradiction]:
    first, last = port.get("port"), port.get("endPort")
    if not isinstance(last, int):
        return
    place = (*route, "endPort")
    if not isinstance(first, int):
        message = "has a port range with `endPort` whose `port` is not a number"
        yield Contradiction(place, message, "set `port` to the first number of the range")
    elif last < first:
        message = f"has a port range that ends before it starts: {first} to {last}"
        yield Contradiction(place, message, f"set `endPort` to {first} or more", (*route, "port"))


def _ingress(values: Values) -> Iterator[Contradiction]:
    if at(values, ("ingress", "enabled")) is not True:
        return
    for index, rule in items(values, "ingress", "hosts"):
        yield from _address(("ingress", "hosts", index, "host"), rule.get("host"))
    annotation = mapping(values, "ingress", "annotations").get(_CLASS)
    name = at(values, ("ingress", "className"))
    if annotation is not None and name and annotation != name:
        message = "sets one ingress class in `className` and another in an annotation"
        place: Route = ("ingress", "annotations", _CLASS)
        yield Contradiction(place, message, "delete the annotation", ("ingress", "className"))


def _address(route: Route, host: Any) -> Iterator[Contradiction]:
    try:
        ipaddress.ip_address(host if isinstance(host, str) else "")
    except ValueError:
        return
    message = f"uses the IP address `{host}` as a host"
    yield Contradiction(route, message, "write a DNS name: `shop.example.com`")


def _route(values: Values) -> Iterator[Contradiction]:
    if at(values, ("httpRoute", "enabled")) is not True:
        return
    for index, host in enumerate(strings(values, "httpRoute", "hostnames")):
        yield from _address(("httpRoute", "hostnames", index), host)
    yield from _parents(values)


def _parents(values: Values) -> Iterator[Contradiction]:
    """Check that no two parents of an HTTPRoute are the same, or overlap."""
    first: dict[tuple[Any, ...], tuple[int, set[Any]]] = {}
    for index, parent in items(values, "httpRoute", "parentRefs"):
        target = tuple(parent.get(key) for key in ("group", "kind", "namespace", "name"))
        section = (parent.get("sectionName") or "", parent.get("port") or 0)
        earlier, sections = first.setdefault(target, (index, set()))
        if _overlaps(section, sections):
            message = f"lists the parent `{parent.get('name')}` of its HTTPRoute twice"
            place: Route = ("httpRoute", "parentRefs", index)
            help_ = "delete it, or set a different `sectionName` for each"
            yield Contradiction(place, message, help_, ("httpRoute", "parentRefs", earlier))
        sections.add(section)


def _overlaps(section: tuple[Any, Any], sections: set[Any]) -> bool:
    """Return whether a part of a Gateway is among others; without a name and port, it is all."""
    if section == _ALL_SECTIONS:
        return bool(sections)
    return section in sections or _ALL_SECTIONS in sections
