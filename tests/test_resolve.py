"""What a platform means: layers, parts, profiles and the chain of places behind every value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.core.routes import format_route
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.contract import repository_annotation
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.resolved import PartInstall, Resolved
from dokaseca_compile.resolve.setting import Setting

BASE = fast_yaml.load((Path(__file__).parent / "rules/base.yaml").read_text())


def platform(patch: dict[str, Any]) -> Resolved:
    return resolve(Platform.model_validate(merge_values(BASE, patch)))


def part(resolved: Resolved, cluster: str, name: str) -> PartInstall:
    install = resolved.clusters[cluster].profile.installs[name.partition("/")[0]]
    return next(each for each in install.parts if each.part.name == name.replace("/", "-"))


def chain(said: Setting[Any] | None) -> list[tuple[Any, str]]:
    return [(each.value, format_route(each.route)) for each in said.chain()] if said else []


LAYERS = {
    "environments": {"dev": {"addons": {"kyverno": {"version": "3.4.0"}}}},
    "regions": {"eu": {"addons": {"kyverno": {"version": "3.5.0"}}}},
    "clusterTypes": {"spoke": {"addons": {"kyverno": {"version": "3.6.0"}}}},
    "clusters": {"spoke": {"addons": {"kyverno": {"version": "3.7.0"}}}},
}


def test_the_strongest_layer_wins_and_all_it_beat_is_known() -> None:
    """Default → environment → region → cluster type → cluster; each link knows where it was said."""
    assert chain(part(platform(LAYERS), "spoke", "kyverno").version) == [
        ("3.7.0", "clusters.spoke.addons.kyverno.version"),
        ("3.6.0", "clusterTypes.spoke.addons.kyverno.version"),
        ("3.5.0", "regions.eu.addons.kyverno.version"),
        ("3.4.0", "environments.dev.addons.kyverno.version"),
        ("3.3.7", "addons.kyverno.version"),
    ]


@pytest.mark.parametrize(
    ("without", "version"),
    [("clusters", "3.6.0"), ("clusterTypes", "3.5.0"), ("regions", "3.4.0"), ("environments", "3.3.7")],
)
def test_each_layer_shows_when_the_stronger_ones_are_gone(without: str, version: str) -> None:
    """Taking layers away from the strong end lets the next one through."""
    order = ["clusters", "clusterTypes", "regions", "environments"]
    patch = {key: value for key, value in LAYERS.items() if key in order[order.index(without) + 1 :]}
    assert part(platform(patch), "spoke", "kyverno").version.value == version


def test_values_keep_one_entry_for_each_layer() -> None:
    """Values are not flattened: each layer becomes a file, and Helm merges them."""
    patch = {
        "addons": {"kyverno": {"values": {"a": 1}}},
        "clusters": {"spoke": {"addons": {"kyverno": {"values": {"b": None}}}}},
    }
    values = part(platform(patch), "spoke", "kyverno").values
    assert [(each.layer.scope, each.value) for each in values] == [("default", {"a": 1}), ("cluster", {"b": None})]


def test_switches() -> None:
    """An addon is on unless a layer says no; the strongest layer that speaks decides."""
    resolved = platform(
        {
            "addons": {"kyverno": {"enabled": False}},
            "environments": {"dev": {"addons": {"kyverno": True}}},
            "clusterTypes": {"hub": {"addons": {"cert-manager": False}}},
        }
    )
    enabled = {name: {each.addon for each in cluster.enabled()} for name, cluster in resolved.clusters.items()}
    assert enabled == {"hub": set(), "spoke": {"cert-manager", "kyverno"}}


COMPONENTS = {
    "addons": {
        "kyverno": {
            "components": {
                "ui": {"name": "policy-reporter", "repository": "https://example.com/charts", "version": "1.0.0"},
                "crds": {"wave": -1},
            }
        }
    }
}


def test_components_follow_the_addon_unless_they_have_a_version() -> None:
    """A layer's version moves the addon and the components without one of their own, not the others."""
    resolved = platform(
        merge_values(COMPONENTS, {"environments": {"dev": {"addons": {"kyverno": {"version": "9.0.0"}}}}})
    )
    versions = {name: part(resolved, "spoke", name).version.value for name in ("kyverno", "kyverno/ui", "kyverno/crds")}
    assert versions == {"kyverno": "9.0.0", "kyverno/ui": "1.0.0", "kyverno/crds": "9.0.0"}


