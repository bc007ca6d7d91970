"""What ``terraform plan`` makes of each kind of cluster, by real Terraform and transcribed provider schemas.

The providers' own code is not run (see ``stand_in_providers``): what is proven is that every argument exists and has
its type, which resources there are, and what is in them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from compiled import Compiled, compiled, typed
from engines import engine, engine_module, run
from stand_in_providers import ControlPlane, Providers, initialised

from dokaseca_compile.resolve import argocd
from dokaseca_compile.resolve.contract import addon_switches, own_annotations, own_labels, repository_annotations

CASE = Path(__file__).parents[1] / "cases" / "control-plane" / "platform.yaml"
KIND = "module.kind_cluster[0].kind_cluster.this"
ARGOCD = "module.gitops_bridge[0].helm_release.argocd[0]"
SECRET = "module.gitops_bridge[0].kubernetes_secret_v1.cluster[0]"
RELEASE = 'module.gitops_bridge[0].helm_release.{}["bootstrap-{}"]'
MANIFESTS = ("addons", "addons-project", "clusters", "clusters-project", "workloads", "workloads-project")
Plans = Mapping[str, Mapping[str, Mapping[str, Any]]]


def release(name: str) -> str:
    """The address of the Helm release of a manifest: AppProjects are resources of their own, which come first."""
    return RELEASE.format("project" if name.endswith("-project") else "bootstrap", name)


STARTS = {ARGOCD, SECRET, *map(release, MANIFESTS)}


@pytest.fixture(scope="module")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Providers:
    return Providers(tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="module")
def case(providers: Providers, tmp_path_factory: pytest.TempPathFactory) -> ControlPlane:
    """The golden case: a hub, a spoke of each kind, a standalone cluster."""
    return ControlPlane(compiled(CASE), providers, tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def plans(case: ControlPlane) -> Plans:
    return case.plans()


@pytest.fixture(scope="module")
def root(platform: Compiled, providers: Providers, tmp_path_factory: pytest.TempPathFactory) -> ControlPlane:
    """The platform of this repository."""
    return ControlPlane(platform, providers, tmp_path_factory.mktemp("platform"))


def test_valid(case: ControlPlane) -> None:
    """Every block and argument of the root and its modules is one that the providers have."""
    assert "is valid" in case.run("validate")


def test_a_misspelt_argument_is_found(case: ControlPlane, tmp_path: Path) -> None:
    """The schemas are looked at: a typo in a module does not pass."""
    module = tmp_path / "kind-cluster"
    shutil.copytree(case.terraform / "modules" / "kind-cluster", module)
    main = module / "main.tf"
    main.write_text(main.read_text().replace("wait_for_ready", "wait_for_redy"))
    initialised(case.providers, module, tmp_path / "copy")
    with pytest.raises(pytest.fail.Exception, match="wait_for_redy"):
        case.providers.run(tmp_path / "copy", "validate")


@pytest.mark.parametrize(
    ("cluster", "resources"),
    [
        pytest.param("hub", {KIND, *STARTS}, id="a hub of Kind"),
        pytest.param("desk", {KIND, *STARTS}, id="a standalone cluster of Kind"),
        pytest.param("lab", {KIND, SECRET}, id="a spoke of Kind, registered by Terraform"),
        pytest.param("depot", {SECRET}, id="a spoke that exists, registered by Terraform"),
        pytest.param("shop", set(), id="a spoke that exists, registered by Git"),
    ],
)
def test_resources(plans: Plans, cluster: str, resources: set[str]) -> None:
    """Terraform makes what is missing, and registers what Git does not."""
    assert plans[cluster].keys() == resources


def test_argo_cd_is_that_of_its_addon(plans: Plans) -> None:
    """Repository, version, release and values are those by which the addon will take it over."""
    release = plans["hub"][ARGOCD]
    assert (release["repository"], release["chart"]) == ("oci://ghcr.io/argoproj/argo-helm", "argo-cd")
    assert (release["version"], release["name"], release["namespace"]) == ("9.0.3", "argo", "argocd")
    (values,) = release["values"]
    assert fast_yaml.load(values) == {
        "configs": {"params": {"applicationsetcontroller.enable.progressive.syncs": True}},
        "controller": {"replicas": 2},
    }


def test_argo_cd_without_an_addon(plans: Plans) -> None:
    """A pinned default, with what the platform's rollouts need."""
    release = plans["desk"][ARGOCD]
    assert (release["repository"], release["version"]) == (argocd.REPOSITORY, argocd.VERSION)
    assert release["name"] == argocd.RELEASE
    (values,) = release["values"]
    assert "applicationsetcontroller.enable.progressive.syncs: true" in values


def test_the_default_of_the_module_is_ours(case: ControlPlane) -> None:
    """The module, used by itself, installs what the compiler means by no version."""
    text = (case.terraform / "modules" / "gitops-bridge" / "main.tf").read_text()
    for value in (argocd.VERSION, argocd.REPOSITORY, argocd.RELEASE, argocd.ARGOCD_NAMESPACE):
        assert f'"{value}"' in text


def test_no_credential_before_there_is_one(case: ControlPlane, plans: Plans) -> None:
    """The certificate of a Kind cluster is in no file: what the Secret says of it is unknown until it is made."""
    assert plans["lab"][SECRET]["data"] == {"name": "lab", "server": "https://lab-control-plane:6443"}
    assert 'cluster_config                = ""' in (case.terraform / case.tfvars("lab")).read_text()
    assert set(plans["depot"][SECRET]["data"]) == {"name", "server", "config"}


