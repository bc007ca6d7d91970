"""Helm itself judges the charts that we write and our verdict on values; Kubernetes judges what they render."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import combinations, product
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
import yaml
from compiled import ROOT, Compiled
from engines import engine_module, missing
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pod_security import forbidden

from dokaseca_compile.charts import CHARTS, Charts, built_in, chart_files
from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.formats import Renderer
from dokaseca_compile.resolve.merge_values import merge_values, over_defaults
from dokaseca_compile.resolve.resolved import Resolved

CASES = sorted((ROOT / "tests" / "cases").glob("*/platform.yaml"))
IMAGE: dict[str, Any] = {"image": {"repository": "registry.example.com/acme/api", "tag": "1.4.0"}}
HOSTS = {"hosts": [{"host": "api.example.com", "paths": ["/", "/v2"]}]}
PARENTS = {"parentRefs": [{"name": "public", "namespace": "gateways"}], "hostnames": ["api.example.com"]}
Rendered = dict[tuple[str, ...], dict[str, dict[str, Any]]]
"""Names of what is switched → kind → object."""

# What can be switched, each with what it is switched to.
SWITCHES: dict[str, dict[str, Any]] = {
    "autoscaling": {"autoscaling": {"enabled": True, "memory": 70}},
    "no budget": {"podDisruptionBudget": {"enabled": False}},
    "ingress": {"ingress": {"enabled": True, "className": "nginx", "tls": [{"secretName": "tls"}], **HOSTS}},
    "route": {"httpRoute": {"enabled": True, **PARENTS}},
    "no policy": {"networkPolicy": {"enabled": False}},
    "policy": {"networkPolicy": {"fromNamespaces": ["a"], "egress": [{"to": [{"podSelector": {}}]}]}},
    "environment": {"env": {"NO": True, "N": 1000000}, "envFromSecrets": ["a"], "extraEnv": [{"name": "X"}]},
    "no account": {"serviceAccount": {"create": False}},
    "no folder": {"tmp": {"enabled": False}},
    "volumes": {"volumes": [{"name": "a", "emptyDir": {}}], "volumeMounts": [{"name": "a", "mountPath": "/a"}]},
    "no spread": {"topologySpread": {"enabled": False}},
    "no probes": {"probes": {each: {"enabled": False} for each in ("startup", "readiness", "liveness")}},
    "paths": {"probes": {"readiness": {"path": "/ready"}, "liveness": {"path": "/alive", "initialDelaySeconds": 1}}},
    "open service": {"service": {"type": "LoadBalancer", "annotations": {"a/b": "c"}}},
    "deleted": {"resources": None, "podSecurityContext": None, "securityContext": None, "nodeSelector": None},
}  # fmt: skip


def judge() -> Any:
    return engine_module("helm_python", "helm-python-sdk")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The charts, as they are written."""
    root = tmp_path_factory.mktemp("charts")
    renderer = Renderer("platform.yaml")
    for name in CHARTS:
        for path, body in chart_files(name):
            target = root / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(renderer.render(body))
    return root


@pytest.fixture(scope="module")
def chart(folder: Path) -> Iterator[Any]:
    with judge().Chart.load(folder / "web-service") as loaded:
        yield loaded