def test_a_layer_may_pin_a_component() -> None:
    """A component's pin beats the addon's pin of the same layer."""
    settings = {"version": "9.0.0", "components": {"ui": {"version": "2.0.0"}, "crds": {"version": "8.0.0"}}}
    resolved = platform(merge_values(COMPONENTS, {"environments": {"dev": {"addons": {"kyverno": settings}}}}))
    versions = {name: part(resolved, "spoke", name).version.value for name in ("kyverno", "kyverno/ui", "kyverno/crds")}
    assert versions == {"kyverno": "9.0.0", "kyverno/ui": "2.0.0", "kyverno/crds": "8.0.0"}


def test_components_inherit_the_repository_and_are_named_after_the_addon() -> None:
    """A component without a repository comes from the addon's; its release carries both names. The first part is
    wave 0, whatever number the platform gives it.
    """
    crds = part(platform(COMPONENTS), "spoke", "kyverno/crds").part
    assert (crds.chart, crds.repository) == ("crds", "https://kyverno.github.io/kyverno")
    assert (crds.name, crds.release, crds.wave) == ("kyverno-crds", "kyverno-crds", 0)
    assert part(platform(COMPONENTS), "spoke", "kyverno").part.wave == 1


@pytest.mark.parametrize(
    ("repository", "kind", "written"),
    [
        ("https://charts.example.com/", "http-chart", "https://charts.example.com/"),
        ("oci://ghcr.io/acme/charts", "oci-chart", "ghcr.io/acme/charts"),
        ("ghcr.io/acme/charts", "oci-chart", "ghcr.io/acme/charts"),
        ("registry.example.com:5000/charts", "oci-chart", "registry.example.com:5000/charts"),
    ],
)
def test_registries_are_written_as_argo_cd_reads_them(repository: str, kind: str, written: str) -> None:
    """OCI registries have no scheme beside `chart`: with `oci://` Argo CD ignores the chart."""
    resolved = platform({"addons": {"kyverno": {"chart": {"repository": repository}}}})
    found = part(resolved, "spoke", "kyverno").part
    assert (found.kind, found.repository) == (kind, written)


def test_clusters_that_are_alike_share_a_profile() -> None:
    """A cluster without settings of its own costs nothing to resolve: it has its neighbour's profile."""
    spoke = BASE["clusters"]["spoke"]
    more = {f"spoke-{number}": {**spoke, "server": f"https://spoke-{number}"} for number in range(5)}
    own = {"own": {**spoke, "server": "https://own", "addons": {"kyverno": False}}}
    resolved = platform({"clusters": {**more, **own}})
    assert len({id(resolved.clusters[name].profile) for name in more}) == 1
    assert resolved.clusters["own"].profile.clusters == ("own",)
    assert len(resolved.profiles) == 3


def test_revisions() -> None:
    """Repository → environment → cluster; each environment's clusters share one mapping."""
    resolved = platform(
        {
            "repositories": {"addons": {"revision": "trunk"}},
            "environments": {"production": {"revisions": {"addons": "v1.0.0"}}},
            "clusters": {"spoke": {"revisions": {"addons": "feature/x"}}},
        }
    )
    assert chain(resolved.clusters["hub"].repositories["addons"].revision) == [
        ("v1.0.0", "environments.production.revisions.addons"),
        ("trunk", "repositories.addons.revision"),
    ]
    assert resolved.clusters["spoke"].repositories["addons"].revision.value == "feature/x"


