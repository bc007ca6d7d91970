"""``dokaseca apps``: which Applications there will be, for people, for programs and for other tools."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml
from click.testing import CliRunner
from command import BASE, Done, dokaseca, files, platform

from dokaseca_compile.argo import ApplicationSet, ClusterSecret
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.cli.app import app
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.resolve.resolved import Resolved

HERE = Path(__file__).parent
HUBS, LAYERS = ((HERE / "cases" / name / "platform.yaml").read_text() for name in ("several-hubs", "layers"))
BROKEN = BASE.replace("namespace: traefik", "namspace: traefik")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform that has every section: every kind of part, components, two waves."""
    return platform(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hubs and a cluster that is its own."""
    return platform(tmp_path_factory.mktemp("hubs"), HUBS)


def applications(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = dokaseca(folder, "apps", "--format", "json", *arguments)
    assert (done.code, done.err) == (0, "")
    return list(json.loads(done.out)["applications"])


def names(folder: Path, *arguments: str) -> list[str]:
    return [each["name"] for each in applications(folder, *arguments)]


def resolved(text: str) -> Resolved:
    found = compile([SourceFile("platform.yaml", text.encode())]).resolved
    assert found is not None
    return found


# ---- the table


def test_a_table_for_each_cluster(hubs: Path, update: bool) -> None:
    """By hub and cluster; what a layer without values would add is left out of the files. ``--update`` rewrites it."""
    done = dokaseca(hubs, "apps")
    expected = HERE / "apps" / "several-hubs.txt"
    if update:
        expected.write_text(done.out)
    assert (done.code, done.err) == (0, "")
    assert done.out == expected.read_text()


def test_waves_are_told_where_there_are_several(here: Path, hubs: Path) -> None:
    """With the note that Argo CD does not wait for them; a part stands in its own wave."""
    out = dokaseca(here, "apps", "--cluster", "spoke").out
    assert "\n  0     istio-base        1.26.0 " in out
    assert "\n  1     istio-istiod      1.26.1 " in out
    totals, *_ = out[out.index("12 Applications on") :].partition("\nArgo CD enforces no order")
    assert (
        totals
        == """\
12 Applications on 1 cluster of 1 hub

Waves, from what addons require:
  0  cert-manager external-secrets gateway gateways istio-base traefik
  1  istio-istiod kyverno
"""
    )
    assert "Waves" not in dokaseca(hubs, "apps").out


def test_value_files_are_weak_to_strong(tmp_path: Path) -> None:
    """The way that Helm reads them."""
    out = dokaseca(platform(tmp_path, LAYERS), "apps", "--cluster", "dev-us").out
    layers = ("default", "dev", "regions/us", "clusters/dev-us")
    assert " ".join(f"values/{layer}/kyverno.yaml" for layer in layers) in out


# ---- JSON


def test_every_field(here: Path) -> None:
    (found,) = applications(here, "--cluster", "spoke", "--addon", "kyverno")
    assert found.pop("labels")["cluster_type"] == "spoke"
    assert found.pop("sync_policy")["automated"] == {"prune": True, "selfHeal": False}
    assert found == {
        "hub": "hub",
        "name": "spoke-kyverno",
        "cluster": "spoke",
        "environment": "dev",
        "region": "eu",
        "addon": "kyverno",
        "component": "",
        "workload": "",
        "owner": "",
        "version": "3.3.8",
        "chart": "kyverno",
        "path": "",
        "revision": "",
        "repository": "https://kyverno.github.io/kyverno",
        "namespace": "kyverno",
        "project": "addons-security.dev",
        "wave": 1,
        "release_name": "kyverno",
        "value_files": [
            "gitops/values/default/kyverno.yaml",
            "gitops/values/dev/kyverno.yaml",
            "gitops/values/regions/eu/kyverno.yaml",
            "gitops/values/types/spoke/kyverno.yaml",
            "gitops/values/clusters/spoke/kyverno.yaml",
        ],
        "values_repository": "https://github.com/acme/acme-addons",
        "values_revision": "main",
        "application_set": "kyverno-dev",
        "deletes_resources": True,
        "annotations": {},
        "directory": {},
        "other": {},
        "rollout_step": None,
    }


@pytest.mark.parametrize(
    ("addon", "fields"),
    [
        ("istio-istiod", {"addon": "istio", "component": "istiod", "version": "1.26.1", "release_name": "istiod"}),
        ("istio-base", {"repository": "https://istio-release.storage.googleapis.com/charts", "chart": "base"}),
        ("gateway", {"chart": "", "path": "gitops/kustomize/gateway/1.3.0", "version": "main", "release_name": ""}),
        ("gateways", {"chart": "", "path": "gateways", "repository": "https://github.com/acme/acme-helm-charts"}),
        ("traefik", {"chart": "traefik", "repository": "ghcr.io/traefik/helm", "value_files": []}),
        ("cert-manager", {"owner": "payments"}),
    ],
)
def test_what_each_kind_of_part_says(here: Path, addon: str, fields: dict[str, Any]) -> None:
    """Exactly one of chart and path is not empty."""
    (found,) = applications(here, "--cluster", "spoke", "--addon", addon)
    found["value_files"] = [each for each in found["value_files"] if not each.endswith("/none.yaml")]
    assert {key: found[key] for key in fields} == fields
    assert bool(found["chart"]) != bool(found["path"])


def test_what_starts_a_hub(hubs: Path) -> None:
    """Of no addon and before every wave; Argo CD leaves its resources alone."""
    (found,) = (each for each in applications(hubs, "--cluster", "lab") if each["name"] == "bootstrap-addons-dev-lab")
    assert (found["addon"], found["environment"], found["wave"], found["deletes_resources"]) == ("", "dev", -1, False)
    assert (found["hub"], found["path"], found["version"]) == ("lab", "appsets", "main")


def test_the_document(here: Path) -> None:
    """The version of the format, the command, the waves of the platform; an Application on a line."""
    out = dokaseca(here, "apps", "--format", "json").out
    document = json.loads(out)
    assert list(document) == ["format_version", "command", "waves", "applications"]
    assert (document["format_version"], document["command"]) == ("1.0", "apps")
    assert list(document["waves"]) == ["0", "1"]
    assert len(out.splitlines()) == len(document["applications"]) + 2
    assert {part for parts in document["waves"].values() for part in parts} == {
        each["addon"] + (f"-{each['component']}" if each["component"] else "")
        for each in document["applications"]
        if each["addon"]
    }


def test_several_hubs(hubs: Path) -> None:
    """Each Application with the hub that makes it."""
    assert Counter(each["hub"] for each in applications(hubs)) == {"hub-eu": 5, "hub-us": 9, "lab": 2}
    assert {each["hub"] for each in applications(hubs) if each["cluster"] == "shop"} == {"hub-us"}


@pytest.mark.parametrize("text", [BASE, HUBS, LAYERS], ids=["every section", "several hubs", "layers"])
def test_nothing_is_missing_and_nothing_more(tmp_path: Path, text: str) -> None:
    """As many as the model has parts and workloads on clusters, one more for a cluster where teams work on any, and
    three for each environment that a hub serves, two where Git registers no cluster of the hub.
    """
    model = resolved(text)
    installs = [
        (cluster.hub, f"{name}-{part.part.name}")
        for name, cluster in model.clusters.items()
        for install in cluster.enabled()
        for part in install.parts
    ]
    started = [
        (hub.name, f"bootstrap-{key}-{environment}-{hub.name}")
        for hub in model.hubs()
        for environment in model.served[hub.name]
        for key in ("addons", "clusters", "workloads")
        if key != "clusters"
        or any(each.hub == hub.name and each.registration == "gitops" for each in model.clusters.values())
    ]
    found = [(each["hub"], each["name"]) for each in applications(platform(tmp_path, text))]
    teams = any(cluster.cluster.teams for cluster in model.clusters.values())
    configured = [(cluster.hub, f"{name}-cluster-config") for name, cluster in model.clusters.items() if teams]
    deployed = [
        (model.clusters[cluster].hub, f"{cluster}-{team}-{workload}")
        for (team, workload), each in model.workloads.items()
        for place in each.places.values()
        for cluster in place.clusters
    ]
    assert sorted(found) == sorted([*installs, *started, *configured, *deployed])


# ---- what is asked for


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--cluster edge-oauth", ["edge-oauth-proxy"]),
        ("--cluster edge --cluster shop", ["edge-oauth-proxy", "shop-proxy"]),
        ("--addon proxy", ["edge-oauth-proxy", "shop-proxy"]),
        ("--addon oauth-proxy --addon proxy", ["edge-oauth-proxy", "edge-oauth-proxy", "shop-proxy"]),
        ("--env dev", ["shop-proxy", "bootstrap-addons-dev-lab", "bootstrap-workloads-dev-lab"]),
        ("--env dev --addon proxy", ["shop-proxy"]),
        ("--env production --addon proxy --cluster edge-oauth", ["edge-oauth-proxy"]),
        ("--env dev --env production --addon proxy", ["edge-oauth-proxy", "shop-proxy"]),
        ("--cluster lab --addon proxy", []),
        ("--env dev --cluster edge", []),
    ],
)
def test_what_is_asked_for(hubs: Path, arguments: str, expected: list[str]) -> None:
    """One of each option that is given; several of an option are alternatives."""
    assert names(hubs, *arguments.split()) == expected


def test_an_addon_or_one_of_its_parts(here: Path) -> None:
    assert names(here, "--cluster", "edge", "--addon", "istio") == ["edge-istio-base", "edge-istio-istiod"]
    assert names(here, "--cluster", "edge", "--addon", "istio-base") == ["edge-istio-base"]


def test_nothing_matches(hubs: Path) -> None:
    """It is said, since nothing at all would look like a failure."""
    assert dokaseca(hubs, "apps", "--cluster", "lab", "--addon", "proxy") == Done(0, "No Application matches.\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--cluster edge-oaut", "--cluster: unknown name `edge-oaut`; did you mean `edge-oauth`?"),
        ("--addon oauth_proxy", "--addon: unknown name `oauth_proxy`; did you mean `oauth-proxy`?"),
        ("--env productoin", "--env: unknown name `productoin`; did you mean `production`?"),
        ("--env qa", "--env: unknown name `qa`; known: `dev`, `production`"),
        ("--env dev --env qa", "--env: unknown name `qa`"),
        ("--addon bootstrap-addons", "--addon: unknown name `bootstrap-addons`"),
        ("--cluster=", "--cluster: unknown name ``"),
    ],
)
def test_names_that_are_none(hubs: Path, arguments: str, said: str) -> None:
    """An empty list would look as if nothing was deployed."""
    done = dokaseca(hubs, "apps", *arguments.split())
    assert (done.code, done.out) == (2, "")
    assert said in done.err


# ---- a platform that is not sound


def test_findings(tmp_path: Path) -> None:
    """On standard error, since the result is the list."""
    done = dokaseca(platform(tmp_path, BROKEN), "apps")
    assert (done.code, done.out) == (1, "")
    assert "error[unknown-key]: unknown key `namspace`" in done.err
    assert done.err.rstrip().endswith("1 error")


def test_findings_as_json(tmp_path: Path) -> None:
    """The same fields as of any other command."""
    done = dokaseca(platform(tmp_path, BROKEN), "apps", "--format", "json")
    document = json.loads(done.out)
    assert (done.code, done.err, document["command"]) == (1, "", "apps")
    assert [each["slug"] for each in document["diagnostics"]] == ["unknown-key"]
    assert "applications" not in document


def test_a_warning_does_not_stop_it(tmp_path: Path) -> None:
    """It is told beside the list, and not among JSON."""
    folder = platform(tmp_path, HUBS.replace("regions: {", "regions: {unused: {}, "))
    assert dokaseca(folder, "apps").code == 0
    assert "warning[unused-declaration]" in dokaseca(folder, "apps").err
    assert len(applications(folder)) == 16


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert dokaseca(tmp_path, "apps").code == 2


def test_nothing_is_written(hubs: Path) -> None:
    before = files(hubs)
    dokaseca(hubs, "apps")
    assert files(hubs) == before


# ---- colour


def test_colour_adds_nothing_but_colour(here: Path) -> None:
    plain, colored = (dokaseca(here, "apps", "--color", choice).out for choice in ("never", "always"))
    assert colored != plain
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        assert code in colored
        colored = colored.replace(code, "")
    assert colored == plain


@pytest.mark.parametrize(("environment", "colored"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_by_the_environment(here: Path, environment: dict[str, str], colored: bool) -> None:
    runner = CliRunner(env={"FORCE_COLOR": "1", "NO_COLOR": None} | environment)
    done = runner.invoke(app, ["apps", "-C", str(here)], standalone_mode=False)
    assert ("\x1b[" in done.stdout) is colored


def test_json_has_no_colour(here: Path) -> None:
    assert "\x1b[" not in dokaseca(here, "apps", "--format", "json", "--color", "always").out


# ---- for other tools


def test_a_bundle_for_each_hub(hubs: Path, tmp_path: Path) -> None:
    """One object in a file, by hub and kind; the folder's parents need not be there yet."""
    done = dokaseca(hubs, "apps", "--bundle", str(tmp_path / "not/yet/there"))
    found = {path.removeprefix("not/yet/there/") for path in files(tmp_path)}
    assert done == Done(0, "", f"Wrote {len(found)} files to {tmp_path}/not/yet/there\n")
    assert {path for path in found if path.startswith("hub-us/")} == {
        "hub-us/applicationsets/bootstrap-addons-dev-marker.yaml",
        "hub-us/applicationsets/bootstrap-addons-production-marker.yaml",
        "hub-us/applicationsets/bootstrap-addons.yaml",
        "hub-us/applicationsets/bootstrap-clusters.yaml",
        "hub-us/applicationsets/bootstrap-workloads-dev-marker.yaml",
        "hub-us/applicationsets/bootstrap-workloads-production-marker.yaml",
        "hub-us/applicationsets/bootstrap-workloads.yaml",
        "hub-us/applicationsets/external-secrets-production.yaml",
        "hub-us/applicationsets/oauth-proxy-production.yaml",
        "hub-us/applicationsets/proxy-dev.yaml",
        "hub-us/applicationsets/proxy-production.yaml",
        "hub-us/projects/addons-networking.dev.yaml",
        "hub-us/projects/addons-networking.production.yaml",
        "hub-us/projects/addons-security.production.yaml",
        "hub-us/projects/bootstrap-addons.yaml",
        "hub-us/projects/bootstrap-clusters.yaml",
        "hub-us/projects/bootstrap-workloads.yaml",
        "hub-us/secrets/edge-oauth.yaml",
        "hub-us/secrets/hub-us.yaml",
        "hub-us/secrets/shop.yaml",
    }
    assert {path.partition("/")[0] for path in found} == {"hub-eu", "hub-us", "lab"}


@pytest.mark.parametrize("text", [BASE, HUBS], ids=["every section", "several hubs"])
def test_a_bundle_is_enough(tmp_path: Path, text: str) -> None:
    """Whoever evaluates it comes to the Applications of the list."""
    folder = platform(tmp_path / "here", text)
    assert dokaseca(folder, "apps", "--bundle", "../bundle").code == 0
    made = []
    for hub in (tmp_path / "bundle").iterdir():
        secrets = [ClusterSecret.read(fast_yaml.load(path.read_text()), "argocd") for path in hub.glob("secrets/*")]
        sets = [ApplicationSet.read(fast_yaml.load(path.read_text())) for path in hub.glob("applicationsets/*")]
        made += [
            (hub.name, document["metadata"]["name"])
            for secret in secrets
            for each in sets
            if secret is not None
            for document in each.applications(secret)
        ]
    assert sorted(made) == sorted((each["hub"], each["name"]) for each in applications(folder))


def test_a_bundle_has_no_credentials(here: Path, tmp_path: Path) -> None:
    """Of a Secret's data only name and server: not even how one would connect."""
    assert dokaseca(here, "apps", "--bundle", str(tmp_path / "bundle")).code == 0
    for path in tmp_path.rglob("secrets/*.yaml"):
        document = fast_yaml.load(path.read_text())
        assert document["stringData"].keys() == {"name", "server"}
        assert "data" not in document
    text = "".join(content.decode() for content in files(tmp_path).values())
    for word in ("bearerToken", "awsAuthConfig", "caData", "arn:aws", "tlsClientConfig", "{{ .token"):
        assert word not in text


def test_a_bundle_needs_a_folder_of_its_own(hubs: Path, tmp_path: Path) -> None:
    """Files of another platform beside the new ones would be evaluated too. An empty folder is fine."""
    (tmp_path / "used").mkdir()
    (tmp_path / "used/notes.txt").write_text("mine\n")
    (tmp_path / "file").write_text("mine\n")
    (tmp_path / "dangling").symlink_to("nowhere/at/all")
    (tmp_path / "empty").mkdir()
    before = files(tmp_path)
    for name in ("used", "file", "file/below", "dangling"):
        done = dokaseca(hubs, "apps", "--bundle", str(tmp_path / name))
        assert (done.code, done.out) == (2, "")
        assert "error: " in done.err
        assert files(tmp_path) == before
    assert dokaseca(hubs, "apps", "--bundle", str(tmp_path / "empty")).code == 0


def test_no_bundle_of_a_platform_that_is_not_sound(tmp_path: Path) -> None:
    assert dokaseca(platform(tmp_path, BROKEN), "apps", "--bundle", "bundle").code == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "platform.yaml"]


