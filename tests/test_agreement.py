"""The proof on every compile: whatever is changed in a compiled file, it is found before anything is written."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import pytest
from click.testing import CliRunner
from compiled import plain
from test_cases import CASES, sources

from dokaseca_compile.argo.hubs import Output, output_of
from dokaseca_compile.cli.compile import command as writing_command
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.formats.body import TextBody
from dokaseca_compile.formats.read import read_contents
from dokaseca_compile.formats.tree import Artifact
from dokaseca_compile.proof import DisagreementError, agree
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets import application_sets

HERE = Path(__file__).parent
PLATFORMS = {"every section": [SourceFile("platform.yaml", (HERE / "hostile" / "base.yaml").read_bytes())]} | {
    case.name: sources(case) for case in CASES
}
"""Every golden case, and the platform that has every section."""
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
# Where an item that is there twice changes nothing, by the end of its route.
SAME_TWICE = {
    ("matchExpressions",): "every expression of a selector has to hold",
    ("matchExpressions", 0, "values"): "one of the values",
    ("mergeKeys",): "the keys are compared together",
    ("merge", "generators"): "the last one lays the same over once more",
    ("labels",): "the same labels, put on twice",
    ("patches",): "the same part, replaced twice",
}
ALIKE = 2
"""How many mutations are tried of each kind: of one target, along one route (numbers left out). See ``chosen``."""

# What the proof does not read. A file is mutated unless it is one of these: a new target cannot escape.
UNREAD: dict[str, tuple[str, Callable[[str, Artifact], bool]]] = {
    "pages": ("for people", lambda path, each: path.endswith(".md")),
    "charts": (
        "Helm renders them: tests/judges/test_our_charts_rendered.py",
        lambda path, each: each.origin.target in {"charts", "chart-index"},
    ),
    "Terraform's code": (
        "real Terraform plans it: tests/judges/test_gitops_bridge.py",
        lambda path, each: path.endswith((".tf", ".hcl")) or "/terraform/modules/" in path,
    ),
    "scripts and settings of Git": (
        "tests/judges/test_scripts.py",
        lambda path, each: path.endswith((".sh", ".gitignore", ".gitattributes")),
    ),
}


@cache
def compiled(name: str) -> Compilation:
    """A platform of the tests."""
    compilation = compile(PLATFORMS[name])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Compilation:
    """A compiled platform of the tests."""
    return compiled(request.param)


def resolved_of(compilation: Compilation) -> Resolved:
    assert compilation.resolved is not None
    return compilation.resolved


def with_files(whole: Output, paths: list[str], files: Mapping[str, Any]) -> Output:
    """The output with some files saying something else."""
    return Output(paths, lambda asked: files[asked] if asked in files else whole.documents(asked))


class Mutation(NamedTuple):
    """One change of one file of a platform: a value is changed, a key is removed, renamed or added."""

    platform: str
    path: str
    route: Route
    what: str

    @property
    def kind(self) -> Route:
        """What mutations that are alike have in common: target, route without numbers, and what is done."""
        target = compiled(self.platform).tree[self.path].origin.target
        return (target, *(0 if isinstance(key, int) else key for key in self.route), self.what)

    @property
    def lot(self) -> int:
        """Where it stands among the others: anywhere, and on every machine at the same place."""
        return crc32(repr(tuple(self)).encode())

    def documents(self) -> list[Any]:
        """The documents of the file after it."""
        documents = documents_of(self.platform, self.path)
        parent: Any = documents
        for key in self.route[:-1]:
            parent = parent[key]
        _MUTATIONS[self.what](parent, self.route[-1])
        return documents


def documents_of(platform: str, path: str) -> list[Any]:
    """The documents of a file, to change as one likes."""
    return [plain(each) for each in output_of(compiled(platform).tree).documents(path)]


def change(parent: Any, key: Any) -> None:
    value = parent[key]
    parent[key] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"


def remove(parent: Any, key: Any) -> None:
    del parent[key]


def rename(parent: Any, key: Any) -> None:
    parent[f"{key}x"] = parent.pop(key)


def add(parent: Any, key: Any) -> None:
    """Something that nobody has named."""
    value = parent[key]
    if isinstance(value, dict):
        value["added"] = "x"
    else:
        value.append(copy.deepcopy(value[-1]) if value else "x")


_MUTATIONS: dict[str, Callable[[Any, Any], None]] = {
    "changed": change,
    "removed": remove,
    "renamed": rename,
    "added": add,
}


def applicable(key: Any, value: Any) -> Iterator[str]:
    """What may be done to a value."""
    if isinstance(value, bool | int | str):
        yield "changed"
    yield "removed"
    if isinstance(key, str):
        yield "renamed"
    if isinstance(value, dict | list):
        yield "added"


def mutations(platform: str) -> Iterator[Mutation]:
    """Every mutation of every file that the proof reads."""
    for path in proven(compiled(platform)):
        for route, value in nodes(documents_of(platform, path), ()):
            for what in applicable(route[-1], value):
                yield Mutation(platform, path, route, what)


@cache
def chosen() -> Mapping[str, list[Mutation]]:
    """Of each kind as many as are tried, from different platforms where there are, and one at least of every file."""
    kinds: dict[Route, list[Mutation]] = {}
    for each in sorted((each for name in PLATFORMS for each in mutations(name)), key=lambda each: each.lot):
        kinds.setdefault(each.kind, []).append(each)
    found: list[Mutation] = []
    for alike in kinds.values():
        first = {each.platform: each for each in reversed(alike)}
        found += [*reversed(first.values()), *alike][:ALIKE] if len(alike) > 1 else alike
    hit = {(each.platform, each.path) for each in found}
    for alike in kinds.values():
        for each in alike:
            if (each.platform, each.path) not in hit:
                hit.add((each.platform, each.path))
                found.append(each)
    return {name: [each for each in dict.fromkeys(found) if each.platform == name] for name in PLATFORMS}


def nodes(node: Any, route: Route) -> Iterator[tuple[Route, Any]]:
    """Every value of some documents, and every part that holds others."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*route, key), value
        yield from nodes(value, (*route, key))


