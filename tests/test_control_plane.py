"""The control plane's files that need no engine to be judged: values, Kind files, and pages for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from compiled import Compiled, compiled

from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.resolve.argocd import argocd_installs
from dokaseca_compile.resolve.layout import Layout
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.resolve.setting import Layer

CASE = Path(__file__).parent / "cases" / "control-plane" / "platform.yaml"
BASE: dict[str, Any] = {
    "apiVersion": "dokaseca.dev/v1alpha1",
    "kind": "Platform",
    "metadata": {"name": "acme"},
    "repositories": {"organization": "https://github.com/acme"},
    "environments": {"dev": {}, "production": {}},
    "regions": {"eu": {}},
}


def tree(**sections: Any) -> tuple[Compiled, str]:
    """A platform compiled, and the folder of its control plane."""
    compilation = compile([SourceFile("platform.yaml", fast_yaml.dump(BASE | sections).encode())])
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    assert compilation.resolved is not None
    files = dict(render(compilation.tree, "platform.yaml"))
    return Compiled(compilation.resolved, compilation.tree, files), "acme-control-plane"


@pytest.mark.parametrize("platform", [None, CASE], ids=["the platform", "the case"])
def test_terraform_gives_argo_cd_the_values_of_its_addon(platform: Path | None) -> None:
    """The file of a hub is the merge of the values files that the addon's Application lists, weak to strong."""
    made = compiled() if platform is None else compiled(platform)
    layout, seen = Layout(made.resolved), 0
    for hub in made.resolved.hubs():
        for install, part in argocd_installs(hub):
            layers = (Layer("default"), *hub.profile.layers(), Layer("cluster", hub.name))
            merged: dict[str, Any] = {}
            for path in (layout.values(layer, part.part.name).file for layer in layers):
                merged = merge_values(merged, fast_yaml.load(made.files.get(path, b"{}")))
            file = layout.argocd_values(hub.cluster.environment, hub.name).file
            assert fast_yaml.load(made.files[file]) == merged, install.addon
            seen += 1
    assert seen > 0


def test_no_file_without_values() -> None:
    """An Argo CD with nothing to be told has no values file; a cluster that Kind does not make has no Kind file."""
    made, folder = tree(
        clusters={"desk": {"type": "standalone", "environment": "dev", "region": "eu", "auth": "in-cluster"}}
    )
    assert not [path for path in made.files if path.endswith(".argo-cd.yaml") or "/kind/" in path]
    assert b"`kind/`" not in made.files[f"{folder}/docs/README.md"]


def test_an_addon_without_a_version_of_its_own_is_no_reason_to_float() -> None:
    """Terraform always has a version to install."""
    made, _ = tree(
        clusters={"desk": {"type": "standalone", "environment": "dev", "region": "eu", "auth": "in-cluster"}}
    )
    (tfvars,) = (text.decode() for path, text in made.files.items() if path.endswith("/desk.tfvars"))
    assert 'argocd_chart_version          = "10.2.2"' in tfvars


def spokes(count: int) -> dict[str, Any]:
    each = {"environment": "production", "region": "eu", "auth": "gcp-workload-identity", "cloud": "gcp"}
    found = {f"s{number:04}": {**each, "server": f"https://{number}.acme.example"} for number in range(count)}
    hub = {"type": "hub", "environment": "dev", "region": "eu", "auth": "in-cluster"}
    return {"hub": hub, **found}


@pytest.mark.parametrize(("count", "listed"), [(299, True), (300, False)])
def test_a_large_fleet_is_counted(count: int, listed: bool) -> None:
    """Up to 300 clusters have a row each; beyond, hubs only, and the page says so."""
    made, folder = tree(clusters=spokes(count))
    page = made.files[f"{folder}/docs/clusters.md"].decode()
    assert ("| `s0007` |" in page) == listed
    assert "| `hub` |" in page
    assert f"| production | eu | spoke | {count} |" in page
    assert ("so only the hubs are listed" in page) != listed


def test_the_catalogue_says_what_runs_where() -> None:
    """On how many clusters of each environment; no version, so that one that is raised changes another file alone."""
    off = {"s0000": {"addons": {"x": False}}}
    clusters = {name: {**each, **off.get(name, {})} for name, each in spokes(8).items()}
    addon = {"category": "samples", "chart": {"name": "x", "repository": "https://charts.example"}, "version": "1.1.0"}
    made, folder = tree(clusters=clusters, addons={"x": {**addon, "namespace": "x"}})
    page = made.files[f"{folder}/docs/addons.md"].decode()
    (row,) = (line for line in page.splitlines() if line.startswith("| `x`"))
    assert row.endswith("| 1 | 7 |")
    assert "1.1.0" not in page


def test_the_map_has_only_relations_that_are_there() -> None:
    """No arrow to the charts repository without a chart of our own; an arrow with one."""
    made, folder = tree(clusters=spokes(0))
    assert '|"charts"|' not in made.files[f"{folder}/docs/repositories.md"].decode()
    addon = {"category": "samples", "chart": {"path": "charts/x"}, "namespace": "x"}
    made, folder = tree(clusters=spokes(0), addons={"x": addon})
    page = made.files[f"{folder}/docs/repositories.md"].decode()
    assert '  n1 -->|"charts"| n2\n' in page
    assert '  n1["acme-addons"]\n  n2["acme-helm-charts"]\n' in page


def test_a_kind_spoke_needs_no_address() -> None:
    """`auth: kind` says where its API server is, and who registers it."""
    made = compiled(CASE)
    lab = made.resolved.clusters["lab"]
    assert (lab.server, lab.registration) == ("https://lab-control-plane:6443", "terraform")
    assert not [path for path in made.files if "clusters/lab/registration" in path]
