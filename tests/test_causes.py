"""One finding for one cause: what is missing once is reported once, without its consequences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from test_rules import BASE, without_nulls

from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.resolve.merge_values import merge_values

CASES = fast_yaml.load((Path(__file__).parent / "causes.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_one_cause_is_one_finding(case: dict[str, Any]) -> None:
    """A whole run reports exactly what the table says."""
    text = fast_yaml.dump(without_nulls(merge_values(BASE, case["patch"])))
    found = validate([SourceFile("platform.yaml", text.encode())]).diagnostics
    assert [f"{each.slug} {format_route(each.primary.route)}" for each in found] == case["found"]
    assert case.get("message", found[0].message) == found[0].message


def test_every_place_of_a_cause_is_kept() -> None:
    """The places of ten thousand clusters without their hub are counted; a thousand are listed."""
    spoke = "{environment: dev, region: eu, hub: gone, auth: kind}"
    lines = [f"  s{each}: {spoke}" for each in range(10_000)]
    head = [
        "apiVersion: dokaseca.dev/v1alpha1", "kind: Platform", "metadata: {name: acme}",
        "repositories: {organization: https://git.example/acme}", "environments: {dev: {}}",
        "regions: {eu: {}}", "clusters:",
    ]  # fmt: skip
    text = "\n".join([*head, *lines]).encode()
    (found,) = [
        each for each in validate([SourceFile("platform.yaml", text)]).diagnostics if each.slug == "unknown-hub"
    ]
    assert found.message.endswith("; the same at 9999 more places")
    assert len(found.related) == 1000
