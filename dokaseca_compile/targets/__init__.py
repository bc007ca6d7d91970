"""Every target. Adding one: its file, its line here, its golden case."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.targets import (
    app_projects,
    application_sets,
    bootstrap,
    chart_index,
    charts,
    cluster_registrations,
    git_attributes,
    helm_values,
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
        chart_index,
        charts,
        cluster_registrations,
        git_attributes,
        helm_values,
        terraform_root,
        tfvars,
    ),
)

__all__ = ["TARGETS", "Target"]
