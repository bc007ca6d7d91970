"""The evaluator: what Argo CD makes of cluster Secrets and ApplicationSets, offline and without a cluster.

It reads documents as they are written and knows nothing of the model, so it judges the targets
independently. It speaks only the part of Argo CD that is emitted (clusters generators, merged by
name or server; Go templates of plain fields with ``missingkey=error``); anything else is an error
and never a guess. The rules are those of Argo CD 3.5; ``make conformance`` holds them against its
own code.
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
