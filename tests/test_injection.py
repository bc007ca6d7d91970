"""A text of a platform runs nowhere: every field of the schema, with payloads for every reader of the output.

Either the field refuses the payload with a finding, or the files hold it as data: no script and no
``run`` of a workflow has it, and what reads a file gets the same text back.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fast_yaml
import pytest
from engines import engine, engine_module
from governance import verify_all
from planting import ABSENT, BASE, KEY, Field, example, fields, places, planted
from pydantic import ValidationError
from tfvars_reader import read_tfvars

from dokaseca_compile.assets import assets
from dokaseca_compile.compiler import Compilation, SourceFile, compile, render
from dokaseca_compile.core.diagnostics import Severity
from dokaseca_compile.formats.tree import FileTree
from dokaseca_compile.model.platform import Platform
from dokaseca_compile.proof.read_back import read_back
from dokaseca_compile.render import text
from dokaseca_compile.render.style import Style

MARK = "pwned"
SHELL = f"$(touch {MARK})`touch {MARK}`;touch {MARK}|touch {MARK}&touch {MARK}"
EXPRESSION = "${{ " + f"github.token == '{MARK}' " + "}}"
TEMPLATE = "{{ ." + MARK + " }}{{`" + MARK + "`}}"
PAYLOADS = {
    "a shell": SHELL,
    "a workflow": EXPRESSION,
    "a template": TEMPLATE,
    "HCL": '${file("' + MARK + '")}%{ if true }' + MARK + '%{ endif }"',
    "YAML": f"'\"x: {MARK}\n- a: b\n---\n{MARK}: *d # e\n...\n",
    "Markdown": f"<script>{MARK}</script>|`x`](javascript:{MARK}) ```\n\n## {MARK}\n</details> [{MARK}]: javascript:x",
}
# Behind what is legal by itself, and where a URL would have a fragment and its user.
BEHIND = ("{example}" + SHELL, "{example}#" + TEMPLATE + "@{example}", "{example}\\@" + EXPRESSION)
FIELDS = fields()


def name(field: Field) -> str:
    return ".".join(field)


def compiled(platform: dict[str, Any]) -> Compilation:
    return compile([SourceFile("platform.yaml", json.dumps(platform).encode())])


def errors(compilation: Compilation) -> list[str]:
    return [f"{each.slug}: {each.message}" for each in compilation.diagnostics if each.severity is Severity.ERROR]


def test_the_base_has_every_field_and_compiles() -> None:
    """A field that is new belongs into ``tests/injection.yaml``."""
    assert [name(field) for field in FIELDS if field not in ABSENT and not list(places(field))] == []
    assert errors(compiled(BASE)) == []
    assert fits(BASE)


@pytest.mark.parametrize("field", FIELDS, ids=name)
def test_refused_or_harmless(field: Field) -> None:
    """All payloads in one text, first to last and last to first; where that is refused, each by itself."""
    together = [check(field, " ".join(each)) for each in (list(PAYLOADS.values()), list(PAYLOADS.values())[::-1])]
    if not all(together):
        known = example(field)
        for payload in (*PAYLOADS.values(), *(each.replace("{example}", known) for each in BEHIND)):
            # What the model refuses is a finding, as that of both texts is: a compile takes longer.
            if fits(planted(field, payload)):
                check(field, payload)


def fits(platform: dict[str, Any]) -> bool:
    """Whether the model takes a platform; the rules come later."""
    try:
        Platform.model_validate(platform)
    except ValidationError:
        return False
    return True


def check(field: Field, payload: str) -> bool:
    """Whether a field takes a payload, which is harmless then; a proper finding says so if not."""
    compilation = compiled(planted(field, payload))
    if not compilation.failed:
        check_harmless(compilation, payload)
        return True
    assert errors(compilation)
    assert text.findings(compilation, Style())
    assert not len(compilation.tree)
    return False


def check_harmless(compilation: Compilation, payload: str) -> None:
    """What the files say is what was meant, and the payload is in no file that runs."""
    tree = compilation.tree
    files = dict(render(tree, "platform.yaml"))
    verify_all(compilation)
    holding = {path: content for path, content in files.items() if MARK.encode() in content}
    read_back(tree, files, holding)
    for path, content in holding.items():
        CHECKS.get(path.rpartition(".")[2], no_place)(path, content.decode(), payload)


def no_place(path: str, content: str, payload: str) -> None:
    pytest.fail(f"{path} is no place for a text of the platform")


def texts(node: Any) -> Iterator[str]:
    """Every key and every text of data."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from (*texts(key), *texts(value))
    elif isinstance(node, list):
        for each in node:
            yield from texts(each)
    elif isinstance(node, str):
        yield node


