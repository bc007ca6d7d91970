"""Terraform accepts every tfvars file, and understands it as the compiler meant it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from compiled import Compiled, typed
from engines import engine, run
from terraform_root import TerraformRoot

from dokaseca_compile.resolve.contract import (
    addon_switches,
    argocd_variables,
    cluster_variables,
    repository_variables,
)
from dokaseca_compile.resolve.resolved import Resolved

# What a person may get wrong in a tfvars file, and what Terraform says to it.
MISTAKES = {
    "an unknown environment": (r"^environment +=.*", 'environment = "prod"', "environment must be one"),
    "an unknown region": (r"^region +=.*", 'region = "moon"', "region must be one"),
    "an unknown addon": (r"^addons = \{", "addons = {\n  enable_typo = true", "exactly the keys"),
    "an addon left out": (r"^  enable_cert_manager +=.*", "", "exactly the keys"),
    "a wrong type": (r"^  enable_cert_manager +=.*", "  enable_cert_manager = []", "bool"),
    "null": (r"^cloud +=.*", "cloud = null", "null"),
}


def model(resolved: Resolved, name: str) -> dict[str, Any]:
    """The variables of a cluster as the tables of the contract have them."""
    cluster = resolved.clusters[name]
    teams = resolved.platform.teams
    return {
        **cluster_variables(resolved, cluster),
        **argocd_variables(resolved, cluster),
        **repository_variables(cluster.repositories),
        "addons": addon_switches(resolved, cluster.profile),
        "cluster_labels": cluster.labels,
        "cluster_annotations": cluster.annotations,
        "teams": {
            team: {
                "groups": list(teams[team].groups),
                "role": teams[team].roles.get(cluster.cluster.environment, ""),
                "quotas": dict(resolved.tenants[cluster.cluster.environment, team].quotas),
                "cost_center": teams[team].cost_center or "",
            }
            for team in cluster.cluster.teams
        },
    }


def test_every_cluster_has_one_tfvars_file(platform: Compiled, terraform: TerraformRoot) -> None:
    """One file for each cluster of the platform, in the folder of its environment."""
    assert {name: path.parent.name for name, path in terraform.tfvars.items()} == {
        name: each.cluster.environment for name, each in platform.resolved.clusters.items()
    }


def test_plan_understands_every_variable(
    platform: Compiled, terraform: TerraformRoot, planned: Mapping[str, Mapping[str, Any]]
) -> None:
    """Every plan succeeds without a warning, and each variable has the value and type of the model."""
    for name, outputs in planned.items():
        understood = {variable: outputs[f"var_{variable}"] for variable in terraform.variables}
        assert typed(understood) == typed(model(platform.resolved, name)), name


def test_format(out: Path) -> None:
    """``terraform fmt`` finds nothing to change in any file."""
    run(engine("terraform"), "fmt", "-check", "-diff", "-recursive", str(out), cwd=out)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_fails_the_plan(terraform: TerraformRoot, tmp_path: Path, mistake: str) -> None:
    """A mistake in a tfvars file fails the plan with a message that names it."""
    right, wrong, complaint = MISTAKES[mistake]
    text, changes = re.subn(right, wrong, next(iter(terraform.tfvars.values())).read_text(), flags=re.MULTILINE)
    assert changes == 1
    tfvars = tmp_path / "mistake.tfvars"
    tfvars.write_text(text)
    with pytest.raises(pytest.fail.Exception, match=complaint):
        terraform.plan(tfvars)


def test_undeclared_variable_is_a_warning(terraform: TerraformRoot, tmp_path: Path) -> None:
    """Terraform only warns of a variable that nobody declares: so that the tests here must look for warnings."""
    tfvars = tmp_path / "undeclared.tfvars"
    tfvars.write_text(next(iter(terraform.tfvars.values())).read_text() + 'gitops_typo = "x"\n')
    assert "Warning: Value for undeclared variable" in terraform.plan(tfvars)
