"""The clusters repository: Kustomize builds every folder of it, and each cluster gets exactly what is expected."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fast_yaml
import jsonschema
import pytest
from clusters import Built, Document, build
from compiled import ROOT, Compiled, typed
from engines import engine_module, missing
from examples import examples
from governance.kustomize import Kustomize, key_of
from governance.random_platforms import governed_platforms
from governance.tenants import Tenants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dokaseca_compile.argo.hubs import output_of
from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.resolve.config_kinds import CLUSTER_SCOPED, NAMESPACED
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.resolved import Resolved

CASES = sorted(path.name for path in (ROOT / "tests/cases").iterdir() if path.is_dir())
_FILE = "kustomization.yaml"


@pytest.fixture(scope="module")
def own(platform: Compiled, out: Path) -> Built:
    """The platform of this repository, built."""
    return build(platform, out, _folders(platform.files))


@pytest.fixture(scope="module")
def all_built(own: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """This platform and every golden case, built."""
    return {"": own, **{name: _case(name, tmp_path_factory.mktemp(name)) for name in CASES}}


def _case(name: str, folder: Path) -> Built:
    case = ROOT / "tests/cases" / name
    files = [case / "platform.yaml", *sorted((case / "platform.d").glob("*.yaml"))]
    compilation = compile([SourceFile(path.name, path.read_bytes()) for path in files])
    assert compilation.resolved is not None
    made = Compiled(compilation.resolved, compilation.tree, dict(render(compilation.tree, "platform.yaml")))
    return build(made, made.write(folder), _folders(made.files))


def _folders(files: Any) -> set[str]:
    return {path.removesuffix(f"/{_FILE}") for path in files if path.endswith(f"/{_FILE}")}


def test_every_cluster(all_built: dict[str, Built]) -> None:
    """A cluster gets exactly the objects that the oracle expects."""
    for built in all_built.values():
        assert_as_expected(built)


def assert_as_expected(built: Built) -> None:
    """Kustomize builds what the oracle expects, and what the oracle's own Kustomize builds."""
    tenants, kustomize = Tenants(built.resolved.platform), Kustomize(output_of(built.tree))
    for name, documents in built.clusters():
        found = {key_of(each): typed(each) for each in documents}
        assert len(found) == len(documents), name
        assert found == {key: typed(each) for key, each in tenants.objects(name).items()}, name
    for folder, documents in built.folders.items():
        found = {key_of(each): typed(each) for each in documents}
        assert found == {key: typed(each) for key, each in kustomize.build(folder).items()}, folder


def test_marks(own: Built) -> None:
    """Every object says whose it is; what is a team's says which team's, and of which environment."""
    for name, documents in own.clusters():
        environment = own.resolved.clusters[name].cluster.environment
        for each in documents:
            labels = each["metadata"]["labels"]
            expected = {
                "app.kubernetes.io/managed-by": "dokaseca",
                "app.kubernetes.io/part-of": "dokaseca",
                "dokaseca.dev/environment": environment,
            }
            assert expected.items() <= labels.items(), key_of(each)
            shared = each["kind"] == "ClusterPolicy" or each["metadata"].get("namespace") == "kube-public"
            assert ("dokaseca.dev/team" in labels) == (not shared), key_of(each)


def test_kinds_and_namespaces(all_built: dict[str, Built]) -> None:
    """What an AppProject is told to permit is what is there, no more and no less."""
    for built in all_built.values():
        assert_permitted(built)


def assert_permitted(built: Built) -> None:
    """Kustomize builds no kind that the AppProject does not allow, and names a namespace wherever one belongs."""
    for name, documents in built.clusters():
        for each in documents:
            kind = (each["apiVersion"].rpartition("/")[0], each["kind"])
            assert kind in (NAMESPACED if "namespace" in each["metadata"] else CLUSTER_SCOPED), (name, kind)


def _kubernetes(resolved: Resolved) -> list[str]:
    """One patch version for each minor version of the platform's clusters."""
    versions = {each.cluster.kubernetes_version for each in resolved.clusters.values()}
    return sorted({".".join(version.split(".")[:2]) for version in versions if version})


def test_kubernetes(own: Built) -> None:
    """Every version of Kubernetes that the platform runs knows every field of its own kinds."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    versions = _kubernetes(own.resolved)
    assert len(versions) > 1
    judged = set()
    for document in _shapes(own):
        if document["apiVersion"].rpartition("/")[0] in {"kyverno.io", "external-secrets.io"}:
            continue
        judged.add(document["kind"])
        for version in versions:
            validate.validate(document, version, strict=True)
    assert judged == {
        "ConfigMap", "LimitRange", "Namespace", "NetworkPolicy", "ResourceQuota", "Role", "RoleBinding",
        "ServiceAccount",
    }  # fmt: skip


def test_kubernetes_is_judged(own: Built) -> None:
    """The judge refuses a quantity that is a list, and a field that is not known."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    (quota, *_) = (each for each in _shapes(own) if each["kind"] == "ResourceQuota")
    for wrong in ({"hard": {"pods": ["1"]}}, {"hrad": {}}):
        with pytest.raises(validate.ValidationError):
            validate.validate({**quota, "spec": wrong}, "1.33", strict=True)


