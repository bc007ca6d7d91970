"""The origin of each value of the output, which targets record where they unwrap a setting."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from pydantic.alias_generators import to_camel
from test_cases import CASES, compiled_case, sources

from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.compare import Kind, compare_documents
from dokaseca_compile.core.routes import Route, at, format_route
from dokaseca_compile.formats.origins import documents
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.output.blame import Causes

ROOT = Path(__file__).parent.parent
SECTIONS = {to_camel(each) for each in Platform.model_fields}
PLATFORMS = [ROOT, *CASES]

# Constants of ours that the source of some platform happens to have as well.
CONSTANTS = {
    "ClusterPolicy", "SkipDryRunOnMissingResource=true", "addons", "argocd", "certificate", "charts", "cluster",
    "clusters", "create", "dokaseca", "kyverno.io", "name", "read", "require-labels", "restrict-image-registries",
    "values", "workloads", "write",
}  # fmt: skip


def scalars(node: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Yield every scalar below a node, with its route."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from scalars(value, (*route, key))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, value in enumerate(node):
            yield from scalars(value, (*route, index))
    elif node is not None:
        yield route, node


def texts(node: Any) -> Iterator[str]:
    """Yield every key and every text below a node."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def compiled_platform(folder: Path) -> Compilation:
    """Compile the platform of the repository, or take that of a case."""
    if folder == ROOT:
        return compile([SourceFile("platform.yaml", (ROOT / "platform.yaml").read_bytes())])
    return compiled_case(folder)[0]


def origins(compilation: Compilation) -> Iterator[tuple[str, Route, Any, Route | None]]:
    """Yield every scalar of the compiled files, with its file, its route and its origin."""
    causes = Causes(compilation)
    for path, artifact in compilation.tree.items():
        for route, leaf in scalars(documents(artifact.body)):
            yield path, route, leaf, causes.origin(artifact.body, route, leaf)


@pytest.mark.parametrize("folder", PLATFORMS, ids=lambda folder: folder.name)
def test_every_value_of_the_source_has_an_origin(folder: Path) -> None:
    """A text without an origin is one of ours: it is not in the source, apart from a few words that are both."""
    compilation = compiled_platform(folder)
    known = {text for text in texts(compilation.sources.data) if len(text) > 3} - CONSTANTS
    lost = {
        (path, format_route(route), leaf)
        for path, route, leaf, origin in origins(compilation)
        if origin is None and isinstance(leaf, str) and leaf in known and leaf not in {"true", "false"}
    }
    assert lost == set()


@pytest.mark.parametrize("folder", PLATFORMS, ids=lambda folder: folder.name)
def test_an_origin_is_a_place_of_the_source(folder: Path) -> None:
    """A unit that it names is declared; a setting that is not there is a default."""
    compilation = compiled_platform(folder)
    data = compilation.sources.data
    units = {"addons", "clusters", "environments", "teams", "workloads"}
    for path, route, leaf, origin in origins(compilation):
        place = (path, format_route(route), leaf, origin)
        assert origin is None or origin[0] in SECTIONS, place
        assert origin is None or origin[0] not in units or origin[1] in data[origin[0]], place


def test_most_origins_have_the_value_itself() -> None:
    """The others are made of theirs: a name of several parts, a path, a number of clusters, a default."""
    found: Counter[str] = Counter()
    for folder in PLATFORMS:
        compilation = compiled_platform(folder)
        for _, _, leaf, origin in origins(compilation):
            if origin is None:
                found["ours"] += 1
            elif at(compilation.sources.data, origin) == leaf or origin[-1] == leaf:
                found["exact"] += 1
            else:
                found["made"] += 1
    assert found["exact"] > found["made"] * 0.85, found


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + 1
    start, dot, last = value.rpartition(".")
    return f"{start}{dot}{int(last) + 1}" if dot and last.isdigit() else f"{value}x"


def changes() -> Iterator[tuple[Path, Route]]:
    """Every sixth scalar of some platforms, but for switches and categories, which decide what files there are."""
    for case in CASES:
        if case.name in {"layers", "teams-and-policies", "workloads"}:
            data = fast_yaml.load(sources(case)[0].content)
            routes = [
                route
                for route, leaf in scalars(data)
                if not isinstance(leaf, bool) and route[-1] not in {"category", "enabled"}
            ]
            yield from ((case, route) for route in routes[::6])


@pytest.mark.parametrize(
    ("case", "route"), list(changes()), ids=lambda each: format_route(each) if isinstance(each, tuple) else each.name
)
def test_a_change_is_traced_to_its_line(case: Path, route: Route) -> None:
    """Changing one value of the source changes files, and what is new in each leads back to it, or to what holds it."""
    before = compiled_case(case)[0]
    data = copy.deepcopy(fast_yaml.load(sources(case)[0].content))
    holder = at(data, route[:-1])
    holder[route[-1]] = changed(holder[route[-1]])
    after = compile([SourceFile("platform.yaml", fast_yaml.dump(data).encode())])
    if after.failed:
        pytest.skip("no other value is allowed there")
    causes, files = Causes(after), dict(render(before.tree, "platform.yaml"))
    for path in files.keys() & after.tree.keys():
        artifact = after.tree[path]
        old, new = documents(before.tree[path].body), documents(artifact.body)
        first = [change for change in compare_documents(old, new)[:1] if change.kind is not Kind.REMOVED]
        for change in first:
            cause = causes.of(artifact, change, files[path].decode())
            assert cause is not None, path
            # How many clusters have a version follows from every layer: that is the addon's.
            addon = ("addons", *route[3:4]) if "addons" in route[2:3] else route
            assert cause.route in {route[: len(cause.route)], addon}, (path, change.path)
