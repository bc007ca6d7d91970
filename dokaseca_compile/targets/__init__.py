"""Every target. Adding one: its file, its line here, its golden case."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.targets import (
    app_projects,
    application_sets,
    bootstrap,
    cluster_config,
    cluster_policies,
    cluster_registrations,
    clusters_readme,
    environment_overlays,
    git_attributes,
    helm_values,
    secret_templates,
    team_access,
    terraform_root,
    tfvars,
)
from dokaseca_compile.targets.base import Target

TARGETS: tuple[Target, ...] = cast(
    "tuple[Target, ...]",
    (
        app_projects,
        application_sets,
        bootstrap,
        cluster_config,
        cluster_policies,
        cluster_registrations,
        clusters_readme,
        environment_overlays,
        git_attributes,
        helm_values,
        secret_templates,
        team_access,
        terraform_root,
        tfvars,
    ),
)

__all__ = ["TARGETS", "Target"]
