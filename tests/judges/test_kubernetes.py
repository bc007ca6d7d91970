"""The published schemas of Kubernetes and of Argo CD accept what we write, and know each of its fields."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import jsonschema
import pytest
from compiled import Compiled
from engines import engine_module, missing

KINDS = {"Application", "ApplicationSet", "AppProject"}


def test_secrets(platform: Compiled) -> None:
    """Kubernetes knows every field of every Secret, whatever the version of the cluster."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    secrets = platform.documents("Secret")
    assert secrets
    versions = {each.cluster.kubernetes_version for each in platform.resolved.hubs()}
    for secret in secrets:
        for version in sorted(version for version in versions if version):
            validate.validate(secret, version, strict=True)


def test_secrets_are_judged(platform: Compiled) -> None:
    """The judge is no rubber stamp: it refuses a label that is no string, and a field that is not known."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    secret = platform.documents("Secret")[0]
    for wrong in ({"stringdata": {}}, {"metadata": {**secret["metadata"], "labels": {"enable_x": True}}}):
        with pytest.raises(validate.ValidationError):
            validate.validate({**secret, **wrong}, "1.33", strict=True)


@pytest.fixture(scope="module")
def schemas() -> dict[str, dict[str, Any]]:
    """Argo CD's schemas by kind, closed: a field that the API server would drop in silence is an error."""
    folder = os.environ.get("DOKASECA_ARGOCD_CRDS")
    if folder is None:
        missing("DOKASECA_ARGOCD_CRDS does not name a folder with Argo CD's CRDs")
    found = {}
    for path in sorted(Path(folder).glob("*-crd.yaml")):
        crd = fast_yaml.load(path.read_bytes())
        (version,) = crd["spec"]["versions"]
        found[crd["spec"]["names"]["kind"]] = _closed(version["schema"]["openAPIV3Schema"])
    assert found.keys() == KINDS
    return found


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    kept = closed.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object" and not kept:
        closed.setdefault("additionalProperties", False)
    return closed


def test_argocd(platform: Compiled, schemas: dict[str, dict[str, Any]]) -> None:
    """Argo CD's CRDs know every field of every ApplicationSet and AppProject."""
    for kind in ("ApplicationSet", "AppProject"):
        validator = jsonschema.Draft7Validator(schemas[kind])
        documents = platform.documents(kind)
        assert documents
        for document in documents:
            assert document["metadata"].keys() <= {"name", "namespace", "labels", "annotations", "finalizers"}
            errors = [f"{each.json_path}: {each.message}" for each in validator.iter_errors(document)]
            assert errors == [], document["metadata"]["name"]


def test_argocd_nested_generators(platform: Compiled, schemas: dict[str, dict[str, Any]]) -> None:
    """The children of a merge generator, of which the CRD knows nothing, have the fields of a generator."""
    generator = schemas["ApplicationSet"]["properties"]["spec"]["properties"]["generators"]["items"]
    validator = jsonschema.Draft7Validator(generator)
    children = list(_children(platform.documents("ApplicationSet")))
    assert children
    for child in children:
        assert list(validator.iter_errors(child)) == []


def _children(documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for document in documents:
        for generator in document["spec"]["generators"]:
            yield from generator.get("merge", {}).get("generators", ())


def test_argocd_is_judged(platform: Compiled, schemas: dict[str, dict[str, Any]]) -> None:
    """The judge refuses a deletion policy inside the template, which Argo CD drops in silence."""
    document = next(each for each in platform.documents("ApplicationSet") if each["spec"]["generators"])
    spec = document["spec"]["template"]["spec"]
    spec["syncPolicy"] = {**spec["syncPolicy"], "preserveResourcesOnDeletion": True}
    assert list(jsonschema.Draft7Validator(schemas["ApplicationSet"]).iter_errors(document))
