"""Our evaluator and Argo CD's own code make the same of every platform, and Argo CD refuses nothing of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from compiled import ROOT, plain
from compiled import compiled as compiled_platform
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle import HERE, Answer, Oracle
from platforms import platforms

from dokaseca_compile.argo.hubs import Hub
from dokaseca_compile.argo.inventory import Inventory
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render

RANDOM = 300
"""Sound platforms that are compared in a run, at the least."""

CASES = sorted(path for path in (HERE.parent / "cases").iterdir() if path.is_dir())
NO_CERTIFICATE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUIKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
"""What stands for a CA bundle in the platforms of the tests: our grammar takes it, a TLS client does not."""
CERTIFICATE = compiled_platform().resolved.clusters["prod-ml-us"].cluster.certificate_authority or ""
Applications = Mapping[tuple[str, str], Mapping[str, Any]]


def compiled(files: list[SourceFile]) -> Compilation:
    compilation = compile(files)
    assert not compilation.failed, [each.message for each in compilation.diagnostics]
    return compilation


def sources(folder: Path) -> list[SourceFile]:
    paths = [folder / "platform.yaml", *sorted((folder / "platform.d").glob("*.yaml"))]
    return [SourceFile(path.name, path.read_bytes()) for path in paths]


def ours(hub: Hub) -> dict[tuple[str, str], dict[str, Any]]:
    """What our evaluator makes of a hub, as documents by (ApplicationSet, name)."""
    return {
        (each.name, document["metadata"]["name"]): plain(document)
        for each in hub.application_sets
        for cluster in hub.clusters
        for document in each.applications(cluster)
    }


def as_argo_cd_reads(oracle: Oracle, applications: Applications) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Our Applications through Argo CD's own type: what it would not know of them is a difference."""
    given = oracle.ask(applications.values()).given
    return {(by, name): given[name] for by, name in applications if name in given}


def check(oracle: Oracle, compilation: Compilation) -> int:
    """Every hub of a platform, file by file as it is rendered. Gives the number of Applications."""
    rendered = dict(render(compilation.tree, "platform.yaml"))
    argo_cds = [content for path, content in rendered.items() if is_argo_cds(path, content)]
    number = 0
    for hub in Inventory(compilation.resolved, compilation.tree).hubs:
        # The Secrets as they are in the cluster: made by External Secrets, GitOps Bridge or Kustomize.
        secrets = [_in_the_cluster(plain(each)) for each in hub.documents if each["kind"] == "Secret"]
        answer = oracle.ask(secrets, argo_cds)
        made = ours(hub)
        agree(answer, as_argo_cd_reads(oracle, made), made)
        number += len(made)
    return number


def is_argo_cds(path: str, content: bytes) -> bool:
    """Whether a file holds objects of Argo CD's own kinds."""
    return path.endswith(".yaml") and b"\napiVersion: argoproj.io/" in b"\n" + content


def _in_the_cluster(document: dict[str, Any]) -> dict[str, Any]:
    """A Secret as Argo CD finds it: External Secrets has filled the credential in, and a CA bundle is one."""
    config = document["stringData"]["config"]
    if "{{" in config:
        config = json.dumps({"bearerToken": "x", "tlsClientConfig": {"insecure": False}})
    document["stringData"]["config"] = config.replace(NO_CERTIFICATE, CERTIFICATE)
    return document


def agree(answer: Answer, read: Applications, made: Applications) -> None:
    assert answer.errors == {}
    assert answer.faults == ()
    assert sorted(answer.applications) == sorted(made)
    for key, application in answer.applications.items():
        assert read[key] == application, key


# ---- platforms


def test_the_committed_platform(oracle: Oracle) -> None:
    """The platform of this repository."""
    assert check(oracle, compiled(sources(ROOT))) > 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_cases(oracle: Oracle, case: Path) -> None:
    """Every golden case."""
    assert check(oracle, compiled(sources(case))) > 0


def test_every_section(oracle: Oracle) -> None:
    """The platform that has every section."""
    content = (HERE.parent / "hostile" / "base.yaml").read_bytes()
    assert check(oracle, compiled([SourceFile("platform.yaml", content)])) > 0


_COMPARED: Counter[str] = Counter()


@settings(
    max_examples=RANDOM + RANDOM // 6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_random_platforms(oracle: Oracle, data: st.DataObject) -> None:
    """Sound platforms with hostile names, values and overrides."""
    platform = data.draw(platforms())
    compilation = compile([SourceFile("platform.yaml", json.dumps(platform, ensure_ascii=False).encode())])
    _COMPARED["refused"] += compilation.failed
    assume(not compilation.failed)
    _COMPARED["applications"] += check(oracle, compilation)
    _COMPARED["platforms"] += 1
    assert compilation.resolved is not None
    _COMPARED["workloads"] += sum(
        bool(place.clusters) for each in compilation.resolved.workloads.values() for place in each.places.values()
    )


def test_random_platforms_are_many(oracle: Oracle) -> None:
    """The comparison above is no empty one."""
    if "platforms" not in _COMPARED:
        pytest.skip("the random platforms were not run")
    assert _COMPARED["platforms"] >= RANDOM, _COMPARED
    assert _COMPARED["applications"] >= 5 * RANDOM, _COMPARED
    assert _COMPARED["workloads"] >= RANDOM // 4, _COMPARED
