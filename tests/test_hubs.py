"""What a hub holds: followed from what Terraform starts through the files, and an error where the way ends."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from compiled import plain

from dokaseca_compile.argo import EvaluationError, UnsupportedError
from dokaseca_compile.argo.hubs import Hub, Output, output_of, read_hubs
from dokaseca_compile.compiler import Compilation, SourceFile, compile
from dokaseca_compile.resolve.layout import Layout

CASE = Path(__file__).parent / "cases" / "several-hubs" / "platform.yaml"
KUSTOMIZATION = "acme-clusters/hubs/hub-eu/production/kustomization.yaml"
EXTERNAL_SECRET = "acme-clusters/clusters/edge/registration/external-secret.yaml"
SECRET = "acme-clusters/clusters/edge-oauth/registration/cluster-secret.yaml"
BOOTSTRAP = "acme-control-plane/bootstrap/addons.yaml"
APPSET = "acme-addons/appsets/networking/proxy/production.yaml"
PROJECT = "acme-addons/appsets/projects/networking/production.yaml"
VARIABLES = "acme-control-plane/terraform/environments"
Documents = dict[str, list[Any]]


@pytest.fixture(scope="module")
def compilation() -> Compilation:
    """Two hubs and a cluster that is its own."""
    found = compile([SourceFile("platform.yaml", CASE.read_bytes())])
    assert not found.failed
    return found


@pytest.fixture
def documents(compilation: Compilation) -> Documents:
    """Path → the documents of every file, to be changed."""
    whole = output_of(compilation.tree)
    return {path: [copy.deepcopy(plain(each)) for each in whole.documents(path)] for path in compilation.tree}


@pytest.fixture
def hubs(compilation: Compilation, documents: Documents) -> Callable[[], dict[str, Hub]]:
    """Follow the documents as they are by then."""
    resolved = compilation.resolved
    assert resolved is not None

    def follow() -> dict[str, Hub]:
        found = read_hubs(Output(documents, documents.__getitem__), Layout(resolved))
        return {each.name: each for each in found}

    return follow


Follow = Callable[[], dict[str, Hub]]


# ---- what it holds


def test_every_argo_cd_by_name(hubs: Follow) -> None:
    """Hubs, and clusters that are their own."""
    assert list(hubs()) == ["hub-eu", "hub-us", "lab"]


def test_its_clusters(hubs: Follow) -> None:
    """Itself; those whose Secret Git has; those that Terraform writes into it. No other hub's."""
    assert {name: [each.name for each in hub.clusters] for name, hub in hubs().items()} == {
        "hub-eu": ["edge", "hub-eu"],
        "hub-us": ["edge-oauth", "hub-us", "shop"],
        "lab": ["lab"],
    }


def test_a_secret_of_a_store_is_as_its_template(hubs: Follow, documents: Documents) -> None:
    """Terraform knows the same labels and annotations."""
    (edge,) = (each for each in hubs()["hub-eu"].clusters if each.name == "edge")
    template = documents[EXTERNAL_SECRET][0]["spec"]["target"]["template"]
    assert (edge.labels, edge.annotations) == (template["metadata"]["labels"], template["metadata"]["annotations"])
    assert edge.server == "https://edge.acme.example"
    assert "{{ .token | trim }}" in edge.config


def test_a_secret_that_terraform_writes(hubs: Follow) -> None:
    """Its labels follow from the variables, as GitOps Bridge has them."""
    (shop,) = (each for each in hubs()["hub-us"].clusters if each.name == "shop")
    assert (shop.labels["hub"], shop.labels["enable_proxy"], shop.server) == (
        "hub-us", "true", "https://shop.acme.example",
    )  # fmt: skip
    assert shop.annotations["addons_repo_revision"] == "main"


def test_a_hub_has_what_its_environments_have(hubs: Follow) -> None:
    """The ApplicationSets and projects of the environments that it serves, and those that start it, by name."""
    found = hubs()
    started = ["bootstrap-addons", "bootstrap-clusters", "bootstrap-workloads"]
    dev = ["bootstrap-addons-dev-marker", "bootstrap-workloads-dev-marker", "proxy-dev"]
    production = [
        "bootstrap-addons-production-marker", "bootstrap-workloads-production-marker", "external-secrets-production",
        "oauth-proxy-production", "proxy-production",
    ]  # fmt: skip
    sets = {name: [each.name for each in hub.application_sets] for name, hub in found.items()}
    assert sets == {
        "hub-eu": sorted([*started, *production]),
        "hub-us": sorted([*started, *dev, *production]),
        "lab": sorted([*started, *dev]),
    }
    projects = {name: list(hub.projects) for name, hub in found.items()}
    for_production = ["addons-networking.production", "addons-security.production"]
    assert projects == {
        "hub-eu": sorted([*started, *for_production]),
        "hub-us": sorted([*started, "addons-networking.dev", *for_production]),
        "lab": sorted([*started, "addons-networking.dev"]),
    }


