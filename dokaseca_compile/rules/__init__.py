"""Every rule, in the order of its name. Adding one: its file, its line here, its table in tests/rules."""

from __future__ import annotations

from typing import cast

from dokaseca_compile.rules import (
    auth_cloud_mismatch,
    conflicting_addons,
    cyclic_requirement,
    dangerous_link,
    duplicate_application,
    duplicate_release,
    duplicate_server,
    invalid_kubernetes_range,
    kubernetes_out_of_range,
    misplaced_in_cluster,
    missing_hub,
    missing_requirement,
    missing_server,
    oversized_annotations,
    release_too_long,
    reserved_label,
    reserved_name,
    team_without_access,
    unknown_addon,
    unknown_component,
    unknown_environment,
    unknown_hub,
    unknown_region,
    unknown_team,
    unregistrable_cluster,
)
from dokaseca_compile.rules.base import Context, Rule

RULES: tuple[Rule, ...] = cast(
    "tuple[Rule, ...]",
    (
        auth_cloud_mismatch,
        conflicting_addons,
        cyclic_requirement,
        dangerous_link,
        duplicate_application,
        duplicate_release,
        duplicate_server,
        invalid_kubernetes_range,
        kubernetes_out_of_range,
        misplaced_in_cluster,
        missing_hub,
        missing_requirement,
        missing_server,
        oversized_annotations,
        release_too_long,
        reserved_label,
        reserved_name,
        team_without_access,
        unknown_addon,
        unknown_component,
        unknown_environment,
        unknown_hub,
        unknown_region,
        unknown_team,
        unregistrable_cluster,
    ),
)

__all__ = ["RULES", "Context", "Rule"]
