"""Every YAML file means the same to PyYAML, to a YAML 1.2 reader, and to the Go libraries of Helm and kubectl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml
from compiled import Compiled, typed
from engines import engine_module, kustomize
from ruamel.yaml import YAML

from dokaseca_compile.formats.body import YamlBody


@pytest.fixture(scope="module")
def said(platform: Compiled) -> dict[str, list[Any]]:
    """The documents of each YAML file, as the targets meant them."""
    return {path: platform.said(path) for path, each in platform.tree.items() if isinstance(each.body, YamlBody)}


def test_pyyaml(platform: Compiled, said: dict[str, list[Any]]) -> None:
    """PyYAML, with the schema of YAML 1.1, reads what was meant."""
    for path, documents in said.items():
        assert typed(list(fast_yaml.load_all(platform.files[path]))) == typed(documents), path


def test_ruamel(platform: Compiled, said: dict[str, list[Any]]) -> None:
    """ruamel.yaml, with the schema of YAML 1.2, reads what was meant."""
    for path, documents in said.items():
        assert typed(list(YAML(typ="safe").load_all(platform.files[path]))) == typed(documents), path


def test_helm(platform: Compiled, said: dict[str, list[Any]]) -> None:
    """Helm reads what was meant, from each document of each file."""
    helm = engine_module("helm_python", "helm-python-sdk")
    for path, documents in said.items():
        read = [helm.values_from_yaml(text) for text in split(platform.files[path].decode())]
        assert typed(read) == typed(documents), path


def split(text: str) -> Iterator[str]:
    """The documents of a stream, as Kubernetes' own reader splits it: at lines that begin with ``---``."""
    return (
        each for each in re.split(r"^---.*$", text, flags=re.MULTILINE) if re.search(r"^[^#\n]", each, re.MULTILINE)
    )


def test_kustomize(platform: Compiled, said: dict[str, list[Any]], tmp_path: Path) -> None:
    """Kustomize reads every manifest, files of several documents too, and writes the same data.

    What is for one cluster each has the same names on several: tests/judges/test_clusters.py builds that.
    """
    manifests = {
        path: documents
        for path, documents in said.items()
        if all(each.get("metadata", {}).get("namespace") == "argocd" for each in documents)
    }
    for number, path in enumerate(manifests):
        (tmp_path / f"{number}.yaml").write_bytes(platform.files[path])
    resources = [f"{number}.yaml" for number in range(len(manifests))]
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump({"resources": resources}))
    built = fast_yaml.load_all(kustomize(tmp_path))
    meant = [document for documents in manifests.values() for document in documents]
    assert len(meant) > len(manifests)
    assert sorted(map(typed, built)) == sorted(map(typed, meant))
