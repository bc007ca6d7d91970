"""The spec of an Application, as far as it is read: which fields there may be, and of which types.

The API server drops an unknown field silently and refuses a wrong type. Whatever is accepted here is carried by
``applications.Application``, so that the proof, ``plan`` and ``apps`` see it. Refused is what would need an evaluation
of its own: Helm values in the Application (they also lose digits, passing through floating-point numbers),
``ignoreMissingValueFiles``, destinations by server, plugins, hydrated sources.
"""

from __future__ import annotations

from typing import Any

from dokaseca_compile.argo.errors import UnsupportedError
from dokaseca_compile.argo.reader import items, mapping, text, texts

TEXTS = "texts"
"""The shape of a mapping of strings."""

Shape = type[str] | type[bool] | type[int] | str | tuple[Any] | dict[str, Any]
"""A type, ``TEXTS``, ``(shape,)`` for a list of such, or the keys of a mapping with their shapes."""

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
"""The fields of ``spec`` that are read, as Argo CD's CRD has them (``applications.argoproj.io``)."""
_REQUIRED = ("project", "destination")


def check_spec(node: Any, where: str) -> None:
    """Raises ``UnsupportedError`` for a field or a type that is not read, and for one that is missing."""
    spec = mapping(node, where, SPEC)
    missing = [key for key in _REQUIRED if key not in spec]
    if missing or ("source" in spec) is ("sources" in spec):
        wrong = missing[0] if missing else "one of source and sources"
        message = f"{where} must have {wrong}"
        raise UnsupportedError(message)
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
