"""Random values of the web-service chart, as its schema describes them: a few keys at a time, from
small pools.

Names, paths and amounts repeat on purpose, so that values meet each other: a mount of a volume,
a request and a limit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any

from jsonschema import Draft7Validator

from dokaseca_compile.charts import Charts, built_in
from dokaseca_compile.charts.checks import Contradiction, contradictions
from dokaseca_compile.resolve.merge_values import over_defaults

SCHEMA = built_in().schema
TEXTS = (
    *("", "a", "b", "app", "cache", "data", "tmp", "http", "Cluster", "none", "v1", "A_B", "App", "LOG", "true", "-a"),
    *("0", "1", "2", "80", "0%", "25%", "100%", "150%", "1m", "100m", "1k", "1Mi", "3Mi", "4Mi", "1Gi", "64Mi", "1e3"),
    *("/", "/tmp", "/tmp/", "/data", "/data/a", "data/a", "../a", "a/../b", "..a", "/a//b", "/a%2Fb", "/a:b", "/%zz"),
    *("a.example.com", "*.example.com", "A.example.com", "10.0.0.1", "a.example.com:80", "example.com/gpu", "a..b"),
    *("example.com/disk", "app.kubernetes.io/name", "kubernetes.io/hostname", "checksum/env", "requests.cpu/a"),
    *("10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16", "10.0.0.0/33", "2001:db8::/32", "010.0.0.0/8", "cpu", "memory"),
    *("ephemeral-storage", "hugepages-2Mi", "limits.cpu", "requests.memory", "limits.hugepages-2Mi", "metadata.name"),
    *("metadata.labels", "metadata.annotations['a/b']", "spec.nodeName", "status.podIP", "net.core.somaxconn"),
    *("CAP_SYS_ADMIN", "ALL", "NET_RAW", "iqn.2001-04.com.example:a", "eui.0123456789abcdef"),
    *("kubernetes.io/ingress.class", "a b", "SYS_TIME"),
    *("DOMAIN\\user", "ContainerUser", "a\n", "container.apparmor.security.beta.kubernetes.io/app", "runtime/default"),
    *("localhost/a", "unconfined", "controller.kubernetes.io/pod-deletion-cost", "https://a", "/subscriptions/a"),
    *("snapshot.storage.k8s.io", "PersistentVolumeClaim", "VolumeSnapshot", "Gateway", "a" * 63, "a" * 64, "a" * 254),
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 80, 440, 600, 1000, 8080, 65535, 1.5, -1)
# Keys that are worth more than their share: the others are many kinds of volumes.
OFTEN = ("emptyDir", "configMap", "secret", "projected", "ephemeral", "downwardAPI", "valueFrom", "value")


def values(random: Random) -> dict[str, Any]:
    """Return values that the schema takes, most of the time; with the image that they need."""
    keys = random.sample(sorted(set(SCHEMA["properties"]) - {"common", "global", "image"}), k=random.randint(1, 4))
    made = {key: _of(SCHEMA["properties"][key], random, 0) for key in keys}
    return {"image": {"repository": "registry.example.com/acme/api", "tag": "1.4.0"}, **made}


def _of(node: Mapping[str, Any], random: Random, depth: int) -> Any:
    while "$ref" in node:
        node = SCHEMA["definitions"][node["$ref"].rpartition("/")[2]]
    if "const" in node or "enum" in node:
        return random.choice(node.get("enum") or [node["const"]])
    types = node.get("type", "string")
    kinds = [each for each in ([types] if isinstance(types, str) else types) if each != "null"]
    kind = random.choice(kinds)
    if kind == "object":
        return _mapping(node, random, depth)
    if kind == "array":
        least = max(node.get("minItems", 0), min(depth, 1))
        return [_of(node["items"], random, depth + 1) for _ in range(random.randint(least, least + 2 - min(depth, 2)))]
    return random.choice(_scalars(json.dumps(node), kind))


def _mapping(node: Mapping[str, Any], random: Random, depth: int) -> dict[str, Any]:
    properties, required = node.get("properties", {}), node.get("required", ())
    # The chart's own values give what is required at the top.
    must = list(required) if depth else []
    free = sorted(set(properties) - set(must))
    often = [each for each in free if each in OFTEN]
    chosen = set(random.sample(free, k=min(len(free), random.randint(0 if must else 1, 2)))) if free else set()
    if often and random.random() < 0.5:
        chosen = {random.choice(often)}
    made = {key: _of(properties[key], random, depth + 1) for key in [*must, *sorted(chosen)]}
    if isinstance(node.get("additionalProperties"), Mapping):
        names = _scalars(json.dumps({"type": "string", **node.get("propertyNames", {})}), "string")
        for name in random.sample(names, k=min(len(names), random.randint(0, 2))):
            made.setdefault(name, _of(node["additionalProperties"], random, depth + 1))
    return made


@cache
def _scalars(node: str, kind: str) -> list[Any]:
    """Return what of the pools fits: the schema alone says it."""
    pools: dict[str, tuple[Any, ...]] = {"string": TEXTS, "boolean": (True, False)}
    judge = Draft7Validator({**json.loads(node), "definitions": SCHEMA["definitions"]})
    typed = Draft7Validator({"type": kind})
    found = [each for each in pools.get(kind, NUMBERS) if typed.is_valid(each) and judge.is_valid(each)]
    assert found, f"nothing fits {node}"
    return found


def faults(found: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the routes of everything that we refuse."""
    merged = over_defaults(found, built_in().values)
    schema = Charts().schema(built_in())
    assert schema is not None
    yield from (each.route for each in schema.problems(merged))
    yield from (each.route for each in refused(merged))


def refused(merged: dict[str, Any]) -> Iterator[Contradiction]:
    """Yield the contradictions that Kubernetes refuses: what it ignores is none of them."""
    return (each for each in contradictions(merged) if not each.ignored)


def accepted(random: Random) -> dict[str, Any]:
    """Return random values that we accept: what we refuse is taken out, item by item."""
    found = values(random)
    for _ in range(20):
        routes = list(faults(found))
        if not routes:
            return found
        for key in {route[0] for route in routes}:
            found = _without(found, key, {route[1] for route in routes if route[0] == key and len(route) > 1})
    return {"image": found["image"]}


def _without(found: dict[str, Any], key: str, blamed: set[Any]) -> dict[str, Any]:
    kept = found.get(key)
    if isinstance(kept, list) and blamed:
        return {**found, key: [each for index, each in enumerate(kept) if index not in blamed]}
    if isinstance(kept, dict) and blamed & kept.keys():
        return {**found, key: {name: each for name, each in kept.items() if name not in blamed}}
    return {name: each for name, each in found.items() if name != key or name == "image"}


_INDEX = re.compile(r"\[\d+\]")


def kind_of(error: str) -> str:
    """Return an error of Kubernetes without its indices and values, to count what it finds."""
    return _INDEX.sub("[]", error).partition(": ")[0] + ":" + error.rpartition(": ")[2][:60]
