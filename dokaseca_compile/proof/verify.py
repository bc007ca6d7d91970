"""The proof: compiled files are checked against the platform before anything is written.

An evaluator (``argo``) reads the files as Argo CD would. ``expected`` derives the same
Applications, cluster labels and annotations from the resolved platform. Both must be equal for
every cluster, every values file must contain the values of its layer, every path must lead to a
file, and every file must be read. A mismatch is a bug of the compiler.

It shares ``Resolved``, the layout and the contract with Terraform with the targets, so it finds no
fault in those. Independent are Argo CD's own code, Helm, Kustomize and Terraform, which read the
same files in the tests. What governs clusters and teams is checked there as well (ADR 0030).

Clusters whose Applications differ in nothing but the name of the cluster are checked once.
"""

from __future__ import annotations

from collections.abc import Iterable

from dokaseca_compile.argo.hubs import Hub, Output, read_hubs
from dokaseca_compile.proof.check_applications import ApplicationCheck
from dokaseca_compile.proof.check_clusters import check_clusters
from dokaseca_compile.proof.check_paths import check_paths
from dokaseca_compile.proof.check_values import check_values
from dokaseca_compile.proof.expected import Expected
from dokaseca_compile.proof.mismatch import (
    MismatchError,
    SharedParts,
    check_equal,
    faults_as_mismatches,
)
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved


def verify(resolved: Resolved, output: Output) -> None:
    """Check compiled files against the platform.

    Raises ``MismatchError`` with the first difference.
    """
    layout = Layout(resolved)
    expected = Expected(resolved, layout)
    applications, shared = ApplicationCheck(expected, output, layout), SharedParts()
    with faults_as_mismatches():
        hubs = list(read_hubs(output, layout))
        check_equal("the hubs", [each.name for each in hubs], sorted(expected.clusters))
        for hub in hubs:
            members = expected.clusters[hub.name]
            check_clusters(expected, shared, hub, members)
            applications.check(hub, members)
        check_values(resolved, layout, output)
        check_paths(resolved, layout, output, applications.value_files)
        _check_sets_are_used(hubs, applications.used)


def _check_sets_are_used(hubs: Iterable[Hub], used: set[str]) -> None:
    """Check that each ApplicationSet with generators makes an Application."""
    for hub in hubs:
        for each in hub.application_sets:
            if each.generators and each.name not in used:
                message = f"the ApplicationSet {each.name} makes no Application"
                raise MismatchError(message)
