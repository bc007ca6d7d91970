"""Versions and ranges: tables for people, and Helm itself as the judge of what a range contains."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from engines import engine_module

from dokaseca_compile.core.semver import Range, Version, parse_version

VERSIONS = {
    "1.2.3": Version(1, 2, 3),
    "v1.2.3": Version(1, 2, 3, prefixed=True),
    "1.2": Version(1, 2, 0, exact=False),
    "v1": Version(1, 0, 0, exact=False, prefixed=True),
    "1.30.4-gke.100": Version(1, 30, 4, "gke.100"),
    "1.0.0-alpha-1.2+build.01": Version(1, 0, 0, "alpha-1.2", "build.01"),
    "1.2-rc.1": Version(1, 2, 0, "rc.1", exact=False),
    "0.0.0": Version(0, 0, 0),
}
NOT_VERSIONS = (
    "", "v", "latest", "main", "1.2.3.4", "1.2.x", "*", "^1.2.3", ">=1.0.0", "1.2.3-", "1.2.3+", "01.2.3", "1.2.3-01",
    "1..3", "1.2.3 ", " 1.2.3", "1.2.3\n", "V1.2.3", "vv1.2.3", "-1.2.3", "1,2,3", "\u0661.2.3",
    "9" * 30, "1.2.3-" + "a" * 999,
)  # fmt: skip
ORDER = (  # SemVer 2, item 11, weakest first
    "0.9.9", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
    "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2", "v1.10.0", "2",
)  # fmt: skip
RANGES = (
    (">=1.25 <1.35", "1.25.0 1.33.1 1.34.99", "1.24.9 1.35.0 1.30.4-gke.100"),
    (">=1.25.0-0", "1.25.0 1.30.4-gke.100", "1.24.0"),
    (">=1.25, <1.35 || 2", "1.30.0 2.7.1", "1.36.0 3.0.0"),
    ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0"),
    ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
    ("^0.0.3", "0.0.3", "0.0.4 0.1.0"),
    ("~1.2.3", "1.2.3 1.2.9", "1.3.0"),
    ("~>1", "1.0.0 1.9.0", "2.0.0"),
    ("1.2.x", "1.2.0 1.2.9", "1.3.0"),
    ("1.2", "1.2.0 1.2.9", "1.3.0"),
    ("=1.2.3", "1.2.3", "1.2.4"),
    ("!=1.2", "1.3.0", "1.2.7"),
    (">1.2", "1.3.0", "1.2.9 1.2.0"),
    ("<=1.2", "1.2.9", "1.3.0"),
    ("=<1.2.3", "1.2.3", "1.2.4"),
    ("=>1.2.3", "1.2.3", "1.2.2"),
    ("1.2 - 1.4", "1.2.0 1.4.9", "1.5.0 1.1.9"),
    ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
    ("v1.2.X", "1.2.4", "1.3.0"),
)
NOT_RANGES = (
    "", "  ", "latest", ">=", ">= a", "1.2.3.4", "1 || ", "|| 1", ">=1.25<1.35", "1;2", "=>=1", "1.2.3 -", "1x",
    "1|2", "1" * 501,
)  # fmt: skip
TEMPLATE = """\
{{- $versions := .Values.versions -}}
{{- range $range := .Values.ranges -}}
{{- range $versions }}{{ if semverCompare $range . }}1{{ else }}0{{ end }}{{ end }}
{{ end -}}
"""


@pytest.mark.parametrize("text", VERSIONS)
def test_versions(text: str) -> None:
    found, wanted = parse_version(text), VERSIONS[text]
    assert found is not None
    assert [getattr(found, slot) for slot in Version.__slots__] == [getattr(wanted, slot) for slot in Version.__slots__]


@pytest.mark.parametrize("text", NOT_VERSIONS)
def test_not_versions(text: str) -> None:
    assert parse_version(text) is None


def test_order() -> None:
    versions = [version(text) for text in ORDER]
    assert sorted(versions) == versions
    assert all(weak < strong for weak, strong in pairwise(versions))


def test_build_and_prefix_do_not_count() -> None:
    assert version("1.2.3+a") == version("v1.2.3+b") == version("1.2.3")
    assert len({version("1.2.3+a"), version("v1.2.3"), version("1.2.3")}) == 1
    assert version("1.2.3") != "1.2.3"


@pytest.mark.parametrize(("text", "inside", "outside"), RANGES, ids=[each[0] for each in RANGES])
def test_ranges(text: str, inside: str, outside: str) -> None:
    found = Range.parse(text)
    assert [each for each in inside.split() if not found.contains(version(each))] == []
    assert [each for each in outside.split() if found.contains(version(each))] == []


@pytest.mark.parametrize("text", NOT_RANGES)
def test_not_ranges(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|version"):
        Range.parse(text)


def test_helm_agrees(tmp_path: Path) -> None:
    """Helm's ``semverCompare`` says the same of 25,000 pairs of a made-up range and a version."""
    judge = Judge(tmp_path)
    made = Maker(20260801)
    ranges, refused = [each[0] for each in RANGES], list(NOT_RANGES[:-1])
    while len(ranges) < 400:
        text = made.range()
        try:
            Range.parse(text)
        except ValueError:
            refused.append(text)
        else:
            ranges.append(text)
    for text, bits in zip(ranges, judge.contains(ranges, made.versions), strict=True):
        found = Range.parse(text)
        assert (text, [found.contains(version(each)) for each in made.versions]) == (text, bits)
    assert [text for text in refused if judge.accepts(text)] == []


