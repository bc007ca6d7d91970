"""Every rule, in the order of its name. Adding one: its file, its line here, its table in tests/rules."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from dokaseca_compile.rules.base import Context, Rule

_NAMES = (
    "auth_cloud_mismatch",
    "conflicting_addons",
    "contradicted_removal",
    "contradictory_limits",
    "cyclic_requirement",
    "dangerous_link",
    "dead_setting",
    "duplicate_application",
    "duplicate_release",
    "duplicate_repository",
    "duplicate_server",
    "floating_version",
    "idle_workload",
    "incomplete_rollout",
    "inconsistent_policy",
    "ineffective_rollout",
    "invalid_kubernetes_range",
    "kubernetes_out_of_range",
    "misplaced_argo_cd",
    "misplaced_in_cluster",
    "misplaced_workload",
    "missing_certificate_authority",
    "missing_external_secrets",
    "missing_hub",
    "missing_kyverno",
    "missing_requirement",
    "missing_secret_store",
    "missing_server",
    "missing_source",
    "missing_version",
    "namespace_conflict",
    "overlapping_path",
    "oversized_annotations",
    "promotion_order",
    "quota_without_defaults",
    "redundant_override",
    "release_too_long",
    "reserved_label",
    "reserved_name",
    "secret_in_source",
    "shadowed_setting",
    "team_without_access",
    "template_in_text",
    "two_revisions",
    "unknown_addon",
    "unknown_branch",
    "unknown_cluster",
    "unknown_component",
    "unknown_environment",
    "unknown_hub",
    "unknown_move",
    "unknown_region",
    "unknown_repository",
    "unknown_team",
    "unpinned_revision",
    "unreachable_server",
    "unregistrable_cluster",
    "unusable_kind_cluster",
    "unused_declaration",
    "values_without_chart",
    "version_form",
    "version_without_use",
)

RULES: tuple[Rule, ...] = tuple(cast("Rule", import_module(f"{__name__}.{name}")) for name in _NAMES)

__all__ = ["RULES", "Context", "Rule"]
