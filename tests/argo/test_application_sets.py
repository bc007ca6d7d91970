"""ApplicationSets: the Applications that they make, and which documents are refused."""

from __future__ import annotations

import copy
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.argo import ApplicationSet, ClusterSecret, EvaluationError, UnsupportedError
from dokaseca_compile.argo.application_sets import FINALIZER
from dokaseca_compile.argo.strategy import without_autosync

SET = fast_yaml.load("""
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: kyverno-dev, namespace: argocd, labels: {addon: kyverno}}
spec:
  goTemplate: true
  goTemplateOptions: [missingkey=error]
  syncPolicy: {preserveResourcesOnDeletion: false}
  generators:
    - merge:
        mergeKeys: [name]
        generators:
          - clusters: {selector: {matchLabels: {env: dev}}, values: {version: "1"}}
          - clusters: {selector: {matchLabels: {env: dev, tier: gold}}, values: {version: "2"}}
  template:
    metadata: {name: "{{ .nameNormalized }}-kyverno", labels: {addon: kyverno, region: "{{ .metadata.labels.region }}"}}
    spec:
      project: addons
      source: {repoURL: https://charts.example, chart: kyverno, targetRevision: "{{ .values.version }}"}
      destination: {name: "{{ .name }}", namespace: kyverno}
""")


def cluster(name: str, **labels: str) -> ClusterSecret:
    return ClusterSecret(name, name, f"https://{name}", "", "", labels, {})


A, B = cluster("a", env="dev", region="eu", tier="gold"), cluster("B_1", env="dev", region="us")
PROD, LOST = cluster("p", env="prod", region="eu"), cluster("lost", env="dev")


def patched(path: str = "", value: Any = None, **more: Any) -> dict[str, Any]:
    """The document with one place of another value; ``None`` deletes it."""
    found = copy.deepcopy(SET)
    node, *rest = found, *path.split(".")
    for key in rest[:-1]:
        node = node[key]
    if path and value is None:
        del node[rest[-1]]
    elif path:
        node[rest[-1]] = value
    return found


def made(document: dict[str, Any], *clusters: ClusterSecret) -> list[dict[str, Any]]:
    read = ApplicationSet.read(document)
    return [each for cluster in clusters for each in read.applications(cluster)]


def test_an_application_for_each_cluster() -> None:
    """Filled in with the cluster's parameters; the namespace is the ApplicationSet's."""
    first, second = made(SET, A, B, PROD)
    assert first == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": "a-kyverno",
            "namespace": "argocd",
            "labels": {"addon": "kyverno", "region": "eu"},
            "finalizers": [FINALIZER],
        },
        "spec": {
            "project": "addons",
            "source": {"repoURL": "https://charts.example", "chart": "kyverno", "targetRevision": "2"},
            "destination": {"name": "a", "namespace": "kyverno"},
        },
    }
    assert second["metadata"]["name"] == "b-1-kyverno"
    assert second["spec"]["destination"]["name"] == "B_1"
    assert second["spec"]["source"]["targetRevision"] == "1"


def test_one_cluster_of_another_kind_makes_nothing() -> None:
    assert made(SET, PROD) == []
    assert made(patched("spec.generators", []), A) == []


def test_one_gap_stops_it() -> None:
    """A cluster without a label that the template reads."""
    with pytest.raises(EvaluationError, match=r"kyverno-dev: there is no \.metadata\.labels\.region for lost"):
        made(SET, A, LOST)


def test_each_generator_makes_its_own() -> None:
    """Two that select one cluster make two Applications: of one name, here, so who asks has to see both."""
    twice = patched("spec.generators", SET["spec"]["generators"] * 2)
    assert [each["metadata"]["name"] for each in made(twice, A)] == ["a-kyverno", "a-kyverno"]


def test_the_document_stays_as_it_was() -> None:
    before = copy.deepcopy(SET)
    made(SET, A, B)
    assert before == SET


# ---- what becomes of the resources


