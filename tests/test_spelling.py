"""Numbers in Helm values: which keep their spelling, which lose it, and which are refused (helm#1707, helm#11800)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core.text import json_number, printed_number
from dokaseca_compile.resolve.merge_values import merge_values

BASE = fast_yaml.load((Path(__file__).parent / "rules" / "base.yaml").read_text())
COMPONENT = {"addons": {"kyverno": {"components": {"policies": {"version": "3.3.7"}}}}}

# What Go prints for a float64: value, `json.Marshal`, `fmt.Sprint`. Taken from a run of Go.
GO = [
    (0.0, "0", "0"),
    (-0.0, "-0", "-0"),
    (1.0, "1", "1"),
    (14.10, "14.1", "14.1"),
    (999999, "999999", "999999"),
    (1234567, "1234567", "1.234567e+06"),
    (-12000000, "-12000000", "-1.2e+07"),
    (1234567.5, "1234567.5", "1.2345675e+06"),
    (1e20, "100000000000000000000", "1e+20"),
    (1e21, "1e+21", "1e+21"),
    (0.000001, "0.000001", "1e-06"),
    (1e-7, "1e-7", "1e-07"),
    (-1.5e-9, "-1.5e-9", "-1.5e-09"),
    (123456789012345678, "123456789012345680", "1.2345678901234568e+17"),
    (5e-324, "5e-324", "5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"),
]

KEPT, WARNED, REFUSED, ROUNDED = None, ("ambiguous-scalar", "warning"), ("ambiguous-scalar", "error"), (
    "number-out-of-range", "error",
)  # fmt: skip
# The text of a value: what is found under a key of any name, and under one whose value is text.
SPELLINGS = [
    # ordinary numbers
    *((text, KEPT, KEPT) for text in ("0", "3", "-5", "8443", "999999", "0.5", "1.25", "-0.75", "0.000001", "3.14159")),
    *((text, KEPT, REFUSED) for text in ("1000000", "1234567", "-1234567", "9007199254740992", "1234567.5")),
    # no numbers at all
    *((text, KEPT, KEPT) for text in ('"14.10"', "'1e3'", "1.2.3", "v1.10", "10Gi", "1e", "true", "null", "a1234e5")),
    # text to us, a number to others: as ever
    *((text, WARNED, WARNED) for text in ("010", "08", "1_000", "0b11", "1:20", "2024-01-01", "-0x1F", "1_0.5")),
    # numbers that lose their spelling
    *((text, WARNED, REFUSED) for text in ("14.10", "1.0", "0.0", "1.", ".5", "-.5", "+7", "+0.5", "-0", "00.5")),
    *((text, WARNED, REFUSED) for text in ("1234e5", "0e1234", "1e3", "1E3", "1e-3", "12345e6", "1.5e+3", "12e80")),
    *((text, WARNED, REFUSED) for text in ("0x1F", "0xffffffff", "0o10", "0o17", "0.50", "3.10", "0.0000001")),
    # numbers that lose digits
    *((text, ROUNDED, ROUNDED) for text in ("9007199254740993", "-9007199254740993", "0x20000000000001")),
    *((text, ROUNDED, ROUNDED) for text in ("9223372036854775807", "1152921504606846976", "123456789012345678.0")),
    *((text, ROUNDED, ROUNDED) for text in ("0.1234567890123456789", "3.141592653589793238", "1e-400")),
    *((text, ROUNDED, ROUNDED) for text in ("1e400", ".inf", "-.inf", ".nan", "18446744073709551616")),
]  # fmt: skip
TEXT_PLACES = [
    "tag: {}", "image: {{tag: {}}}", "imageTag: {}", "image_tag: {}", "tags: [{}]", "version: {}", "appVersion: {}",
    "kubeVersion: {}", "sha: {}", "commit: {}", "gitCommit: {}", "digest: {}", "revision: {}", "targetRevision: {}",
    "channel: {}", "checksum: {}",
]  # fmt: skip
STRING_PLACES = [
    "env: {{PYTHON: {}}}", "extraEnv: {{a: {}}}", "envVars: {{a: {}}}", "env_vars: {{a: {}}}", "podLabels: {{a: {}}}",
    "environment: {{PYTHON: {}}}", "environmentVariables: {{a: {}}}", "annotations: {{a: {}}}",
    "extraEnv: [{{name: PYTHON, value: {}}}]", "main: {{container: {{env: {{a: {}}}}}}}", "envvars: {{a: {}}}",
]  # fmt: skip
NUMBER_PLACES = [
    "size: {}", "a: [{}]", "a: [[1, {}]]", "tagger: {}", "versioning: {}", "environment: {{a: {}}}", "value: {}",
    "a: {{value: {}}}", "tag: {{size: {}}}", "channels: {{a: {}}}", "stage: {}",
]  # fmt: skip
WORKLOAD = {"image": "ghcr.io/acme/api", "version": "1.0.0", "environments": {"dev": {}}}
VALUES = "addons.kyverno.values"
HOLDERS = [
    VALUES,
    "environments.dev.addons.kyverno.values",
    "regions.eu.addons.kyverno.values",
    "clusterTypes.spoke.addons.kyverno.values",
    "clusters.spoke.addons.kyverno.values",
    "clusters.spoke.addons.kyverno.components.policies.values",
    "addons.kyverno.components.policies.values",
    "workloads.pay.api.values",
    "workloads.pay.api.environments.dev.values",
]


def found(entry: str, at: str = VALUES) -> list[tuple[str, str]]:
    """What is found in a platform with one entry at a place, written as it is."""
    patch: Any = "@ENTRY@"
    for key in reversed(at.split(".")):
        patch = {key: patch}
    more = {"teams": {"pay": {}}, "workloads": {"pay": {"api": WORKLOAD}}}
    whole = merge_values(merge_values(merge_values(BASE, COMPONENT), more), patch)
    text = fast_yaml.dump(whole).replace("'@ENTRY@'", f"{{{entry}}}")
    compilation = validate([SourceFile("platform.yaml", text.encode())])
    slugs = {"ambiguous-scalar", "number-out-of-range", "not-a-string"}
    return [(each.slug, str(each.severity)) for each in compilation.diagnostics if each.slug in slugs]


@pytest.mark.parametrize(("value", "marshalled", "printed"), GO)
def test_numbers_are_written_as_go_writes_them(value: float, marshalled: str, printed: str) -> None:
    assert json_number(value) == marshalled
    if abs(value) >= 1e-4 or not value:
        assert printed_number(value) == printed


@pytest.mark.parametrize(("text", "elsewhere", "as_text"), SPELLINGS, ids=str)
def test_a_spelling(text: str, elsewhere: tuple[str, str] | None, as_text: tuple[str, str] | None) -> None:
    assert found(f"size: {text}") == ([elsewhere] if elsewhere else [])
    assert found(f"tag: {text}") == ([as_text] if as_text else [])


@pytest.mark.parametrize("place", TEXT_PLACES)
def test_text_by_its_key(place: str) -> None:
    assert found(place.format("14.10")) == [REFUSED]
    assert found(place.format("1234567")) == [REFUSED]
    assert found(place.format("14.1")) == found(place.format('"14.10"')) == []


@pytest.mark.parametrize("place", STRING_PLACES)
def test_text_by_its_reader(place: str) -> None:
    assert found(place.format("3.10")) == [REFUSED]
    assert found(place.format("1234567")) == found(place.format("3")) == []


@pytest.mark.parametrize("place", NUMBER_PLACES)
def test_a_number_may_be_wanted(place: str) -> None:
    assert found(place.format("3.10")) == [WARNED]


@pytest.mark.parametrize("at", HOLDERS)
def test_wherever_values_are(at: str) -> None:
    """Once for each place that is written, however many clusters have it."""
    assert found("tag: 14.10, size: 14.10", at) == [REFUSED, WARNED]
    assert found("size: 9007199254740993", at) == [ROUNDED]


@pytest.mark.parametrize(
    ("entry", "at", "expected"),
    [
        ("retries: 0o10", "environments.dev.sync", [WARNED]),
        ("retries: +5", "environments.dev.sync", [WARNED]),
        ("retries: 8", "environments.dev.sync", []),
        ("wave: 0x1F", "addons.kyverno.components.policies", [WARNED]),
        ("wave: 9007199254740993", "addons.kyverno.components.policies", [ROUNDED]),
        ("note: 14.10", "clusters.spoke.labels", [("not-a-string", "error")]),
        ("note: 9007199254740993", "clusters.spoke.labels", [ROUNDED]),
        ("note: 0x1F", "clusters.spoke.annotations", [("not-a-string", "error")]),
    ],
)
def test_keys_of_ours(entry: str, at: str, expected: list[tuple[str, str]]) -> None:
    """An integer in another base is a warning; where text is needed, a number is one fault."""
    assert found(entry, at) == expected


def test_what_an_alias_repeats_is_found_once() -> None:
    assert found("size: &x 14.10, more: [*x, *x]") == [WARNED]
    assert found("a: &x {size: 14.10}, b: *x") == [WARNED]
    assert found("size: &x 14.10, tag: *x") == [WARNED, REFUSED]
