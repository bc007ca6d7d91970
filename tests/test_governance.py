"""The proof and the oracle accept random platforms and fleets, and the oracle finds what the proof leaves to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from examples import examples
from governance import Oracle, verify_all
from governance.random_platforms import governed_platforms
from hypothesis import HealthCheck, given, settings

from benchmarks.fleet import fleet
from dokaseca_compile.argo.hubs import output_of
from dokaseca_compile.compiler import Compilation, SourceFile, compile
from dokaseca_compile.proof.mismatch import MismatchError
from dokaseca_compile.proof.verify import verify
from dokaseca_compile.targets import team_access, team_projects


def compiled(files: dict[str, str]) -> Compilation:
    compilation = compile([SourceFile(name, text.encode()) for name, text in files.items()])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(platform=governed_platforms())
def test_random_platforms(platform: dict[str, Any]) -> None:
    """Whatever teams, environments and policies a platform has."""
    verify_all(compiled({"platform.yaml": json.dumps(platform)}))


@pytest.mark.parametrize(("clusters", "addons", "environments"), [(3, 50, 3), (40, 7, 1), (20, 20, 6)])
def test_fleets(clusters: int, addons: int, environments: int) -> None:
    """Addons and workloads with overrides on every layer."""
    verify_all(compiled(fleet(clusters, addons, environments)))


FAULTS = {
    "a role that is too strong": (team_access, "_CLUSTER_ROLES", dict.fromkeys(("admin", "editor", "viewer"), "admin")),
    "a kind that teams may bring": (team_projects, "_REFUSED", (("", "LimitRange"),)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_target_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the compiler would write is refused by the oracle, and so by CI."""
    module, name, value = FAULTS[fault]
    monkeypatch.setattr(module, name, value)
    compilation = compiled(fleet(3))
    assert compilation.resolved is not None
    output = output_of(compilation.tree)
    verify(compilation.resolved, output)
    with pytest.raises(MismatchError):
        Oracle(compilation.resolved).verify(output)
