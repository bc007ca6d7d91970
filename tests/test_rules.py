"""Every rule against its table: ``tests/rules/<slug>.yaml`` says what passes and what fails, and where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import fast_yaml
import pytest

from dokaseca_compile.charts import Charts
from dokaseca_compile.core.diagnostics import Diagnostic
from dokaseca_compile.core.routes import format_route
from dokaseca_compile.model.load import load
from dokaseca_compile.resolve import resolve
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.rules import RULES
from dokaseca_compile.rules.shared.base import Context
from dokaseca_compile.source import Sources, parse

TABLES = Path(__file__).parent / "rules"
BASE = fast_yaml.load((TABLES / "base.yaml").read_text())
BY_SLUG = {rule.SLUG: rule for rule in RULES}


def findings(patch: dict[str, Any], slug: str | None = None, charts: dict[str, str] | None = None) -> list[Diagnostic]:
    """Run one rule (or all) on the patched base platform, read from real text so that places are real.

    ``charts`` are the files of charts that are at hand, by path.
    """
    text = fast_yaml.dump(without_nulls(merge_values(BASE, patch)), allow_unicode=True)
    document, faults = parse(text, "platform.yaml")
    assert not [each for each in faults if each.severity == "error"], faults
    sources, faults = Sources.of([document])
    assert not faults
    platform, faults = load(sources)
    assert platform is not None, faults
    assert not faults, faults
    files = Charts({path: text.encode() for path, text in (charts or {}).items()})
    context = Context(sources.data, resolve(platform), files, sources)
    rules = [BY_SLUG[slug]] if slug else RULES
    return [each for rule in rules for each in rule.check(context)]


def without_nulls(node: Any) -> Any:
    """Drop keys set to null below a unit, so that a patch can delete; the text ``<null>`` is a null that stays."""
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return None if node == "<null>" else node


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
        for path in sorted(TABLES.glob("*-*.yaml"))
        for case in fast_yaml.load(path.read_text())[kind]
    ]


def test_the_base_platform_is_sound() -> None:
    assert findings({}) == []


@pytest.mark.parametrize(("slug", "case"), cases("pass"))
def test_passes(slug: str, case: dict[str, Any]) -> None:
    assert findings(case["patch"], slug, case.get("charts")) == []


@pytest.mark.parametrize(("slug", "case"), cases("fail"))
def test_fails(slug: str, case: dict[str, Any]) -> None:
    """Slug, severity, places and words are those of the table; ``at`` lists every finding in order.

    With ``exact`` the words are the whole message; nowhere is the same name said twice in a row.
    """
    found = findings(case["patch"], slug, case.get("charts"))
    assert [format_route(each.primary.route) for each in found] == case["at"]
    assert {each.slug for each in found} == {slug}
    assert {each.severity.value for each in found} == {case.get("severity", "error")}
    assert case.get("message", "") in found[0].message
    assert not case.get("exact") or case["message"] == found[0].message
    assert not [each.message for each in found if re.search(r"(`[^`]+`) \1", each.message)]
    assert case.get("help", "") in found[0].help


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.SLUG)
def test_every_rule_has_a_manual_and_a_table(rule: Any) -> None:
    """The file is named for the slug; the manual has its four headings; the table has both kinds of case."""
    assert rule.__name__.rsplit(".", 1)[1] == rule.SLUG.replace("-", "_")
    for heading in ("Problem", "Why", "Fix", "Example"):
        assert f"\n## {heading}\n" in rule.__doc__, heading
    table = fast_yaml.load((TABLES / f"{rule.SLUG}.yaml").read_text())
    assert table["pass"]
    assert table["fail"]
