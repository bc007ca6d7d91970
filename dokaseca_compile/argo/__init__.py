"""Evaluate cluster Secrets and ApplicationSets as Argo CD does, without a cluster.

The evaluator reads documents as they are written and does not use the model, so it checks the
targets independently. It supports only the features of Argo CD that the targets use (clusters
generators, merged by name or server; Go templates of plain fields with ``missingkey=error``).
Anything else is an error, never a guess. It follows Argo CD 3.5; ``make conformance`` compares it
with Argo CD's own code.
"""

from dokaseca_compile.argo.application_sets import ApplicationSet
from dokaseca_compile.argo.errors import EvaluationError, UnsupportedError
from dokaseca_compile.argo.projects import Project
from dokaseca_compile.argo.secrets import ClusterSecret, unique_secrets

__all__ = [
    "ApplicationSet",
    "ClusterSecret",
    "EvaluationError",
    "Project",
    "UnsupportedError",
    "unique_secrets",
]
