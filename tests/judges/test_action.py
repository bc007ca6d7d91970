"""The GitHub Action: its steps are run as a runner runs them, and real linters judge it and our workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import fast_yaml
import pytest
from command import BASE, dokaseca, files, platform
from engines import missing
from packaging.version import Version

ROOT = Path(__file__).parents[2]
ACTION = fast_yaml.load((ROOT / "action.yml").read_text())
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
KYVERNO = "out/acme-addons/gitops/values/default/kyverno.yaml"
# What a hook, a runner or a shell around the tests has set is not what a step gets.
OF_OTHERS = ("GIT_", "PYTHON", "DOKASECA_", "GITHUB_", "RUNNER_")
BROKEN = BASE.replace("region: eu\n    hub: hub\n    cloud", "region: usa\n    hub: hub\n    cloud")
# What a shell would run, each in its own way, if it ever read it as words of its own.
HOSTILE = (
    "$(touch marker)",
    "`touch marker`",
    '"; touch marker; "',
    "'; touch marker; '",
    "x\ntouch marker\n",
    "a b  c",
    "-x",
    "=$(touch marker)=",
    "addons=$(touch marker)",
    "${IFS}*?[a]~",
    "%s %n \\n",
)


class Ran(NamedTuple):
    """What a runner sees of a step."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def commands(self) -> list[str]:
        """The lines that a runner takes for commands."""
        return [line for line in self.log.splitlines() if line.lstrip().startswith("::")]


def step(name: str, workspace: Path, temporary: Path, **context: str) -> Ran:
    """Run a step in bash, with the variables of a runner. ``context`` has inputs, and outputs as ``step_output``."""
    temporary.mkdir(exist_ok=True)
    output, summary = temporary / "output", temporary / "summary"
    output.write_text("")
    summary.write_text("earlier\n")
    given = {key: str(value["default"]) for key, value in ACTION["inputs"].items()} | context
    environment = inherited() | {key: evaluated(value, given) for key, value in STEPS[name]["env"].items()}
    environment |= {
        "GITHUB_ACTION_PATH": given.get("action_path", ""),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(workspace),
        "RUNNER_TEMP": str(temporary),
    }
    script = temporary / "script.sh"
    script.write_text(STEPS[name]["run"])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=workspace,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    before, earlier, summed = summary.read_text().partition("earlier\n")
    assert (before, earlier) == ("", "earlier\n")
    return Ran(done.returncode, done.stdout, outputs, summed)


def inherited() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(OF_OTHERS)}


def evaluated(value: str, given: dict[str, str]) -> str:
    """An expression of ``env``: an input, or the output of a step before."""
    found = re.fullmatch(r"\$\{\{ (?:inputs\.([\w-]+)|steps\.(\w+)\.outputs\.([\w-]+)) \}\}", value)
    assert found, value
    name, step_id, output = found.groups()
    return given[name or f"{step_id}_{output}"]


