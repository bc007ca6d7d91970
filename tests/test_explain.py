"""Manuals: every fault that can be reported has one, its example shows that fault, and it reads well."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import Any

import fast_yaml
import pytest
import yaml
from click.testing import CliRunner

import dokaseca_compile
from dokaseca_compile.cli.app import app
from dokaseca_compile.manual import ACCEPTABLE, LAYERS, MANUALS
from dokaseca_compile.model.load import load
from dokaseca_compile.model.messages import SECTIONS
from dokaseca_compile.output.difference import State
from dokaseca_compile.render.manual import plain
from dokaseca_compile.resolve.merge_values import merge_values
from dokaseca_compile.source import Sources, parse

PACKAGE = Path(dokaseca_compile.__file__).parent
CODE = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BASE = fast_yaml.load((Path(__file__).parent / "rules/base.yaml").read_text())
MAKERS = {"error", "warning", "refusal", "PydanticCustomError", "grammar", "TextFault", "_file_error", "check_one"}
"""The functions whose first argument is a slug."""
PASSED_ON = {"SLUG", "slug", "kind", "fault.kind", "grammar.slug", "fault.slug", "difference.slug"}
"""First arguments that hold what another maker, or a module's ``SLUG``, was given."""
NOT_IN_ONE_SMALL_FILE = {
    "alias-bomb",
    "control-character",
    "file-too-large",
    "invalid-utf8",
    "oversized-file",
    "section-conflict",
    "too-deep",
    "unread-file",
}


def slug_of(call: ast.Call, path: Path) -> ast.expr | None:
    """The slug that a call is given: its first argument, or what the model requires a condition for."""
    name = ast.unparse(call.func).rsplit(".", 1)[-1]
    if name == "require" and path.parent.name == "model":
        return call.args[1]
    return call.args[0] if name in MAKERS else None


def emitted() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SLUG":
                yield ast.literal_eval(node.value)
            elif isinstance(node, ast.Call) and (slug := slug_of(node, path)) is not None:
                if isinstance(slug, ast.Constant):
                    yield slug.value
                else:
                    assert ast.unparse(slug) in PASSED_ON, f"{path.name}:{node.lineno}: whence is this slug?"


def test_every_fault_has_a_manual_and_every_manual_a_fault() -> None:
    """What is printed in brackets after ``error`` can be explained, and nothing else is."""
    assert set(MANUALS) == {*emitted(), "foreign-manifest", *(f"{state}-file" for state in State)}


def test_no_two_layers_explain_one_slug() -> None:
    assert len(MANUALS) == sum(map(len, LAYERS.values()))


@pytest.mark.parametrize("slug", sorted(MANUALS))
def test_manuals_have_one_form(slug: str) -> None:
    """One sentence that fits a line, four headings in order, and an example in YAML."""
    first, blank, *rest = MANUALS[slug].splitlines()
    assert first.endswith(".")
    assert len(first) <= 97
    assert blank == ""
    headings = re.findall("^#.*", CODE.sub("", MANUALS[slug]), re.MULTILINE)
    accept = ["## Accept"] if slug in ACCEPTABLE else []
    assert headings == ["## Problem", "## Why", "## Fix", *accept, "## Example"]
    assert all(MANUALS[slug].count(f"\n\n{heading}\n\n") == 1 for heading in headings)
    assert "```yaml" in rest
    assert max(map(len, rest)) <= 100


@pytest.mark.parametrize("slug", sorted(MANUALS))
def test_the_terminal_shows_no_markup(slug: str) -> None:
    """No fences and no marks of headings; text is wrapped and complete; code keeps its lines."""
    shown = plain(slug, MANUALS[slug], 80)
    prose = [line for line in shown.splitlines() if not line.startswith("        ")]
    assert "```" not in shown
    assert not [line for line in prose if line.startswith("#")]
    assert max(map(len, prose)) <= 80
    assert not [line for line in prose if "  " in line.strip()]
    assert all(indent(code, " " * 8) in shown for code in CODE.findall(MANUALS[slug]))
    words = re.sub("^## ", "", CODE.sub("", MANUALS[slug]), flags=re.MULTILINE).split()
    assert " ".join(words) == " ".join("\n".join(prose).split()[2:])


def example(slug: str) -> str:
    """The first code block."""
    return CODE.findall(MANUALS[slug])[0]


@pytest.mark.parametrize("slug", sorted(set(LAYERS["source"]) - NOT_IN_ONE_SMALL_FILE))
def test_examples_of_reading_show_the_fault(slug: str) -> None:
    """Reading the example reports that fault, and no other."""
    document, faults = parse(example(slug), "platform.yaml")
    _, more = Sources.of([document])
    found = {each.slug for each in [*faults, *more]} - ({"not-a-mapping"} if faults else set())
    assert found == {slug}


@pytest.mark.parametrize("slug", sorted(LAYERS["model"]))
def test_examples_of_the_schema_show_the_fault(slug: str) -> None:
    """The example, laid over a sound platform, has that fault."""
    patch: Any = fast_yaml.load(example(slug))
    assert slug in schema_faults(merge_values(BASE, patch))


def schema_faults(data: Any) -> dict[str, str]:
    """Slug → help."""
    document, faults = parse(yaml.safe_dump(data, sort_keys=False), "platform.yaml")
    sources, more = Sources.of([document])
    assert [*faults, *more] == []
    return {each.slug: each.help for each in load(sources)[1]}


def test_a_missing_section_comes_with_an_example() -> None:
    """Each required section is missed with help, and the examples together are a platform."""
    smallest = fast_yaml.load("\n".join(SECTIONS.values()))
    assert schema_faults(smallest) == {}
    for section, line in SECTIONS.items():
        without = {key: value for key, value in smallest.items() if key != section}
        assert schema_faults(without) == {"missing-key": f"add it, for example `{line}`"}


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, standalone_mode=True)
    return done.exit_code, done.output


def test_the_list_names_every_finding() -> None:
    _, output = run("explain")
    assert [line.split()[0] for line in output.splitlines()] == sorted(MANUALS)


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (["explain", "unkown-addon"], "unknown finding `unkown-addon`; did you mean `unknown-addon`?"),
        (["compil"], "unknown command `compil`; did you mean `compile`?"),
        (["frobnicate"], "unknown command `frobnicate`; known: `compile`"),
    ],
)
def test_misspelt_words_find_the_nearest(arguments: list[str], suggestion: str) -> None:
    """A command or a slug that is unknown is usage, with the nearest one."""
    code, output = run(*arguments)
    assert code == 2
    assert suggestion in output


def test_an_unknown_option_is_click_s() -> None:
    """Our look at the command's name leaves options alone."""
    code, output = run("--frobnicate")
    assert code == 2
    assert "No such option" in output