def check_whole(path: str, data: Any, payload: str) -> None:
    """Each text that has a part of the payload has all of it."""
    found = [each for each in texts(data) if MARK in each]
    assert found, path
    for each in found:
        inner = list(fast_yaml.load_all(each)) if each.startswith(("{", "config:")) else None
        assert payload in each or (inner is not None and payload in list(texts(inner))), (path, each)


def check_yaml(path: str, content: str, payload: str) -> None:
    documents = list(fast_yaml.load_all(content))
    check_whole(path, documents, payload)
    assert "/.github/" not in path
    # A text of a template would be evaluated; parameters are not.
    for each in documents:
        if isinstance(each, dict) and each.get("kind") == "ApplicationSet":
            assert MARK not in json.dumps(each), path
        if isinstance(each, dict) and each.get("kind") == "ExternalSecret" and "{{" in payload:
            assert MARK not in json.dumps(each), path


def check_markdown(path: str, content: str, payload: str) -> None:
    """A reader of Markdown finds plain text and code: no tag, no link, no heading of the payload's own."""
    markdown = (
        engine_module("markdown_it", "markdown-it-py").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    )
    shown = " ".join(payload.split())
    seen = []
    for block in markdown.parse(content):
        for token in block.children or [block]:
            assert not (token.type in {"html_block", "html_inline"} and MARK in token.content), (path, token)
            assert not any(MARK in str(value) for value in token.attrs.values()), (path, token)
        if block.type == "fence" and MARK in block.content:
            assert block.info == "mermaid", path
            check_mermaid(block.content)
        elif block.type == "inline" and MARK in block.content:
            seen.append("".join(token.content for token in block.children or ()))
    for each in seen:
        assert shown.replace("|", "") in each.replace("\\|", "|").replace("|", ""), (path, each)


def check_mermaid(content: str) -> None:
    """Each line is of our shape, the labels in quotes and without what could end them."""
    label = r'"(?:[\w ./:@()*,+=?!\'-]|#[0-9]+;)+"'
    line = rf"\s*(?:n[0-9]+\[{label}\]|subgraph g[0-9]+\[{label}\]|n[0-9]+ -\.?->(?:\|{label}\|)? n[0-9]+)"
    for each in content.splitlines():
        assert MARK not in each or re.fullmatch(line, each), each


CHECKS = {
    "yaml": check_yaml,
    "json": lambda path, content, payload: check_whole(path, json.loads(content), payload),
    "tfvars": lambda path, content, payload: check_whole(path, read_tfvars(content.encode()), payload),
    "md": check_markdown,
}


# ---- what runs


def laden() -> tuple[dict[str, Any], list[Field]]:
    """The base platform with a payload for a shell in every field that takes one, and these fields."""
    platform, taken = BASE, []
    for field in FIELDS:
        if field[-1] != KEY and field not in ABSENT:
            more = planted(field, SHELL, platform)
            if not compiled(more).failed:
                platform = more
                taken.append(field)
    return platform, taken


@pytest.fixture(scope="module")
def tree() -> FileTree:
    platform, taken = laden()
    assert len(taken) >= 15, "too few fields take a free text: the payloads are no test any more"
    return compiled(platform).tree


def test_scripts_are_assets(tree: FileTree) -> None:
    """Every script is the file of the package, byte for byte: nothing is ever put into one."""
    known = {body.text for folder in ("control-plane", "chart-publishing") for _, body in assets(folder)}
    scripts = [path for path in tree if path.endswith(".sh")]
    assert len(scripts) >= 6
    assert [path for path in scripts if tree[path].body.text not in known] == []


STUB = '#!/bin/bash\nprintf "%s\\n" "${0##*/} $*" >>"$CALLS"\n'
BASICS = (
    "awk",
    "basename",
    "bash",
    "cat",
    "dirname",
    "env",
    "head",
    "mktemp",
    "rm",
    "sed",
    "sh",
    "sort",
    "touch",
    "wc",
)


