"""Repositories as Argo CD's own code compares them: what a project lists, and what its Applications read."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from oracle import Oracle

from dokaseca_compile.argo import Project, UnsupportedError
from dokaseca_compile.core.urls import same_repository

TABLE = fast_yaml.load((Path(__file__).parents[1] / "urls.yaml").read_text())
SPELLINGS = [spelling for spellings in TABLE["repositories"] for spelling in spellings]
ACCEPTED = [*TABLE["git"]["accepted"], *TABLE["chart"]["accepted"]]


def head(kind: str, name: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "argocd"}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": metadata}


def project(name: str, source: str) -> dict[str, Any]:
    spec = {"sourceRepos": [source], "destinations": [{"name": "hub", "namespace": "a"}]}
    return head("AppProject", name) | {"spec": spec}


def application(name: str, of: str, source: str) -> dict[str, Any]:
    spec = {
        "project": of,
        "source": {"repoURL": source, "path": "a", "targetRevision": "main"},
        "destination": {"name": "hub", "namespace": "a"},
    }
    return head("Application", name) | {"spec": spec}


SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "hub",
        "namespace": "argocd",
        "labels": {"argocd.argoproj.io/secret-type": "cluster"},
    },
    "stringData": {"name": "hub", "server": "https://kubernetes.default.svc", "config": "{}"},
}


def permitted(oracle: Oracle, pairs: list[tuple[str, str]]) -> list[bool]:
    """Whether a project that lists the first URL of each pair permits an Application of the second."""
    documents = [SECRET]
    for number, (listed, read) in enumerate(pairs):
        documents += [project(f"p{number}", listed), application(f"a{number}", f"p{number}", read)]
    answer = oracle.ask(documents)
    refused = {
        fault.split(":")[0].split("/")[-1].split(" ")[-1] for fault in answer.faults if "is not permitted" in fault
    }
    assert len(answer.given) == len(pairs)
    return [f"a{number}" not in refused for number in range(len(pairs))]


def test_an_application_reads_what_its_project_lists(oracle: Oracle) -> None:
    """Every URL that is accepted, escapes and all: the same text on both sides is permitted, another one is not."""
    assert permitted(oracle, [(each, each) for each in ACCEPTED]) == [True] * len(ACCEPTED)
    others = [(each, f"{each.rstrip('/')}x") for each in ACCEPTED]
    assert permitted(oracle, others) == [False] * len(ACCEPTED)


def test_the_evaluator_compares_as_argo_cd_does(oracle: Oracle) -> None:
    """Every spelling against every other one."""
    pairs = list(product(SPELLINGS, SPELLINGS))
    ours = []
    for listed, read in pairs:
        refusals = list(Project.read(project("p", listed)).refusals([read], "hub", "a"))
        ours.append(not refusals)
    assert ours == permitted(oracle, pairs)
    for (listed, read), equal in zip(pairs, ours, strict=True):
        assert same_repository(listed, read) or not equal, "Argo CD takes for one what is two to us"


@pytest.mark.parametrize("registry", ["3registry.example:5000/charts", "10.0.0.1:5000/charts"])
def test_what_go_cannot_read_is_one_repository(oracle: Oracle, registry: str) -> None:
    """A project that lists one registry of the kind permits every other one, which is why they are refused."""
    assert permitted(oracle, [("4other.example:1/x", registry)]) == [True]
    with pytest.raises(UnsupportedError, match="cannot compare"):
        list(Project.read(project("p", registry)).refusals([registry], "hub", "a"))