def test_what_starts_it(hubs: Follow) -> None:
    """An Application for each environment and repository, at the environment's revision.

    There is none for clusters where Git registers none.
    """
    started = {name: [(each.name, each.path, each.version) for each in hub.bootstrap] for name, hub in hubs().items()}
    assert started["hub-us"] == [
        ("bootstrap-addons-dev-hub-us", "appsets", "main"),
        ("bootstrap-addons-production-hub-us", "appsets", "v1.0.0"),
        ("bootstrap-clusters-dev-hub-us", "hubs/hub-us/dev", "main"),
        ("bootstrap-clusters-production-hub-us", "hubs/hub-us/production", "v1.0.0"),
        ("bootstrap-workloads-dev-hub-us", "applications", "main"),
        ("bootstrap-workloads-production-hub-us", "applications", "main"),
    ]
    assert [name for name, _, _ in started["lab"]] == ["bootstrap-addons-dev-lab", "bootstrap-workloads-dev-lab"]
    (addons, *_) = hubs()["lab"].bootstrap
    assert addons.directory == {"recurse": True, "include": "*/dev.yaml"}


def test_what_hubs_share_is_read_once(hubs: Follow) -> None:
    """So that a hundred hubs cost little more than one."""
    one, other, _ = ({each.name: each for each in hub.application_sets} for hub in hubs().values())
    assert all(one[name] is other[name] for name in one)
    projects, others, _ = (hub.projects for hub in hubs().values())
    assert all(projects[name] is others[name] for name in projects)


def test_documents_are_those_that_are_written(hubs: Follow) -> None:
    """Secrets first; one that a store makes is the Secret that it makes."""
    kinds = [each["kind"] for each in hubs()["hub-eu"].documents]
    assert set(kinds) == {"Secret", "AppProject", "ApplicationSet"}
    assert kinds == sorted(kinds, key=["Secret", "AppProject", "ApplicationSet"].index)


# ---- where the way ends


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (KUSTOMIZATION, f"{KUSTOMIZATION} is missing"),
        ("acme-clusters/clusters/edge/registration/kustomization.yaml", "acme-clusters/clusters/edge/"),
        (EXTERNAL_SECRET, f"{EXTERNAL_SECRET}/kustomization.yaml is missing"),
        (f"{VARIABLES}/production/hub-us.tfvars", "hub hub-us is not registered with its own Argo CD"),
    ],
)
def test_a_file_that_is_missing(hubs: Follow, documents: Documents, gone: str, said: str) -> None:
    """Terraform writes another cluster's Secret into hub-us, so without variables of its own it is missed."""
    del documents[gone]
    with pytest.raises(EvaluationError, match=said):
        hubs()


def test_a_folder_that_is_missing(hubs: Follow, documents: Documents) -> None:
    """An empty one would be an Argo CD without addons."""
    for path in [path for path in documents if path.startswith("acme-addons/appsets/")]:
        del documents[path]
    with pytest.raises(EvaluationError, match="reads acme-addons/appsets, which has no files"):
        hubs()


def test_a_path_that_leads_elsewhere(hubs: Follow, documents: Documents) -> None:
    """The hub reads what its own annotation says."""
    documents[f"{VARIABLES}/production/hub-eu.tfvars"][0]["gitops_addons_path"] = "argocd"
    with pytest.raises(
        EvaluationError, match="bootstrap-addons-production-hub-eu reads acme-addons/argocd, which has no files"
    ):
        hubs()


def test_a_repository_that_is_not_the_platforms(hubs: Follow, documents: Documents) -> None:
    documents[f"{VARIABLES}/production/hub-us.tfvars"][0]["gitops_clusters_repo"] = "https://github.com/acme/other"
    with pytest.raises(EvaluationError, match="bootstrap-clusters-dev-hub-us reads the unknown repository"):
        hubs()


def test_variables_without_a_hub_of_their_own(hubs: Follow, documents: Documents) -> None:
    """Somebody deploys to a hub that nobody starts."""
    documents[f"{VARIABLES}/dev/shop.tfvars"][0]["cluster_hub"] = "hub-ap"
    with pytest.raises(EvaluationError, match="hub hub-ap is not registered with its own Argo CD"):
        hubs()


def test_a_hub_that_terraform_does_not_register(hubs: Follow, documents: Documents) -> None:
    """Git cannot: only an Argo CD that knows its own cluster reads Git."""
    documents[f"{VARIABLES}/production/hub-eu.tfvars"][0]["cluster_registration"] = "gitops"
    with pytest.raises(EvaluationError, match="hub hub-eu is not registered"):
        hubs()


def test_variables_of_another_cluster(hubs: Follow, documents: Documents) -> None:
    """Terraform finds them by the name of the file."""
    documents[f"{VARIABLES}/dev/lab.tfvars"][0]["cluster_name"] = "lab-2"
    with pytest.raises(EvaluationError, match=r"lab\.tfvars belongs to the cluster lab-2"):
        hubs()


def test_a_hub_without_a_label_that_its_start_reads(hubs: Follow, documents: Documents) -> None:
    documents[BOOTSTRAP][0]["spec"]["template"]["metadata"]["labels"]["zone"] = "{{ .metadata.labels.zone }}"
    with pytest.raises(EvaluationError, match=r"there is no \.metadata\.labels\.zone for hub-eu"):
        hubs()


