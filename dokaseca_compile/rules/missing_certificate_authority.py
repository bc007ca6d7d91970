"""A cluster of EKS or AKS has no certificate authority.

Problem
    The host of ``server`` ends in ``.eks.amazonaws.com`` or ``.azmk8s.io``, and the cluster has no
    ``certificateAuthority``.

Why
    EKS and AKS sign the certificate of each API server by an authority of the cluster's own, which
    no machine knows. Argo CD refuses it: ``x509: certificate signed by unknown authority``.

Fix
    Copy ``certificate-authority-data`` of the cluster's kubeconfig. It is public, no secret.

Example
    .. code-block:: yaml

        clusters:
          edge:
            server: https://ABC.gr7.eu-west-1.eks.amazonaws.com    # missing-certificate-authority
            auth: {awsIam: {clusterName: edge}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dokaseca_compile.diagnostics import Diagnostic, Label, warning
from dokaseca_compile.rules.base import Context
from dokaseca_compile.urls import host_of

SLUG = "missing-certificate-authority"
_PRIVATE = (".eks.amazonaws.com", ".azmk8s.io")


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster whose API server nothing can vouch for."""
    for name, cluster in context.platform.clusters.items():
        if cluster.server is None or cluster.certificate_authority is not None:
            continue
        if host_of(cluster.server).endswith(_PRIVATE):
            yield warning(
                SLUG,
                f"the API server of `{name}` has an authority of its own, and no `certificateAuthority` is given",
                Label(("clusters", name, "server")),
                help="copy `certificate-authority-data` of its kubeconfig into `certificateAuthority`",
            )
