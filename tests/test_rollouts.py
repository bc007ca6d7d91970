"""The annotation that wakes the ApplicationSet controller changes with the values of a set, and with nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dokaseca_compile.argo.hubs import output_of
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.resolve.merge_values import merge_values

BASE = yaml.safe_load((Path(__file__).parent / "rules" / "base.yaml").read_text())
ROLLOUT: dict[str, Any] = {
    "environments": {"dev": {"rollout": [{"regions": ["eu"]}]}, "production": {"rollout": [{"regions": ["eu"]}]}},
    "regions": {"eu": {"addons": {"kyverno": {"values": {"region": "eu"}}}}},
    "clusters": {"spoke": {"teams": ["pay"], "addons": {"kyverno": {"values": {"own": 1}}}}},
    "addons": {"kyverno": {"values": {"a": 1, "b": [1, 2]}}},
    "teams": {"pay": {"roles": {"dev": "viewer"}, "groups": ["pay"]}},
    "workloads": {
        "pay": {
            "api": {
                "image": "ghcr.io/acme/api",
                "version": "1.0.0",
                "values": {"replicas": 3},
                "environments": {"dev": {}, "production": {}},
            }
        }
    },
}
DIGEST = "dokaseca.dev/values-digest"


def inventory(*patches: dict[str, Any]) -> Inventory:
    platform = copy.deepcopy(BASE)
    for patch in patches:
        platform = merge_values(platform, patch)
    compilation = compile([SourceFile("platform.yaml", yaml.safe_dump(platform, sort_keys=False).encode())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return Inventory(compilation.resolved, compilation.tree)


def digests(found: Inventory) -> dict[str, str]:
    """The digest of each ApplicationSet that has one."""
    output = output_of(found.tree)
    paths = [path for path in found.tree if path.endswith(".yaml")]
    documents = [each for path in paths for each in output.documents(path) if isinstance(each, Mapping)]
    return {
        each["metadata"]["name"]: each["metadata"]["annotations"][DIGEST]
        for each in documents
        if each.get("kind") == "ApplicationSet" and DIGEST in each["metadata"].get("annotations", {})
    }


def test_only_sets_with_a_rollout_and_values_have_it() -> None:
    """cert-manager has no values; cluster-config reads a folder; nothing has it without a rollout."""
    assert sorted(digests(inventory(ROLLOUT))) == ["kyverno-dev", "kyverno-production", "pay-api-dev"]
    without = {"environments": {"dev": {"rollout": []}, "production": {"rollout": []}}}
    assert digests(inventory(ROLLOUT, without)) == {}


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({"addons": {"kyverno": {"values": {"a": 2}}}}, {"kyverno-dev", "kyverno-production"}),
        ({"addons": {"kyverno": {"values": {"b": [2, 1]}}}}, {"kyverno-dev", "kyverno-production"}),
        ({"environments": {"dev": {"addons": {"kyverno": {"values": {"c": 1}}}}}}, {"kyverno-dev"}),
        ({"regions": {"eu": {"addons": {"kyverno": {"values": {"c": 1}}}}}}, {"kyverno-dev", "kyverno-production"}),
        ({"clusters": {"spoke": {"addons": {"kyverno": {"values": {"own": 2}}}}}}, {"kyverno-dev"}),
        ({"workloads": {"pay": {"api": {"values": {"replicas": 4}}}}}, {"pay-api-dev"}),
        ({"workloads": {"pay": {"api": {"environments": {"dev": {"version": "1.1.0"}}}}}}, {"pay-api-dev"}),
        ({"addons": {"kyverno": {"version": "3.3.8", "namespace": "other"}}}, set()),
        ({"addons": {"kyverno": {"values": {"b": [1, 2], "a": 1}}}}, set()),
    ],
)
def test_it_changes_where_the_values_do(patch: dict[str, Any], changed: set[str]) -> None:
    before, after = digests(inventory(ROLLOUT)), digests(inventory(ROLLOUT, patch))
    assert {name for name in after if after[name] != before[name]} == changed
    assert before.keys() == after.keys()


def test_it_is_not_in_the_applications() -> None:
    """Otherwise the new values would be a change of the spec, and every Application would wait for its step again."""
    changed = {"addons": {"kyverno": {"values": {"a": 2}}}}
    first, second = (
        [each for one in found.deployments() for each in one.applications]
        for found in (inventory(ROLLOUT), inventory(ROLLOUT, changed))
    )
    assert first == second
