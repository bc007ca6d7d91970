"""All targets. To add one: write its module, list it here, add a golden case."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.targets import (
    addon_catalogue,
    app_projects,
    application_sets,
    argocd_values,
    bootstrap,
    chart_index,
    charts,
    cluster_applications,
    cluster_config,
    cluster_inventory,
    cluster_policies,
    cluster_registrations,
    clusters_readme,
    control_plane,
    control_plane_readme,
    environment_overlays,
    git_attributes,
    helm_values,
    kind_clusters,
    repository_map,
    secret_templates,
    team_access,
    team_projects,
    terraform_root,
    tfvars,
    workloads,
)
from dokaseca_compile.targets.base import Target

TARGETS: tuple[Target, ...] = cast(
    "tuple[Target, ...]",
    (
        addon_catalogue,
        app_projects,
        application_sets,
        argocd_values,
        bootstrap,
        chart_index,
        charts,
        cluster_applications,
        cluster_config,
        cluster_inventory,
        cluster_policies,
        cluster_registrations,
        clusters_readme,
        control_plane,
        control_plane_readme,
        environment_overlays,
        git_attributes,
        helm_values,
        kind_clusters,
        repository_map,
        secret_templates,
        team_access,
        team_projects,
        terraform_root,
        tfvars,
        workloads,
    ),
)

__all__ = ["TARGETS", "Target"]
