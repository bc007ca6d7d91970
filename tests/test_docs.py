"""Check the docs: generated pages are current, links lead somewhere, commands and the tour work."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from dokaseca_compile.cli.app import COMMANDS, app
from dokaseca_compile.compiler import SourceFile, compile
from dokaseca_compile.manual import MANUALS
from dokaseca_compile.resolve.contract import CLUSTER_FACTS, Fact

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
WRITTEN_BY_HAND = (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")
PAGES = sorted((*WRITTEN_BY_HAND, *(ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a terminal would add to an output is left out.
PLAIN = {"NO_COLOR": "1", "COLUMNS": "80", "LC_ALL": "C.UTF-8"}


def blocks(text: str, *languages: str) -> list[tuple[str, str]]:
    return [(language, body) for language, body in BLOCK.findall(text) if not languages or language in languages]


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_generated_pages_are_current() -> None:
    """``scripts/generate.py --check`` finds nothing, or says how to fix it."""
    run = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or folder of the repository, and its anchor a heading there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not fragment or fragment in anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_diagrams_have_content(page: Path) -> None:
    """Every Mermaid block names a kind of diagram and draws something."""
    for _, body in blocks(page.read_text(), "mermaid"):
        kind, *rest = body.split("\n", 1)
        assert kind.split()[0] in {"flowchart", "sequenceDiagram", "classDiagram", "stateDiagram-v2"}
        assert rest
        assert rest[0].strip()


def test_readme_is_short_and_names_every_command() -> None:
    """A README is read in one sitting, and leaves no command out."""
    text = README.read_text()
    assert len(text.splitlines()) <= 300
    for name in COMMANDS:
        assert f"`dokaseca {name}" in text, name


def shown_commands() -> Iterator[str]:
    """Every ``dokaseca …`` in code, in blocks and inline, without what the shell adds."""
    for page in PAGES:
        text = page.read_text()
        found = [line for _, body in blocks(text, "console", "shell", "bash") for line in body.splitlines()]
        found += re.findall(r"`(dokaseca [^`]+)`", BLOCK.sub("", text))
        for line in found:
            for part in re.split(r"[|;&<>()]+", line.removeprefix("$ ")):
                if re.match(r"\s*dokaseca\s", part) and "\u2026" not in part:
                    yield part.strip()


@pytest.mark.parametrize("line", sorted(set(shown_commands())))
def test_shown_commands_exist(line: str) -> None:
    """Each command, and each option of it, is known to the program; arguments in brackets are placeholders."""
    words = [word for word in shlex.split(line)[1:] if not word.startswith("[")]
    if words[0].startswith("-"):
        assert words[0] in {"--version", "--help", "-h"}
        return
    command = app.get_command(click.Context(app), words[0])
    assert command is not None, words[0]
    known = {name for parameter in command.params for name in parameter.opts} | {"-h", "--help"}
    options = words[1 : words.index("--")] if "--" in words else words[1:]
    for word in options:
        assert not word.startswith("-") or word == "-" or word.split("=")[0] in known, word


@pytest.mark.parametrize("slug", sorted(MANUALS))
def test_examples_of_manuals_are_yaml(slug: str) -> None:
    """The code block of every rule's page parses, and the page has all four headings."""
    text = (ROOT / f"docs/rules/{slug}.md").read_text()
    for heading in ("Problem", "Why", "Fix", "Example"):
        assert f"\n## {heading}\n" in text
    found = blocks(text, "yaml")
    assert found, "no example"
    for _, body in found:
        # Some examples show what a reader of YAML must survive, never what it must refuse.
        assert list(yaml.compose_all(body)), body


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_excerpts_of_output_are_true(page: Path) -> None:
    """A block after ``<!-- from: out/… -->`` stands in that committed file, line for line."""
    for path, body in re.findall(r"<!-- from: (\S+) -->\n+```\w*\n(.*?)^```$", page.read_text(), re.M | re.S):
        assert body in (ROOT / path).read_text(), path


@pytest.mark.parametrize("fact", CLUSTER_FACTS, ids=lambda fact: fact.variable)
def test_the_contract_is_documented(fact: Fact) -> None:
    """Every fact of the contract has its row in the table of the architecture."""
    cells = [f"`{name}`" if name else "" for name in (fact.variable, fact.label, fact.annotation)]
    row = "|".join(f" {cell} " if cell else " " for cell in cells)
    assert f"|{row}|" in (ROOT / "docs/architecture.md").read_text()