def test_core_repositories_have_default_names() -> None:
    """Only the organisation must be said; optional repositories exist when they are declared."""
    repositories = platform({}).clusters["hub"].repositories
    assert {key: each.url for key, each in repositories.items()} == {
        "controlPlane": "https://github.com/acme/acme-control-plane",
        "addons": "https://github.com/acme/acme-addons",
        "charts": "https://github.com/acme/acme-helm-charts",
        "clusters": "https://github.com/acme/acme-clusters",
        "workloads": "https://github.com/acme/acme-workloads",
    }


def test_waves_follow_requirements() -> None:
    """An addon comes after all that it requires; a circle does not hang."""
    addon = BASE["addons"]["kyverno"]
    resolved = platform(
        {
            "addons": {
                "last": {**addon, "requires": ["kyverno"]},
                "a": {**addon, "requires": ["b"]},
                "b": {**addon, "requires": ["a"]},
            }
        }
    )
    waves = {name: each.wave for name, each in resolved.addons.items()}
    assert (waves["cert-manager"], waves["kyverno"], waves["last"]) == (0, 1, 2)
    assert {waves["a"], waves["b"]} <= {0, 1, 2}


def test_hubs() -> None:
    """A hub and a standalone cluster are their own hub; a spoke may leave its hub out when there is one."""
    spoke = {key: value for key, value in BASE["clusters"]["spoke"].items() if key != "hub"}
    alone = {"type": "standalone", "environment": "dev", "region": "eu", "auth": "in-cluster"}
    resolved = platform({"clusters": {"other": {**spoke, "server": "https://other"}, "alone": alone}})
    assert {name: each.hub for name, each in resolved.clusters.items()} == {
        "alone": "alone", "hub": "hub", "other": "hub", "spoke": "hub",
    }  # fmt: skip
    assert [each.name for each in resolved.hubs()] == ["alone", "hub"]


def test_dangling_references_do_not_break_resolving() -> None:
    """Rules report them; resolving leaves them out."""
    resolved = platform(
        {"clusters": {"spoke": {"environment": "nowhere", "region": "nowhere", "addons": {"ghost": False}}}}
    )
    assert resolved.clusters["spoke"].repositories == {}
    assert set(resolved.clusters["spoke"].profile.installs) == {"cert-manager", "kyverno"}


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"x": 1}}, {"a": 5}, {"a": 5}),
        ({"a": 5}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({}, {"a": {"x": None}}, {"a": {"x": None}}),
    ],
)
def test_values_merge_as_helm_merges(base: dict[str, Any], over: dict[str, Any], merged: dict[str, Any]) -> None:
    """Maps merge, lists and scalars replace, null stays to delete the chart's default; nothing is changed in place."""
    before = repr((base, over))
    assert merge_values(base, over) == merged
    assert repr((base, over)) == before


def test_templates_read_only_annotations_that_are_written() -> None:
    """A template can name no annotation that the contract does not write."""
    assert repository_annotation("workloads", "url") == "{{ .metadata.annotations.workloads_repo_url }}"
    with pytest.raises(KeyError):
        repository_annotation("addons", "branch")


SHOP: dict[str, Any] = {
    "teams": {"payments": {"namespace": "pay", "roles": {"dev": "admin"}}},
    "clusters": {"spoke": {"teams": ["payments"]}},
    "workloads": {
        "payments": {
            "api": {
                "image": "ghcr.io/acme/api",
                "version": "1.0.0",
                "values": {"replicas": 2},
                "environments": {"dev": {"version": "1.1.0", "values": {"replicas": 1}}, "production": {}},
            }
        }
    },
}


