"""Which tests ``make quick`` leaves out, and which run without measuring coverage."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
SLOW = {
    # folders: other engines, sweeps over system calls, whole corpora
    "conformance", "hostile", "judges", "reliability",
    # files: they run the command line, or try many platforms
    "test_accept.py", "test_archives.py", "test_faults.py", "test_governance.py", "test_proof.py",
    "test_secret_fields.py", "test_secret_outputs.py",
    "test_hostile_charts.py", "test_refused_forms.py",
    "test_application.py", "test_applications.py", "test_apps.py",
    "test_benchmarks.py", "test_check.py", "test_checkouts.py", "test_cli.py", "test_determinism.py", "test_docs.py",
    "test_editing.py", "test_explain.py", "test_foreign_manifests.py", "test_hcl_writer.py", "test_house_rules.py",
    "test_impact.py", "test_impact_properties.py", "test_injection.py", "test_mutations.py",
    "test_other_formats.py", "test_ownership.py",
    "test_placeholders.py", "test_repositories.py", "test_revisions.py", "test_rules_at_scale.py",
    "test_source_edit.py", "test_source_refused.py",
}  # fmt: skip
"""Folders and files that ``make quick`` leaves out. What is not listed is quick: the pure core."""

SWEEPS = {
    "conformance", "hostile", "judges", "reliability",
    "test_determinism.py", "test_docs.py", "test_hostile_charts.py", "test_impact_properties.py",
    "test_injection.py", "test_mutations.py", "test_rules_at_scale.py",
}  # fmt: skip
"""Folders and files that try many inputs on the same lines of code. Tracing more than doubles their time and
covers no line that the other tests leave out."""


def is_slow(path: Path) -> bool:
    """Return whether a test file, or a folder of tests, is slow."""
    return _is_named(path, SLOW)


def is_sweep(path: Path) -> bool:
    """Return whether a test file tries many inputs on the same lines of code."""
    return _is_named(path, SWEEPS)


def _is_named(path: Path, names: set[str]) -> bool:
    return path.is_relative_to(TESTS) and not names.isdisjoint(path.relative_to(TESTS).parts)
