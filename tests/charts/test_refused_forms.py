"""What Kubernetes refuses of the web-service chart's values is one finding each, at the exact
place, with a way out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml

from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core.routes import format_route

FORMS = fast_yaml.load(Path(__file__).with_name("refused_forms.yaml").read_text())
RULES = {"contradictory-values", "invalid-values"}
PLATFORM = """
apiVersion: dokaseca.dev/v1alpha1
kind: Platform
metadata: {name: acme}
repositories: {organization: https://git.example/acme}
environments: {dev: {}}
regions: {eu: {}}
clusters:
  hub: {type: hub, environment: dev, region: eu, auth: in-cluster, teams: [pay]}
teams: {pay: {groups: [pay-devs], roles: {dev: editor}}}
workloads:
  pay:
    api: {image: ghcr.io/acme/api, version: 1.4.0, environments: {dev: {}}}
"""


def found(values: dict[str, Any], override: dict[str, Any] | None = None) -> list[Any]:
    """Return what is found in a workload with these values, and with those of its environment over them."""
    platform = fast_yaml.load(PLATFORM)
    workload = platform["workloads"]["pay"]["api"]
    workload["values"] = values
    if override is not None:
        workload["environments"]["dev"]["values"] = override
    text = yaml.safe_dump(platform, sort_keys=False)
    diagnostics = validate([SourceFile("platform.yaml", text.encode())]).diagnostics
    # Nothing makes the Secrets that some forms name, and nothing serves Ingresses and routes: these are warnings.
    return [each for each in diagnostics if each.slug not in {"unknown-secret", "missing-component"}]


def places(diagnostics: list[Any]) -> list[str]:
    prefix = "workloads.pay.api."
    return [format_route(each.primary.route).removeprefix(prefix) for each in diagnostics]


def test_without_values_nothing_is_found() -> None:
    assert found({}) == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form['at']} {form['values']}"[:100])
def test_each_form_is_one_finding(form: dict[str, Any]) -> None:
    """The finding is at the wrong leaf, with a help line."""
    diagnostics = found(form["values"])
    expected = [form["at"], *([form["also"]] if "also" in form else [])]
    assert sorted(places(diagnostics)) == sorted(f"values.{each}" for each in expected)
    assert {each.slug for each in diagnostics} <= RULES
    assert all(each.help for each in diagnostics), diagnostics
    assert any(form["help"] in each.help for each in diagnostics), [each.help for each in diagnostics]


@pytest.mark.parametrize(
    ("values", "override", "expected"),
    [
        # Each is valid in its own layer, and refused together.
        ({"strategy": {"rollingUpdate": {"maxUnavailable": 0}}}, {"strategy": {"rollingUpdate": {"maxSurge": 0}}},
         ["environments.dev.values.strategy.rollingUpdate.maxSurge"]),
        ({"podSecurityContext": {"runAsUser": 0, "runAsNonRoot": False}},
         {"podSecurityContext": {"runAsNonRoot": True}},
         ["environments.dev.values.podSecurityContext.runAsNonRoot"]),
        ({"volumes": [{"name": "a", "emptyDir": {}}], "volumeMounts": [{"name": "a", "mountPath": "/a"}]},
         {"volumes": []}, ["values.volumeMounts[0].name"]),
        ({"tmp": {"enabled": False}, "volumes": [{"name": "tmp", "emptyDir": {}}]}, {"tmp": {"enabled": True}},
         ["environments.dev.values.tmp.enabled"]),
        ({"securityContext": {"allowPrivilegeEscalation": True, "privileged": True}},
         {"securityContext": {"allowPrivilegeEscalation": False}},
         ["environments.dev.values.securityContext.allowPrivilegeEscalation"]),
        # A stronger layer sets aside what a weaker one has; the other way round it has no effect.
        ({"strategy": {"rollingUpdate": {"maxSurge": 2}}}, {"strategy": {"type": "Recreate"}}, []),
        ({"strategy": {"type": "Recreate"}}, {"strategy": {"rollingUpdate": {"maxSurge": 2}}},
         ["environments.dev.values.strategy.rollingUpdate"]),
        ({"env": {"A": "b"}}, {"extraEnv": [{"name": "A", "value": "c"}]}, []),
        ({"extraEnv": [{"name": "A", "value": "c"}]}, {"env": {"A": "b"}}, ["environments.dev.values.env.A"]),
        # A layer takes back what a weaker one has.
        ({"securityContext": {"runAsUser": 0}}, {"securityContext": {"runAsUser": None}}, []),
        ({"tmp": {"enabled": False}, "volumes": [{"name": "tmp", "emptyDir": {}}]}, {}, []),
        ({"strategy": {"type": "Recreate"}}, {}, []),
    ],
)  # fmt: skip
def test_layers(values: dict[str, Any], override: dict[str, Any], expected: list[str]) -> None:
    """What counts is what Helm makes of all layers and of the chart's own values, not one of
    them.
    """
    assert places(found(values, override)) == expected
