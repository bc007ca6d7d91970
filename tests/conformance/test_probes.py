"""The probes: small ApplicationSets that show how Argo CD behaves, and what our evaluator says of each.

It never differs from Argo CD in silence: it makes the same, or refuses what is not emitted, or fails where
Argo CD fails.
"""

from __future__ import annotations

from typing import Any

import pytest
from oracle import HERE, Oracle, documents

from dokaseca_compile.argo import ApplicationSet, ClusterSecret, EvaluationError, UnsupportedError
from dokaseca_compile.argo.hubs import NAMESPACE

PROBES = {each["metadata"]["name"]: each for each in documents(HERE / "probes" / "probes.yaml")}
# Of two clusters with one name Argo CD loses one, and with one server it takes either: refused by `unique_secrets`.
SECRETS = [
    each
    for each in documents(HERE / "probes" / "secrets.yaml")
    if each["metadata"]["name"] not in {"c-dupname-b", "c-prod2"}
]

EMITTED = {
    *("03", "04", "05", "06", "07", "09", "10"),  # selectors, names, a missing label
    *("20", "27", "28", "29", "33", "34", "35", "36", "37", "38"),  # merges
    *("49", "61", "69", "70", "78", "86", "87", "88", "89", "90"),  # names, values, finalizers, keys, bad selectors
}
"""Numbers of the probes that use nothing but what is emitted."""


def said_by_us(probe: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """``same`` with our Applications, ``refused`` for what is not emitted, or ``fails``."""
    try:
        made = ApplicationSet.read(probe)
        clusters = [each for each in (ClusterSecret.read(secret, NAMESPACE) for secret in SECRETS) if each is not None]
        applications = [document for cluster in clusters for document in made.applications(cluster)]
    except UnsupportedError:
        return "refused", {}
    except EvaluationError:
        return "fails", {}
    return "same", {each["metadata"]["name"]: each for each in applications}


@pytest.mark.parametrize("name", PROBES)
def test_never_another_answer(oracle: Oracle, name: str) -> None:
    """Where we give Applications they are Argo CD's, and where we fail it fails."""
    probe = PROBES[name]
    verdict, made = said_by_us(probe)
    if verdict == "refused":
        return
    answer = oracle.ask([*SECRETS, probe])
    if verdict == "fails":
        assert answer.errors, "Argo CD takes it"
        return
    given = oracle.ask(made.values()).given
    found = {application: each for (_, application), each in answer.applications.items()}
    assert answer.errors == {}
    assert found == given
    assert len(made) == len(found)


def test_what_is_emitted_is_evaluated() -> None:
    """The probes of the shape that is emitted are evaluated, not refused."""
    verdicts = {name: said_by_us(probe)[0] for name, probe in PROBES.items()}
    evaluated = {name for name, verdict in verdicts.items() if verdict != "refused"}
    assert {name.partition("-")[0] for name in evaluated} >= EMITTED


def test_the_strict_shape(oracle: Oracle) -> None:
    """The shape with a values file for every layer, on its own clusters."""
    (shape,) = documents(HERE / "probes" / "strict-values.yaml")
    secrets = documents(HERE / "probes" / "strict-values-secrets.yaml")
    made = ApplicationSet.read(shape)
    clusters = [ClusterSecret.read(each, NAMESPACE) for each in secrets]
    ours = [document for cluster in clusters if cluster is not None for document in made.applications(cluster)]
    answer = oracle.ask([*secrets, shape])
    assert answer.errors == {}
    assert {name: each for (_, name), each in answer.applications.items()} == oracle.ask(ours).given
    assert len(ours) == len(clusters)
