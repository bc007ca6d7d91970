"""Every rule on large and hostile platforms: no recursion, no work of clusters times addons."""

from __future__ import annotations

from typing import Any

import pytest

from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.model.load import load
from dokaseca_compile.resolve import resolve
from dokaseca_compile.rules import RULES
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.source import Sources, parse

HUB = {"type": "hub", "environment": "dev", "region": "eu", "auth": "in-cluster"}


def platform(**sections: Any) -> dict[str, Any]:
    return {
        "apiVersion": "dokaseca.dev/v1alpha1",
        "kind": "Platform",
        "metadata": {"name": "acme"},
        "repositories": {"organization": "https://github.com/acme"},
        "environments": {"dev": {}},
        "regions": {"eu": {}},
        "clusters": {"hub": HUB},
        **sections,
    }


def addon(name: str, **more: Any) -> dict[str, Any]:
    chart = {"name": name, "repository": "https://charts.acme.example"}
    return {"category": "apps", "namespace": name, "version": "1.0.0", "chart": chart, **more}


def spoke(name: str, **more: Any) -> dict[str, Any]:
    server = f"https://{name}.acme.example"
    auth = {"awsIam": {"clusterName": name}}
    return {"environment": "dev", "region": "eu", "hub": "hub", "cloud": "aws", "server": server, "auth": auth, **more}


def context(data: dict[str, Any]) -> Context:
    """The context of data that was never text: a hundred thousand lines take long to read."""
    document, _ = parse("", "platform.yaml")
    found, _ = load(Sources((document,), data))
    assert found is not None
    return Context(data, resolve(found))


def run(data: dict[str, Any]) -> list[Diagnostic]:
    """All findings of all rules."""
    seen = context(data)
    return [each for rule in RULES for each in rule.check(seen)]


def count(findings: list[Diagnostic], slug: str) -> int:
    return sum(each.slug == slug for each in findings)


def chain(length: int) -> dict[str, Any]:
    return {
        f"a{each}": addon(f"a{each}", requires=[f"a{each + 1}"] if each + 1 < length else []) for each in range(length)
    }


def test_a_chain_of_5000_requirements() -> None:
    findings = run(platform(addons=chain(5000)))
    assert count(findings, "cyclic-requirement") == 0


def test_a_circle_of_2000_requirements_is_one_finding() -> None:
    addons = chain(2000)
    addons["a1999"]["requires"] = ["a0"]
    findings = run(platform(addons=addons))
    assert count(findings, "cyclic-requirement") == 1


def test_10000_alike_clusters_and_one_fault_of_an_addon() -> None:
    """One place in the source is one finding, however many clusters it concerns."""
    addons = {f"a{each}": addon(f"a{each}") for each in range(60)}
    addons["a0"] |= {"enabled": False, "kubernetes": "<1.30"}
    addons["a1"] |= {"requires": ["a0"], "conflicts": ["a2"], "kubernetes": "<1.30"}
    clusters = {f"c{each}": spoke(f"c{each}", kubernetesVersion="1.33.1") for each in range(10_000)}
    findings = run(platform(addons=addons, clusters={"hub": HUB, **clusters}))
    for slug in ("missing-requirement", "conflicting-addons", "kubernetes-out-of-range"):
        assert count(findings, slug) == 1, slug


def test_5000_clusters_with_settings_of_their_own() -> None:
    addons = {f"a{each}": addon(f"a{each}", kubernetes=">=1.30") for each in range(60)}
    addons["a1"]["requires"] = ["a0"]
    own = {"addons": {"a3": {"values": {"replicas": 2}}}, "kubernetesVersion": "1.33.1"}
    clusters = {f"c-{each}": spoke(f"c-{each}", **own) for each in range(5000)}
    findings = run(platform(addons=addons, clusters={"hub": HUB, **clusters}))
    assert not [each for each in findings if each.severity == "error"]


def test_5000_clusters_that_override_their_environment() -> None:
    """A shadowed setting is one finding, however many clusters shadow it."""
    addons = {f"a{each}": addon(f"a{each}") for each in range(60)}
    values = {f"key{each}": {"a": each, "b": each} for each in range(5)}
    own = {"addons": {"a1": {"version": "1.2.0", "values": {**values, "key0": {"a": 1, "b": 2}}}}}
    clusters = {f"c-{each}": spoke(f"c-{each}", environment="live", **own) for each in range(5000)}
    settings = {"a1": {"version": "1.1.0", "values": values}}
    environments = {"dev": {}, "live": {"addons": settings}}
    findings = run(platform(addons=addons, environments=environments, clusters={"hub": HUB, **clusters}))
    shadowed = [format_route(each.primary.route) for each in findings if each.slug == "shadowed-setting"]
    entry = "environments.live.addons.a1"
    assert shadowed == [f"{entry}.version", f"{entry}.values.key0.a", f"{entry}.values.key0.b"]