def is_harmless(mutation: Mutation) -> bool:
    """Whether the mutation is one of those that may be."""
    path, route, what = mutation.path, mutation.route, mutation.what
    documents = documents_of(mutation.platform, path)
    parent: Any = documents
    for key in route[:-1]:
        parent = parent[key]
    if what == "added" and isinstance(parent[route[-1]], list):
        return any(route[-len(end) :] == end for end in SAME_TWICE)
    if is_replaced(mutation):
        return True
    if route[-1] == "namespace":
        return len(route) == 2 and what != "changed"
    if "patches" in route and route[-2] == "target":
        return route[-1] in {"group", "kind"} and what == "removed"  # nothing else is of that name, or there
    if "/environments/" in path or "/rbac/" in path:
        # The base of all and the overlay of an environment both say whose it is: one of them is enough.
        return documents[0].get("kind") == "Kustomization" and route[1:2] == ("labels",) and what == "removed"
    if route[-2:] == ("spec", "syncPolicy"):
        return what == "removed" and not parent["syncPolicy"]["preserveResourcesOnDeletion"]
    if route[-1] == "preserveResourcesOnDeletion":
        return what != "changed" and not parent["preserveResourcesOnDeletion"]
    return any(route[-len(end) :] == end for end in HARMLESS)


def is_replaced(mutation: Mutation) -> bool:
    """Whether it is in a part of a policy that a patch of every environment replaces."""
    tree = compiled(mutation.platform).tree
    if tree[mutation.path].origin.target != "cluster-policies":
        return False
    place = "/".join(["", *map(str, mutation.route[1:])])
    patches = [output_of(tree).documents(path) for path in tree if path.endswith(".json") and "/overlays/" in path]
    replaced = [each["path"] for (operations,) in patches for each in operations]
    return any(f"{place}/".startswith(f"{each}/") for each in replaced)


def proven(platform: Compilation) -> list[str]:
    """Every file that the proof reads: those that Argo CD, Kustomize, GitOps Bridge, Terraform or a chart reads."""
    unread = [test for _, test in UNREAD.values()]
    return [path for path, each in platform.tree.items() if not any(test(path, each) for test in unread)]


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


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_mutation_is_found(name: str) -> None:
    """Any value, key or item of any file that Argo CD, Kustomize, GitOps Bridge, Terraform or a chart reads."""
    platform = compiled(name)
    resolved, whole, paths = resolved_of(platform), output_of(platform.tree), list(platform.tree)
    texts = {path: whole.documents(path) for path, each in platform.tree.items() if isinstance(each.body, TextBody)}
    survivors = []
    for each in chosen()[name]:
        try:
            agree(resolved, with_files(whole, paths, {**texts, each.path: each.documents()}))
        except DisagreementError:
            continue
        if not is_harmless(each):
            survivors.append((each.path, each.route, each.what))
    assert survivors == []


def test_every_file_and_every_kind_is_mutated() -> None:
    """Nothing is listed by hand: what is not read is said by its reason, and there are many mutations."""
    tried = [each for found in chosen().values() for each in found]
    every = {(name, path) for name in PLATFORMS for path in proven(compiled(name))}
    assert {(each.platform, each.path) for each in tried} == every
    assert {each.kind for each in tried} == {each.kind for name in PLATFORMS for each in mutations(name)}
    assert len({each.kind for each in tried}) >= 2500
    assert {case.name for case in CASES} < PLATFORMS.keys()


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_there(name: str) -> None:
    """An exception that no file needs is taken out; a test that is named in its place is one."""
    reason, test = UNREAD[name]
    assert any(test(path, each) for case in PLATFORMS for path, each in compiled(case).tree.items())
    assert all((HERE.parent / path).exists() for path in re.findall(r"tests/\S+\.py", reason))


def test_another_image_is_found() -> None:
    """The name and the tag of an image, wherever the values files of a workload say them."""
    platform = compiled("workloads")
    resolved, whole, paths = resolved_of(platform), output_of(platform.tree), list(platform.tree)
    found = [each for each in mutations("workloads") if is_values(each.path) and "image" in each.route]
    assert found
    for each in found:
        with pytest.raises(DisagreementError):
            agree(resolved, with_files(whole, paths, {each.path: each.documents()}))


def test_a_missing_file_is_found(platform: Compilation) -> None:
    """Each file that the proof reads is needed."""
    resolved, whole = resolved_of(platform), output_of(platform.tree)
    for gone in proven(platform):
        rest = [path for path in platform.tree if path != gone]
        with pytest.raises(DisagreementError):
            agree(resolved, Output(rest, whole.documents))


def test_compile_stops_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that says something else than the model is a bug of ours: exit 3, and nothing is written."""
    (tmp_path / "platform.yaml").write_bytes(PLATFORMS["layers"][0].content)
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
    platform = compiled("teams-and-policies")
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
