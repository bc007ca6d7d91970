"""The last check before writing: what was rendered, read back, says what was meant.

Black proves its own output on every run; so do we, with the reader of ``source/``, which shares
nothing with the writers. Values files hold whatever people write and are all read back; of the
other YAML files, whose text is mostly ours, a number of each target. Terraform's files have no
reader here: real Terraform judges them in the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.limits import OUTPUT, size
from dokaseca_compile.core.routes import Route, at, format_route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain, read_yaml
from dokaseca_compile.formats.tree import FileTree

_EACH = 8  # files of a target that grows with the fleet
_LARGEST = 32 * 1024  # bytes; larger files are lists of names
_FREE = frozenset({"helm-values"})


class MisreadError(Exception):
    """A file would say something else than what was meant. A bug of ours, found before it was written."""


def prove(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> None:
    """Read files back. Raises ``MisreadError`` naming the first that differs."""
    for path in _chosen(tree, rendered, paths):
        body = tree[path].body
        if isinstance(body, YamlBody):
            found = read_yaml(rendered[path].decode(), path)
            # As Python writes them: types and order count, `1` is not `true`.
            if found is None or repr(plain(found.documents)) != repr(plain(body.documents)):
                raise MisreadError(path)


def oversized(compilation: Compilation, rendered: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Yield an error for each file that is larger than one may be, at the setting that takes the most of it.

    Such a file could not be read back, here or by ``check``, and what stands in its place is never taken for ours.
    """
    for path, content in rendered.items():
        if len(content) > OUTPUT:
            route = _heaviest(compilation.tree[path].origin.routes, compilation.sources.data)
            what = f"`{format_route(route)}` makes" if route else "there would be"
            yield error(
                "oversized-file",
                f"{what} {path} with {size(len(content))}; a file may have {size(OUTPUT)} at most",
                Label(route, At.KEY),
                help="keep large data out of values: as a file of its own in the workload's repository, or in an image",
            )


def _heaviest(routes: Iterable[Route], data: Any) -> Route:
    """Return the setting below some routes that holds the most: down to where no entry has half of it."""
    route = max(filter(None, routes), key=lambda each: _weight(at(data, each)), default=())
    there: Any = at(data, route) if route else None
    weight = _weight(there)
    while isinstance(there, dict) and there:
        key = max(there, key=lambda each: _weight(there[each]))
        heaviest = _weight(there[key])
        if heaviest * 2 < weight:
            break
        weight, route, there = heaviest, (*route, key), there[key]
    return route


def _weight(data: Any) -> int:
    return len(repr(data))


def _chosen(tree: FileTree, rendered: Mapping[str, bytes], paths: Iterable[str]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for path in paths:
        target = tree[path].origin.target
        if target in _FREE or (taken[target] < _EACH and len(rendered[path]) <= _LARGEST):
            taken[target] += 1
            yield path
