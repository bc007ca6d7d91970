"""Check the downward API: fields of the Pod and resources of its container, as variables or files.

Sources: ``validateObjectFieldSelector``, ``validateContainerResourceFieldSelector`` and
``validateContainerResourceDivisor`` (k8s.io/kubernetes pkg/apis/core/validation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dokaseca_compile.charts.checks.base import Contradiction, given
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.routes import Route, at

# Kubernetes offers the first only as variables, and the second only as files.
_OF_VARIABLES = ("spec.", "status.")
_OF_FILES = ("metadata.labels", "metadata.annotations")
_SIZES = "`1`, or a unit of bytes such as `1Mi`"


def field_reference(route: Route, node: Any, *, file: bool) -> Iterator[Contradiction]:
    """Check that a ``fieldRef`` names a field that Kubernetes offers there."""
    path = at(node, ("fieldPath",))
    if not isinstance(path, str):
        return
    place = (*route, "fieldPath")
    if file and path.startswith(_OF_VARIABLES):
        message = f"reads `{path}` as a file, but Kubernetes offers it only as a variable"
        yield Contradiction(place, message, "use it in `extraEnv`")
    elif not file and path in _OF_FILES:
        message = f"reads all of `{path}` as a variable, but Kubernetes offers only single keys"
        yield Contradiction(place, message, f"name a key: `{path}['team']`")


def resource_reference(route: Route, node: Any, *, file: bool) -> Iterator[Contradiction]:
    """Check a ``resourceFieldRef``: a file names the container, and the unit fits the resource."""
    reference = mapping(node)
    if file and reference and not reference.get("containerName"):
        message = "reads a resource as a file without naming the container"
        yield Contradiction(route, message, "add `containerName: app`")
    resource = reference.get("resource")
    if isinstance(resource, str):
        yield from _divisor((*route, "divisor"), resource, reference.get("divisor"))


def _divisor(route: Route, resource: str, divisor: Any) -> Iterator[Contradiction]:
    """Check that the unit of a file or variable fits the resource."""
    if divisor in (None, 0, "0"):
        return
    unit = str(divisor)
    if resource.endswith(".cpu"):
        if unit not in ("1", "1m"):
            message = f"divides `{resource}` by a unit of bytes"
            yield Contradiction(route, message, "write `1` or `1m`")
    elif unit == "1m":
        message = f"divides `{resource}` by a thousandth of a byte"
        yield Contradiction(route, message, f"write {_SIZES}")


def file_items(route: Route, node: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Check a file of a ``downwardAPI`` volume: one source, which Kubernetes offers as a file."""
    chosen = given(node, ("fieldRef", "resourceFieldRef"))
    if len(chosen) == 1:
        yield from field_reference((*route, "fieldRef"), node.get("fieldRef"), file=True)
        resource = node.get("resourceFieldRef")
        yield from resource_reference((*route, "resourceFieldRef"), resource, file=True)
        return
    message = "has a file with both a `fieldRef` and a `resourceFieldRef`"
    if not chosen:
        message = "has a file with neither a `fieldRef` nor a `resourceFieldRef`"
    yield Contradiction((*route, *chosen[1:]), message, "give it one of them")