def _shapes(built: Built) -> list[Document]:
    """One document of each kind and set of fields: two that differ in texts only are the same to a schema."""
    found: dict[str, Document] = {}
    for _, documents in built.clusters():
        for each in documents:
            found.setdefault(typed(_shape(each, ("kind",))), each)
    return list(found.values())


def _shape(node: Any, kept: tuple[str, ...] = ()) -> Any:
    if isinstance(node, dict):
        return {name: value if name in kept else _shape(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_shape(each) for each in node]
    return type(node).__name__


@cache
def _crds(variable: str, kind: str) -> dict[str, dict[str, Any]]:
    """The schema of a kind by the folder that it comes from; an environment variable names the folders."""
    folders = os.environ.get(variable)
    if folders is None:
        missing(f"{variable} does not name folders with CRDs")
    found = {}
    for folder in folders.split(os.pathsep):
        for path in sorted(Path(folder).glob("*.yaml")):
            crd = fast_yaml.load(path.read_bytes())
            if crd.get("kind") == "CustomResourceDefinition" and crd["spec"]["names"]["kind"] == kind:
                (version,) = (each for each in crd["spec"]["versions"] if each["name"] == "v1")
                assert version["served"]
                found[folder] = version["schema"]["openAPIV3Schema"]
    assert len(found) == len(folders.split(os.pathsep))
    return found


CUSTOM = (
    # Kyverno of the newest version and of the one that production pins; External Secrets.
    ("DOKASECA_KYVERNO_CRDS", "ClusterPolicy"),
    ("DOKASECA_EXTERNAL_SECRETS_CRDS", "ExternalSecret"),
)


@pytest.mark.parametrize(("variable", "kind"), CUSTOM)
def test_custom_resources(all_built: dict[str, Built], variable: str, kind: str) -> None:
    """The CRDs know every field; a field that an API server would drop in silence is an error."""
    found = (each for built in all_built.values() for _, documents in built.clusters() for each in documents)
    documents = {typed(each): each for each in found if each["kind"] == kind}.values()
    assert documents
    for schema in _crds(variable, kind).values():
        validator = jsonschema.Draft7Validator(_closed(schema))
        for document in documents:
            errors = [f"{each.json_path}: {each.message}" for each in validator.iter_errors(document)]
            assert errors == [], key_of(document)


@pytest.mark.parametrize(("variable", "kind"), CUSTOM)
def test_custom_resources_are_judged(own: Built, variable: str, kind: str) -> None:
    """The judge refuses a field that is not known."""
    document = copy.deepcopy(next(each for each in _shapes(own) if each["kind"] == kind))
    document["spec"]["failureActoin"] = "Enforce"
    for schema in _crds(variable, kind).values():
        assert list(jsonschema.Draft7Validator(_closed(schema)).iter_errors(document))


@pytest.mark.parametrize(("variable", "kind"), CUSTOM)
def test_defaults_in_lists_are_written(all_built: dict[str, Built], variable: str, kind: str) -> None:
    """A list of a custom resource has what the API server would fill in: to Argo CD it would differ for ever."""
    for schema in _crds(variable, kind).values():
        for document in (each for built in all_built.values() for each in _shapes(built) if each["kind"] == kind):
            assert list(_unwritten(schema["properties"]["spec"], document["spec"], "spec", listed=False)) == []


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(value) for name, value in node.items()}
    kept = closed.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object" and not kept:
        closed.setdefault("additionalProperties", False)
    if closed.get("x-kubernetes-int-or-string"):
        closed.pop("type", None)
    return closed


def _unwritten(schema: dict[str, Any], node: Any, place: str, *, listed: bool) -> Iterator[str]:
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _unwritten(schema.get("items", {}), each, f"{place}[{index}]", listed=True)
    elif isinstance(node, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in node:
                yield from _unwritten(inner, node[name], f"{place}.{name}", listed=listed)
            elif listed and "default" in inner:
                yield f"{place}.{name} is {json.dumps(inner['default'])}"


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_random_platforms(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever teams, environments and policies a platform has, each cluster gets exactly what is expected."""
    text = json.dumps(data.draw(governed_platforms()))
    compilation = compile([SourceFile("platform.yaml", text.encode())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    assert compilation.resolved is not None
    made = Compiled(compilation.resolved, compilation.tree, dict(render(compilation.tree, "platform.yaml")))
    layout = Layout(made.resolved)
    roots = {layout.cluster(name).file for name in made.resolved.clusters}
    roots |= {layout.overlay(each.cluster.environment).file for each in made.resolved.clusters.values()}
    out = made.write(tmp_path_factory.mktemp("random"))
    built = build(made, out, roots & _folders(made.files))
    assert_as_expected(built)
    assert_permitted(built)
