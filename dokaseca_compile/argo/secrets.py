"""Cluster Secrets: the clusters of an Argo CD, and their parameters for the clusters generator."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dokaseca_compile.argo.errors import EvaluationError
from dokaseca_compile.argo.reader import mapping, mapping_at, text, texts_at

SECRET_TYPE = "argocd.argoproj.io/secret-type"  # noqa: S105 - a label key
"""The label of a cluster Secret (``common.LabelKeySecretType``)."""

_NOT_SHOWN = frozenset(
    {
        "argocd.argoproj.io/refresh",
        "argocd.argoproj.io/hydrate",
        "argocd.argoproj.io/installation-id",
        "kubectl.kubernetes.io/last-applied-configuration",
    }
)
"""Annotations that the generator leaves out (``excludedClusterAnnotations``, since 3.5)."""

_FOREIGN = re.compile(r"[^-a-z0-9.]")


@dataclass(frozen=True, slots=True)
class ClusterSecret:
    """A cluster Secret. ``secret`` is its own name, ``config`` the connection as JSON."""

    secret: str
    name: str
    server: str
    config: str
    project: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @classmethod
    def read(cls, document: Mapping[str, Any], namespace: str) -> ClusterSecret | None:
        """Read a Secret for the Argo CD in a namespace; ``None`` if it registers no cluster.

        Raises ``EvaluationError`` for data that cannot be read.
        """
        metadata = mapping(document.get("metadata"), "metadata")
        where = f"Secret {metadata.get('name')}"
        # Not copied or checked: a fleet's Secrets share most labels, and a template checks types.
        labels = mapping_at(metadata, "labels", where)
        if document.get("kind") != "Secret" or metadata.get("namespace") != namespace:
            return None
        if labels.get(SECRET_TYPE) != "cluster":
            return None
        encoded = mapping_at(document, "data", f"{where}: data")
        data = {key: _decoded(value, where) for key, value in encoded.items()}
        data |= texts_at(document, "stringData", f"{where}: stringData")
        # A slash at the end of the server stays, as in the generator.
        server, name = data.get("server", ""), data.get("name", "")
        annotations = mapping_at(metadata, "annotations", where)
        return cls(
            text(metadata.get("name"), where),
            name,
            server,
            data.get("config", ""),
            data.get("project", ""),
            labels,
            annotations,
        )

    @property
    def normalized(self) -> str:
        """The ``nameNormalized`` of the generator (``utils.SanitizeName``)."""
        return _FOREIGN.sub("-", self.name.lower())[:253].strip("-.")

    def parameters(self) -> dict[str, Any]:
        """Return the parameters without empty mappings (``getClusterParameters``)."""
        metadata: dict[str, Any] = {}
        if self.annotations:
            metadata["annotations"] = {
                key: each for key, each in self.annotations.items() if key not in _NOT_SHOWN
            }
        if self.labels:
            metadata["labels"] = self.labels
        return {
            "name": self.name,
            "nameNormalized": self.normalized,
            "server": self.server,
            "project": self.project,
            "metadata": metadata,
        }


def unique_secrets(secrets: Iterable[ClusterSecret]) -> list[ClusterSecret]:
    """Return the clusters by name. Raises ``EvaluationError`` for two with one name or server.

    The generator silently drops one of two with the same name, and Argo CD may use the credentials
    of either of two with the same server.
    """
    known: dict[tuple[str, str], ClusterSecret] = {}
    found = sorted(secrets, key=lambda each: each.name)
    for secret in found:
        for kind, value in (("name", secret.normalized), ("server", secret.server.rstrip("/"))):
            other = known.setdefault((kind, value), secret)
            if other is not secret:
                message = (
                    f"the clusters {other.name} and {secret.name} have the same {kind}: {value}"
                )
                raise EvaluationError(message)
    return found


def _decoded(value: Any, where: str) -> str:
    try:
        return base64.b64decode(text(value, where), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as fault:
        message = f"{where} has data that is not base64 of text"
        raise EvaluationError(message) from fault
