"""Objects that Kubernetes would refuse, and files that could not be read back: an error before anything is written."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import BASE, dokaseca, platform
from test_impact import patched

from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.formats.body import YamlBody
from dokaseca_compile.proof import oversized as module
from dokaseca_compile.proof.oversized import oversized, stored_size

KINDS = (
    "AppProject", "ApplicationSet", "ExternalSecret", "Kustomization", "LimitRange", "Namespace", "ResourceQuota",
    "RoleBinding", "Secret",
)  # fmt: skip
"""Kinds of documents that the base platform is compiled to."""


@cache
def compiled(patch: str = "") -> tuple[Compilation, dict[str, bytes]]:
    """The base platform with a change, and its files."""
    text = yaml.dump(patched(yaml.safe_load(BASE), yaml.safe_load(patch)), Dumper=yaml.CSafeDumper, sort_keys=False)
    compilation = compile([SourceFile("platform.yaml", text.encode())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation, dict(render(compilation.tree, "platform.yaml"))


def found(monkeypatch: pytest.MonkeyPatch, limit: int, patch: str = "") -> list[Diagnostic]:
    """What is reported with another limit for objects."""
    monkeypatch.setattr(module, "OBJECT", limit)
    return list(oversized(*compiled(patch)))


def objects() -> dict[str, tuple[str, int]]:
    """Kind → path and size of its largest object."""
    largest: dict[str, tuple[str, int]] = {}
    for path, artifact in compiled()[0].tree.items():
        for document in artifact.body.documents if isinstance(artifact.body, YamlBody) else ():
            kind, size = str(document.get("kind", "")), stored_size(document)
            if kind and size > largest.get(kind, ("", 0))[1]:
                largest[kind] = path, size
    return largest


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_object_is_measured(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """One byte above the limit it is reported, with a place in the source; at the limit it is not."""
    path, size = objects()[kind]
    name = f"the {kind} in {path}"
    reported = found(monkeypatch, size - 1)
    assert any(each.slug == "object-too-large" and each.primary.route for each in reported)
    assert name in reported_names(monkeypatch, size - 1)
    assert name not in reported_names(monkeypatch, size)


def reported_names(monkeypatch: pytest.MonkeyPatch, limit: int) -> set[str]:
    """The objects above a limit, those too that a finding only counts."""
    monkeypatch.setattr(module, "OBJECT", limit)
    compilation, files = compiled()
    return {
        f"the {kind} in {path}"
        for path, content in files.items()
        if module._may_have_large_object(content)
        for _, _, kind in module._large_objects(compilation.tree[path])
    }


MANY = {
    "teams.payments.groups": "teams: {payments: {groups: [LIST]}}",
    "clusters.spoke.labels": "clusters: {spoke: {labels: {MAP}}}",
    "environments.dev.labels": "environments: {dev: {labels: {MAP}}}",
    "addons.cert-manager.namespaces": "addons: {cert-manager: {namespaces: [LIST]}}",
}
"""Setting → a patch that makes it large."""


def filled(patch: str) -> str:
    names = [f"n{number:04}" for number in range(600)]
    return patch.replace("LIST", ", ".join(names)).replace("MAP", ", ".join(f"{name}: x" for name in names))


@pytest.mark.parametrize("place", MANY)
def test_the_place_is_what_makes_it_so_large(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """One error for a cause, however many objects it makes too large."""
    reported = found(monkeypatch, max(size for _, size in objects().values()), filled(MANY[place]))
    assert [format_route(each.primary.route) for each in reported] == [place]
    assert reported[0].message.startswith(f"`{place}` makes ")


def test_many_clusters_are_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each of them adds a little to is nothing that any of them can mend."""
    cluster = "environment: dev, region: eu, hub: hub, cloud: gcp, auth: gcp-workload-identity"
    many = (f"a-long-name-of-a-cluster-{n}: {{{cluster}, server: 'https://c{n}.example'}}" for n in range(600))
    limit = max(size for _, size in objects().values())
    reported = found(monkeypatch, limit, f"clusters: {{{', '.join(many)}}}")
    assert "clusters" in [format_route(each.primary.route) for each in reported]
    assert not [each for each in reported if len(each.primary.route) == 2]


def test_one_error_for_one_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = max(size for _, size in objects().values())
    (error,) = found(monkeypatch, limit, filled(MANY["environments.dev.labels"]))
    assert "`environments.dev.labels` makes 2 objects larger than" in error.message
    (error,) = found(monkeypatch, limit, filled(MANY["clusters.spoke.labels"]))
    assert "`clusters.spoke.labels` makes the Secret in acme-clusters/clusters/spoke" in error.message


@pytest.mark.parametrize(
    ("document", "stored"),
    [
        ({}, "{}"),
        ({"a": "b", "c": [1, True, None, 1.5]}, '{"a":"b","c":[1,true,null,1.5]}'),
        ({"a": '"\\\n\t'}, r'{"a":"\"\\\n\t"}'),
        ({"a": "<&>"}, r'{"a":"\u003c\u0026\u003e"}'),
        ({"a": "é😀"}, '{"a":"é😀"}'),
        ({"a": "\u2028\u2029"}, r'{"a":"\u2028\u2029"}'),
        ({"stringData": {"a": "é<x"}}, '{"data":{"a":"' + base64.b64encode("é<x".encode()).decode() + '"}}'),
        ({"stringData": {}}, "{}"),
    ],
)
def test_the_size_is_that_in_etcd(document: dict[str, Any], stored: str) -> None:
    """As the API server writes it: Go's JSON, and Secrets in Base64."""
    assert stored_size(document) == len(stored.encode())


@pytest.mark.parametrize("text", ["a" * 400_000, "<" * 180_000, "&" * 200_000])
def test_no_large_object_is_missed(text: str) -> None:
    """Files are measured only if they might have one: no text grows more than that in JSON."""
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "stringData": {"a": text},
        "metadata": {"name": "x", "note": text},
    }
    content = json.dumps(document).encode()
    assert stored_size(document) <= module.OBJECT or module._may_have_large_object(content)


def test_nothing_is_written(tmp_path: Path) -> None:
    """With a real object of more than 1 MiB, every command that needs the files stops with the same error."""
    labels = ", ".join(f"l{number:05}: {'x' * 60}" for number in range(20_000))
    folder = platform(tmp_path, BASE.replace("labels: {owner: payments}", f"labels: {{{labels}}}"))
    for command in ("compile", "check", "diff"):
        done = dokaseca(folder, command)
        assert done.code == 1
        said = done.out + done.err
        assert "platform.yaml:67:5: error[object-too-large]: `clusters.spoke.labels` makes the Secret in" in said
        assert "with 1.4 MiB; an object may have 1 MiB at most" in said
        assert len(said) < 5_000
    assert not (folder / "out").exists()


def test_values_are_no_object(tmp_path: Path) -> None:
    """Helm reads them from Git, and nothing of their size reaches etcd."""
    folder = platform(tmp_path, BASE.replace("words: {one: two}", f"words: {{one: {'x' * 1_200_000}}}"))
    assert dokaseca(folder, "compile", "--dry-run").code == 0
