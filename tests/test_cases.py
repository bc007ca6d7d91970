"""Golden trees: each folder of ``tests/cases`` holds a platform and, in ``expected/``, all that it compiles to.

``pytest --update`` rewrites the expected trees; read the diff before you commit it.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.targets import TARGETS

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def sources(case: Path) -> list[SourceFile]:
    files = [case / "platform.yaml", *sorted((case / "platform.d").glob("*.yaml"))]
    return [SourceFile(path.name, path.read_bytes()) for path in files]


# Files that are the same for every platform are kept once.
ASSETS = {"control-plane": "control-plane", "charts": "charts"}
"""Target of assets → the case that keeps them."""


def kept(case: Path, compilation: Compilation, made: dict[str, bytes]) -> dict[str, bytes]:
    """What a case keeps of its tree."""
    return {
        path: content
        for path, content in made.items()
        if ASSETS.get(compilation.tree[path].origin.target, case.name) == case.name
    }


def tree(files: list[SourceFile]) -> tuple[Compilation, dict[str, bytes]]:
    compilation = compile(files)
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation, dict(render(compilation.tree, "platform.yaml"))


@cache
def compiled_case(case: Path) -> tuple[Compilation, dict[str, bytes]]:
    """Compile a case once for all tests of a run: the compilation, and each path's bytes."""
    return tree(sources(case))


def on_disk(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_tree(case: Path, update: bool) -> None:
    """A case compiles to exactly its expected tree, without an error."""
    compilation, made = compiled_case(case)
    made = kept(case, compilation, made)
    expected = case / "expected"
    if update:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in made.items():
            target = expected / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    assert expected.is_dir(), "no golden tree: run `pytest --update` and read what it wrote"
    found = on_disk(expected)
    assert sorted(made) == sorted(found)
    for path in sorted(made):
        assert made[path].decode() == found[path].decode(), path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_second_compile_is_a_no_op(case: Path) -> None:
    """The same sources give the same bytes, so that a second compile finds nothing to write."""
    _, first = compiled_case(case)
    _, second = tree(sources(case))
    assert second == first


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_key_order_does_not_matter(case: Path) -> None:
    """Reordering keys changes no byte; only the order of ``environments`` has a meaning, promotion."""
    _, plain = compiled_case(case)
    reordered = [
        SourceFile(file.name, fast_yaml.dump(_reversed(fast_yaml.load(file.content))).encode())
        for file in sources(case)
    ]
    assert tree(reordered)[1] == plain


def _reversed(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        order = list(node) if key == "environments" else list(reversed(node))
        return {name: _reversed(node[name], name) for name in order}
    return [_reversed(each) for each in node] if isinstance(node, list) else node


def test_every_target_has_a_case() -> None:
    """Each target makes a file in some golden case."""
    made = {artifact.origin.target for case in CASES for artifact in compiled_case(case)[0].tree.values()}
    assert made == {target.NAME for target in TARGETS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_origins_name_places_of_the_source(case: Path) -> None:
    """Every artifact names routes that exist, so that a difference can be traced to a line."""
    compilation, _ = compiled_case(case)
    for artifact in compilation.tree.values():
        for route in artifact.origin.routes:
            node: Any = compilation.sources.data
            for part in route[:2]:
                node = node.get(part, {}) if route[0] == "repositories" else node[part]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases_have_no_findings(case: Path) -> None:
    """Cases show how to write a platform, so they give no warnings either."""
    compilation, _ = compiled_case(case)
    assert [each.message for each in compilation.diagnostics if each.severity is Severity.WARNING] == []