def check(workspace: Path, **inputs: str) -> Ran:
    """Run the step that checks, with the Python of the tests: dokaseca is installed there."""
    context = {name.replace("_", "-"): value for name, value in inputs.items()}
    return step("check", workspace, workspace.parent / "temporary", install_python=sys.executable, **context)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout with a compiled platform."""
    folder = platform(tmp_path / "workspace")
    assert dokaseca(folder, "compile").code == 0
    git_init(folder)
    return folder


def git_init(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder, env=inherited(), check=True)


def test_a_clean_tree(workspace: Path) -> None:
    before = files(workspace)
    ran = check(workspace)
    assert (ran.code, ran.commands) == (0, [])
    assert "up to date" in ran.log
    assert ran.summary.startswith("### ✅ dokaseca check")
    report = json.loads(Path(ran.outputs["report"]).read_text())
    assert ran.outputs["changed"] == "false"
    assert ran.outputs["release"] == report["release"] != ""
    assert json.loads(Path(ran.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert files(workspace) == before
    assert set(ran.outputs) == set(ACTION["outputs"])


def test_the_outputs_of_the_action_are_those_of_the_step() -> None:
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.check.outputs.{name} }}}}"


def test_a_drifted_tree(workspace: Path) -> None:
    (workspace / KYVERNO).write_text("words: {one: four}\n")
    ran = check(workspace)
    assert ran.code == 1
    assert [line for line in ran.commands if line.startswith(f"::error file={KYVERNO},line=")]
    assert f"edited   {KYVERNO}" in ran.log
    assert ran.summary.startswith("### ❌ dokaseca check: 1 of")
    assert ran.outputs["changed"] == "true"
    (difference,) = json.loads(Path(ran.outputs["report"]).read_text())["differences"]
    assert difference["file"] == KYVERNO


def test_a_broken_platform(workspace: Path) -> None:
    """Whether the output has changed is not known then."""
    (workspace / "platform.yaml").write_text(BROKEN)
    ran = check(workspace)
    assert ran.code == 1
    assert [line for line in ran.commands if re.match(r"::error file=platform\.yaml,line=\d+,.*unknown-region", line)]
    assert "1 error in the source" in ran.summary
    assert (ran.outputs["changed"], ran.outputs["release"]) == ("", "")
    assert json.loads(Path(ran.outputs["report"]).read_text())["summary"]["errors"] == 1


@pytest.mark.parametrize(
    "inputs", [{"file": "none.yaml"}, {"working_directory": "none"}, {"into": "nothing"}, {"args": "--none"}], ids=str
)
def test_a_check_that_cannot_be_made(workspace: Path, inputs: dict[str, str]) -> None:
    """The exit code is 2, the reason is in the log, and no output pretends to know something."""
    ran = check(workspace, **inputs)
    assert (ran.code, ran.outputs, ran.summary) == (2, {}, "")
    assert ran.log.strip()


@pytest.mark.parametrize("code", [3, 130])
def test_other_exit_codes_pass_through(workspace: Path, code: int) -> None:
    program = workspace.parent / "program"
    program.write_text(f"#!/bin/sh\nexit {code}\n")
    program.chmod(0o755)
    ran = step("check", workspace, workspace.parent / "temporary", install_python=str(program))
    assert (ran.code, ran.outputs) == (code, {})


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("names", [["working-directory"], ["file", "out", "into", "args"]], ids=" ".join)
def test_inputs_are_never_run(workspace: Path, names: list[str], value: str) -> None:
    """Whatever is in an input, it is a name or an argument, and no such thing is there."""
    before = files(workspace)
    ran = check(workspace, **dict.fromkeys(names, value))
    assert ran.code == 2, ran.log
    assert files(workspace) == before
    assert not list(workspace.parent.rglob("marker"))


@pytest.mark.parametrize("value", HOSTILE)
def test_strange_names_work(tmp_path: Path, value: str) -> None:
    """The same words as names of real files and folders."""
    workspace = tmp_path / "workspace"
    platform(workspace / value)
    (workspace / value / "platform.yaml").rename(workspace / value / f"{value}.yaml")
    git_init(workspace)
    names = {"file": f"{value}.yaml", "out": f"o {value}x"}
    assert dokaseca(workspace / value, "compile", *(f"--{name}={path}" for name, path in names.items())).code == 0
    ran = check(workspace, working_directory=value, **names)
    assert (ran.code, ran.outputs["changed"]) == (0, "false"), ran.log
    assert not list(tmp_path.rglob("marker"))


def test_one_a_line(workspace: Path) -> None:
    """``into`` and ``args`` have one value a line, blanks included; empty lines are none."""
    for name in ("my addons", "clusters"):
        (workspace.parent / name).mkdir()
    into = "addons=../my addons\n\nclusters=../clusters\n"
    options = [f"--into={line}" for line in into.split("\n") if line]
    assert dokaseca(workspace, "compile", *options).code == 0
    shutil.rmtree(workspace / "out" / "acme-addons")
    shutil.rmtree(workspace / "out" / "acme-clusters")
    ran = check(workspace, into=into, args="--color\nnever\n\n")
    assert ran.code == 0, ran.log
    (workspace.parent / "my addons" / KYVERNO.removeprefix("out/acme-addons/")).unlink()
    ran = check(workspace, into=into)
    assert "missing  ../my addons/gitops" in ran.log


def test_strict_lets_warnings_fail(workspace: Path) -> None:
    """The output is up to date all the same."""
    source = workspace / "platform.yaml"
    source.write_text(source.read_text().replace("words: {one: two}", "words: {one: no}"))
    assert dokaseca(workspace, "compile").code == 0
    assert check(workspace).code == 0
    assert check(workspace, strict="false").code == 0
    ran = check(workspace, strict="true")
    assert (ran.code, ran.outputs["changed"]) == (1, "false")
    assert "1 warning fails with `--strict`" in ran.log


def test_places_count_from_the_top_of_the_repository(tmp_path: Path) -> None:
    """Annotations and code scanning find their files only so; also where the repository is not the workspace."""
    folder = platform(tmp_path / "workspace" / "checkout" / "platforms" / "acme")
    assert dokaseca(folder, "compile").code == 0
    (folder / KYVERNO).write_text("mine: true\n")
    (tmp_path / "addons").mkdir()
    plain = check(tmp_path / "workspace", working_directory="checkout/platforms/acme")
    assert f"::error file={KYVERNO}," in plain.log
    git_init(tmp_path / "workspace" / "checkout")
    ran = check(tmp_path / "workspace", working_directory="checkout/platforms/acme")
    assert f"::error file=platforms/acme/{KYVERNO}," in ran.log
    assert "run `dokaseca compile -f platforms/acme/platform.yaml -o platforms/acme/out --force`" in ran.log
    (result,) = json.loads(Path(ran.outputs["sarif"]).read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == f"platforms/acme/{KYVERNO}"
    (tmp_path / "workspace" / "link").symlink_to(folder)
    assert check(tmp_path / "workspace", working_directory="link").log == ran.log
    absolute = check(tmp_path / "workspace", file=str(folder / "platform.yaml"), out=str(folder / "out"))
    assert (absolute.code, absolute.outputs["changed"]) == (1, "true")


def test_code_of_the_checkout_is_not_imported(workspace: Path) -> None:
    """A pull request may bring files that are called as modules; they are data here."""
    for name in ("json", "yaml", "dokaseca_compile", "sitecustomize"):
        (workspace / f"{name}.py").write_text("open('marker', 'w').close()\n")
    assert check(workspace).code == 0
    assert not (workspace / "marker").exists()


def test_values_give_no_commands(workspace: Path) -> None:
    """Text of the platform or of the output cannot pass for a command of the runner."""
    lines = "x\\n::add-mask::x\\n  ::error file=y::z\\n::stop-commands::x"
    text = BASE.replace("{words: {one: two}}", f'{{words: {{one: "{lines}"}}, "{lines}": 1}}')
    (workspace / "platform.yaml").write_text(text.replace("description: A spoke", f'description: "{lines}"'))
    (workspace / KYVERNO.replace("default", "dev")).write_text(f'replicas: "{lines}"\n')
    ran = check(workspace)
    assert "add-mask" in ran.log
    for line in ran.commands:
        assert re.match(r"::(error|warning) file=[\w./-]+,line=\d+,col=\d+,endColumn=\d+,title=[\w-]+::", line), line


def test_installed_from_its_own_checkout(tmp_path: Path) -> None:
    """The step that installs gives a Python that has dokaseca, wherever the workspace is, whatever is in it."""
    if os.environ.get("DOKASECA_REQUIRE_TOOLS") != "1":
        pytest.skip("installs from PyPI; .ci/run does")
    workspace, own = tmp_path / "workspace", tmp_path / "an action"
    workspace.mkdir()
    for name in ("venv", "pip", "json", "dokaseca_compile"):
        (workspace / f"{name}.py").write_text("open('marker', 'w').close()\n")
    shutil.copytree(ROOT / "dokaseca_compile", own / "dokaseca_compile")
    shutil.copytree(ROOT / "requirements", own / "requirements")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, own)
    before = files(own)
    context = {"python_python-path": sys.executable, "action_path": str(own)}
    ran = step("install", workspace, tmp_path / "temporary", **context)
    assert ran.code == 0, ran.log
    assert not (workspace / "marker").exists()
    assert files(own) == before
    platform(workspace)
    code = "import dokaseca_compile, sys; sys.exit('temporary' not in dokaseca_compile.__file__)"
    assert subprocess.run([ran.outputs["python"], "-I", "-c", code], check=False, cwd=workspace).returncode == 0
    checked = step("check", workspace, tmp_path / "temporary", install_python=ran.outputs["python"])
    assert (checked.code, checked.outputs["changed"]) == (1, "true"), checked.log
    assert not (workspace / "marker").exists()


def test_what_is_installed_is_pinned_by_hash() -> None:
    """Every requirement of the package and of its build is in the lock, and each entry has its hashes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "requirements" / "action.txt").read_text().replace("\\\n", " ")
    entries = [line for line in lock.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert all(re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line) for line in entries)
    locked = {line.split("==")[0]: line.split("==")[1].split()[0] for line in entries}
    extra = project["project"]["optional-dependencies"]["charts"]
    wanted = [*project["project"]["dependencies"], *extra, *project["build-system"]["requires"]]
    for requirement in wanted:
        name, _, least = requirement.partition(">=")
        assert Version(locked[name]) >= Version(least), requirement


def test_actions_are_pinned() -> None:
    """By their full hash, with the version as a comment for people and for updates."""
    for file in (ROOT / "action.yml", *WORKFLOWS):
        for line in re.findall(r"^.*\buses: (?!\./).*$", file.read_text(), re.MULTILINE):
            assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_scripts_have_no_templates() -> None:
    """What GitHub puts into a script is run; values go through the environment."""
    jobs = [job for file in WORKFLOWS for job in fast_yaml.load(file.read_text())["jobs"].values()]
    for each in (*ACTION["runs"]["steps"], *(step for job in jobs for step in job["steps"])):
        assert "${{" not in each.get("run", ""), each["name"]


def linted(name: str, *arguments: str) -> None:
    """Run a linter, beside this Python or on PATH."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name) or missing(f"{name} is not installed")
    done = subprocess.run([found, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor() -> None:
    """At its strictest, code smells and all, over the action, the workflows, Dependabot's file and the hooks."""
    linted("zizmor", "--offline", "--persona=auditor", "--strict-collection", "--no-progress", ".")


def test_actionlint() -> None:
    """It knows our action, too: inputs that it does not have would be refused."""
    linted("actionlint", *map(str, WORKFLOWS))
