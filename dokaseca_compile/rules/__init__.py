"""Every rule, in the order of its name. Adding one: its file, its line here, its table in tests/rules."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from dokaseca_compile.rules.base import Context, Rule

_NAMES = (
    "auth_cloud_mismatch",
    "conflicting_addons",
    "contradicted_removal",
    "cyclic_requirement",
    "dangerous_link",
    "dead_setting",
    "duplicate_application",
    "duplicate_release",
    "duplicate_repository",
    "duplicate_server",
    "floating_version",
    "incomplete_rollout",
    "ineffective_rollout",
    "invalid_kubernetes_range",
    "invalid_values",
    "kubernetes_out_of_range",
    "misplaced_in_cluster",
    "missing_certificate_authority",
    "missing_external_secrets",
    "missing_hub",
    "missing_requirement",
    "missing_server",
    "missing_source",
    "missing_version",
    "overlapping_path",
    "oversized_annotations",
    "promotion_order",
    "redundant_override",
    "release_too_long",
    "reserved_label",
    "reserved_name",
    "reserved_value",
    "secret_in_source",
    "shadowed_setting",
    "team_without_access",
    "template_in_text",
    "two_revisions",
    "unknown_addon",
    "unknown_branch",
    "unknown_component",
    "unknown_environment",
    "unknown_hub",
    "unknown_move",
    "unknown_region",
    "unknown_repository",
    "unknown_team",
    "unknown_value_key",
    "unpinned_revision",
    "unreadable_chart",
    "unregistrable_cluster",
    "unused_declaration",
    "values_without_chart",
    "version_form",
    "version_without_use",
)

RULES: tuple[Rule, ...] = tuple(cast("Rule", import_module(f"{__name__}.{name}")) for name in _NAMES)

__all__ = ["RULES", "Context", "Rule"]
