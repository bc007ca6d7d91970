"""The proof that what was written is what is meant: the compiled files against the model.

The evaluator makes of the files what Argo CD would make of them; ``intent`` says what the platform
means. Both must agree on every cluster, label, AppProject and Application, on every object that is
applied to a cluster, and on every values file. A difference is a bug of ours, found before anything is written.

Clusters that are alike are looked at once, under one made-up name: templates only put a name in
place, so what holds for one of them holds for each. Of ten thousand clusters that leaves some
hundreds, and of those each distinct case of an ApplicationSet is evaluated once.
"""

from __future__ import annotations

from dokaseca_compile.argo import EvaluationError
from dokaseca_compile.argo.hubs import Output, read_hubs
from dokaseca_compile.proof.cases import Cases, alike_clusters
from dokaseca_compile.proof.check_applications import Applications
from dokaseca_compile.proof.check_clusters import check_clusters, check_credentials, check_variables
from dokaseca_compile.proof.check_generators import check_generators
from dokaseca_compile.proof.check_images import check_images
from dokaseca_compile.proof.check_kustomizations import check_kustomizations
from dokaseca_compile.proof.check_markers import check_markers
from dokaseca_compile.proof.check_projects import check_bootstrap, check_projects
from dokaseca_compile.proof.check_provisioning import check_provisioning
from dokaseca_compile.proof.check_values import check_values
from dokaseca_compile.proof.difference import DisagreementError, Shares, same
from dokaseca_compile.proof.expected import Intent
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

__all__ = ["DisagreementError", "agree"]


def agree(resolved: Resolved, output: Output) -> None:
    """Prove that the files mean what the platform means. Raises ``DisagreementError`` naming the first difference."""
    layout = Layout(resolved)
    intent = Intent(resolved, layout)
    shares, cases = Shares(), Cases(intent.settled)
    applications = Applications(intent, cases, output, layout)
    try:
        hubs = list(read_hubs(output, layout))
        same("the hubs", [each.name for each in hubs], sorted(intent.clusters))
        for application_set in {
            id(each): each for hub in hubs for each in hub.application_sets
        }.values():
            check_generators(intent, application_set)
        for hub in hubs:
            members = intent.clusters[hub.name]
            check_clusters(intent, shares, hub, members)
            check_bootstrap(hub)
            for alike in alike_clusters(intent, hub, members):
                applications.check(hub, alike)
        check_projects(intent, hubs)
        markers = check_markers(intent, output)
        check_credentials(intent, output)
        check_variables(intent, shares, output)
        check_values(resolved, layout, output)
        check_images(resolved, layout, output)
        check_kustomizations(resolved, intent, layout, output)
        check_provisioning(resolved, layout, output)
    except EvaluationError as fault:
        raise DisagreementError(str(fault)) from fault
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        # Something that every file of its kind has is missing, or is of another kind.
        message = f"a file has not the shape that it must have: {fault!r}"
        raise DisagreementError(message) from fault
    if idle := sorted(
        {each.name for hub in hubs for each in hub.application_sets} - cases.used - markers
    ):
        message = f"the ApplicationSet {idle[0]} makes no Application"
        raise DisagreementError(message)