@pytest.fixture
def sandbox(tree: FileTree, tmp_path: Path) -> Path:
    """The files of the laden platform, and a PATH with stand-ins."""
    for path, content in render(tree, "platform.yaml"):
        target = tmp_path / "out" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (tmp_path / "bin").mkdir()
    for each in BASICS:
        (tmp_path / "bin" / each).symlink_to(engine(each))
    for each in ("terraform", "kubectl", "docker", "helm", "ct"):
        (tmp_path / "bin" / each).write_text(STUB)
        (tmp_path / "bin" / each).chmod(0o755)
    return tmp_path


def run(sandbox: Path, folder: Path, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sandbox / "bin" / command[0], *command[1:]],
        env={"PATH": str(sandbox / "bin"), "HOME": str(sandbox), "CALLS": str(sandbox / "calls"), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert list(sandbox.rglob(MARK)) == [], command
    return done


def test_scripts_run_nothing_of_it(sandbox: Path) -> None:
    """Every script with every cluster, as it is and with the payload for a name."""
    (scripts,) = (sandbox / "out").glob("*control*/**/scripts")
    for script in sorted(scripts.rglob("*.sh")):
        for cluster in (*BASE["clusters"], SHELL):
            for more in (["--dry-run"], ["--yes"], []):
                run(sandbox, scripts.parent, ["bash", str(script), *more, cluster])
    assert "terraform" in (sandbox / "calls").read_text()


def steps(sandbox: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """The steps of every workflow that run something."""
    for path in sandbox.rglob(".github/workflows/*.yaml"):
        for job in fast_yaml.load(path.read_text())["jobs"].values():
            yield from ((step, step["run"]) for step in job["steps"] if "run" in step)


def test_workflows_run_nothing_of_it(sandbox: Path) -> None:
    """A ``run`` has no expression and no value of the platform; the variables are hostile to it."""
    (charts,) = (sandbox / "out").glob("*charts")
    (charts / "charts" / "x").mkdir(parents=True, exist_ok=True)
    (charts / "charts" / "x" / "Chart.yaml").write_text("name: x\nversion: 1.0.0\n")
    found = list(steps(sandbox))
    assert len(found) == 3
    for step, script in found:
        assert "${{" not in script
        assert "acme" not in script
        given = {key: re.sub(r"\$\{\{.*?\}\}", lambda _: SHELL, each) for key, each in step.get("env", {}).items()}
        run(sandbox, charts, ["bash", "-eo", "pipefail", "-c", script], **given)
    calls = (sandbox / "calls").read_text()
    assert f"helm registry login ghcr.io --username {SHELL} --password-stdin" in calls
    assert "helm package --dependency-update --destination" in calls


def test_hostile_variables_of_a_workflow_stay_words(sandbox: Path) -> None:
    """Even where a value got past the model, a shell takes it as data."""
    (charts,) = (sandbox / "out").glob("*charts")
    for _, script in steps(sandbox):
        given = dict.fromkeys(("REGISTRY", "FOLDERS", "USERNAME", "PASSWORD"), SHELL)
        run(sandbox, charts, ["bash", "-eo", "pipefail", "-c", script], **given)


def test_the_sandbox_would_show_it(sandbox: Path) -> None:
    """The marker is made where a payload does run."""
    with pytest.raises(AssertionError):
        run(sandbox, sandbox, ["bash", "-c", f"echo {SHELL}"])
    (sandbox / MARK).unlink()
    run(sandbox, sandbox, ["bash", "-c", f"echo {shlex.quote(SHELL)}"])


@pytest.mark.parametrize("tool", ["shellcheck", "actionlint", "zizmor"])
def test_linters(sandbox: Path, tool: str) -> None:
    """Those who look for injections find none."""
    workflows = [str(each) for each in sandbox.rglob(".github/workflows/*.yaml")]
    scripts = [str(each) for each in sandbox.rglob("*.sh")]
    arguments = {
        "shellcheck": ["-x", "-P", "SCRIPTDIR", *scripts],
        "actionlint": ["-shellcheck=", *workflows],
        "zizmor": ["--offline", "--quiet", *workflows],
    }[tool]
    done = subprocess.run([linter(tool), *arguments], capture_output=True, text=True, check=False, cwd=sandbox)
    assert done.returncode == 0, done.stdout + done.stderr


def linter(tool: str) -> str:
    """The executable that a package puts beside Python, or that of the machine."""
    import sys

    beside = Path(sys.executable).with_name(tool)
    return str(beside) if beside.exists() else engine(tool)
