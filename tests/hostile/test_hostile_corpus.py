"""The hostile corpus: bad input is refused with its place and nothing is built; odd strings arrive exactly."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hostile.hostile_cases import BASE, Case
from hostile.hostile_tables import TABLES
from ruamel.yaml import YAML
from tfvars_reader import read_tfvars

from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.output.report import Report
from dokaseca_compile.render import json, text
from dokaseca_compile.render.style import Style

CASES = [pytest.param(case, id=f"{kind}: {case.name}") for kind, cases in TABLES.items() for case in cases]
SPOKE = "acme-clusters/clusters/spoke/registration/cluster-secret.yaml"
EDGE = "acme-clusters/clusters/edge/registration/external-secret.yaml"
TFVARS = "acme-control-plane/terraform/environments/dev/{}.tfvars"
VALUES = "acme-addons/gitops/values/default/kyverno.yaml"
LOCATION = re.compile(r"(?m)^platform\.yaml:\d+:\d+: error\[")


def compiled(case: Case) -> Compilation:
    files = [SourceFile("platform.yaml", case.content)]
    return compile([*files, *(SourceFile(f"platform.d/{i}.yaml", each) for i, each in enumerate(case.fragments))])


def test_the_base_is_sound() -> None:
    assert not compiled(Case("base", BASE.encode())).failed


def test_the_corpus_is_large() -> None:
    """Several hundred cases, none twice."""
    assert sum(map(len, TABLES.values())) > 700
    for kind, cases in TABLES.items():
        assert [name for name, number in Counter(case.name for case in cases).items() if number > 1] == [], kind


@pytest.mark.parametrize("case", [each for each in CASES if each.values[0].slugs])
def test_refused(case: Case) -> None:
    """An error of the right name, its line right and its column within one; no tree; and it can be shown."""
    compilation = compiled(case)
    errors = [each for each in compilation.diagnostics if each.severity is Severity.ERROR]
    places = [(each.slug, compilation.place(each.primary)) for each in errors]
    assert errors, "accepted"
    assert not len(compilation.tree)
    found = [place for slug, place in places if slug in case.slugs]
    assert found, places
    if case.place is not None:
        line, column = case.place
        assert any(place.line == line and abs(place.column - column) <= 1 for place in found), (case.place, found)
    shown = text.findings(compilation, Style())
    assert shown.isprintable() or all(each.isprintable() or each == "\n" for each in shown)
    # A diagnostic's message and help are one line each: user text cannot forge another.
    assert len(LOCATION.findall(shown)) <= len(errors)
    for each in errors:
        assert "\n" not in each.message + each.help
        assert len(each.message) < 600
    reported = json.report(Report("compile", compilation))
    for part in case.carried.split("\n"):
        assert len(part) < 8 or part[:20] not in shown + reported, "the secret is shown"


@pytest.mark.parametrize("case", [each for each in CASES if not each.values[0].slugs])
def test_accepted(case: Case) -> None:
    """No error, and the outputs hold what was written, as three readers see it."""
    compilation = compiled(case)
    assert [(each.slug, each.message) for each in compilation.diagnostics if each.severity is Severity.ERROR] == []
    files = dict(render(compilation.tree, "platform.yaml"))
    if case.sink:
        for found in READERS[case.sink](files):
            assert found == case.carried


def _yaml(content: bytes) -> list[Any]:
    return [yaml.safe_load(content), YAML(typ="safe", pure=True).load(io.BytesIO(content))]


def _annotations(files: dict[str, bytes]) -> list[Any]:
    found = [each["metadata"]["annotations"]["note"] for each in _yaml(files[SPOKE])]
    return [*found, read_tfvars(files[TFVARS.format("spoke")])["cluster_annotations"]["note"]]


def _labels(files: dict[str, bytes]) -> list[Any]:
    found = [each["metadata"]["labels"]["owner"] for each in _yaml(files[SPOKE])]
    return [*found, read_tfvars(files[TFVARS.format("spoke")])["cluster_labels"]["owner"]]


READERS: dict[str, Any] = {
    "annotation": _annotations,
    "label": _labels,
    "value": lambda files: [each["words"]["one"] for each in _yaml(files[VALUES])],
    "item": lambda files: [each["words"]["one"][0] for each in _yaml(files[VALUES])],
    "key": lambda files: [next(iter(each["words"])) for each in _yaml(files[VALUES])],
    "group": lambda files: [read_tfvars(files[TFVARS.format("spoke")])["teams"]["payments"]["groups"][0]],
    "server": lambda files: [
        *(each["stringData"]["server"] for each in _yaml(files[SPOKE])),
        read_tfvars(files[TFVARS.format("spoke")])["cluster_server"],
    ],
}


REFUSED = [case for cases in TABLES.values() for case in cases if case.slugs and not case.fragments]
BOMBS = [case for case in TABLES["bombs"] if case.slugs]


def run(folder: Path, content: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "platform.yaml").write_bytes(content)
    return subprocess.run(
        [sys.executable, "-m", "dokaseca_compile", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("case", REFUSED[:: len(REFUSED) // 20], ids=lambda case: case.name)
def test_the_command_refuses_it_too(tmp_path: Path, case: Case) -> None:
    """A sample by the real command: exit code 1, a place, no traceback, and no byte of the output changes."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept").write_text("kept")
    done = run(tmp_path, case.content, "compile")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert LOCATION.search(done.stderr)
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["kept"]


def measured(folder: Path, content: bytes) -> tuple[int, int]:
    """Exit code of ``validate`` and its largest resident size in KiB: its own, whatever other tests have run."""
    measure = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'dokaseca_compile', 'validate', '--format', 'json'],"
        " stdout=subprocess.DEVNULL, timeout=60)\n"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    (folder / "platform.yaml").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", measure],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    code, peak = done.stdout.split()
    return int(code), int(peak)


@pytest.mark.parametrize("case", BOMBS[::4], ids=lambda case: case.name)
def test_bombs_are_bounded(tmp_path: Path, case: Case) -> None:
    """It ends, by itself and within 500 MiB; a time-out is there for what would hang."""
    code, peak = measured(tmp_path, case.content)
    assert code == 1
    assert peak < 500 * 1024
