"""The supported fields in the spec of an Application, with their types.

The API server silently drops unknown fields, and refuses wrong types. ``applications.Application``
carries every supported field, so that the proof, ``plan`` and ``apps`` see it. Fields that would
need their own evaluation are refused: Helm values in the Application (which also lose digits, as
they pass through floating-point numbers), ``ignoreMissingValueFiles``, destinations by server,
plugins and hydrated sources.
"""

from __future__ import annotations

from typing import Any

from dokaseca_compile.argo.errors import UnsupportedError, require
from dokaseca_compile.argo.reader import items, mapping, text, texts

TEXTS = "texts"
"""The shape of a mapping of strings."""

Shape = type[str] | type[bool] | type[int] | str | tuple[Any] | dict[str, Any]
"""A type, ``TEXTS``, ``(shape,)`` for a list, or the keys of a mapping with their shapes."""

_HELM: Shape = {
    "releaseName": str,
    "valueFiles": (str,),
    "namespace": str,
    "kubeVersion": str,
    "apiVersions": (str,),
    "skipCrds": bool,
    "skipSchemaValidation": bool,
    "skipTests": bool,
    "passCredentials": bool,
}
_KUSTOMIZE: Shape = {
    "namePrefix": str,
    "nameSuffix": str,
    "namespace": str,
    "images": (str,),
    "components": (str,),
    "commonLabels": TEXTS,
    "commonAnnotations": TEXTS,
    "forceCommonLabels": bool,
    "forceCommonAnnotations": bool,
    "labelWithoutSelector": bool,
    "labelIncludeTemplates": bool,
    "kubeVersion": str,
    "apiVersions": (str,),
}
_SOURCE: Shape = {
    "repoURL": str,
    "chart": str,
    "path": str,
    "targetRevision": str,
    "ref": str,
    "helm": _HELM,
    "kustomize": _KUSTOMIZE,
    "directory": {"recurse": bool, "include": str, "exclude": str},
}
_SYNC_POLICY: Shape = {
    "automated": {"enabled": bool, "prune": bool, "selfHeal": bool},
    "syncOptions": (str,),
    "retry": {
        "limit": int,
        "refresh": bool,
        "backoff": {"duration": str, "factor": int, "maxDuration": str},
    },
    "managedNamespaceMetadata": {"labels": TEXTS, "annotations": TEXTS},
}
_IGNORED_DIFFERENCE: Shape = {
    "group": str,
    "kind": str,
    "name": str,
    "namespace": str,
    "jsonPointers": (str,),
    "jqPathExpressions": (str,),
    "managedFieldsManagers": (str,),
}
SPEC: dict[str, Any] = {
    "project": str,
    "source": _SOURCE,
    "sources": (_SOURCE,),
    "destination": {"name": str, "namespace": str},
    "syncPolicy": _SYNC_POLICY,
    "ignoreDifferences": (_IGNORED_DIFFERENCE,),
    "info": ({"name": str, "value": str},),
    "revisionHistoryLimit": int,
}
"""The supported fields of ``spec``, as in Argo CD's CRD (``applications.argoproj.io``)."""
_REQUIRED = ("project", "destination")


def check_spec(node: Any, where: str) -> None:
    """Raise ``UnsupportedError`` for an unsupported field or type, or a missing field."""
    spec = mapping(node, where, SPEC)
    for key in _REQUIRED:
        require(key in spec, f"{where} must have {key}")
    require(
        ("source" in spec) is not ("sources" in spec),
        f"{where} must have one of source and sources",
    )
    _check(spec, SPEC, where)


def _check(node: Any, shape: Shape, where: str) -> None:
    if isinstance(shape, dict):
        for key, value in mapping(node, where, shape).items():
            _check(value, shape[key], f"{where}: {key}")
    elif isinstance(shape, tuple):
        for each in items(node, where):
            _check(each, shape[0], where)
    elif shape == TEXTS:
        texts(node, where)
    elif shape is str:
        text(node, where)
    elif type(node) is not shape:
        message = f"{where} is {node!r}"
        raise UnsupportedError(message)