def test_a_workload_runs_where_its_team_works() -> None:
    """On the clusters of an environment that its team works on, in the environment's version."""
    api = platform(SHOP).workloads["payments", "api"]
    assert (api.part, api.namespace) == ("payments-api", "pay")
    assert {name: place.clusters for name, place in api.places.items()} == {"dev": ("spoke",), "production": ()}
    assert chain(api.places["dev"].version) == [
        ("1.1.0", "workloads.payments.api.environments.dev.version"),
        ("1.0.0", "workloads.payments.api.version"),
    ]


def test_an_image_is_among_the_values_of_its_layer() -> None:
    """The name is said by the workload, the tag by whoever says the version."""
    values = platform(SHOP).workloads["payments", "api"].places["dev"].values
    assert [said.value for said in values] == [
        {"replicas": 2, "image": {"repository": "ghcr.io/acme/api", "tag": "1.0.0"}},
        {"replicas": 1, "image": {"tag": "1.1.0"}},
    ]


def test_a_workload_may_run_on_some_clusters_only() -> None:
    """Of the clusters that an environment names, those that its team works on."""
    patch = {"workloads": {"payments": {"api": {"environments": {"dev": {"clusters": ["hub"]}}}}}}
    places = platform(merge_values(SHOP, patch)).workloads["payments", "api"].places
    assert places["dev"].clusters == ()


GOVERNED: dict[str, Any] = {
    "environments": {
        "dev": {"secrets": {"b": {"key": "b", "data": {"b": "b"}}, "a": {"key": "a", "data": {"a": "a"}}}}
    },
    "policies": {"dev": {"quotas": {"cpu": "4", "pods": "10"}}},
    "teams": {
        "payments": {
            "namespace": "pay",
            "groups": ["devs"],
            "roles": {"dev": "admin", "production": "viewer"},
            "quotas": {"memory": "8Gi", "cpu": "8"},
            "serviceAccounts": {"ci": {"roles": {"dev": "editor"}}, "ops": {"roles": {"production": "viewer"}}},
        },
        "web": {},
    },
    "clusters": {"spoke": {"teams": ["web", "payments"]}, "hub": {"teams": ["payments"]}},
}


def test_a_team_is_a_tenant_of_each_environment_where_it_works() -> None:
    """Its role, accounts and secrets are those of the environment; a quota of its own beats the environment's."""
    tenants = platform(GOVERNED).tenants
    assert list(tenants) == [("dev", "payments"), ("dev", "web"), ("production", "payments")]
    payments = tenants["dev", "payments"]
    assert (payments.namespace, payments.role, payments.clusters) == ("pay", "admin", ("spoke",))
    assert payments.quotas == {"cpu": "8", "memory": "8Gi", "pods": "10"}
    assert payments.accounts == {"ci": "editor"}
    assert payments.secrets == ("a", "b")
    assert tenants["production", "payments"].quotas == {"cpu": "8", "memory": "8Gi"}
    assert (tenants["dev", "web"].role, tenants["dev", "web"].quotas) == (None, {"cpu": "4", "pods": "10"})


def test_a_secret_may_be_for_some_teams() -> None:
    """The others do not get it."""
    only = {"environments": {"dev": {"secrets": {"b": {"teams": ["web"]}}}}}
    tenants = platform(merge_values(GOVERNED, only)).tenants
    assert {team: tenants["dev", team].secrets for team in ("payments", "web")} == {
        "payments": ("a",),
        "web": ("a", "b"),
    }


def test_tenants_of_a_cluster() -> None:
    """Each team once, by name; an unknown one is left out, and so is all of an unknown environment."""
    resolved = platform(merge_values(GOVERNED, {"clusters": {"spoke": {"teams": ["web", "nobody", "payments"]}}}))
    assert [each.team for each in resolved.tenants_on(resolved.clusters["spoke"])] == ["payments", "web"]
    resolved = platform(merge_values(GOVERNED, {"clusters": {"spoke": {"environment": "nowhere"}}}))
    assert list(resolved.tenants_on(resolved.clusters["spoke"])) == []
