"""Reports objects that Kubernetes would refuse, and files that could not be read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dokaseca_compile.compiler import Compilation
from dokaseca_compile.core.diagnostics import At, Diagnostic, Label, error
from dokaseca_compile.core.limits import OBJECT, OUTPUT, size
from dokaseca_compile.core.routes import Route, format_route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.formats.read import plain
from dokaseca_compile.formats.tree import Artifact
from dokaseca_compile.proof.heaviest import heaviest_of, heaviest_setting

_ESCAPES = {"<": 5, ">": 5, "&": 5, "\u2028": 3, "\u2029": 3}
"""Character → how many bytes longer it is in Go's JSON (``encoding/json``, ``HTMLEscape``)."""


def oversized(compilation: Compilation, rendered: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Yield an error for each setting that makes objects, or a file, larger than their limits."""
    data = compilation.sources.data
    large: dict[Route, list[tuple[int, str]]] = {}
    for path, content in rendered.items():
        if not _may_have_large_object(content):
            continue
        artifact = compilation.tree[path]
        objects = list(_large_objects(artifact))
        for index, stored, kind in objects:
            route = heaviest_setting(artifact, index, data)
            large.setdefault(route, []).append((stored, f"the {kind} in {path}"))
        if len(content) > OUTPUT and not objects:
            yield _file(artifact, len(content), data)
    for route, found in large.items():
        yield _objects(route, found)


def _may_have_large_object(content: bytes) -> bool:
    """Return whether a file must be measured. Short keys and texts double at most in JSON."""
    return 2 * len(content) + 5 * sum(map(content.count, (b"<", b">", b"&"))) > OBJECT


def _large_objects(artifact: Artifact) -> Iterator[tuple[int, int, Any]]:
    """Yield the number, size and kind of each object of a file that is above the limit."""
    if isinstance(artifact.body, YamlBody):
        for index, document in enumerate(artifact.body.documents):
            stored = stored_size(document) if _is_object(document) else 0
            if stored > OBJECT:
                yield index, stored, document["kind"]


def _objects(route: Route, found: Sequence[tuple[int, str]]) -> Diagnostic:
    """Return the error for the objects, with sizes, that one setting makes too large."""
    largest, name = max(found)
    which = f"{name} with {size(largest)}; an object may have {size(OBJECT)} at most"
    if len(found) > 1:
        which = (
            f"{len(found)} objects larger than {size(OBJECT)}, such as {name} with {size(largest)}"
        )
    return error(
        "object-too-large",
        f"{_cause(route)} {which}",
        Label(route, At.KEY),
        help="keep large texts outside of the platform, and divide long lists, such as the "
        "clusters of a hub, the addons of a category or the groups of a team",
    )


def _is_object(document: Mapping[str, Any]) -> bool:
    """Return whether a document is applied; a Kustomization is built into objects of its texts."""
    return "kind" in document and "apiVersion" in document


def stored_size(document: Mapping[str, Any]) -> int:
    """Return the bytes of an object in etcd: JSON as the API server writes it.

    The ``stringData`` of a Secret is stored in ``data``, in Base64.
    """
    stored: dict[str, Any] = plain(document)
    texts = stored.pop("stringData", {})
    if texts:
        stored["data"] = {key: "=" * _base64_length(text) for key, text in texts.items()}
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    escapes = sum(text.count(each) * more for each, more in _ESCAPES.items())
    return len(text.encode()) + escapes


def _base64_length(text: str) -> int:
    return (len(text.encode()) + 2) // 3 * 4


def _file(artifact: Artifact, length: int, data: Any) -> Diagnostic:
    """Return the error for a file that ``check`` would never take for a compiled one."""
    route = heaviest_of(artifact.origin.routes, data)
    return error(
        "oversized-file",
        f"{_cause(route)} {artifact.path} with {size(length)}; "
        f"a file may have {size(OUTPUT)} at most",
        Label(route, At.KEY),
        help="keep large data out of values: in a file of the workload's repository, "
        "or in an image",
    )


def _cause(route: Route) -> str:
    return f"`{format_route(route)}` makes" if route else "there would be"
