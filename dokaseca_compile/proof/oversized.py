"""Reports files that are too large to be read back, now or by a later ``check``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.limits import OUTPUT, size
from dokaseca_compile.core.routes import Route, at, format_route


def oversized(compilation: Compilation, rendered: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Yield an error for each file above the limit, at the setting that contributes most to it.

    ``check`` would never take such a file for a compiled one.
    """
    for path, content in rendered.items():
        if len(content) > OUTPUT:
            route = _heaviest(compilation.tree[path].origin.routes, compilation.sources.data)
            cause = f"`{format_route(route)}` makes" if route else "there would be"
            yield error(
                "oversized-file",
                f"{cause} {path} with {size(len(content))}; a file may have {size(OUTPUT)} at most",
                Label(route, At.KEY),
                help="keep large data out of values: in a file of the workload's repository, "
                "or in an image",
            )


def _heaviest(routes: Iterable[Route], data: Any) -> Route:
    """Follow the largest setting below some routes, until no entry has half of its parent."""
    route = max(filter(None, routes), key=lambda each: _weight(at(data, each)), default=())
    node: Any = at(data, route) if route else None
    weight = _weight(node)
    while isinstance(node, dict) and node:
        children = {key: _weight(child) for key, child in node.items()}
        key = max(children, key=lambda each: children[each])
        if children[key] * 2 < weight:
            break
        weight, route, node = children[key], (*route, key), node[key]
    return route


def _weight(data: Any) -> int:
    return len(repr(data))
