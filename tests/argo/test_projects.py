"""AppProjects: what their Applications may read, and where they may deploy."""

from __future__ import annotations

from typing import Any

import pytest

from dokaseca_compile.argo import Project, UnsupportedError

GIT, CHARTS = "https://git.acme.example/addons", "https://charts.acme.example"


def project(**spec: Any) -> Project:
    """A project that allows two sources, and one namespace on each of two clusters."""
    allowed = {
        "sourceRepos": [GIT, CHARTS],
        "destinations": [{"name": "a", "namespace": "kyverno"}, {"name": "b", "namespace": "istio"}],
    }
    metadata = {"name": "addons", "namespace": "argocd"}
    return Project.read({"kind": "AppProject", "metadata": metadata, "spec": allowed | spec})


def refusals(of: Project, sources: list[str], cluster: str = "a", namespace: str = "kyverno") -> list[str]:
    return list(of.refusals(sources, cluster, namespace))


def test_what_is_listed_is_allowed() -> None:
    assert refusals(project(), [GIT, CHARTS]) == []
    assert refusals(project(), [GIT], "b", "istio") == []


def test_each_source_must_be_listed() -> None:
    """Argo CD checks every one of them, and URLs as they are spelt."""
    assert refusals(project(), [GIT, "https://other", f"{CHARTS}/"]) == [
        "the project addons does not allow the source https://other",
        f"the project addons does not allow the source {CHARTS}/",
    ]


@pytest.mark.parametrize(("cluster", "namespace"), [("a", "istio"), ("b", "kyverno"), ("c", "kyverno"), ("a", "")])
def test_a_namespace_is_allowed_on_a_cluster(cluster: str, namespace: str) -> None:
    """The pair must be listed: either of another one is not enough."""
    assert refusals(project(), [GIT], cluster, namespace) == [
        f"the project addons does not allow the namespace {namespace} on {cluster}"
    ]


def test_every_refusal_is_told() -> None:
    assert len(refusals(project(), ["https://other"], "c")) == 2


@pytest.mark.parametrize(
    "empty", [{"sourceRepos": [], "destinations": []}, {"sourceRepos": None, "destinations": None}]
)
def test_an_empty_list_allows_nothing(empty: dict[str, Any]) -> None:
    assert len(refusals(project(**empty), [GIT])) == 2


@pytest.mark.parametrize(
    "pattern", ["*", f"{GIT}*", "https://git.acme.example/?", "!https://x", "https://[a]", "{a,b}"]
)
def test_patterns_are_no_sources(pattern: str) -> None:
    with pytest.raises(UnsupportedError, match="AppProject addons has the pattern"):
        project(sourceRepos=[GIT, pattern])


def test_a_star_is_every_cluster_or_namespace() -> None:
    """Projects of addons allow a namespace on every cluster, so that they do not grow with the fleet."""
    anywhere = project(destinations=[{"name": "*", "namespace": "kyverno"}])
    assert refusals(anywhere, [GIT], "z") == []
    assert len(refusals(anywhere, [GIT], "z", "istio")) == 1
    assert refusals(project(destinations=[{"name": "a", "namespace": "*"}]), [GIT], "a", "istio") == []
    assert refusals(project(destinations=[{"name": "*", "namespace": "*"}]), [GIT], "z", "istio") == []


def test_another_pattern_is_no_destination() -> None:
    """It allows what it is spelt, and nothing more."""
    assert len(refusals(project(destinations=[{"name": "a*", "namespace": "kyverno"}]), [GIT], "ab")) == 1


def test_a_destination_with_a_server_is_another_one() -> None:
    """We never write one: a name and a server together allow something else."""
    both = project(destinations=[{"name": "a", "namespace": "kyverno", "server": "https://a"}])
    assert len(refusals(both, [GIT])) == 1


@pytest.mark.parametrize("spec", [{"sourceRepos": GIT}, {"sourceRepos": [1]}, {"destinations": "a"}])
def test_lists_must_be_lists(spec: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match="AppProject addons is no"):
        project(**spec)


@pytest.mark.parametrize("document", [{}, {"metadata": {"name": "a"}}, {"metadata": {}, "spec": {}}])
def test_documents_that_are_none(document: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError):
        Project.read(document)
