"""The last check before writing: a writer that would say something else is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.proof.read_back import ReadBackError, read_back

LAYERS = Path(__file__).parent / "cases" / "layers" / "platform.yaml"


def compiled() -> tuple[FileTree, dict[str, bytes]]:
    compilation = compile([SourceFile("platform.yaml", LAYERS.read_bytes())])
    return compilation.tree, dict(render(compilation.tree, "platform.yaml"))


def test_what_is_rendered_says_what_was_meant() -> None:
    """Every file of a case is read back as the data it was made from."""
    tree, rendered = compiled()
    read_back(tree, rendered, rendered)


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("acme-addons/values/dev/kyverno.yaml", b"replicas: 1", b"replicas: 10"),
        ("acme-addons/values/dev/kyverno.yaml", b"reports: true", b'reports: "true"'),
        ("acme-addons/values/default/kyverno.yaml", b"- baseline", b"- [baseline]"),
        ("acme-addons/appsets/security/kyverno/dev.yaml", b'version: "3.5.0"', b"version: 3.5"),
        (
            "acme-clusters/clusters/dev-eu/registration/cluster-secret.yaml",
            b'enable_tracing: "true"',
            b"enable_tracing: yes",
        ),
    ],
)
def test_a_file_that_says_something_else_is_a_bug_of_ours(path: str, right: bytes, wrong: bytes) -> None:
    """Another value, type or structure is found, whichever target made the file."""
    tree, rendered = compiled()
    assert right in rendered[path]
    rendered[path] = rendered[path].replace(right, wrong, 1)
    with pytest.raises(ReadBackError, match=path):
        read_back(tree, rendered, rendered)


def test_only_what_is_written_is_read_back() -> None:
    """A file that stays as it is costs nothing."""
    tree, rendered = compiled()
    rendered["acme-addons/values/dev/kyverno.yaml"] = b"replicas: 10\n"
    read_back(tree, rendered, [])


def test_of_a_fleet_a_number_of_files_is_read_back() -> None:
    """Files that grow with the fleet are alike: the first ones of a target speak for the others, values never do."""
    spokes = "".join(
        f"  spoke-{number:02}: {{environment: dev, region: eu, server: 'https://s{number}.acme.example', "
        "cloud: gcp, auth: gcp-workload-identity}\n"
        for number in range(60)
    )
    text = (Path(__file__).parent / "cases" / "smallest-platform" / "platform.yaml").read_text()
    text = text.replace("  production: {}", "  production: {}\n  dev: {}").replace("addons:\n", f"{spokes}addons:\n")
    compilation = compile([SourceFile("platform.yaml", text.encode())])
    assert not compilation.failed
    rendered = dict(render(compilation.tree, "platform.yaml"))
    last = "acme-clusters/clusters/spoke-59/registration/cluster-secret.yaml"
    rendered[last] = b"a: 1\n"
    read_back(compilation.tree, rendered, rendered)
    with pytest.raises(ReadBackError):
        read_back(compilation.tree, rendered, [last])