ROOM = re.compile(r"^\| (\d+) \| `(\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)


def test_the_rooms_of_the_architecture_are_those_of_the_contract() -> None:
    """The table has every room in its layer, as ``make lint`` checks it, and names modules that exist."""
    rows = ROOM.findall((ROOT / "docs/architecture.md").read_text())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["id"] == "layers")
    assert [(int(number), room) for number, room, _ in rows] == [
        (number, room) for number, layer in enumerate(layers, start=1) for room in layer.split(" | ")
    ]
    for _, room, modules in rows:
        for module in re.findall(r"`([^`]+)`", modules):
            assert (ROOT / "dokaseca_compile" / room / f"{module}.py").is_file(), f"{room}/{module}"


def test_the_glossary_is_short_and_leads_into_the_code() -> None:
    """Forty terms at most, none twice, and every file that it names exists."""
    text = (ROOT / "docs/glossary.md").read_text()
    terms = [term for term in re.findall(r"^\| ([^|]+) \| .* \|$", text, re.MULTILINE) if term != "term"]
    assert len(set(terms)) == len(terms) <= 40
    for path in re.findall(r"`([\w/]+\.py)`", text):
        assert (ROOT / "dokaseca_compile" / path).is_file() or (ROOT / path).is_file(), path


@pytest.mark.parametrize("page", [README, ROOT / "docs/tour.md"], ids=lambda page: page.name)
def test_what_is_shown_is_true(tmp_path: Path, page: Path, update: bool) -> None:
    """Going through a page gives what it shows; ``pytest --update`` writes what it gives."""
    text = page.read_text()
    shown = re.search(r"^## A taste\n.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    walked = old = shown[0] if shown else text
    shutil.copy(ROOT / "platform.yaml", tmp_path)
    run("dokaseca compile", tmp_path)
    run("git init -q . && git add . && git -c user.name=tour -c user.email=tour@acme.example commit -qm tour", tmp_path)
    walked = BLOCK.sub(lambda block: f"```{block[1]}\n{step(block[1], block[2], tmp_path)}```", old)
    if update:
        page.write_text(text.replace(old, walked))
    else:
        assert walked == old


def step(language: str, body: str, folder: Path) -> str:
    """Do what a block of the tour says, and give the block as it should read."""
    if language == "diff":
        name, *lines = body.splitlines(keepends=True)
        file = folder / name.removeprefix("--- ").strip()
        old = "".join(line[1:] for line in lines if not line.startswith("+"))
        new = "".join(line[1:] for line in lines if not line.startswith("-"))
        assert file.read_text().count(old) == 1, f"the tour's edit has no place in {name}"
        file.write_text(file.read_text().replace(old, new))
    elif language == "yaml":
        file = folder / body.splitlines()[0].removeprefix("# ")
        file.parent.mkdir(exist_ok=True)
        file.write_text(body)
    elif language == "console":
        commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{run(command, folder)}" for command in commands)
    return body


def run(command: str, folder: Path) -> str:
    """The output of a shell command, both streams, with ``dokaseca`` being this one."""
    function = f'dokaseca() {{ {shlex.quote(sys.executable)} -m dokaseca_compile "$@"; }}'
    done = subprocess.run(
        ["sh", "-c", f"{function}\n{command}"],
        cwd=folder,
        env={**os.environ, **PLAIN, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def test_the_platform_of_your_own_compiles() -> None:
    """The whole example of docs/your-own-platform.md is sound: no finding at all."""
    text = (ROOT / "docs" / "your-own-platform.md").read_text()
    example = text.split("```yaml\n")[1].split("```")[0]
    compilation = compile([SourceFile("platform.yaml", example.encode())])
    assert [each.message for each in compilation.diagnostics] == []
    assert len(compilation.tree) > 20


COVERAGE = ROOT / "docs" / "coverage.md"


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:out|tests|dokaseca_compile)/[^`]+)`", COVERAGE.read_text())))
)
def test_what_is_covered_is_there(path: str) -> None:
    """Every file that the page on coverage names, compiled or a test, is committed."""
    assert list(ROOT.glob(path)), path


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(gitops_\w+_repo)`, `_revision`", COVERAGE.read_text()))))
def test_every_variable_of_the_architecture_is_declared(name: str) -> None:
    """With its revision, and set for a cluster."""
    declared = (ROOT / "out/dokaseca-control-plane/terraform/variables.tf").read_text()
    tfvars = (ROOT / "out/dokaseca-control-plane/terraform/environments/production/hub.tfvars").read_text()
    for variable in (name, name.replace("_repo", "_revision")):
        assert f'variable "{variable}"' in declared
        assert re.search(rf"^{variable} +=", tfvars, re.MULTILINE)
