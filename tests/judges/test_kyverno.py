"""Kyverno's own engine judges what the policies let through: the patterns, not the webhook around them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from compiled import ROOT
from engines import engine

from dokaseca_compile.model.policies import KyvernoPolicy

CASE = ROOT / "tests/cases/teams-and-policies"
POLICIES = ROOT / "dokaseca_compile/assets/policies/kyverno"
PATCHES = CASE / "expected/acme-clusters/gitops/environments/overlays"
TABLE = fast_yaml.load((Path(__file__).parent / "kyverno.yaml").read_text())


def pattern(policy: str) -> Any:
    """The pattern of a policy, with the parameters of the golden case."""
    (rule,) = fast_yaml.load((POLICIES / policy / "cluster-policy.yaml").read_text())["spec"]["rules"]
    found = rule["validate"]["pattern"]
    environment = "production" if policy == "require-labels" else "dev"
    patch = PATCHES / environment / f"{policy}.json"
    for operation in json.loads(patch.read_text()) if patch.exists() else ():
        *route, last = operation["path"].removeprefix("/spec/rules/0/validate/pattern/").split("/")
        node = found
        for part in route:
            node = node[int(part) if isinstance(node, list) else part]
        node[last] = operation["value"]
    return found


def lets_through(policy: str, resource: Any) -> bool:
    """What Kyverno says."""
    question = json.dumps({"pattern": pattern(policy), "resource": resource})
    done = subprocess.run([engine("kyverno-patterns")], input=question, capture_output=True, text=True, check=True)
    return {"true\n": True, "false\n": False}[done.stdout]


def test_every_policy_is_judged() -> None:
    """Each policy of the model has its file, and cases that pass and that fail."""
    known = set(KyvernoPolicy.__args__)  # type: ignore[attr-defined]
    assert {path.name for path in POLICIES.iterdir()} == known == set(TABLE)
    for cases in TABLE.values():
        assert {"pass", "fail"} == set(cases)


@pytest.mark.parametrize(
    ("policy", "verdict", "resource"),
    [
        pytest.param(policy, verdict == "pass", resource, id=f"{policy}: {verdict} {name}")
        for policy, cases in TABLE.items()
        for verdict, resources in cases.items()
        for name, resource in resources.items()
    ],
)
def test_policies(policy: str, verdict: bool, resource: Any) -> None:
    """A resource passes, or is refused, as the table says."""
    assert lets_through(policy, resource) is verdict
