"""Whatever is changed in a compiled file, the proof refuses it before anything is written, or the oracle in CI."""

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
from governance import Oracle
from test_cases import CASES, compiled_case, tree

from dokaseca_compile.argo import ApplicationSet
from dokaseca_compile.argo.hubs import Output, output_of
from dokaseca_compile.cli.compile import command as writing_command
from dokaseca_compile.compiler import Compilation, SourceFile
from dokaseca_compile.formats.body import TextBody
from dokaseca_compile.formats.read import read_contents
from dokaseca_compile.formats.tree import Artifact, FileTree
from dokaseca_compile.proof.mismatch import MismatchError
from dokaseca_compile.proof.verify import verify
from dokaseca_compile.resolve.resolved import Resolved
from dokaseca_compile.targets import application_sets

HERE = Path(__file__).parent
PLATFORMS = {"every section": HERE / "hostile" / "base.yaml", **{case.name: case for case in CASES}}
"""The platform that has every section, and every golden case."""
Route = tuple[Any, ...]

# What may change, by the end of its route: nothing that reads the files behaves otherwise then.
HARMLESS = {
    ("spec", "description"): "for people",
    ("description",): "for people",
    ("spec", "refreshInterval"): "how soon a credential is renewed",
    ("spec", "target", "creationPolicy"): "External Secrets' own default",
    ("target", "template", "engineVersion"): "External Secrets' own default",
    ("target", "template", "type"): "Opaque is what Kubernetes takes for nothing",
    ("type",): "Opaque is what Kubernetes takes for nothing",
    ("syncPolicy", "preserveResourcesOnDeletion"): "false is what its absence means",
    ("namespace",): "of a Kustomization: its resources have it, or get it from the folder that names it",
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
PER_KIND = 2
"""How many mutations are tried of each kind: of one target, along one route (numbers left out). See ``chosen``."""

BY_THE_ORACLE = {
    "app-projects", "argocd-values", "cluster-config", "cluster-policies", "environment-overlays", "kind-clusters",
    "secret-templates", "team-access", "team-projects", "tfvars",
}  # fmt: skip
"""Targets whose content the oracle checks (``tests/governance``), and the compiler not at run time."""
AT_RUN_TIME = {
    "application-sets": 0.8,
    "bootstrap": 0.6,
    "cluster-applications": 0.6,
    "cluster-registrations": 0.8,
    "helm-values": 1.0,
    "workloads": 0.9,
}
"""All other targets, with the share of mutations that the run-time proof refuses by itself, at the least."""

# What neither reads. A file is mutated unless it is one of these: a new target cannot escape.
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


class Compiled(NamedTuple):
    """A platform of the tests, compiled once in a run."""

    compilation: Compilation
    rendered: Mapping[str, bytes]
    resolved: Resolved
    oracle: Oracle
    texts: Mapping[str, Any]
    """The documents of files that are compiled from a text, parsed once."""

    @property
    def tree(self) -> FileTree:
        return self.compilation.tree

    def refused_by_proof(self, output: Output) -> bool:
        """Return whether the compiler refuses some files before it writes."""
        return is_refused(lambda: verify(self.resolved, output))

    def refused_by_oracle(self, output: Output) -> bool:
        """Return whether the oracle refuses some files."""
        return is_refused(lambda: self.oracle.verify(output))

    def is_refused(self, output: Output, target: str) -> bool:
        """Return whether either refuses some files. The one that is likely to refuse the target is asked first."""
        if target in BY_THE_ORACLE:
            return self.refused_by_oracle(output) or self.refused_by_proof(output)
        return self.refused_by_proof(output) or self.refused_by_oracle(output)

    def target(self, path: str) -> str:
        """Return the target that wrote a file."""
        return self.tree[path].origin.target

    def with_files(self, files: Mapping[str, Any]) -> Output:
        """Return the output with other documents in some files."""
        known, whole = {**self.texts, **files}, output_of(self.tree)
        return Output(self.tree, lambda path: known[path] if path in known else whole.documents(path))


_SETS: dict[int, ApplicationSet | None] = {}
"""The ``id`` of each compiled document → its ApplicationSet, once it was read."""


@pytest.fixture(autouse=True)
def _sets_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the time of a mutation would be spent on the ApplicationSets that it does not change."""
    read = ApplicationSet.read

    def read_once(document: Mapping[str, Any]) -> ApplicationSet:
        if id(document) not in _SETS:
            return read(document)
        known = _SETS[id(document)] = _SETS[id(document)] or read(document)
        return known

    monkeypatch.setattr(ApplicationSet, "read", read_once)


def is_refused(check: Callable[[], None]) -> bool:
    try:
        check()
    except MismatchError:
        return True
    return False


@cache
def compiled(name: str) -> Compiled:
    path = PLATFORMS[name]
    if path.is_file():
        compilation, rendered = tree([SourceFile("platform.yaml", path.read_bytes())])
    else:
        compilation, rendered = compiled_case(path)
    assert compilation.resolved is not None
    whole = output_of(compilation.tree)
    _SETS.update({id(document): None for path in compilation.tree for document in whole.documents(path)})
    texts = {path: whole.documents(path) for path, each in compilation.tree.items() if isinstance(each.body, TextBody)}
    return Compiled(compilation, rendered, compilation.resolved, Oracle(compilation.resolved), texts)


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Compiled:
    """A compiled platform of the tests."""
    return compiled(request.param)


class Mutation(NamedTuple):
    """One change of one file of a platform: a value is changed, a key is removed, renamed or added."""

    platform: str
    path: str
    route: Route
    what: str

    @property
    def kind(self) -> Route:
        """Return what similar mutations have in common: target, route without numbers, and what is done."""
        return (self.target, *(0 if isinstance(key, int) else key for key in self.route), self.what)

    @property
    def target(self) -> str:
        """Return the target that wrote the file."""
        return compiled(self.platform).target(self.path)

    @property
    def order(self) -> int:
        """Return a number that shuffles mutations, the same on every machine."""
        return crc32(repr(tuple(self)).encode())

    def output(self) -> Output:
        """Return the files after the mutation."""
        return compiled(self.platform).with_files({self.path: self.documents()})

    def documents(self) -> list[Any]:
        """Return the documents of the file after the mutation."""
        documents = documents_of(self.platform, self.path)
        parent: Any = documents
        for key in self.route[:-1]:
            parent = parent[key]
        _MUTATIONS[self.what](parent, self.route[-1])
        return documents


def documents_of(platform: str, path: str) -> list[Any]:
    """Return a copy of the documents of a file."""
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
    for path in checked(compiled(platform)):
        for route, value in nodes(documents_of(platform, path), ()):
            for what in applicable(route[-1], value):
                yield Mutation(platform, path, route, what)


@cache
def chosen() -> Mapping[str, list[Mutation]]:
    """Of each kind as many as are tried, from different platforms where there are, and one at least of every file."""
    kinds: dict[Route, list[Mutation]] = {}
    for each in sorted((each for name in PLATFORMS for each in mutations(name)), key=lambda each: each.order):
        kinds.setdefault(each.kind, []).append(each)
    found: list[Mutation] = []
    for alike in kinds.values():
        first = {each.platform: each for each in reversed(alike)}
        found += [*reversed(first.values()), *alike][:PER_KIND] if len(alike) > 1 else alike
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


def checked(platform: Compiled) -> list[str]:
    """Return every file that Argo CD, Kustomize, GitOps Bridge, Terraform or a chart reads."""
    unread = [test for _, test in UNREAD.values()]
    return [path for path, each in platform.tree.items() if not any(test(path, each) for test in unread)]


def is_values(path: str) -> bool:
    return "/values/" in path or "-workloads/environments/" in path


def test_the_files_of_a_platform_are_accepted(platform: Compiled) -> None:
    """Read back from the bytes, too."""

    def read(path: str) -> tuple[Any, ...]:
        found = read_contents(path, platform.rendered[path])
        assert found is not None, path
        return found.documents

    output = Output(platform.rendered, read)
    verify(platform.resolved, output)
    platform.oracle.verify(output)


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_mutation_is_refused(name: str) -> None:
    """Any value, key or item of any file that Argo CD, Kustomize, GitOps Bridge, Terraform or a chart reads."""
    platform = compiled(name)
    accepted = [each for each in chosen()[name] if not platform.is_refused(each.output(), each.target)]
    assert [each[1:] for each in accepted if not is_harmless(each)] == []


@pytest.mark.parametrize("target", AT_RUN_TIME)
def test_the_run_time_proof_refuses_most_by_itself(target: str) -> None:
    """What the oracle refuses in CI is no reason to check less before a write."""
    every = [each for found in chosen().values() for each in found if each.target == target]
    sample = sorted(every, key=lambda each: each.order)[:60]
    refused = [each for each in sample if compiled(each.platform).refused_by_proof(each.output())]
    harmful = [each for each in sample if each in refused or not is_harmless(each)]
    assert len(refused) >= AT_RUN_TIME[target] * len(harmful)


def test_every_target_is_checked_by_one_of_them() -> None:
    """A new target says which."""
    targets = {each.target for found in chosen().values() for each in found}
    assert targets == BY_THE_ORACLE | AT_RUN_TIME.keys()


def test_every_file_and_every_kind_is_mutated() -> None:
    """Nothing is listed by hand: what is not read is said by its reason, and there are many mutations."""
    tried = [each for found in chosen().values() for each in found]
    every = {(name, path) for name in PLATFORMS for path in checked(compiled(name))}
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


def test_another_image_is_refused() -> None:
    """The name and the tag of an image, wherever a workload's values files have them."""
    found = [each for each in mutations("workloads") if is_values(each.path) and "image" in each.route]
    assert found
    for each in found:
        assert compiled("workloads").refused_by_proof(each.output())


def test_a_missing_file_is_refused(platform: Compiled) -> None:
    """Each checked file is needed."""
    whole = platform.with_files({})
    for missing in checked(platform):
        output = Output([path for path in platform.tree if path != missing], whole.documents)
        assert platform.is_refused(output, platform.target(missing)), missing


UNLISTED = (
    "acme-addons/values/dev/added.yaml",
    "acme-clusters/gitops/clusters/dev/added.yaml",
    "acme-clusters/gitops/rbac/added.json",
)


@pytest.mark.parametrize("path", UNLISTED)
def test_a_file_without_a_reader_is_refused(path: str) -> None:
    """A values file that no Application lists, and one that no Kustomization names."""
    platform = compiled("teams-and-policies")
    output = Output([*platform.tree, path], platform.with_files({path: [{}]}).documents)
    with pytest.raises(MismatchError, match=f"nothing reads {path}"):
        verify(platform.resolved, output)


def test_compile_stops_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that differs from the model is a bug of the compiler: exit 3, and nothing is written."""
    (tmp_path / "platform.yaml").write_bytes((PLATFORMS["layers"] / "platform.yaml").read_bytes())
    monkeypatch.setattr(application_sets, "addons_project", lambda category, _: f"project-{category}")
    done = CliRunner().invoke(writing_command, ["-C", str(tmp_path)])
    assert isinstance(done.exception, MismatchError)
    assert "dev-eu-kyverno: project" in str(done.exception)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.yaml"))


def test_a_sync_option_may_be_listed_beside_its_switch(tmp_path: Path) -> None:
    """``serverSideApply: true`` adds an option that ``syncOptions`` may list, too."""
    source = (PLATFORMS["addon-sources"] / "platform.yaml").read_text()
    changed = source.replace("[PruneLast=true]", "[PruneLast=true, ServerSideApply=true]")
    assert changed.count("ServerSideApply=true") == 1
    assert "serverSideApply: true" in changed
    (tmp_path / "platform.yaml").write_text(changed)
    done = CliRunner().invoke(writing_command, ["-C", str(tmp_path)])
    assert done.exit_code == 0, done.output


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
def test_what_would_harm_a_cluster_is_refused(danger: str) -> None:
    """In every file that has it."""
    ending, route, value = DANGERS[danger]
    platform = compiled("teams-and-policies")
    found = [path for path in platform.tree if path.endswith(ending)]
    assert found
    for path in found:
        documents = documents_of("teams-and-policies", path)
        parent: Any = documents
        for key in route[:-1]:
            parent = parent[key]
        if route[-1] in parent or isinstance(parent, list):
            assert parent[route[-1]] != value
            parent[route[-1]] = value
            assert platform.is_refused(platform.with_files({path: documents}), platform.target(path)), path


def test_lost_values_are_refused(platform: Compiled) -> None:
    """Whichever values file is empty."""
    for path in filter(is_values, platform.tree):
        if platform.tree[path].body.documents[0]:
            assert platform.refused_by_proof(platform.with_files({path: [{}]})), path