class Judge:
    """A chart whose one template asks Helm."""

    def __init__(self, folder: Path) -> None:
        self.helm = engine_module("helm_python", "helm-python-sdk")
        (folder / "templates").mkdir()
        (folder / "Chart.yaml").write_text("{apiVersion: v2, name: judge, version: 0.1.0}\n")
        (folder / "templates" / "pairs.yaml").write_text(TEMPLATE)
        self.chart = self.helm.Chart.load(folder)

    def contains(self, ranges: list[str], versions: Sequence[str]) -> list[list[bool]]:
        (text,) = self.chart.render({"ranges": ranges, "versions": list(versions)}, name="judge").values()
        return [[bit == "1" for bit in line] for line in text.split()]

    def accepts(self, text: str) -> bool:
        try:
            self.contains([text], ["1.2.3"])
        except self.helm.HelmError:
            return False
        return True


class Maker:
    """Ranges from every operator, wildcard and separator of the grammar; one in twenty is damaged."""

    versions = (
        *(f"{x}.{y}.{z}{pre}" for x in "013" for y in "023" for z in "01" for pre in ("", "-alpha", "-gke.100")),
        "1.2", "2", "v1.3.0", "10.0.0", "1.10.2",
    )  # fmt: skip

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)

    def range(self) -> str:
        groups = [self.group() for _ in range(self.pick.choice([1, 1, 1, 2]))]
        text = self.pick.choice([" || ", "||"]).join(groups)
        if self.pick.random() < 0.05:
            at = self.pick.randrange(len(text) + 1)
            text = text[:at] + self.pick.choice(["|", " ", "a", ".", "-", ">", ","]) + text[at:]
        return text

    def group(self) -> str:
        if self.pick.random() < 0.1:
            return f"{self.version()} - {self.version()}"
        operators = ["", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^"]
        constraints = [
            self.pick.choice(operators) + self.pick.choice(["", " "]) + self.version()
            for _ in range(self.pick.choice([1, 1, 2, 3]))
        ]
        return self.pick.choice([" ", ", ", ",", " ,  "]).join(constraints)

    def version(self) -> str:
        numbers = self.pick.choices(["0", "1", "2", "3", "10", "x", "*", "X"], k=self.pick.choice([1, 2, 3, 3]))
        pre = self.pick.choice(["-alpha", "-0", "-rc.2", "-gke.100"]) if self.pick.random() < 0.2 else ""
        return self.pick.choice(["", "", "v"]) + ".".join(numbers) + pre


def version(text: str) -> Version:
    found = parse_version(text)
    assert found is not None
    return found
