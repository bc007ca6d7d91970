"""The spec of an Application, as far as it is emitted: which fields there may be, and of which types.

The API server would drop an unknown field in silence, and refuse a wrong type; Helm values within an
Application pass through floating-point numbers, so values are files here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dokaseca_compile.argo.faults import UnsupportedError
from dokaseca_compile.argo.shape import items, mapping, text

_SPEC = ("project", "source", "sources", "destination", "syncPolicy")
_SOURCE = ("repoURL", "chart", "path", "targetRevision", "helm", "directory", "ref")


def check_spec(node: Any, where: str) -> None:
    """Raises ``UnsupportedError`` for a field or a type that is not emitted."""
    spec = mapping(node, where, _SPEC)
    text(spec.get("project"), f"{where}: project")
    sources = spec["sources"] if "sources" in spec else [spec.get("source")]
    for each in items(sources, f"{where}: sources"):
        _check_source(mapping(each, f"{where}: source", _SOURCE), where)
    destination = mapping(spec.get("destination"), f"{where}: destination", ("name", "namespace"))
    for value in destination.values():
        text(value, f"{where}: destination")
    _check_policy(mapping(spec.get("syncPolicy") or {}, where, ("automated", "syncOptions", "retry")), where)


def _check_source(source: Mapping[str, Any], where: str) -> None:
    for key in ("repoURL", "chart", "path", "targetRevision", "ref"):
        text(source.get(key, ""), f"{where}: {key}")
    helm = mapping(source.get("helm") or {}, f"{where}: helm", ("releaseName", "valueFiles"))
    text(helm.get("releaseName", ""), f"{where}: releaseName")
    for path in items(helm.get("valueFiles") or (), f"{where}: valueFiles"):
        text(path, f"{where}: valueFiles")
    directory = mapping(source.get("directory") or {}, f"{where}: directory", ("recurse", "include"))
    _check_type(directory.get("recurse", True), bool, f"{where}: recurse")
    text(directory.get("include", ""), f"{where}: include")


def _check_policy(policy: Mapping[str, Any], where: str) -> None:
    for value in mapping(policy.get("automated") or {}, f"{where}: automated", ("prune", "selfHeal")).values():
        _check_type(value, bool, f"{where}: automated")
    for option in items(policy.get("syncOptions") or (), f"{where}: syncOptions"):
        text(option, f"{where}: syncOptions")
    retry = mapping(policy.get("retry") or {}, f"{where}: retry", ("limit", "backoff"))
    _check_type(retry.get("limit", 0), int, f"{where}: limit")
    backoff = mapping(retry.get("backoff") or {}, f"{where}: backoff", ("duration", "factor", "maxDuration"))
    _check_type(backoff.get("factor", 0), int, f"{where}: factor")
    for key in ("duration", "maxDuration"):
        text(backoff.get(key, ""), f"{where}: {key}")


def _check_type(value: Any, wanted: type, where: str) -> None:
    if type(value) is not wanted:
        message = f"{where} is {value!r}"
        raise UnsupportedError(message)
