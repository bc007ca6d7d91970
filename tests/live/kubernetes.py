"""Talk to an API server: read, apply, patch and delete objects as JSON."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_MANAGER = "live"
_TOO_EARLY = 429
_TRIES = 30
_EPHEMERAL = {("", "Event"), ("events.k8s.io", "Event"), ("coordination.k8s.io", "Lease")}
"""Kinds of which objects come and go by themselves."""


class ApiError(Exception):
    """An answer of the API server other than success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Resource(NamedTuple):
    """A kind of an API server, with the place of its objects."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    listed: bool

    def path(self, namespace: str = "", name: str = "") -> str:
        """Return the path of the objects, or of one of them."""
        start = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        folder = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{start}{folder}/{self.plural}" + (f"/{name}" if name else "")


class Api:
    """A connection to an API server. Threads may share it."""

    def __init__(self, host: str, port: int, token: str, authority: Path) -> None:
        self._host, self._port, self._token = host, port, token
        self._tls = ssl.create_default_context(cafile=str(authority))
        self._connection: http.client.HTTPSConnection | None = None
        self._lock = threading.Lock()
        self._resources: list[Resource] = []

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        accept: str = "application/json",
    ) -> Any:
        """Return the answer of the API server; raise ``ApiError`` if it refuses."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type, "Accept": accept}
        sent = None if body is None else json.dumps(body).encode()
        with self._lock:
            for _ in range(_TRIES):
                status, content = self._answer(method, path, sent, headers)
                if status != _TOO_EARLY:
                    break
                time.sleep(1)  # the storage of a kind that has just come
        if status >= 400:
            raise ApiError(status, _message(content))
        return json.loads(content) if content.startswith(b"{") else content.decode()

    def _answer(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        # An idle connection may have been closed: then once more with a new one.
        for last in (False, True):
            if self._connection is None:
                self._connection = http.client.HTTPSConnection(self._host, self._port, context=self._tls, timeout=30)
            try:
                self._connection.request(method, path, body, dict(headers))
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                self._connection.close()
                self._connection = None
                if last:
                    raise
        raise AssertionError

    def is_ready(self) -> bool:
        """Return whether the API server answers, and is ready."""
        try:
            return self.request("GET", "/readyz") == "ok"
        except (ApiError, OSError, http.client.HTTPException):
            return False

    def resources(self, *, again: bool = False) -> list[Resource]:
        """Return the kinds in their preferred version; kinds that appear later need ``again``."""
        if again or not self._resources:
            core = self.request("GET", "/api", accept=_DISCOVERY)["items"]
            groups = self.request("GET", "/apis", accept=_DISCOVERY)["items"]
            self._resources = [each for group in core + groups for each in _resources(group)]
        return self._resources

    def resource(self, api_version: str, kind: str) -> Resource:
        """Return a kind of any version; raise ``ApiError`` if it does not exist."""
        group, _, version = api_version.rpartition("/")
        for again in (False, True):
            for each in self.resources(again=again):
                if (each.group, each.kind) == (group, kind):
                    return each._replace(version=version)
        raise ApiError(404, f"no kind {kind} in {api_version}")

    def list(self, path: str) -> list[dict[str, Any]]:
        """Return the objects of a path; none if their kind does not exist."""
        try:
            return self.request("GET", path)["items"] or []
        except ApiError as error:
            if error.status == 404:
                return []
            raise

    def metadata(self) -> Iterator[tuple[Resource, dict[str, Any]]]:
        """Yield the metadata of every object."""
        for each in self.resources(again=True):
            if each.listed and (each.group, each.kind) not in _EPHEMERAL:
                for found in self.request("GET", each.path(), accept=_METADATA)["items"] or ():
                    yield each, found["metadata"]

    def apply(self, document: Mapping[str, Any]) -> None:
        """Apply a document server-side, as a manager of its own that wins every conflict."""
        path = self._place(document) + f"?fieldManager={_MANAGER}&force=true"
        self.request("PATCH", path, document, "application/apply-patch+yaml")

    def create(self, document: Mapping[str, Any]) -> None:
        """Create an object; raise ``ApiError`` with status 409 if it exists."""
        self.request("POST", self._place(document).rpartition("/")[0], document)

    def replace(self, document: Mapping[str, Any]) -> None:
        """Replace an object as a whole."""
        self.request("PUT", self._place(document), document)

    def patch(self, path: str, patch: Mapping[str, Any]) -> None:
        """Merge a patch into an object."""
        self.request("PATCH", path, patch, "application/merge-patch+json")

    def delete(self, document: Mapping[str, Any]) -> None:
        """Delete an object, which need not exist."""
        try:
            self.request("DELETE", self._place(document))
        except ApiError as error:
            if error.status != 404:
                raise

    def _place(self, document: Mapping[str, Any]) -> str:
        metadata = document["metadata"]
        resource = self.resource(document["apiVersion"], document["kind"])
        return resource.path(metadata.get("namespace", ""), metadata["name"])


def _resources(group: Mapping[str, Any]) -> Iterator[Resource]:
    """Yield the kinds of a group; a kind is of the first version that has it."""
    seen = set()
    for version in group["versions"]:
        for each in version.get("resources", ()):
            kind = each["responseKind"]["kind"]
            if kind not in seen:
                seen.add(kind)
                namespaced, listed = each["scope"] == "Namespaced", "list" in each["verbs"]
                name = group["metadata"].get("name", "")
                yield Resource(name, version["version"], kind, each["resource"], namespaced, listed)


def _message(content: bytes) -> str:
    try:
        return json.loads(content)["message"]
    except (ValueError, KeyError):
        return content.decode(errors="replace")[:500]
