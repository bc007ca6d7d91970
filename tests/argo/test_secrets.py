"""Cluster Secrets: which of them are clusters, and what the clusters generator says of each."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from dokaseca_compile.argo import ClusterSecret, EvaluationError, UnsupportedError, unique_secrets
from dokaseca_compile.argo.secrets import SECRET_TYPE


def secret(data: dict[str, Any] | None = None, kind: str = "Secret", **metadata: Any) -> dict[str, Any]:
    """A cluster Secret as we write it, with other data or metadata."""
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "edge", "namespace": "argocd", "labels": {SECRET_TYPE: "cluster"}, **metadata},
        "stringData": {"name": "edge", "server": "https://edge", "config": "{}"} | (data or {}),
    }


def read(document: dict[str, Any]) -> ClusterSecret:
    found = ClusterSecret.read(document, "argocd")
    assert found is not None
    return found


def named(name: str, server: str = "") -> ClusterSecret:
    return read(secret({"name": name, "server": server or f"https://{name}"}))


# ---- which Secrets are clusters


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(secret(namespace="default"), id="in another namespace"),
        pytest.param(secret(namespace=None), id="in no namespace"),
        pytest.param(secret(labels={}), id="without labels"),
        pytest.param(secret(labels=None), id="with empty labels"),
        pytest.param(secret(labels={"secret-type": "cluster"}), id="with the label without its prefix"),
        pytest.param(secret(labels={SECRET_TYPE: "repository"}), id="of a repository"),
        pytest.param(secret(labels={SECRET_TYPE: "Cluster"}), id="with a label in another case"),
        pytest.param(secret(kind="ConfigMap"), id="of another kind"),
    ],
)
def test_what_registers_no_cluster(document: dict[str, Any]) -> None:
    """Argo CD does not see it, and says nothing."""
    assert ClusterSecret.read(document, "argocd") is None


def test_the_namespace_is_that_of_the_argo_cd() -> None:
    assert ClusterSecret.read(secret(namespace="gitops"), "gitops") is not None


def test_the_name_is_that_in_the_data() -> None:
    """The Secret may be called otherwise."""
    found = read(secret({"name": "edge", "project": "p"}, name="cluster-edge-abc"))
    assert (found.secret, found.name, found.server, found.config) == ("cluster-edge-abc", "edge", "https://edge", "{}")
    assert found.project == "p"


# ---- data


def test_data_is_base64() -> None:
    document = secret()
    document["data"] = {key: b64encode(each.encode()).decode() for key, each in document.pop("stringData").items()}
    assert read(document) == read(secret())


def test_string_data_wins() -> None:
    """As when the API server writes one over the other."""
    document = secret()
    document["data"] = {"name": b64encode(b"other").decode(), "project": b64encode(b"p").decode()}
    assert (read(document).name, read(document).project) == ("edge", "p")


def test_what_is_not_in_the_data_is_empty() -> None:
    document = secret()
    del document["stringData"]
    found = read(document)
    assert (found.name, found.server, found.config, found.project) == ("", "", "", "")


@pytest.mark.parametrize("value", ["edge", "ZWRnZQ", "w7", "/////w==", "ZW Rn ZQ=="])
def test_data_that_is_no_base64_of_text(value: str) -> None:
    document = secret()
    document["data"] = {"name": value}
    with pytest.raises(EvaluationError, match="not base64 of text"):
        read(document)


@pytest.mark.parametrize("field", ["data", "stringData"])
@pytest.mark.parametrize("value", [1, True, None, ["edge"]])
def test_data_that_is_no_text(field: str, value: Any) -> None:
    with pytest.raises(UnsupportedError, match="is not a string"):
        read({**secret(), field: {"name": value}})


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_data_that_is_no_mapping(field: str) -> None:
    with pytest.raises(UnsupportedError, match="is not a mapping"):
        read({**secret(), field: ["name"]})


# ---- names


@pytest.mark.parametrize(
    ("name", "normalized"),
    [
        ("edge", "edge"),
        ("Edge_EU", "edge-eu"),
        ("edge.eu", "edge.eu"),
        ("https://edge:6443", "https---edge-6443"),
        ("-.edge.-", "edge"),
        ("_edge_", "edge"),
        ("édge", "dge"),
        ("édgé eu", "dg--eu"),
        ("a" * 300, "a" * 253),
        ("a" * 252 + "-" + "b", "a" * 252),
        ("...", ""),
        ("", ""),
    ],
)
def test_normalized_names(name: str, normalized: str) -> None:
    """Lower case, anything foreign a hyphen, 253 characters, and nothing but letters and digits at the ends."""
    assert named(name, "https://x").normalized == normalized


# ---- parameters


def test_parameters() -> None:
    labels, annotations = {SECRET_TYPE: "cluster", "tier": "gold"}, {"url": "https://x"}
    found = read(secret({"server": "https://edge/"}, labels=labels, annotations=annotations))
    assert found.parameters() == {
        "name": "edge",
        "nameNormalized": "edge",
        "server": "https://edge/",  # not trimmed: the generator reads the data as it is
        "project": "",
        "metadata": {"labels": labels, "annotations": annotations},
    }


@pytest.mark.parametrize("annotations", [None, {}])
def test_without_annotations_there_are_none(annotations: Any) -> None:
    """So a template that reads one fails, and does not get an empty text."""
    assert "annotations" not in read(secret(annotations=annotations)).parameters()["metadata"]


@pytest.mark.parametrize(
    "key",
    [
        "argocd.argoproj.io/refresh",
        "argocd.argoproj.io/hydrate",
        "argocd.argoproj.io/installation-id",
        "kubectl.kubernetes.io/last-applied-configuration",
    ],
)
def test_annotations_that_are_not_shown(key: str) -> None:
    found = read(secret(annotations={key: "x", "url": "y"}))
    assert found.parameters()["metadata"]["annotations"] == {"url": "y"}
    assert found.annotations == {key: "x", "url": "y"}


# ---- clusters that Argo CD would take for one


def test_clusters_are_in_the_order_of_their_names() -> None:
    assert [each.name for each in unique_secrets([named("b"), named("a"), named("c")])] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        pytest.param(("a", "https://1"), ("a", "https://2"), "have the same name: a", id="of one name"),
        pytest.param(
            ("a_b", "https://1"), ("a-b", "https://2"), "have the same name: a-b", id="of one normalized name"
        ),
        pytest.param(("A", "https://1"), ("a", "https://2"), "have the same name: a", id="that differ in case"),
        pytest.param(("a", "https://1"), ("b", "https://1"), "have the same server: https://1", id="of one server"),
        pytest.param(("a", "https://1/"), ("b", "https://1"), "have the same server: https://1", id="but for a slash"),
        pytest.param(("a", "https://1//"), ("b", "https://1/"), "have the same server", id="but for slashes"),
    ],
)
def test_two_clusters_that_are_one(one: tuple[str, str], other: tuple[str, str], said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        unique_secrets([named(*one), named(*other)])


def test_a_name_that_is_the_server_of_another() -> None:
    """Names and servers are told apart."""
    assert len(unique_secrets([named("a", "b"), named("b", "a")])) == 2
