"""Every target. Adding one: its file, its line here, its golden case."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.targets import (
    app_projects,
    application_sets,
    bootstrap,
    cluster_config,
    cluster_registrations,
    git_attributes,
    helm_values,
    team_projects,
    terraform_root,
    tfvars,
    workloads,
)
from dokaseca_compile.targets.base import Target

TARGETS: tuple[Target, ...] = cast(
    "tuple[Target, ...]",
    (
        app_projects,
        application_sets,
        bootstrap,
        cluster_config,
        cluster_registrations,
        git_attributes,
        helm_values,
        team_projects,
        terraform_root,
        tfvars,
        workloads,
    ),
)

__all__ = ["TARGETS", "Target"]
