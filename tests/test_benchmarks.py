"""The benchmarks run, and measure a fleet that is always the same and always valid. No time is asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import applications, report
from benchmarks.fleet import PER_FRAGMENT, fleet
from benchmarks.measure import BARE_WRITE, COMMANDS, COMPILE, Fleet, Sample
from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core.diagnostics import Severity

ROOT = Path(__file__).parent.parent


def test_fleet_is_deterministic() -> None:
    assert fleet(20) == fleet(20)


def test_fleet_does_not_depend_on_hash_seed(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        _python("-m", "benchmarks.fleet", str(tmp_path / seed), "--clusters", "20", PYTHONHASHSEED=seed)
    texts = [
        {str(path.relative_to(tmp_path / seed)): path.read_bytes() for path in (tmp_path / seed).rglob("*.yaml")}
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert texts[0] == {name: text.encode() for name, text in fleet(20).items()}


@pytest.mark.parametrize(("clusters", "addons", "environments"), [(20, 50, 3), (3, 50, 3), (40, 7, 1), (60, 60, 6)])
def test_fleet_is_valid(clusters: int, addons: int, environments: int) -> None:
    files = fleet(clusters, addons, environments)
    compilation = validate([SourceFile(name, text.encode()) for name, text in files.items()])
    assert [each for each in compilation.diagnostics if each.severity is Severity.ERROR] == []
    assert len(compilation.diagnostics) <= 5
    resolved = compilation.resolved
    assert resolved is not None
    assert len(resolved.clusters) == clusters
    assert len(resolved.addons) == addons
    assert len(resolved.environments) == environments


def test_large_fleet_stays_below_the_size_of_a_file() -> None:
    files = fleet(3 * PER_FRAGMENT + 1)
    assert len(files) == 5
    assert max(len(text) for text in files.values()) < 1024 * 1024


def test_empty_fleet_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fleet(0)


def test_ratios_are_medians_of_pairs() -> None:
    def samples(*seconds: float) -> list[Sample]:
        return [Sample(each, each / 2, 10 * each) for each in seconds]

    measured = Fleet(1_000, 2, 3, 4, {COMPILE: samples(2, 9, 8), BARE_WRITE: samples(1, 3, 8)})
    assert measured.ratio(COMPILE, BARE_WRITE) == 2
    assert measured.seconds(COMPILE) == 8
    assert measured.peak(COMPILE) == 90


def test_whole_run(tmp_path: Path) -> None:
    found = _python("-m", "benchmarks", "--sizes", "3", "--runs", "1", "--json", str(tmp_path / "found.json"))
    assert found.stderr.splitlines() == ["3 clusters, run 1 of 1"]
    for command in COMMANDS:
        assert f"| {command} | 3 | " in found.stdout
    (measured,) = json.loads((tmp_path / "found.json").read_text())["fleets"]
    assert measured["clusters"] == 3
    assert measured["files"] > 200
    assert {len(samples) for samples in measured["samples"].values()} == {1}


def test_targets_name_what_is_measured() -> None:
    assert {command for command, _ in report.TARGETS} == set(COMMANDS)
    assert [report.verdict(each, 4) for each in (4, 8, 8.1)] == ["reached", "within twice", "missed"]


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )


def test_applications_are_measured(tmp_path: Path) -> None:
    """Our side alone, where Argo CD's code is not built; the number is that of the model."""
    found = applications.measure(5, 10, tmp_path, None)
    assert found.applications > 5
    assert "Argo CD's code" not in applications.markdown(5, 10, found)
    both = applications.Found(found.applications, found.ours, 2.0, 0)
    assert "They differ: Argo CD makes 0" in applications.markdown(5, 10, both)
