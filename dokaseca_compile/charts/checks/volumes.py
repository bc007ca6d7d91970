"""Check volumes and mounts: unique names, one source each, mounts of volumes that exist.

Sources: ``ValidateVolumes``, ``validateVolumeSource`` and ``ValidateVolumeMounts``
(k8s.io/kubernetes pkg/apis/core/validation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dokaseca_compile.charts.checks.base import (
    TMP,
    Contradiction,
    given,
    items,
    repeated,
    strings,
)
from dokaseca_compile.charts.checks.downward import file_items
from dokaseca_compile.core.data import mapping
from dokaseca_compile.core.diagnostics import did_you_mean
from dokaseca_compile.core.routes import Route, at
from dokaseca_compile.model.common import Values

_LONGEST_PORTAL = 64
_PORTAL = "`name` and `targetPortal` of an iSCSI volume with an `initiatorName`"


def check(values: Values) -> Iterator[Contradiction]:
    """Check ``volumes``, ``volumeMounts`` and the chart's own temporary folder."""
    yield from _names(values)
    for index, volume in items(values, "volumes"):
        yield from _source(("volumes", index), volume)
    for index, mount in items(values, "volumeMounts"):
        yield from _mount(("volumeMounts", index), mount, values)
    yield from _paths(values)


def _has_tmp(values: Values) -> bool:
    return at(values, ("tmp", "enabled")) is True


def _names(values: Values) -> Iterator[Contradiction]:
    volumes = list(items(values, "volumes"))
    names = ((("volumes", index, "name"), each.get("name")) for index, each in volumes)
    yield from repeated(names, "the volume", "rename one of them")
    if not _has_tmp(values):
        return
    for index, volume in volumes:
        if volume.get("name") == TMP:
            message = f"has a volume `{TMP}`, the name of the chart's own volume"
            help_ = "rename it, or set `tmp.enabled: false`"
            yield Contradiction(("volumes", index, "name"), message, help_, ("tmp", "enabled"))


