"""Untrusted charts give a finding with file and place, within limits of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from charts.bombs import BOMBS, Bomb
from charts.packages import packed
from command import BASE, platform
from hypothesis import given, settings
from hypothesis import strategies as st

from dokaseca_compile.charts import ChartError, Charts
from dokaseca_compile.charts import patterns as engine
from dokaseca_compile.charts.chart import read_chart
from dokaseca_compile.charts.form import UnusableSchemaError
from dokaseca_compile.charts.schema import Schema
from dokaseca_compile.charts.unknown import unknown_keys
from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core.diagnostics import Severity

ARCHIVE = ".charts/kyverno-3.3.7.tgz"
HEAD = b"name: kyverno\nversion: 3.3.7\n"


def archive(bomb: Bomb) -> bytes:
    return packed({"Chart.yaml": HEAD, **bomb.files})


def source(bomb: Bomb) -> str:
    assert "{words: {one: two}}" in BASE
    return BASE.replace("{words: {one: two}}", bomb.values).replace("{zone: eu-west-1}", "{}")


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_a_finding(bomb: Bomb) -> None:
    """A broken chart is reported once, with archive and place. A valid chart checks its values."""
    found = validate([SourceFile("platform.yaml", source(bomb).encode())], {ARCHIVE: archive(bomb)})
    said = [each.message for each in found.diagnostics if each.slug == "unreadable-chart"]
    if bomb.message is None:
        return
    if not bomb.message:
        assert said == []
        return
    assert len(said) == 1, found.diagnostics
    assert said[0].startswith(f"`{ARCHIVE}` ")
    assert bomb.message in said[0]
    assert len(said[0]) < 500
    assert [each for each in found.diagnostics if each.slug == "invalid-values"] == []


MEASURE = """
import resource, subprocess, sys
limit = 2 << 30
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
done = subprocess.run([sys.executable, "-m", "dokaseca_compile", "validate"], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_maxrss, used.ru_utime + used.ru_stime)
print(done.stdout + done.stderr)
"""


def measured(folder: Path) -> tuple[int, int, float, str]:
    """Return exit code, peak memory in KiB, CPU seconds and output of ``validate``."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    head, _, said = done.stdout.partition("\n")
    code, memory, seconds = head.split()
    return int(code), int(memory), float(seconds), said


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_the_command_ends(tmp_path: Path, bomb: Bomb) -> None:
    """Within five seconds and 500 MiB, by itself, and with no bug of ours."""
    folder = platform(tmp_path / "workspace")
    (folder / "platform.yaml").write_text(source(bomb))
    (folder / ".charts").mkdir()
    (folder / ARCHIVE).write_bytes(archive(bomb))
    code, memory, seconds, said = measured(folder)
    assert code in {0, 1}, said
    assert memory < 500 * 1024
    assert seconds < 5
    assert (bomb.message or "") in " ".join(said.split("\n"))


_WORDS = [
    "type", "properties", "patternProperties", "additionalProperties", "items", "prefixItems", "allOf", "anyOf", "oneOf",
    "not", "if", "then", "else", "$ref", "$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$anchor", "$id", "id",
    "$schema", "enum", "const", "required", "minLength", "maxLength", "pattern", "multipleOf", "minimum", "maximum",
    "exclusiveMinimum", "uniqueItems", "contains", "minContains", "propertyNames", "dependencies", "dependentSchemas",
    "dependentRequired", "unevaluatedProperties", "unevaluatedItems", "definitions", "$defs", "format", "extends",
    "disallow", "divisibleBy", "a", "b",
]  # fmt: skip
_TEXTS = [
    "", "a", "#", "#/", "#/definitions/a", "#/$defs/a", "#a", "x.json", "http://[", "string", "object", "array",
    "^(a+)+$", "(?!a)", "[", "\ud800", "regex", "date-time", "http://json-schema.org/draft-03/schema#",
    "http://json-schema.org/draft-04/schema#", "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
]  # fmt: skip
_SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from(_TEXTS)
    | st.integers()
    | st.sampled_from([0, -1, 1e-300, 1e308, 10**400])
)
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=1000, deadline=None)
@given(schema=_DATA, values=st.dictionaries(st.sampled_from(_WORDS), _DATA, max_size=4))
def test_any_schema_and_any_values(schema: Any, values: dict[str, Any]) -> None:
    """Problems, or a reason why there are none; nothing else is raised, whatever stands in either."""
    try:
        for problem in Schema(schema).problems(values):
            assert problem.message
    except UnusableSchemaError as wrong:
        said = str(wrong)
        assert said.isprintable(), said
    files = {"Chart.yaml": HEAD, "values.schema.json": json.dumps(schema).encode(), "values.yaml": b"a: {b: 1}"}
    unknown_keys(read_chart(files), values)


def test_one_fault_for_many_values() -> None:
    """A schema that took too many steps is not evaluated again."""
    schema = Schema(
        json.loads(next(each for each in BOMBS if each.name == "doubled allOf").files["values.schema.json"])
    )
    for number in range(1000):
        with pytest.raises(UnusableSchemaError, match="too many steps"):
            schema.problems({"a": number})


def test_many_values_of_a_sound_schema() -> None:
    """Each set of values adds steps, so that a fleet does not use them up."""
    schema = Schema({"properties": {"a": {"items": {"type": "integer"}}}, "minProperties": 0})
    for number in range(300):
        assert schema.problems({"a": [number] * 500}) == []


def test_patterns_without_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where RE2 is not installed, only schemas with patterns cannot be used."""
    monkeypatch.setitem(sys.modules, "re2", None)
    engine.compiled.cache_clear()
    assert Schema({"properties": {"a": {"type": "string"}}}).problems({"a": "b"}) == []
    with pytest.raises(UnusableSchemaError, match="needs the package `google-re2`"):
        Schema({"properties": {"a": {"pattern": "x"}}})
    engine.compiled.cache_clear()


def test_a_chart_without_patterns_needs_no_engine(tmp_path: Path) -> None:
    """RE2 is loaded for patterns only: not for workloads that our own chart runs."""
    folder = platform(tmp_path / "workspace")
    text = BASE + "\nworkloads: {payments: {api: {image: ghcr.io/acme/api, version: 1.0.0, environments: {dev: {}}}}}\n"
    (folder / "platform.yaml").write_text(text)
    code = (
        "import sys\nfrom pathlib import Path\nfrom dokaseca_compile.compiler import SourceFile, validate\n"
        "found = validate([SourceFile('platform.yaml', Path('platform.yaml').read_bytes())])\n"
        "print(sorted({'re2', 'jsonschema'} & set(sys.modules)), found.diagnostics)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("['jsonschema']"), done.stdout


def test_severity() -> None:
    """A chart that cannot be read is a warning: the platform compiles, and its values are not checked."""
    bomb = next(each for each in BOMBS if each.name == "doubled allOf")
    found = validate([SourceFile("platform.yaml", source(bomb).encode())], {ARCHIVE: archive(bomb)})
    assert [each.severity for each in found.diagnostics if each.slug == "unreadable-chart"] == [Severity.WARNING]


def test_a_broken_archive_names_itself() -> None:
    with pytest.raises(ChartError, match=r"^`\.charts/kyverno-3\.3\.7\.tgz` is not a chart archive"):
        Charts({ARCHIVE: b"x" * 1000}).named("kyverno", "3.3.7")