def test_10000_clusters_of_an_unknown_hub_and_unknown_addons() -> None:
    """Looking for the nearest name is dear; it is not done thousands of times."""
    addons = {f"a{each}": addon(f"a{each}", requires=[f"missing{each}"]) for each in range(2000)}
    clusters = {f"c{each}": spoke(f"c{each}", hub=f"h{each}") for each in range(10_000)}
    findings = run(platform(addons=addons, clusters={"hub": HUB, **clusters}))
    assert count(findings, "unknown-hub") == 10_000
    assert count(findings, "unknown-addon") == 2000


def test_2000_removals_of_addons_on_10000_clusters() -> None:
    """What an entry contradicts is sought once for each, and told with a few names."""
    addons = {f"a{each}": addon(f"a{each}", enabled=each < 10) for each in range(60)}
    clusters = {f"c{each}": spoke(f"c{each}") for each in range(10_000)}
    removed = {f"r{each}": {"addon": f"a{each % 60}", "reason": "x"} for each in range(2000)}
    moved = {f"m{each}": {"addon": f"b{each}", "to": f"x{each}", "reason": "x"} for each in range(2000)}
    findings = run(platform(addons=addons, clusters={"hub": HUB, **clusters}, removed=removed, moved=moved))
    assert count(findings, "contradicted-removal") == 340
    assert count(findings, "unknown-move") == 2000


def test_5000_clusters_with_60_teams_in_one_namespace() -> None:
    """Who shares a namespace is told once for each pair, and what is missing once for each environment."""
    teams = {f"t{each}": {"namespace": "shop", "quotas": {"cpu": "8"}} for each in range(60)}
    clusters = {f"c{each}": spoke(f"c{each}", teams=list(teams)) for each in range(5000)}
    policies = {"dev": {"kyverno": {"policies": ["require-probes"]}}}
    addons = {"a": addon("a", namespace="shop")}
    findings = run(platform(addons=addons, teams=teams, policies=policies, clusters={"hub": HUB, **clusters}))
    assert count(findings, "namespace-conflict") == 60
    assert count(findings, "quota-without-defaults") == 1
    assert count(findings, "missing-kyverno") == 1


HUBLESS = {key: value for key, value in spoke("edge").items() if key != "hub"}
UNITS = {
    "addons.a": {"addons": {"a": addon("a", colour="red"), "b": addon("b", requires=["a"], conflicts=["a"])}},
    "environments.dev": {"environments": {"dev": {"colour": "red"}, "live": {}}},
    "regions.eu": {"regions": {"eu": {"colour": "red"}, "us": {}}},
    "clusterTypes.spoke": {"clusterTypes": {"spoke": {"colour": "red"}}},
    "clusters.hub": {"clusters": {"hub": {**HUB, "colour": "red"}, "edge": {**spoke("edge"), "hub": "hub"}}},
    "the only hub": {"clusters": {"hub": {**HUB, "colour": "red"}, "edge": HUBLESS}},
    "addons.a and a move to its component": {
        "addons": {"a": addon("a", colour="red", components={"x": {}}), "b": addon("b")},
        "moved": {"x": {"addon": "x", "to": "a-x", "reason": "x"}, "y": {"addon": "a", "to": "a-x", "reason": "x"}},
        "removed": {"z": {"addon": "a", "reason": "x"}},
    },
    "removed.b": {"removed": {"b": {"addon": "b", "reason": ""}}},
    "policies.dev": {
        "policies": {"dev": {"colour": "red"}},
        "teams": {"sre": {"quotas": {"cpu": "8"}}},
        "clusters": {"hub": {**HUB, "teams": ["sre"]}},
    },
    "the environment of policies": {
        "environments": {"dev": {"colour": "red"}, "live": {}},
        "policies": {"dev": {"kyverno": {"policies": ["require-probes"]}}},
        "teams": {"sre": {"serviceAccounts": {"ci": {"roles": {"dev": "admin"}}}}},
    },
    "teams.sre": {"teams": {"sre": {"colour": "red"}}, "clusters": {"hub": {**HUB, "teams": ["sre"]}}},
}


@pytest.mark.parametrize("sections", UNITS.values(), ids=UNITS)
def test_a_schema_fault_causes_no_other_error(sections: dict[str, Any]) -> None:
    """What refers to a unit with a schema fault is not blamed for it: the unit is there, its settings unseen."""
    base = {
        "addons": {"a": addon("a", enabled=False), "b": addon("b", requires=["a"])},
        "environments": {"dev": {"addons": {"a": True}}},
        "clusters": {"edge": spoke("edge"), "hub": HUB},
    }
    findings = run(platform(**{**base, **sections}))
    assert [each.message for each in findings if each.severity == "error"] == []
