"""The proof on every compile: whatever is changed in a compiled file, it is found before anything is written."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from compiled import plain

from dokaseca_compile.agreement import DisagreementError, agree, output_of
from dokaseca_compile.cli.compile import command as writing_command
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.contents import read_contents
from dokaseca_compile.formats.body import TextBody, TfvarsBody, YamlBody
from dokaseca_compile.hubs import Output
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets import application_sets

HERE = Path(__file__).parent
PLATFORMS = {
    "every section": HERE / "hostile" / "base.yaml",
    "layers": HERE / "cases" / "layers" / "platform.yaml",
    "several hubs": HERE / "cases" / "several-hubs" / "platform.yaml",
    "workloads": HERE / "cases" / "workloads" / "platform.yaml",
    "addon sources": HERE / "cases" / "addon-sources" / "platform.yaml",
    "teams and policies": HERE / "cases" / "teams-and-policies" / "platform.yaml",
}
Route = tuple[Any, ...]

# What may change without a word, by the end of its route: nothing that reads the files does anything else then.
HARMLESS = {
    ("spec", "description"): "for people",
    ("description",): "for people",
    ("spec", "refreshInterval"): "how soon a credential is renewed",
    ("spec", "target", "creationPolicy"): "External Secrets' own default",
    ("target", "template", "engineVersion"): "External Secrets' own default",
    ("target", "template", "type"): "Opaque is what Kubernetes takes for nothing",
    ("type",): "Opaque is what Kubernetes takes for nothing",
    ("syncPolicy", "preserveResourcesOnDeletion"): "false is what its absence means",
    ("namespace",): "of a Kustomization: its resources have it themselves, or get it from the folder that names it",
}
ALIKE = 2
"""How many mutations are tried of each kind: of one target, along one route (numbers left out)."""


@pytest.fixture(scope="module", params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Compilation:
    """A compiled platform of the tests."""
    path = PLATFORMS[request.param]
    compilation = compile([SourceFile("platform.yaml", path.read_bytes())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation


def resolved_of(compilation: Compilation) -> Resolved:
    assert compilation.resolved is not None
    return compilation.resolved


def with_files(whole: Output, paths: list[str], files: Mapping[str, Any]) -> Output:
    """The output with some files saying something else."""
    return Output(paths, lambda asked: files[asked] if asked in files else whole.documents(asked))


def mutations(documents: list[Any]) -> Iterator[tuple[Route, list[Any]]]:
    """Yield the documents with one value changed, one key removed, one key renamed, or one item gone from a list."""
    for route, value in nodes(documents, ()):
        for what, change in (("changed", changed), ("removed", removed), ("renamed", renamed)):
            mutated = copy.deepcopy(documents)
            parent: Any = mutated
            for key in route[:-1]:
                parent = parent[key]
            if change(parent, route[-1], value):
                yield (*route, what), mutated


def changed(parent: Any, key: Any, value: Any) -> bool:
    if isinstance(value, bool | int | str):
        parent[key] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
    return isinstance(value, bool | int | str)


def removed(parent: Any, key: Any, value: Any) -> bool:
    del value, parent[key]
    return True


def renamed(parent: Any, key: Any, value: Any) -> bool:
    if isinstance(key, str):
        del parent[key]
        parent[f"{key}x"] = value
    return isinstance(key, str)


def nodes(node: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    """Every value of some documents, and every part that holds others."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*route, key), value
        yield from nodes(value, (*route, key))


def is_harmless(path: str, documents: list[Any], mutation: Route) -> bool:
    """Whether the mutation is one of those that may be."""
    *route, what = mutation
    parent: Any = documents
    for key in route[:-1]:
        parent = parent[key]
    if route[-1] == "namespace":
        return len(route) == 2 and what != "changed"
    if "patches" in route and route[-2] == "target":
        return route[-1] in {"group", "kind"} and what == "removed"  # nothing else is of that name, or there
    if "/environments/" in path or "/rbac/" in path:
        # The base of all and the overlay of an environment both say whose it is: one of them is enough.
        return documents[0].get("kind") == "Kustomization" and route[1:2] == ["labels"] and what == "removed"
    if route[-2:] == ["spec", "syncPolicy"]:
        return what == "removed" and not parent["syncPolicy"]["preserveResourcesOnDeletion"]
    if route[-1] == "preserveResourcesOnDeletion":
        return what != "changed" and not parent["preserveResourcesOnDeletion"]
    return any(tuple(route[-len(end) :]) == end for end in HARMLESS)


def alike(target: str, mutation: Route) -> Route:
    """What mutations of one kind have in common."""
    return (target, *(0 if isinstance(key, int) else key for key in mutation))


def is_proven(path: str) -> bool:
    """Whether Argo CD, Kustomize, GitOps Bridge or a chart reads it. What is in charts, Helm reads."""
    return path.endswith((".yaml", ".tfvars", ".json")) and "helm-charts/" not in path


def is_values(path: str) -> bool:
    return "/values/" in path or "-workloads/environments/" in path


