"""GitOps Bridge's module, fed from the tfvars, writes the cluster Secret that the compiler writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from compiled import Compiled, is_marker

from dokaseca_compile.resolve.contract import addon_switches, own_annotations, own_labels, repository_annotations


@pytest.fixture(scope="module")
def registered(platform: Compiled) -> dict[str, dict[str, Any]]:
    """The Secret of each cluster that Git registers; of an ExternalSecret, the one its template makes."""
    found = {each["metadata"]["name"]: each for each in platform.documents("Secret")}
    secrets = {name: each for name, each in found.items() if not is_marker(name)}
    for each in platform.documents("ExternalSecret"):
        if each["metadata"].get("namespace") != "argocd":
            continue  # a team's
        target = each["spec"]["target"]
        metadata = {
            "name": target["name"],
            "namespace": each["metadata"]["namespace"],
            **target["template"]["metadata"],
        }
        secrets[target["name"]] = {"metadata": metadata, "stringData": target["template"]["data"]}
    return secrets


def test_each_cluster_is_registered_once(platform: Compiled, registered: Mapping[str, Any]) -> None:
    """Git registers exactly the clusters that Terraform does not."""
    by_git = {name for name, each in platform.resolved.clusters.items() if each.registration == "gitops"}
    assert registered.keys() == by_git
    assert 0 < len(by_git) < len(platform.resolved.clusters)


def test_the_same_secret(registered: Mapping[str, Any], planned: Mapping[str, Mapping[str, Any]]) -> None:
    """Name, namespace, labels, annotations, server and settings are equal, whoever registers the cluster."""
    for name, secret in registered.items():
        bridge = planned[name]["secret"]
        data = dict(secret["stringData"])
        if "{{" in data["config"]:
            # Terraform has no credential that only the secret store has, and says so with nothing.
            assert bridge["data"]["config"] == ""
            data["config"] = ""
        written = {**secret["metadata"], "data": data}
        assert bridge == written, name


def test_the_labels_that_selectors_count_on(platform: Compiled, planned: Mapping[str, Mapping[str, Any]]) -> None:
    """For clusters that Terraform registers too, the module makes the labels and annotations of the contract."""
    resolved = platform.resolved
    for name, cluster in resolved.clusters.items():
        switches = {key: str(on).lower() for key, on in addon_switches(resolved, cluster.profile).items()}
        bridge = planned[name]["secret"]
        assert bridge["labels"] == {**own_labels(resolved, cluster), **switches}
        assert bridge["annotations"] == {
            **own_annotations(resolved, cluster),
            **repository_annotations(cluster.repositories),
        }
