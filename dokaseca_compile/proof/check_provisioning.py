"""What clusters are made of, and Argo CD on them: the files besides the variables that Terraform reads."""

from __future__ import annotations

from dokaseca_compile.argo.hubs import Output
from dokaseca_compile.proof.difference import same, same_data
from dokaseca_compile.proof.expected.provisioning import argocd_values, kind_clusters
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved


def check_provisioning(resolved: Resolved, layout: Layout, output: Output) -> None:
    """Every file of Argo CD's values and every file for Kind is there, no other, and says what is meant."""
    meant = {**dict(argocd_values(resolved, layout)), **dict(kind_clusters(resolved, layout))}
    values = output.below(layout.tfvars_folder().file, ".argo-cd.yaml")
    kind = output.below(layout.kind_folder().file, ".yaml")
    same("the files for Terraform", sorted([*values, *kind]), sorted(meant))
    for path, wanted in meant.items():
        (document,) = output.documents(path)
        same_data(path, document, wanted)
