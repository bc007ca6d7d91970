"""Every rule, in the order of its name.

A new rule needs its file, its line here, and its table in ``tests/rules``.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from dokaseca_compile.rules.shared.base import Context, Rule

_NAMES = (
    "ambiguous_scalar",
    "auth_cloud_mismatch",
    "autoscaling_without_requests",
    "conflicting_addons",
    "contradicted_removal",
    "contradictory_limits",
    "contradictory_values",
    "cyclic_requirement",
    "dangerous_link",
    "dead_setting",
    "duplicate_application",
    "duplicate_host",
    "duplicate_release",
    "duplicate_repository",
    "duplicate_server",
    "exceeded_quota",
    "floating_version",
    "fractional_bytes",
    "idle_workload",
    "incomplete_rollout",
    "inconsistent_policy",
    "ineffective_rollout",
    "invalid_kubernetes_range",
    "invalid_service_name",
    "invalid_values",
    "kubernetes_out_of_range",
    "mismatched_digest",
    "misplaced_argo_cd",
    "misplaced_in_cluster",
    "misplaced_workload",
    "missing_certificate_authority",
    "missing_component",
    "missing_external_secrets",
    "missing_hub",
    "missing_kyverno",
    "missing_requirement",
    "missing_secret_store",
    "missing_server",
    "missing_source",
    "missing_version",
    "namespace_conflict",
    "open_secret_store",
    "operator_too_old",
    "overlapping_path",
    "oversized_annotations",
    "promotion_order",
    "quota_without_defaults",
    "redundant_override",
    "refused_image",
    "refused_workload",
    "release_too_long",
    "reserved_label",
    "reserved_name",
    "reserved_value",
    "secret_in_source",
    "service_account_conflict",
    "shadowed_setting",
    "stuck_rollout",
    "team_without_access",
    "template_in_text",
    "two_revisions",
    "unknown_addon",
    "unknown_branch",
    "unknown_cluster",
    "unknown_component",
    "unknown_dns",
    "unknown_environment",
    "unknown_hub",
    "unknown_move",
    "unknown_region",
    "unknown_repository",
    "unknown_secret",
    "unknown_team",
    "unknown_value_key",
    "unpinned_revision",
    "unreachable_server",
    "unreadable_chart",
    "unregistrable_cluster",
    "unrendered_template",
    "unusable_kind_cluster",
    "unused_declaration",
    "values_without_chart",
    "version_form",
    "version_without_use",
)

RULES: tuple[Rule, ...] = tuple(
    cast("Rule", import_module(f"{__name__}.{name}")) for name in _NAMES
)

__all__ = ["RULES", "Context", "Rule"]