# ---- double and misplaced


@pytest.mark.parametrize("path", [APPSET, PROJECT, BOOTSTRAP])
def test_an_object_that_is_written_twice(hubs: Follow, documents: Documents, path: str) -> None:
    """In one file or in two: one would replace the other."""
    first = documents[path][0]
    documents["acme-addons/appsets/copy/production.yaml"] = [copy.deepcopy(first)]
    with pytest.raises(EvaluationError, match=f"{first['kind']} {first['metadata']['name']} is written twice"):
        hubs()


@pytest.mark.parametrize("path", [APPSET, PROJECT, BOOTSTRAP])
def test_an_object_in_another_namespace(hubs: Follow, documents: Documents, path: str) -> None:
    """Argo CD does not look there."""
    documents[path][0]["metadata"]["namespace"] = "default"
    with pytest.raises(EvaluationError, match="is in the namespace default"):
        hubs()


def test_a_secret_in_another_namespace(hubs: Follow, documents: Documents) -> None:
    """The Kustomization would move it, which we do not follow."""
    documents[SECRET][0]["metadata"]["namespace"] = "default"
    with pytest.raises(UnsupportedError, match="moves edge-oauth to another namespace"):
        hubs()


def test_a_secret_without_the_label_is_no_cluster(hubs: Follow, documents: Documents) -> None:
    """Argo CD says nothing of it, so it is for ``agreement`` to miss it."""
    del documents[SECRET][0]["metadata"]["labels"]["argocd.argoproj.io/secret-type"]
    assert [each.name for each in hubs()["hub-us"].clusters] == ["hub-us", "shop"]


def test_a_cluster_that_both_register(hubs: Follow, documents: Documents) -> None:
    """Git and Terraform: Argo CD would lose one of both Secrets."""
    documents[f"{VARIABLES}/production/edge-oauth.tfvars"][0]["cluster_registration"] = "terraform"
    with pytest.raises(EvaluationError, match="the clusters edge-oauth and edge-oauth have the same name"):
        hubs()


def test_two_clusters_of_one_server(hubs: Follow, documents: Documents) -> None:
    documents[SECRET][0]["stringData"]["server"] = "https://shop.acme.example/"
    with pytest.raises(EvaluationError, match="the clusters edge-oauth and shop have the same server"):
        hubs()


def test_two_hubs_may_have_one_server_each(hubs: Follow) -> None:
    """Every hub calls itself alike."""
    assert {hub.clusters[0].server for name, hub in hubs().items() if name == "lab"} == {
        each.server for each in hubs()["hub-eu"].clusters if each.name == "hub-eu"
    }


# ---- what is not emitted


@pytest.mark.parametrize("kind", ["ConfigMap", "Application", None])
def test_an_object_of_another_kind(hubs: Follow, documents: Documents, kind: str | None) -> None:
    documents[APPSET][0]["kind"] = kind
    with pytest.raises(UnsupportedError, match=f"hub hub-eu gets the unknown kinds {kind}"):
        hubs()


def test_a_kustomization_that_does_more(hubs: Follow, documents: Documents) -> None:
    documents[KUSTOMIZATION][0]["namePrefix"] = "x-"
    with pytest.raises(UnsupportedError, match="'namePrefix', which is not evaluated"):
        hubs()


@pytest.mark.parametrize(
    "directory",
    [
        {"recurse": False, "include": "*/dev.yaml"},
        {"recurse": True},
        {"include": "*/dev.yaml"},
        {"recurse": True, "include": "*.yaml"},
        {"recurse": True, "include": "*/{dev,production}.yaml"},
    ],
)
def test_a_folder_that_is_read_otherwise(hubs: Follow, documents: Documents, directory: dict[str, Any]) -> None:
    documents[BOOTSTRAP][0]["spec"]["template"]["spec"]["source"]["directory"] = directory
    with pytest.raises(UnsupportedError, match="reads a directory by"):
        hubs()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (EXTERNAL_SECRET, ("spec",)),
        (EXTERNAL_SECRET, ("spec", "target")),
        (EXTERNAL_SECRET, ("spec", "target", "name")),
        (EXTERNAL_SECRET, ("spec", "target", "template")),
        (EXTERNAL_SECRET, ("spec", "target", "template", "metadata")),
        (EXTERNAL_SECRET, ("metadata",)),
        (SECRET, ("metadata",)),
        (SECRET, ("metadata", "name")),
        (APPSET, ("metadata",)),
        (PROJECT, ("spec",)),
        (KUSTOMIZATION, ("resources",)),
        (APPSET, ("metadata", "namespace")),
        (BOOTSTRAP, ("spec", "template", "spec", "source")),
    ],
)
def test_an_object_that_lacks_a_part(hubs: Follow, documents: Documents, path: str, place: tuple[str, ...]) -> None:
    """An error of ours and never an exception of Python's."""
    parent = documents[path][0]
    for key in place[:-1]:
        parent = parent[key]
    del parent[place[-1]]
    with pytest.raises(EvaluationError):
        hubs()
