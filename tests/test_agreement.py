"""The proof on every compile: whatever is changed in a compiled file, it is found before anything is written."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from compiled import plain

from dokaseca_compile.agreement import DisagreementError, agree, output_of
from dokaseca_compile.cli.compile import command as writing_command
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.contents import read_contents
from dokaseca_compile.hubs import Output
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets import application_sets

HERE = Path(__file__).parent
PLATFORMS = {
    "every section": HERE / "hostile" / "base.yaml",
    "layers": HERE / "cases" / "layers" / "platform.yaml",
    "several hubs": HERE / "cases" / "several-hubs" / "platform.yaml",
    "addon sources": HERE / "cases" / "addon-sources" / "platform.yaml",
}
Route = tuple[Any, ...]

# What says who an object is for and what it reads: every text below one of these keys is mutated.
TELLING = {
    "labels",
    "annotations",
    "matchLabels",
    "matchExpressions",
    "values",
    "valueFiles",
    "sources",
    "source",
    "destination",
    "destinations",
    "sourceRepos",
    "resources",
    "remoteRef",
    "stringData",
    "addons",
    "cluster_labels",
    "cluster_annotations",
    "name",
    "namespace",
    "project",
    "mergeKeys",
}


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


def with_file(whole: Output, paths: list[str], path: str, documents: list[Any]) -> Output:
    """The output with one file saying something else."""
    return Output(paths, lambda asked: documents if asked == path else whole.documents(asked))


def mutations(documents: list[Any]) -> Iterator[tuple[Route, list[Any]]]:
    """Yield the documents with one telling text changed, or one key of labels, annotations or a selector renamed."""
    for route, value in texts(documents, (), telling=False):
        changed = copy.deepcopy(documents)
        parent: Any = changed
        for key in route[:-1]:
            parent = parent[key]
        parent[route[-1]] = (not value) if isinstance(value, bool) else f"{value}x"
        yield route, changed
        if route[-2] in {"labels", "annotations", "matchLabels", "cluster_labels", "cluster_annotations"}:
            renamed = copy.deepcopy(documents)
            parent = renamed
            for key in route[:-1]:
                parent = parent[key]
            parent[f"{route[-1]}x"] = parent.pop(route[-1])
            yield (*route, "(renamed)"), renamed
            removed = copy.deepcopy(documents)
            parent = removed
            for key in route[:-1]:
                parent = parent[key]
            del parent[route[-1]]
            yield (*route, "(removed)"), removed


def texts(node: Any, route: Route, *, telling: bool) -> Iterator[tuple[Route, Any]]:
    """Every text and truth value that stands below a telling key."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, (*route, key), telling=telling or key in TELLING)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, (*route, index), telling=telling)
    elif telling and isinstance(node, str | bool):
        yield route, node


def is_argo_cds(path: str) -> bool:
    """Whether Argo CD, Kustomize or GitOps Bridge reads it; values files are read by charts."""
    return path.endswith((".yaml", ".tfvars")) and "/values/" not in path


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
    """One label, annotation, selector, path, name or value of a generator, in any file: changed, renamed or removed."""
    resolved, whole, tried = resolved_of(platform), output_of(platform.tree), 0
    paths = list(platform.tree)
    survivors = []
    for path in filter(is_argo_cds, paths):
        documents = [plain(each) for each in whole.documents(path)]
        for route, changed in mutations(documents):
            tried += 1
            try:
                agree(resolved, with_file(whole, paths, path, changed))
            except DisagreementError:
                continue
            survivors.append((path, route))
    assert survivors == []
    assert tried >= 200


def test_a_missing_file_is_found(platform: Compilation) -> None:
    """Each file that Argo CD reads, and each values file, is needed."""
    resolved, whole = resolved_of(platform), output_of(platform.tree)
    for gone in platform.tree:
        if gone.endswith((".yaml", ".tfvars")):
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