@pytest.mark.parametrize(
    ("policy", "preserves"),
    [
        ({"preserveResourcesOnDeletion": True}, True),
        ({"preserveResourcesOnDeletion": False}, False),
        ({"preserveResourcesOnDeletion": "true"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_the_finalizer(policy: Any, preserves: bool) -> None:
    """Without a word of the policy, Argo CD deletes what an Application has deployed."""
    document = patched("spec.syncPolicy", policy)
    (application,) = made(document, A)
    assert ApplicationSet.read(document).preserve is preserves
    assert application["metadata"].get("finalizers") == (None if preserves else [FINALIZER])


# ---- names


def test_a_name_that_is_empty() -> None:
    empty = patched("spec.template.metadata.name", "{{ .metadata.labels.none }}")
    with pytest.raises(EvaluationError, match="generates an Application without a name"):
        made(empty, cluster("a", env="dev", region="eu", none=""))


# ---- what it asks of clusters


def test_what_decides_what_is_made() -> None:
    """Labels that are selected on, and fields that are read; values are its own."""
    read = ApplicationSet.read(SET)
    assert {each.key for each in read.requirements} == {"env", "tier"}
    assert set(read.fields) == {("name",), ("nameNormalized",), ("metadata", "labels", "region")}


@pytest.mark.parametrize(("one", "selected"), [(A, True), (B, True), (LOST, True), (PROD, False)])
def test_who_is_selected(one: ClusterSecret, selected: bool) -> None:
    """By labels alone, also where something is missing."""
    assert ApplicationSet.read(SET).selects(one.labels) is selected


# ---- what a rollout does to automatic sync


@pytest.mark.parametrize(
    ("policy", "written"),
    [
        ({"automated": {"prune": True}}, {"automated": {"prune": True, "enabled": False}}),
        ({"automated": {}, "retry": {"limit": 3}}, {"automated": {"enabled": False}, "retry": {"limit": 3}}),
        ({"automated": {}}, {"automated": {"enabled": False}}),
        ({"automated": {"enabled": True}}, {"automated": {"enabled": False}}),
        ({"syncOptions": ["ServerSideApply=true"]}, {"syncOptions": ["ServerSideApply=true"]}),
        (None, None),
    ],
)  # fmt: skip
def test_a_rollout_turns_automatic_sync_off(policy: Any, written: Any) -> None:
    """Where there is one, and nothing else (``disableAutomatedSync``); what the template makes stays as it is."""
    document = patched("spec.template.spec.syncPolicy", policy) if policy is not None else SET
    (application,) = made(document, A)
    before = copy.deepcopy(application)
    found = without_autosync(application)
    assert found["spec"].get("syncPolicy") == written
    assert {**found, "spec": {**found["spec"], "syncPolicy": policy}} == {
        **before,
        "spec": {**before["spec"], "syncPolicy": policy},
    }
    assert application == before


# ---- what is refused


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(patched("spec.goTemplate"), id="fasttemplate"),
        pytest.param(patched("spec.goTemplate", False), id="Go templates switched off"),
        pytest.param(patched("spec.goTemplate", "true"), id="Go templates switched on by a text"),
        pytest.param(patched("spec.goTemplateOptions"), id="no options"),
        pytest.param(patched("spec.goTemplateOptions", []), id="empty options"),
        pytest.param(patched("spec.goTemplateOptions", ["missingkey=default"]), id="another option"),
        pytest.param(patched("spec.goTemplateOptions", ["missingkey=error", "missingkey=zero"]), id="a later option"),
    ],
)
def test_templates_that_hide_gaps(document: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match="has no Go templates with missingkey=error"):
        ApplicationSet.read(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.templatePatch", "{}"),
        ("spec.ignoreApplicationDifferences", []),
        ("spec.preservedFields", {}),
        ("spec.applyNestedSelectors", True),
        ("spec.syncPolicy", {"applicationsSync": "create-only"}),
        ("spec.template.metadata.finalizers", [FINALIZER]),
        ("spec.template.metadata.namespace", "elsewhere"),
        ("spec.template.status", {}),
        ("spec.template.spec.sourceHydrator", {}),
        ("metadata.annotations", {"argocd.argoproj.io/refresh": "true"}),
        ("metadata.finalizers", []),
        ("spec.template.spec.syncPolicy", {"preserveResourcesOnDeletion": True}),
        ("spec.template.spec.destination.server", "https://a"),
        ("spec.template.spec.source.plugin", {}),
        ("spec.template.spec.source.helm", {"ignoreMissingValueFiles": True}),
        ("spec.template.spec.source.helm", {"valuesObject": {}}),
    ],
)
def test_fields_that_are_not_emitted(path: str, value: Any) -> None:
    """Argo CD would do something else, or drop them; the message names the field and the ApplicationSet."""
    field = next(iter(value)) if isinstance(value, dict) and value else path.rpartition(".")[2]
    with pytest.raises(UnsupportedError, match=f"kyverno-dev.*'{field}', which is not evaluated"):
        ApplicationSet.read(patched(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", None),
        ("metadata.namespace", None),
        ("metadata", "kyverno"),
        ("metadata.labels", {"wave": 1}),
        ("spec", None),
        ("spec.generators", {"clusters": {}}),
        ("spec.template", None),
        ("spec.template.metadata", None),
        ("spec.template.metadata.name", None),
        ("spec.template.metadata.labels", {"wave": 0}),
        ("spec.template.metadata.annotations", ["a"]),
        ("spec.template.spec", None),
        ("spec.template.spec.project", None),
        ("spec.template.spec.destination", None),
        ("spec.template.spec.source.targetRevision", 1.30),
        ("spec.template.spec.syncPolicy", {"automated": {"prune": "true"}}),
        ("spec.template.spec.syncPolicy", {"automated": None}),
        ("spec.template.spec.source", None),
        ("spec.template.spec.sources", []),  # beside `source`, which Argo CD would ignore
        ("spec.template.spec.revisionHistoryLimit", "3"),
        ("spec.template.spec.ignoreDifferences", [{"jsonPointers": "/spec"}]),
        ("spec.template.spec.syncPolicy", {"syncOptions": "ServerSideApply=true"}),
    ],
)
def test_shapes_that_are_wrong(path: str, value: Any) -> None:
    """Missing, or of another type: an error of ours and never an exception of Python's."""
    with pytest.raises(EvaluationError):
        made(patched(path, value), A)