def test_a_bundle_is_the_same_every_time(hubs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert dokaseca(hubs, "apps", "--bundle", str(tmp_path / name)).code == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


# ---- the inventory


def test_values_are_merged_as_helm_merges_them() -> None:
    """Of a cluster with values at every layer: maps merge, lists and texts replace, null stays and deletes."""
    compilation = compile([SourceFile("platform.yaml", LAYERS.encode())])
    inventory = Inventory(compilation.resolved, compilation.tree)
    found = {each.name: inventory.values(each) for one in inventory.deployments() for each in one.applications}
    assert found["dev-us-kyverno"] == {"replicas": 2, "features": None, "region": "us-east-1"}
    assert found["hub-kyverno"] == {
        "replicas": 3,
        "hub": True,
        "features": {"reports": False, "policies": ["baseline"]},
    }
    assert found["dev-eu-tracing"] == {}


def test_equal_files_are_merged_once() -> None:
    """Also where there are none: who compares two platforms tells values apart by their identity."""
    compilation = compile([SourceFile("platform.yaml", BASE.encode())])
    inventory = Inventory(compilation.resolved, compilation.tree)
    for deployment in inventory.deployments():
        for each in deployment.applications:
            assert inventory.values(each) is inventory.values(each)


@pytest.mark.parametrize(
    "more", [["--cluster", "spoke"], ["--addon", "kyverno"], ["--env", "dev"], ["--format", "json"]]
)
def test_a_bundle_is_whole(here: Path, more: list[str]) -> None:
    """It goes with no choice, which it would not keep to."""
    done = dokaseca(here, "apps", "--bundle", "bundle", *more)
    assert done.code == 2
    assert "--bundle writes everything" in done.err
    assert not (here / "bundle").exists()


# ---- workloads

WORKLOADS = (HERE / "cases" / "workloads" / "platform.yaml").read_text()


def test_a_workload_is_told_by_its_own_version(tmp_path: Path) -> None:
    """The tag of an image, where the platform's chart runs it; the revision of the chart stands beside it."""
    found = {
        each["cluster"]: each for each in applications(platform(tmp_path, WORKLOADS), "--workload", "payments/api")
    }
    assert {name: (each["version"], each["revision"]) for name, each in found.items()} == {
        "lab": ("1.9.0", "develop"),
        "shop-eu": ("1.8.2", "v1.1.0"),
        "shop-us": ("1.8.2", "v1.1.0"),
    }
    assert {each["project"] for each in found.values()} == {"team-payments.dev", "team-payments.production"}
    assert found["lab"]["wave"] is None


def test_what_a_team_owns(tmp_path: Path) -> None:
    """Its workloads, in the namespace that is its own; an unknown team is a mistake."""
    folder = platform(tmp_path, WORKLOADS)
    found = applications(folder, "--team", "payments")
    assert {(each["workload"], each["namespace"]) for each in found} == {
        ("payments/api", "pay"),
        ("payments/ledger", "pay"),
    }
    assert "did you mean `payments`?" in dokaseca(folder, "apps", "--team", "payment").err
    assert "did you mean `payments/api`?" in dokaseca(folder, "apps", "--workload", "payments/apl").err


# ---- rollouts

ARGO_CD = {
    "category": "delivery",
    "namespace": "argocd",
    "version": "10.2.2",
    "chart": {"name": "argo-cd", "repository": "https://argoproj.github.io/argo-helm"},
    "enabled": False,
}
SYNCS = {"configs": {"params": {"applicationsetcontroller.enable.progressive.syncs": True}}}


@pytest.mark.parametrize(
    ("addon", "expected"),
    [(None, False), ({**ARGO_CD, "values": SYNCS}, False), (ARGO_CD, None)],
    ids=["installed by Terraform", "switched on", "not switched on, for which there is a warning"],
)
def test_a_rollout_takes_the_place_of_automatic_sync(
    tmp_path: Path, addon: dict[str, Any] | None, expected: bool | None
) -> None:
    """As the ApplicationSet controller writes it. Applications without a rollout stay as they are, and so do all where
    the controller ignores rollouts.
    """
    text = fast_yaml.load(HUBS)
    if addon is not None:
        text["addons"]["argo-cd"] = addon
        text["clusterTypes"]["hub"]["addons"]["argo-cd"] = True
    found = applications(platform(tmp_path, yaml.safe_dump(text, sort_keys=False)))
    rolling = [each for each in found if each["rollout_step"] is not None]
    assert {each["environment"] for each in rolling} == {"production"}
    assert [each["sync_policy"]["automated"].get("enabled") for each in rolling] == [expected] * len(rolling)
    assert not any("enabled" in each["sync_policy"]["automated"] for each in found if each not in rolling)


def test_a_rollout_is_explained(hubs: Path) -> None:
    """The table has the steps, and a note what becomes of automatic sync."""
    assert "disables automatic sync (`automated.enabled: false`)" in dokaseca(hubs, "apps").out
