"""SARIF against the published schema, which the module ``go-sarif`` carries in one of its source files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from command import BASE, dokaseca, platform
from engines import missing
from jsonschema import Draft4Validator


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The JSON Schema of SARIF 2.1.0, as text between the backticks of a Go constant."""
    source = os.environ.get("DOKASECA_SARIF_SCHEMA", "")
    if not Path(source).is_file():
        missing("DOKASECA_SARIF_SCHEMA does not name go-sarif's schema.go")
    found: dict[str, Any] = json.loads(Path(source).read_text().split("`")[1])
    assert found["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return found


CLEAN = BASE
BROKEN = BASE.replace("region: eu", "region: ue").replace("version: 37.0.0", "version: latest")
DRIFTED = BASE.replace("version: 1.17.0", "version: 1.17.1")


@pytest.mark.parametrize("text", [CLEAN, BROKEN, DRIFTED, "a: ["], ids=["clean", "broken", "drifted", "no YAML"])
@pytest.mark.parametrize("command", ["check", "validate"])
def test_what_is_written_is_sarif(tmp_path: Path, schema: dict[str, Any], text: str, command: str) -> None:
    """Results, rules and regions are as the schema wants them, whatever was found."""
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    (folder / "out/acme-addons/gitops/values/none.yaml").write_text("mine: true\n")
    (folder / "platform.yaml").write_text(text)
    report = json.loads(dokaseca(folder, command, "--format", "sarif").out)
    assert list(Draft4Validator(schema).iter_errors(report)) == []
    (run,) = report["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [each["ruleId"] for each in run["results"]]


def test_the_same_finding_has_the_same_print(tmp_path: Path) -> None:
    """A finding that has moved to another line is the same to code scanning; two alike in one file are two."""
    prints = []
    for text in (BROKEN, f"# moved\n\n{BROKEN}"):
        report = json.loads(dokaseca(platform(tmp_path, text), "validate", "--format", "sarif").out)
        results = report["runs"][0]["results"]
        prints.append([each["partialFingerprints"]["dokaseca/v1"] for each in results])
        assert len(set(prints[-1])) == len(results) > 1
    assert prints[0] == prints[1]