def test_every_cluster_of_the_platform(root: ControlPlane) -> None:
    """Each gets the Secret of the contract, the Kind cluster of its file, and the manifests as they are."""
    resolved = root.platform.resolved
    for name, plan in root.plans().items():
        cluster = resolved.clusters[name]
        assert (KIND in plan) == cluster.cluster.made_by_terraform, name
        assert (ARGOCD in plan) == (cluster.cluster.type != "spoke"), name
        assert (SECRET in plan) == (cluster.registration == "terraform"), name
        if KIND in plan:
            file = fast_yaml.load((root.folder / "kind" / f"{name}.yaml").read_text())
            assert typed(of_kind(plan[KIND])) == typed(file)
        if SECRET in plan:
            switches = {key: str(on).lower() for key, on in addon_switches(resolved, cluster.profile).items()}
            (metadata,) = plan[SECRET]["metadata"]
            assert metadata["labels"] == {**own_labels(resolved, cluster), **switches}
            assert metadata["annotations"] == {
                **own_annotations(resolved, cluster),
                **repository_annotations(cluster.repositories),
            }
            assert plan[SECRET]["data"] == {"name": name, "server": cluster.server, "config": cluster.config}


def of_kind(planned: Mapping[str, Any]) -> dict[str, Any]:
    """The Kind configuration that a planned cluster means."""
    (config,) = planned["kind_config"]
    nodes = [{key: value for key, value in node.items() if value not in (None, [])} for node in config["node"]]
    return {"kind": config["kind"], "apiVersion": config["api_version"], "name": planned["name"], "nodes": nodes}


def test_helm_renders_the_manifests_unchanged(case: ControlPlane, plans: Plans) -> None:
    """Real Helm makes of the module's chart exactly the bootstrap manifest, templates of Argo CD included."""
    helm = engine_module("helm_python", "helm-python-sdk")
    folder = case.terraform / "modules" / "gitops-bridge" / "charts" / "resources"
    for name in MANIFESTS:
        (values,) = plans["hub"][release(name)]["values"]
        with helm.Chart.load(folder) as chart:
            (text,) = chart.render(fast_yaml.load(values)).values()
        file = (case.folder / "bootstrap" / f"{name}.yaml").read_text()
        assert [each for each in fast_yaml.load_all(text) if each] == list(fast_yaml.load_all(file))


def test_projects_come_before_what_refers_to_them(case: ControlPlane, plans: Plans) -> None:
    """Terraform's own order of what it applies: an ApplicationSet whose AppProject is missing is tried again after
    three minutes only.
    """
    assert {release(name) for name in MANIFESTS} <= plans["hub"].keys()
    graph = case.run("graph", "-plan=hub.plan")
    after: dict[str, set[str]] = {}
    for node, other in re.findall(r'^\s*"((?:[^"\\]|\\.)+)" -> "((?:[^"\\]|\\.)+)"', graph, re.MULTILINE):
        after.setdefault(address(node), set()).add(address(other))
    projects = {release(name) for name in MANIFESTS if name.endswith("-project")}
    for name in MANIFESTS:
        before = waits_for(release(name), after)
        assert ARGOCD in before
        assert projects & before == (set() if name.endswith("-project") else projects)
        assert (SECRET in before) != name.endswith("-project")


def address(node: str) -> str:
    """The address of a node of a graph."""
    return node.replace('\\"', '"').removeprefix("[root] ")


def waits_for(node: str, after: Mapping[str, set[str]]) -> set[str]:
    """Every node that comes before a node of a graph."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        more = after.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def test_a_state_is_of_one_cluster(case: ControlPlane) -> None:
    """In the workspace of another cluster nothing is planned: it would replace that cluster."""
    case.run("workspace", "new", "desk")
    try:
        with pytest.raises(pytest.fail.Exception, match="of another cluster"):
            case.run("plan", "-input=false", f"-var-file={case.tfvars('hub')}")
    finally:
        case.run("workspace", "select", "default")


@pytest.mark.parametrize("cluster", ["hub", "lab", "depot", "shop", "desk"])
def test_the_test_that_is_shipped(case: ControlPlane, cluster: str) -> None:
    """``terraform test`` of the root passes for each kind of cluster, with Terraform's own mocks."""
    assert "1 passed, 0 failed" in case.run("test", f"-var-file={case.tfvars(cluster)}")


@pytest.mark.parametrize("module", ["gitops-bridge", "kind-cluster"])
def test_the_tests_of_modules(case: ControlPlane, tmp_path: Path, module: str) -> None:
    """So do those of each module by itself."""
    copy = initialised(case.providers, case.terraform / "modules" / module, tmp_path / module)
    assert ", 0 failed" in case.providers.run(copy, "test")


def test_kind_reads_its_files(case: ControlPlane, root: ControlPlane) -> None:
    """Kind's own types take every file, with no key that they do not know."""
    judge = engine("kind-config")
    files = [str(path) for each in (case, root) for path in sorted((each.folder / "kind").glob("*.yaml"))]
    assert run(judge, *files, cwd=case.folder) == f"{len(files)} read\n"


def test_kind_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    """The judge is strict."""
    wrong = tmp_path / "kind.yaml"
    wrong.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane, images: x}]\n")
    with pytest.raises(pytest.fail.Exception, match="images"):
        run(engine("kind-config"), str(wrong), cwd=tmp_path)