@pytest.fixture(scope="module")
def chart_without_schema(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The chart as it would render what its schema refuses."""
    bare = tmp_path_factory.mktemp("bare") / "web-service"
    shutil.copytree(folder / "web-service", bare)
    (bare / "values.schema.json").unlink()
    with judge().Chart.load(bare) as loaded:
        yield loaded


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    return reduce(merge_values, layers, {})


def objects(chart: Any, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Kind → the object that the chart renders; a release that YAML would take for a number."""
    rendered = chart.render(dict(values), name="2048", namespace="1e3")
    found = [each for path, text in rendered.items() if path.endswith(".yaml") for each in fast_yaml.load_all(text)]
    kinds = [each["kind"] for each in found if each]
    assert len(kinds) == len(set(kinds))
    return {each["kind"]: each for each in found if each}


def complaints(folder: Path, values: Mapping[str, Any] | None = None) -> list[str]:
    report = judge().lint(folder, dict(values or {}), strict=True, kube_version="v1.33.0")
    return [each["error"] for each in report["messages"] if each["severity"] > 1 and "icon" not in each["error"]]


def test_lint(folder: Path) -> None:
    """Helm's strict lint accepts both charts, with each of the values that `ct lint` tries."""
    assert complaints(folder / "common") == []
    tried = sorted((folder / "web-service" / "ci").glob("*-values.yaml"))
    assert len(tried) == 2
    for path in tried:
        assert complaints(folder / "web-service", fast_yaml.load(path.read_text())) == [], path.name


def test_lint_is_a_judge(folder: Path) -> None:
    assert complaints(folder / "web-service", {**IMAGE, "replicaCount": 2})
    assert complaints(folder / "web-service")


def test_the_library_lies_in_the_chart(folder: Path) -> None:
    """So nothing has to be fetched or built: Argo CD would run ``helm dependency build`` where it is missing."""
    (dependency,) = judge().dependency_list(folder / "web-service")
    assert (dependency["name"], dependency["status"], dependency["repository"]) == ("common", "unpacked", "")


def test_packages(folder: Path, tmp_path: Path) -> None:
    """What is packaged renders the same, with nothing beside it."""
    package = judge().package(folder / "web-service", destination=tmp_path)
    with judge().Chart.load(package) as packaged, judge().Chart.load(folder / "web-service") as loaded:
        assert objects(packaged, IMAGE) == objects(loaded, IMAGE)


def workloads(resolved: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    """The values of each workload with an image, in each environment."""
    for each in resolved.workloads.values():
        for place in each.places.values() if each.workload.image else ():
            yield f"{each.part} in {place.environment}", merged(*(said.value for said in place.values))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_workloads_of_cases(case: Path, folder: Path, chart: Any) -> None:
    """Helm lints and renders the web-service chart with the values of every workload in every environment."""
    files = [case, *sorted((case.parent / "platform.d").glob("*.yaml"))]
    compilation = compile([SourceFile(path.name, path.read_bytes()) for path in files])
    assert compilation.resolved is not None
    for name, values in workloads(compilation.resolved):
        assert complaints(folder / "web-service", values) == [], name
        assert objects(chart, values)["Deployment"]["spec"]["template"]["spec"]["containers"], name


def test_workloads_of_the_platform(platform: Compiled, folder: Path, chart: Any) -> None:
    for name, values in workloads(platform.resolved):
        assert complaints(folder / "web-service", values) == [], name
        assert objects(chart, values)["Deployment"], name


def sets() -> Iterator[tuple[str, ...]]:
    """No switch, each alone, every pair, and all at once."""
    yield ()
    for size in (1, 2):
        yield from combinations(SWITCHES, size)
    yield tuple(SWITCHES)


@pytest.fixture(scope="module")
def rendered(chart: Any) -> Rendered:
    return {names: objects(chart, merged(IMAGE, *(SWITCHES[name] for name in names))) for names in sets()}


def test_kubernetes_knows_every_field(rendered: Rendered) -> None:
    """With every pair of switches; an HTTPRoute is of the Gateway API, of which there is no schema here."""
    validate = engine_module("kubernetes_validate", "kubernetes-validate")
    seen = set()
    for found in rendered.values():
        for kind, each in found.items():
            text = yaml.safe_dump(each)
            if kind == "HTTPRoute" or text in seen:
                continue
            seen.add(text)
            validate.validate(each, "1.33", strict=True)


LABELS = ("name", "instance", "version", "managed-by", "part-of")


def test_labels(rendered: Rendered) -> None:
    """Every object and the Pods have the recommended labels; selectors have only those that never change."""
    for found in rendered.values():
        template = found["Deployment"]["spec"]["template"]
        for each in (*found.values(), template):
            labels = each["metadata"]["labels"]
            assert {f"app.kubernetes.io/{name}" for name in LABELS} <= labels.keys()
            assert all(isinstance(value, str) for value in labels.values())
        selector = found["Deployment"]["spec"]["selector"]["matchLabels"]
        assert selector == found["Service"]["spec"]["selector"]
        assert selector.keys() == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
        assert selector.items() <= template["metadata"]["labels"].items()


def test_pod_security(rendered: Rendered) -> None:
    """Whatever is switched, Pods are `restricted`, unless somebody deletes what makes them so."""
    templates = [found["Deployment"]["spec"]["template"] for found in rendered.values()]
    for names, found in zip(rendered, forbidden("restricted", templates), strict=True):
        assert bool(found) == ("deleted" in names), (names, found)


def test_policies_for_teams(rendered: Rendered) -> None:
    """By default there are requests, limits and probes, a read-only root file system and a tag that is no `latest`."""
    (container,) = rendered[()]["Deployment"]["spec"]["template"]["spec"]["containers"]
    for kind, amount in product(("requests", "limits"), ("cpu", "memory")):
        assert container["resources"][kind][amount]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys()
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["image"] == "registry.example.com/acme/api:1.4.0"
    assert rendered[()].keys() == {"Deployment", "Service", "ServiceAccount", "PodDisruptionBudget", "NetworkPolicy"}


def test_what_is_switched_is_there(rendered: Rendered) -> None:
    """Each kind is there exactly when it is switched on, whatever else is."""
    kinds = {
        "HorizontalPodAutoscaler": "autoscaling",
        "Ingress": "ingress",
        "HTTPRoute": "route",
        "ConfigMap": "environment",
    }
    absent = {"PodDisruptionBudget": "no budget", "ServiceAccount": "no account"}
    for names, found in rendered.items():
        if names == tuple(SWITCHES):
            continue
        assert {kind for kind in kinds if kind in found} == {kind for kind, name in kinds.items() if name in names}
        assert {kind for kind in absent if kind not in found} == {
            kind for kind, name in absent.items() if name in names
        }
        assert ("replicas" in found["Deployment"]["spec"]) == ("autoscaling" not in names)


def test_who_may_connect(rendered: Rendered) -> None:
    """Pods of the namespace only; everybody where it is open to the outside and nobody is named; those who are."""

    def peers(*names: str) -> Any:
        (rule,) = rendered[names]["NetworkPolicy"]["spec"]["ingress"]
        return rule.get("from")

    assert peers() == [{"podSelector": {}}]
    for name in ("ingress", "route", "open service"):
        assert peers(name) is None
    expression = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["a"]}
    named = [{"podSelector": {}}, {"namespaceSelector": {"matchExpressions": [expression]}}]
    assert peers("policy") == peers("ingress", "policy") == named
    assert "Egress" not in rendered[()]["NetworkPolicy"]["spec"]["policyTypes"]
    assert "Egress" in rendered["policy",]["NetworkPolicy"]["spec"]["policyTypes"]


def test_environment(rendered: Rendered) -> None:
    """Every variable is text, as it was written; a change of it restarts the Pods."""
    assert rendered["environment",]["ConfigMap"]["data"] == {"N": "1000000", "NO": "true"}
    assert "checksum/env" in rendered["environment",]["Deployment"]["spec"]["template"]["metadata"]["annotations"]


# ── our verdict on values is Helm's ──────────────────────────────────────────────────────────────────────────────────


def paths(node: Mapping[str, Any], route: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in node.items():
        yield (*route, key)
        if isinstance(value, Mapping):
            yield from paths(value, (*route, key))


OWN = built_in().values
PATHS = sorted(paths(OWN))
POOL = st.sampled_from(
    [
        *(None, True, 0, 1, -1, 65536, 1.5, "", "a", "latest", "/x", "25%", "0%", "A B"),
        *([], ["a"], ["/a"], [1], [{}], [None], [{"name": "a"}], [{"host": "a"}], [{"host": "a", "path": "/"}]),
        *({}, {"a": "b"}, {"a": 1}, {"a": None}, {"enabled": True}, {"enabled": "yes"}, {"type": "Recreate"}),
        *({"cpu": 1}, {"requests": {"cpu": 1}}, [{"name": "a", "emptyDir": {}}], [{"name": "a", "emptyDri": {}}]),
        *([{"name": "A", "value": 1}], [{"name": "a", "mountPath": "/a"}], [{"key": "a", "operator": "Exists"}]),
        *([{"ipBlock": {"cidr": "10.0.0.0/8"}}], {"runAsUser": 1}, {"runAsUser": "1"}, {"nodeAffinity": {}}),
        *({"podAffinity": None}, "a.example\n", ["a.example\n"], [{"host": "a.example\n"}], [{"host": "A"}]),
    ]
)
MUTATION = st.tuples(st.sampled_from(PATHS), st.sampled_from(["", "", "", "x"]), POOL)


def mutated(mutations: list[tuple[tuple[str, ...], str, Any]]) -> dict[str, Any]:
    """Values that say something at some paths, some of them misspelt."""
    values: dict[str, Any] = {}
    for path, misspelt, value in mutations:
        inner = value
        for key in reversed((*path[:-1], path[-1] + misspelt)):
            inner = {key: inner}
        values = merge_values(values, inner)
    return values


@settings(
    max_examples=examples(400),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(MUTATION, max_size=2), st.booleans())
@example([(("ingress", "enabled"), "", True)], True)
@example([(("tmp",), "", None)], True)
@example([(("env",), "", {"a-b": 1})], True)
@example([(("labels",), "", {"app.kubernetes.io/name": "x"})], True)
@example([(("nodeSelector",), "", {"a": None})], True)
def test_our_verdict_is_helms(chart: Any, mutations: list[tuple[tuple[str, ...], str, Any]], with_image: bool) -> None:
    """Values break the schema for us exactly when Helm refuses them."""
    values = merged(mutated(mutations), IMAGE if with_image else {})
    schema = Charts().schema(built_in())
    assert schema is not None
    problems = schema.problems(over_defaults(values, OWN))
    try:
        chart.validate_schema(values)
        refused = ""
    except judge().HelmError as wrong:
        refused = str(wrong)
    assert bool(problems) == bool(refused), (values, problems, refused)


# ── what tests and publishes the charts ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The charts repository of the golden case, as it is written."""
    root = tmp_path_factory.mktemp("repository")
    case = ROOT / "tests" / "cases" / "charts" / "platform.yaml"
    compilation = compile([SourceFile(case.name, case.read_bytes())])
    for path, content in render(compilation.tree, "platform.yaml"):
        if path.startswith("charts/"):
            target = root / path.removeprefix("charts/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return root


def ran(name: str, *arguments: str, cwd: Path) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name) or missing(f"{name} is not installed")
    done = subprocess.run([found, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_workflow(repository: Path) -> None:
    """actionlint and zizmor at its strictest accept it; in data there is no comment to explain a permission."""
    workflow = ".github/workflows/charts.yaml"
    ran("actionlint", workflow, cwd=repository)
    (repository / "zizmor.yml").write_text("rules: {undocumented-permissions: {disable: true}}\n")
    arguments = ("--offline", "--persona=auditor", "--strict-collection", "--no-progress", "--config=zizmor.yml")
    ran("zizmor", *arguments, workflow, cwd=repository)
    for action in re.findall(r"uses: (\S+)", (repository / workflow).read_text()):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)


def test_chart_testing_files(repository: Path) -> None:
    """What `ct lint` runs beside Helm: yamllint and Yamale, with our configuration, on our charts."""
    charts = sorted(str(path.relative_to(repository)) for path in (repository / "charts").glob("*/Chart.yaml"))
    values = sorted(str(path.relative_to(repository)) for path in repository.glob("charts/web-service/**/*values.yaml"))
    assert len(charts) == len(CHARTS)
    ran("yamllint", "--strict", "--config-file=lintconf.yaml", *charts, *values, cwd=repository)
    for path in charts:
        ran("yamale", "--schema=chart_schema.yaml", path, cwd=repository)
    configuration = fast_yaml.load((repository / "ct.yaml").read_text())
    assert all((repository / each).is_dir() for each in configuration["chart-dirs"])
    assert all((repository / configuration[key]).is_file() for key in ("lint-conf", "chart-yaml-schema"))