def test_what_is_written_is_what_is_meant(platform: Compilation) -> None:
    """Read back from the bytes, too."""
    resolved = resolved_of(platform)
    rendered = dict(render(platform.tree, "platform.yaml"))

    def read(path: str) -> tuple[Any, ...]:
        found = read_contents(path, rendered[path])
        assert found is not None, path
        return found.documents

    agree(resolved, Output(rendered, read))


def test_every_mutation_is_found(platform: Compilation) -> None:
    """Any value, key or item of any file that Argo CD, Kustomize, GitOps Bridge or a chart reads."""
    resolved, whole, tried = resolved_of(platform), output_of(platform.tree), Counter[Route]()
    texts = {path: whole.documents(path) for path, each in platform.tree.items() if isinstance(each.body, TextBody)}
    paths = list(platform.tree)
    survivors = []
    for path in filter(is_proven, paths):
        if path in texts:
            continue  # the same for every platform
        documents = [plain(each) for each in whole.documents(path)]
        for route, mutated in mutations(documents):
            kind = alike(platform.tree[path].origin.target, route)
            tried[kind] += 1
            if tried[kind] > ALIKE:
                continue
            try:
                agree(resolved, with_files(whole, paths, {**texts, path: mutated}))
            except DisagreementError:
                continue
            if not is_harmless(path, documents, route):
                survivors.append((path, route))
    assert survivors == []
    assert len(tried) >= 200


def test_another_image_is_found() -> None:
    """The name and the tag of an image, wherever the values files of a workload say them."""
    platform = compile([SourceFile("platform.yaml", PLATFORMS["workloads"].read_bytes())])
    resolved, whole, paths = resolved_of(platform), output_of(platform.tree), list(platform.tree)
    for path in filter(is_values, paths):
        documents = [plain(each) for each in whole.documents(path)]
        for route, mutated in mutations(documents):
            if "image" in route and documents[0]["image"]:
                with pytest.raises(DisagreementError):
                    agree(resolved, with_files(whole, paths, {path: mutated}))


def test_a_missing_file_is_found(platform: Compilation) -> None:
    """Each file that Argo CD reads, and each values file, is needed; charts are Helm's to read."""
    resolved, whole = resolved_of(platform), output_of(platform.tree)
    for gone in platform.tree:
        # What is compiled as it stands says nothing.
        if isinstance(platform.tree[gone].body, YamlBody | TfvarsBody) and "helm-charts/" not in gone:
            rest = [path for path in platform.tree if path != gone]
            with pytest.raises(DisagreementError):
                agree(resolved, Output(rest, whole.documents))


def test_compile_stops_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that says something else than the model is a bug of ours: exit 3, and nothing is written."""
    (tmp_path / "platform.yaml").write_bytes(PLATFORMS["layers"].read_bytes())
    monkeypatch.setattr(application_sets, "addons_project", lambda category: f"project-{category}")
    done = CliRunner().invoke(writing_command, ["-C", str(tmp_path)])
    assert isinstance(done.exception, DisagreementError)
    assert "dev-eu-kyverno: project" in str(done.exception)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.yaml"))


DANGERS = {
    "a ClusterRole": ("role-binding.yaml", (0, "roleRef", "name"), "cluster-admin"),
    "a group": ("role-binding.yaml", (0, "subjects", 0, "name"), "system:authenticated"),
    "the namespace of a team": ("overlays/dev/teams/payments/kustomization.yaml", (0, "namespace"), "kube-system"),
    "a level of Pod Security": (
        "namespaces.yaml",
        (0, "metadata", "labels", "pod-security.kubernetes.io/enforce"),
        "privileged",
    ),
    "the action of Kyverno": ("enforce.json", (0, 0, "value"), "Audit"),
    "an amount": ("resource-quotas.yaml", (0, "spec", "hard", "requests.cpu"), "999"),
    "the entry of a secret": ("external-secret.yaml", (0, "spec", "data", 0, "remoteRef", "key"), "production/root"),
    "the store of a secret": ("external-secret.yaml", (0, "spec", "secretStoreRef", "name"), "another"),
}


@pytest.mark.parametrize("danger", DANGERS)
def test_what_would_harm_a_cluster_is_found(danger: str) -> None:
    """In every file where it stands."""
    ending, route, value = DANGERS[danger]
    platform = compile([SourceFile("platform.yaml", PLATFORMS["teams and policies"].read_bytes())])
    resolved, whole, paths = resolved_of(platform), output_of(platform.tree), list(platform.tree)
    found = [path for path in paths if path.endswith(ending)]
    assert found
    for path in found:
        documents = [plain(each) for each in whole.documents(path)]
        parent: Any = documents
        for key in route[:-1]:
            parent = parent[key]
        if route[-1] in parent or isinstance(parent, list):
            assert parent[route[-1]] != value
            parent[route[-1]] = value
            with pytest.raises(DisagreementError):
                agree(resolved, with_files(whole, paths, {path: documents}))


def test_values_that_are_lost_are_found(platform: Compilation) -> None:
    """Whichever values file says nothing."""
    resolved, whole, paths = resolved_of(platform), output_of(platform.tree), list(platform.tree)
    for path in filter(is_values, paths):
        if whole.documents(path)[0]:
            with pytest.raises(DisagreementError):
                agree(resolved, with_files(whole, paths, {path: [{}]}))