def _source(route: Route, volume: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Check that a volume has one complete source."""
    name = volume.get("name")
    sources = [key for key in given(volume) if key != "name"]
    if len(sources) > 1:
        first, second = sources[:2]
        message = f"sets two sources for the volume `{name}`, `{first}` and `{second}`"
        yield Contradiction((*route, second), message, "keep one of them", (*route, first))
    elif not sources:
        message = f"has the volume `{name}` without a source"
        yield Contradiction(route, message, "add one, such as `emptyDir: {}`")
    elif sources[0] in _DETAILS:
        (source,) = sources
        yield from _DETAILS[source]((*route, source), mapping(volume, source), volume)


_Found = Iterator[Contradiction]


def _azure_disk(route: Route, source: Mapping[str, Any], _: Mapping[str, Any]) -> _Found:
    kind, uri = source.get("kind") or "Shared", source.get("diskURI")
    start = "/subscriptions/" if kind == "Managed" else "https://"
    if isinstance(uri, str) and not uri.startswith(start):
        message = (
            f"has an Azure disk of kind `{kind}` whose `diskURI` does not begin with `{start}`"
        )
        yield Contradiction(
            (*route, "diskURI"),
            message,
            f"set a `diskURI` that begins with `{start}`",
            (*route, "kind"),
        )


def _claim(route: Route, source: Mapping[str, Any], _: Mapping[str, Any]) -> _Found:
    place: Route = (*route, "volumeClaimTemplate", "spec")
    spec = mapping(source, "volumeClaimTemplate", "spec")
    modes = strings(spec, "accessModes")
    if "ReadWriteOncePod" in modes and len(set(modes)) > 1:
        message = "combines the access mode `ReadWriteOncePod` with another"
        yield Contradiction((*place, "accessModes"), message, "keep one of them")
    yield from _claim_sources(place, spec)


def _claim_sources(place: Route, spec: Mapping[str, Any]) -> _Found:
    references = given(spec, ("dataSource", "dataSourceRef"))
    for key in references:
        source = mapping(spec, key)
        kind = source.get("kind")
        if kind not in (None, "PersistentVolumeClaim") and not source.get("apiGroup"):
            message = f"fills a volume from a `{kind}` without `apiGroup`"
            help_ = "add it, such as `apiGroup: snapshot.storage.k8s.io`"
            yield Contradiction((*place, key), message, help_)
    if len(references) > 1:
        message = "fills a volume from both a `dataSource` and a `dataSourceRef`"
        help_ = "keep `dataSourceRef`"
        yield Contradiction((*place, "dataSource"), message, help_, (*place, "dataSourceRef"))


def _downward(route: Route, source: Mapping[str, Any], _: Mapping[str, Any]) -> _Found:
    for index, each in items(source, "items"):
        yield from file_items((*route, "items", index), each)


def _fc(route: Route, source: Mapping[str, Any], _: Mapping[str, Any]) -> _Found:
    names, ids = bool(source.get("targetWWNs")), bool(source.get("wwids"))
    if names and ids:
        message = "has a Fibre Channel volume with both `targetWWNs` and `wwids`"
        yield Contradiction((*route, "wwids"), message, "keep one of them", (*route, "targetWWNs"))
    elif not names and not ids:
        message = "has a Fibre Channel volume with neither `targetWWNs` nor `wwids`"
        yield Contradiction(route, message, "add one of them")
    if names and source.get("lun") is None:
        message = "has a Fibre Channel volume with `targetWWNs` and no `lun`"
        yield Contradiction(route, message, "add `lun`")


def _iscsi(route: Route, source: Mapping[str, Any], volume: Mapping[str, Any]) -> _Found:
    asks = [key for key in ("chapAuthDiscovery", "chapAuthSession") if source.get(key) is True]
    if asks and source.get("secretRef") is None:
        message = f"has an iSCSI volume with `{asks[0]}` and no `secretRef`"
        yield Contradiction((*route, asks[0]), message, "add `secretRef: {name: …}`")
    length = len(f"{volume.get('name')}:{source.get('targetPortal')}")
    if source.get("initiatorName") is not None and length > _LONGEST_PORTAL:
        message = f"has an iSCSI volume whose name and `targetPortal` are {length} characters long"
        help_ = f"{_PORTAL} may have {_LONGEST_PORTAL - 1} characters together"
        yield Contradiction((*route, "targetPortal"), message, help_)


def _projected(route: Route, source: Mapping[str, Any], _: Mapping[str, Any]) -> _Found:
    """Check that each part has one source, and that no two parts write the same file."""
    paths: list[tuple[Route, Any]] = []
    for index, part in items(source, "sources"):
        place: Route = (*route, "sources", index)
        kinds = given(part)
        if len(kinds) > 1:
            first, second = kinds[:2]
            message = f"has a projected source with both `{first}` and `{second}`"
            help_ = "split it into two sources"
            yield Contradiction((*place, second), message, help_, (*place, first))
        elif not kinds:
            message = "has an empty projected source"
            yield Contradiction(
                place, message, "add `secret`, `configMap` or another, or delete it"
            )
        for kind in kinds:
            for at_, file in items(part, kind, "items"):
                paths.append(((*place, kind, "items", at_, "path"), file.get("path")))
        for at_, file in items(part, "downwardAPI", "items"):
            yield from file_items((*place, "downwardAPI", "items", at_), file)
        if "serviceAccountToken" in kinds:
            token: Route = (*place, "serviceAccountToken", "path")
            paths.append((token, at(part, ("serviceAccountToken", "path"))))
    yield from repeated(iter(paths), "the projected file", "write it to another path")


_DETAILS: Mapping[str, Callable[[Route, Mapping[str, Any], Mapping[str, Any]], _Found]] = {
    "azureDisk": _azure_disk,
    "downwardAPI": _downward,
    "ephemeral": _claim,
    "fc": _fc,
    "iscsi": _iscsi,
    "projected": _projected,
}


def _mount(route: Route, mount: Mapping[str, Any], values: Values) -> Iterator[Contradiction]:
    name = mount.get("name")
    known = {str(each.get("name")): None for _, each in items(values, "volumes")}
    if _has_tmp(values):
        known[TMP] = None
    if isinstance(name, str) and name not in known:
        help_ = f"{did_you_mean(name, known)}; or add it to `volumes`"
        message = f"mounts the volume `{name}`, which does not exist"
        yield Contradiction((*route, "name"), message, help_)
    if mount.get("subPath") and mount.get("subPathExpr"):
        message = f"mounts `{name}` with both `subPath` and `subPathExpr`"
        yield Contradiction(
            (*route, "subPathExpr"), message, "keep one of them", (*route, "subPath")
        )
    yield from _propagation(route, mount, values)


def _propagation(route: Route, mount: Mapping[str, Any], values: Values) -> Iterator[Contradiction]:
    name, propagation = mount.get("name"), mount.get("mountPropagation")
    place = (*route, "mountPropagation")
    if propagation == "Bidirectional" and at(values, ("securityContext", "privileged")) is not True:
        message = f"mounts `{name}` with `Bidirectional` propagation but is not privileged"
        yield Contradiction(place, message, "use `HostToContainer`, or delete it")
    if mount.get("recursiveReadOnly") not in ("Enabled", "IfPossible"):
        return
    recursive = (*route, "recursiveReadOnly")
    if mount.get("readOnly") is not True:
        message = f"mounts `{name}` with `recursiveReadOnly` but without `readOnly`"
        yield Contradiction(recursive, message, "add `readOnly: true`")
    if propagation not in (None, "None"):
        message = f"mounts `{name}` with both `recursiveReadOnly` and `mountPropagation`"
        yield Contradiction(recursive, message, "delete one of them", place)


def _paths(values: Values) -> Iterator[Contradiction]:
    """Check that each path is mounted once, the chart's own included."""
    paths: list[tuple[Route, Any]] = []
    if _has_tmp(values):
        paths.append((("tmp", "path"), at(values, ("tmp", "path"))))
    for index, each in items(values, "volumeMounts"):
        paths.append((("volumeMounts", index, "mountPath"), each.get("mountPath")))
    folders = ((route, path.rstrip("/")) for route, path in paths if isinstance(path, str))
    yield from repeated(folders, "a mount at", "mount it elsewhere")
