"""``check`` and ``diff``: what differs, where, and which line of the source it comes from, in every format."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import fast_yaml
import pytest
import yaml
from command import BASE, dokaseca, files, platform
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dokaseca_compile.cli.options import REPORTS
from dokaseca_compile.compiler import SourceFile, compile, render
from dokaseca_compile.formats.read import plain, read_contents

TEXT_ONLY = "only the text differs, from line 3"
ADDONS = "out/acme-addons/gitops"
CHANGED = BASE.replace("version: 1.17.0", "version: 1.17.1")
OURS = sorted(dict(render(compile([SourceFile("platform.yaml", BASE.encode())]).tree, "platform.yaml")).items())


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A folder with a platform, compiled."""
    folder = platform(tmp_path)
    assert dokaseca(folder, "compile").code == 0
    return folder


def line_of(text: str, part: str) -> int:
    """The line of the source, from 1, that holds a text."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_success_says_what_was_checked(compiled: Path) -> None:
    done = dokaseca(compiled, "check")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"All {len(OURS)} files up to date: 3 clusters in 2 environments, 7 addons, 20 installs\n"


def test_a_line_a_file_and_the_repair(compiled: Path) -> None:
    """State, path, changed place, line of the source; the numbers; the command. Nothing is written."""
    (compiled / "platform.yaml").write_text(CHANGED)
    before = files(compiled)
    done = dokaseca(compiled, "check")
    line = line_of(CHANGED, "version: 1.17.1")
    *sets, index, blank, totals, repair = done.out.splitlines()
    assert done.code == 1
    for found, environment in zip(sets, ("dev", "production"), strict=True):
        assert found.startswith(f"stale    {ADDONS}/appsets/security/cert-manager/{environment}.yaml: spec.template.")
        assert found.endswith(f"targetRevision 1.17.0 → 1.17.1 (platform.yaml:{line}:14)")
    assert index.startswith(
        "stale    out/acme-helm-charts/index/cert-manager.yaml: sources[0].versions[0].version 1.17.0"
    )
    assert (blank, totals) == ("", f"3 of {len(OURS)} files differ: 3 stale")
    assert repair == "To repair it, run `dokaseca compile`"
    assert files(compiled) == before


# What is changed in the source → which file tells it, and the place that is named: text, and at which part of it.
CAUSES = {
    "a value": ("words: {one: two}", "words: {one: three}", "values/default/kyverno.yaml", "three"),
    "a value of an environment": ("values: {replicas: 1}", "values: {replicas: 2}", "values/dev/kyverno.yaml", "2}}"),
    "a version of an environment": ("3.3.8", "3.3.6", "appsets/security/kyverno/dev.yaml", "3.3.6"),
    "a namespace": ("namespace: traefik", "namespace: ingress", "appsets/networking/traefik/dev.yaml", "ingress"),
    "a label": ("owner: payments}", "owner: retail}", "clusters/spoke/registration/cluster-secret.yaml", "retail"),
    "a region's value": ("zone: eu-west-1", "zone: eu-west-2", "values/regions/eu/kyverno.yaml", "eu-west-2"),
    "a revision": (
        "revisions: {workloads: main}",
        "revisions: {workloads: v1.0.0}",
        "environments/dev/spoke.tfvars",
        "v1.0.0",
    ),
    "a switch": ("traefik: false", "traefik: true", "environments/production/hub.tfvars", "true"),
    "a team's quota": ('cpu: "8"', 'cpu: "9"', "environments/dev/spoke.tfvars", '"9"'),
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_is_named(compiled: Path, name: str) -> None:
    """The line of the source that a difference comes from is the one that was edited, column included."""
    old, new, path, part = CAUSES[name]
    assert BASE.count(old) >= 1
    text = BASE.replace(old, new, 1)
    (compiled / "platform.yaml").write_text(text)
    report = json.loads(dokaseca(compiled, "check", "--format", "json").out)
    difference = next(each for each in report["differences"] if each["file"].endswith(path))
    cause = difference["cause"]
    line = text.splitlines()[cause["line"] - 1]
    assert cause["line"] == line_of(text, new), line
    assert line[cause["column"] - 1 :].startswith(part), line[cause["column"] - 1 :]


GOVERNING = {
    "teams: [payments]": "teams: [payments, search]",
    "registration: terraform": "registration: terraform\n    teams: [payments, search]",
    "    purpose: full": "    purpose: full\n    secrets: {registry: {key: dev/registry, data: {a: first}}}",
    "workloads:\n  payments:": """\
  search:
    groups: [search-devs]
    roles: {production: admin, dev: viewer}
    quotas: {pods: "90"}
    serviceAccounts: {ci: {roles: {production: editor, dev: viewer}}}
workloads:
  payments:""",
    "dev: {version: 1.9.0, clusters: [spoke], values: {replicas: 1}}": """
        dev: {version: 1.9.0, values: {replicas: 1}}
        production: {version: 1.8.5, values: {replicas: 4}}""",
    "  dev: {limits: {default: {memory: 1Gi}, defaultRequest: {cpu: 100m}}}": """\
  production:
    podSecurity: privileged
    quotas: {storage: 10Gi}
  dev:
    podSecurity: baseline
    quotas: {pods: "80", storage: 20Gi}
    limits:
      default: {memory: 1Gi}
      defaultRequest: {cpu: 100m}
      max: {memory: 9Gi}""",
}


def governed() -> str:
    """The platform with two teams on each of two clusters that follow policies."""
    text = BASE
    for old, new in GOVERNING.items():
        assert text.count(f"{old}\n") == 1, old
        text = text.replace(f"{old}\n", f"{new}\n")
    return text


# The same for what governs clusters and what teams have. The new values stand elsewhere, too.
GOVERNED_CAUSES = {
    "pod security": (
        "podSecurity: baseline",
        "podSecurity: privileged",
        "clusters/spoke/namespaces.yaml",
        "privileged",
    ),
    "a quota": ("storage: 20Gi", "storage: 10Gi", "clusters/spoke/resource-quotas.yaml", "10Gi"),
    "a quota for Terraform": ("storage: 20Gi", "storage: 10Gi", "environments/dev/spoke.tfvars", "10Gi"),
    "a team's own quota": ('pods: "90"', 'pods: "80"', "clusters/spoke/resource-quotas.yaml", '"80"'),
    "a limit": ("max: {memory: 9Gi}", "max: {memory: 1Gi}", "clusters/spoke/limit-ranges.yaml", "1Gi"),
    "a level that goes": ("    podSecurity: baseline\n", "", "clusters/spoke/namespaces.yaml", "dev:\n    quotas"),
    "a quota that goes": (", storage: 20Gi", "", "clusters/spoke/resource-quotas.yaml", 'quotas: {pods: "80"}'),
    "a network": (
        "    podSecurity: baseline\n",
        "    network: default-deny\n    podSecurity: baseline\n",
        "overlays/dev/teams/payments/kustomization.yaml",
        "default-deny",
    ),
    "a policy": (
        "    podSecurity: baseline\n",
        "    kyverno: {policies: [require-probes]}\n    podSecurity: baseline\n",
        "overlays/dev/kustomization.yaml",
        "require-probes",
    ),
    "a secret": (
        "data: {a: first}",
        "data: {a: second}",
        "environments/secrets/dev/registry/external-secret.yaml",
        "second",
    ),
    "a role": (
        "dev: viewer}\n    quotas",
        "dev: admin}\n    quotas",
        "rbac/teams/search/dev/role-binding.yaml",
        "admin}",
    ),
    "a role for Terraform": ("dev: viewer}\n    quotas", "dev: admin}\n    quotas", "dev/spoke.tfvars", "admin}"),
    "a workload's version": ("version: 1.9.0", "version: 1.8.5", "environments/dev/payments/api.yaml", "1.8.5"),
    "a workload's chart": ("version: 0.4.0", "version: 0.4.1", "payments/ledger/dev.yaml", "0.4.1"),
    "a workload's value": ("replicas: 4}", "replicas: 1}", "environments/production/payments/api.yaml", "1}"),
    "one more that uses a chart of ours": (
        "workloads:\n  payments:",
        "workloads:\n  search: {find: {image: ghcr.io/acme/find, environments: {dev: {version: 1.0.0}}}}\n  payments:",
        "index/web-service.yaml",
        "find:",
    ),
    "one that no longer uses it in an environment": (
        "        production: {version: 1.8.5, values: {replicas: 4}}\n",
        "",
        "index/web-service.yaml",
        "api:\n",
    ),
}


@pytest.mark.parametrize("name", GOVERNED_CAUSES)
def test_the_cause_is_named_of_what_governs(tmp_path: Path, name: str) -> None:
    """It is the value that changed, not the cluster that is governed by it; where it is gone, what has held it."""
    before = governed()
    old, new, path, part = GOVERNED_CAUSES[name]
    folder = platform(tmp_path, before)
    assert dokaseca(folder, "compile").code == 0
    assert before.count(old) == 1
    text = before.replace(old, new)
    (folder / "platform.yaml").write_text(text)
    report = json.loads(dokaseca(folder, "check", "--format", "json").out)
    (cause,) = (each["cause"] for each in report["differences"] if each["file"].endswith(path))
    rest = "".join(text.splitlines(keepends=True)[cause["line"] - 1 :])[cause["column"] - 1 :]
    meant = before.index(old) + new.index(part) if part in new else text.index(part)
    assert rest == text[meant:], rest[:60]


def test_a_long_list_is_shown_and_traced(compiled: Path) -> None:
    """The destinations of an AppProject, which are held another way, are lines of YAML and lead to a namespace."""
    path = compiled / ADDONS / "appsets" / "projects" / "networking" / "dev.yaml"
    project = fast_yaml.load(path.read_text())
    project["spec"]["destinations"] = "none"
    path.write_text(yaml.safe_dump(project))
    done = dokaseca(compiled, "diff")
    assert "    spec.destinations\n      - none\n      + - name: " in done.out
    assert "\n      +   namespace: traefik\n" in done.out
    cause = re.search(r"    from platform\.yaml:([0-9]+):", done.out)
    assert cause is not None
    assert "namespace: " in BASE.splitlines()[int(cause[1]) - 1]


def test_documents_of_teams_are_told_apart(tmp_path: Path) -> None:
    """A file with the quotas of two teams names the team."""
    folder = platform(tmp_path, governed())
    assert dokaseca(folder, "compile").code == 0
    (folder / "platform.yaml").write_text(governed().replace('pods: "90"', 'pods: "80"'))
    done = dokaseca(folder, "diff")
    assert "    ResourceQuota/search/team: spec.hard.pods  90 → 80\n" in done.out


def test_new_files_name_the_unit_that_they_are_for(compiled: Path) -> None:
    text = BASE.replace("addons:\n  cert-manager", (
        "  new-one:\n    environment: dev\n    region: eu\n    server: https://new.acme.example\n"
        "    auth: gcp-workload-identity\naddons:\n  cert-manager"
    ))  # fmt: skip
    (compiled / "platform.yaml").write_text(text)
    done = dokaseca(compiled, "check")
    place = f"platform.yaml:{line_of(text, 'new-one:')}:3"
    registration = "out/acme-clusters/clusters/new-one/registration/cluster-secret.yaml"
    assert f"missing  {registration} ({place})" in done.out
    assert ADDONS not in done.out  # AppProjects and ApplicationSets do not list clusters


def test_edits_are_told_at_their_line(compiled: Path) -> None:
    """An edited file is the place itself: the line in it, what stands there and what should."""
    target = compiled / f"{ADDONS}/values/default/kyverno.yaml"
    target.write_text(target.read_text().replace("one: two", "one: four"))
    report = json.loads(dokaseca(compiled, "check", "--format", "json").out)
    (difference,) = report["differences"]
    assert target.read_text().splitlines()[difference["line"] - 1] == "  one: four"
    assert difference["changes"] == [{"kind": "changed", "path": "words.one", "old": "four", "new": "two"}]


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("acme-addons/gitops/values/default/kyverno.yaml", "words:", "words: # x\n ", TEXT_ONLY),
        ("acme-addons/gitops/values/default/kyverno.yaml", "words:", "words: [", TEXT_ONLY),
        ("acme-addons/gitops/appsets/README.md", "# Addons", "# My addons", TEXT_ONLY),
        (
            "acme-control-plane/terraform/environments/dev/spoke.tfvars",
            '"eks"',
            '"kind"',
            "distribution kind → eks",
        ),
        (
            "acme-control-plane/terraform/variables.tf",
            'description = "Region of the cluster."',
            'description = "Mine."',
            'variable "region".description Mine. → Region of the cluster.',
        ),
        ("acme-control-plane/terraform/locals.tf", "= var.environment\n", "= var.region\n", "environment"),
    ],
)  # fmt: skip
def test_each_format_is_compared_by_what_it_says(compiled: Path, path: str, old: str, new: str, said: str) -> None:
    """YAML, tfvars and HCL by structure; comments, damaged files and Markdown by their text."""
    target = compiled / "out" / path
    assert old in target.read_text()
    target.write_text(target.read_text().replace(old, new, 1))
    done = dokaseca(compiled, "check")
    assert done.code == 1
    assert said in done.out


def test_diff_shows_the_same_change_once(compiled: Path) -> None:
    """A new addon switches in every cluster: one block, and the other files by name."""
    text = BASE.replace("  traefik:\n    category", (
        "  extra:\n    category: networking\n    chart: {name: extra, repository: https://x.example}\n"
        "    version: 1.0.0\n    namespace: extra\n  traefik:\n    category"
    ))  # fmt: skip
    (compiled / "platform.yaml").write_text(text)
    done = dokaseca(compiled, "diff")
    assert done.code == 1
    assert done.out.count("\n    addons.enable_extra\n      + true\n") == 1
    assert "same in 2 more files: " in done.out
    assert f"from platform.yaml:{line_of(text, '  extra:')}:3" in done.out
    stat = dokaseca(compiled, "diff", "--stat").out
    assert "spoke.tfvars" in stat
    assert "| 1 change\n" in stat


def test_diff_ignores_what_it_is_told_to(compiled: Path) -> None:
    """A pattern matches the path of a file, or a place in it; without anything left all is well."""
    (compiled / "platform.yaml").write_text(CHANGED.replace("words: {one: two}", "words: {one: three}"))
    assert "kyverno.yaml" in dokaseca(compiled, "diff").out
    some = dokaseca(compiled, "diff", "--ignore", "*targetRevision", "--ignore", "*/docs/*")
    assert "targetRevision" not in some.out
    assert "words.one" in some.out
    assert "; 2 files that differ left out" in some.out
    ignored = ("*targetRevision", "*/docs/*", "*/values/default/*", "*/index/*", '*values-digest"')
    every = dokaseca(compiled, "diff", *(word for each in ignored for word in ("--ignore", each)))
    assert every.code == 0
    exact = "spec.template.spec.sources[chart=cert-manager].targetRevision"
    assert exact in dokaseca(compiled, "diff").out
    assert exact not in dokaseca(compiled, "diff", "--ignore", exact).out


def test_diff_of_some_files(compiled: Path) -> None:
    (compiled / "platform.yaml").write_text(CHANGED.replace("words: {one: two}", "words: {one: three}"))
    done = dokaseca(compiled, "diff", f"{ADDONS}/values")
    assert "words.one" in done.out
    assert "targetRevision" not in done.out
    other = dokaseca(compiled, "diff", "out/acme-clusters")
    assert other.code == 0
    assert other.out == "No difference in the compared files; 5 files left out\n"
    wrong = dokaseca(compiled, "diff", "nowhere")
    assert wrong.code == 2
    assert "nowhere: the output has no file there" in wrong.err


def git(folder: Path, *arguments: str, **more: object) -> str:
    """Run Git as nobody in particular."""
    environment = os.environ | {
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.example",
        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.example",
    }  # fmt: skip
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, check=True, **more  # type: ignore[call-overload]
    )  # fmt: skip
    return str(done.stdout.decode())


@pytest.mark.parametrize("where", ["", "deep/down", "with blank/and ü"])
def test_a_patch_applies_and_makes_check_pass(tmp_path: Path, where: str) -> None:
    """Created, changed, edited (bytes, line ends, mode, no final newline) and deleted files, ledgers included."""
    git(tmp_path, "init", "-q")
    folder = platform(tmp_path / where)
    assert dokaseca(folder, "compile").code == 0
    (folder / f"{ADDONS}/values/default/kyverno.yaml").write_bytes(b"no final newline")
    readme = folder / f"{ADDONS}/appsets/README.md"
    readme.write_bytes(readme.read_bytes().replace(b"\n", b"\r\n"))
    (folder / f"{ADDONS}/values/none.yaml").chmod(0o755)
    (folder / "out/acme-workloads/applications/README.md").write_bytes(b"")
    (folder / f"{ADDONS}/values/regions/eu/kyverno.yaml").unlink()
    text = CHANGED.replace("kyverno: {values: {small: true}}", "traefik: {values: {a: 1}}")
    (folder / "platform.yaml").write_text(text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    script = f"PYTHONPATH={Path.cwd()} {os.sys.executable} -m dokaseca_compile diff --format unified"  # type: ignore[attr-defined]
    patch = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, check=False)
    assert patch.returncode == 1, patch.stderr
    git(tmp_path, "apply", "--check", "-", input=patch.stdout)
    git(tmp_path, "apply", "-", input=patch.stdout)
    assert dokaseca(folder, "check").code == 0
    assert not (folder / f"{ADDONS}/values/types/spoke/kyverno.yaml").exists()


def test_a_patch_is_for_one_repository(tmp_path: Path) -> None:
    """With checkouts of several repositories, the folder of one has to be named."""
    folder = platform(tmp_path / "here")
    for name in ("here", "addons"):
        (tmp_path / name).mkdir(exist_ok=True)
        git(tmp_path / name, "init", "-q")
    options = ("--into", "addons=../addons", "--format", "unified")
    several = dokaseca(folder, "diff", *options)
    assert several.code == 2
    assert "several Git repositories" in several.err
    one = dokaseca(folder, "diff", *options, "../addons")
    assert one.code == 1
    assert "+++ b/gitops/values/none.yaml" in one.out


def test_every_format_has_the_same_findings(compiled: Path) -> None:
    """One run, every format at once: what the text says is in each of them."""
    (compiled / "platform.yaml").write_text(CHANGED)
    (compiled / f"{ADDONS}/values/none.yaml").write_text("mine: true\n")
    reports = [f"--report={name}={name}.out" for name in REPORTS]
    done = dokaseca(compiled, "check", *reports)
    assert done.code == 1
    for name in REPORTS:
        written = (compiled / f"{name}.out").read_text()
        assert f"{ADDONS}/values/none.yaml" in written, name
        assert f"{ADDONS}/appsets/security/cert-manager/dev.yaml" in written, name
        if name != "json":
            assert "dokaseca compile --force" in written, name
        direct = dokaseca(compiled, "check", "--format", name)
        assert direct.out == written, name
        assert direct.code == (0 if name == "sarif" else 1), name
        (compiled / f"{name}.out").unlink()


@pytest.mark.parametrize("command", ["check", "validate"])
def test_every_format_has_the_faults_of_the_source(tmp_path: Path, command: str) -> None:
    folder = platform(tmp_path, BASE.replace("region: eu", "region: ue", 1))
    for name in REPORTS:
        done = dokaseca(folder, command, "--format", name)
        assert "unknown-region" in done.out, name
        assert done.code == (0 if name == "sarif" else 1), name


def test_github_annotations(compiled: Path) -> None:
    """Errors first, ten of them, then how many more; the whole text behind them."""
    (compiled / "platform.yaml").write_text(BASE.replace("name: acme\n", "name: acme\n  description: a\n", 1).replace(
        "  description: A platform\n", "").replace("domain: acme.example", "domain: other.example"))  # fmt: skip
    for path in list((compiled / "out").rglob("*.yaml"))[:15]:
        path.write_text("100%: mine, too\n")
    lines = dokaseca(compiled, "check", "--format", "github").out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len([line for line in commands if line.startswith("::error ")]) == 10
    assert commands[-1].startswith("::notice title=dokaseca::")
    assert "more errors have no annotation: `dokaseca check --format json` lists all" in commands[-1]
    assert lines[: len(commands)] == commands
    assert all("%25" in line for line in commands if "100%" in line)
    assert lines[-1].endswith("run `dokaseca compile --force`")


def test_junit(compiled: Path) -> None:
    (compiled / f"{ADDONS}/values/none.yaml").write_text("mine: \x01<&>\n")
    suite = ET.fromstring(dokaseca(compiled, "check", "--format", "junit").out)
    assert (suite.get("failures"), suite.get("tests")) == ("1", "7")
    (failure,) = suite.iter("failure")
    assert failure.get("type") == "edited-file"


def test_markdown_fits_into_a_comment(compiled: Path) -> None:
    """However much differs: below the limit, deletions and edits first, and what was left out is said."""
    for number in range(400):
        layer = f"  layer-{number}: {{addons: {{kyverno: {{values: {{key: {'x y ' * 40}}}}}}}}}\n"
        (compiled / "platform.d").mkdir(exist_ok=True)
        (compiled / f"platform.d/{number}.yaml").write_text(
            f"regions:\n{layer}clusters:\n  c{number}: {{environment: dev, region: layer-{number}, hub: hub, "
            f"server: 'https://c{number}.example', auth: gcp-workload-identity}}\n"
        )
    (compiled / f"{ADDONS}/values/none.yaml").write_text("mine: true\n")
    text = dokaseca(compiled, "check", "--format", "markdown").out
    assert 50_000 < len(text) <= 60_000
    assert text.index("**edited**") < text.index("**missing**") < text.rindex("more of these")


def test_markdown_leaves_out_only_what_is_too_large(compiled: Path) -> None:
    """A file with endless keys does not hide the other files; a name with backticks is still code."""
    wide = "\u3000" * 900  # is shown by its number
    keys = "".join(f'"{wide}{number}": 1\n' for number in range(50))
    (compiled / f"{ADDONS}/values/none.yaml").write_text(keys)
    (compiled / f"{ADDONS}/values/default/kyverno.yaml").unlink()
    copied = (compiled / f"{ADDONS}/appsets/projects/internal/dev.yaml").read_bytes()
    (compiled / f"{ADDONS}/values/default/a`@team.yaml").write_bytes(copied)
    text = dokaseca(compiled, "check", "--format", "markdown").out
    assert len(text) < 10_000
    assert "values/default/kyverno.yaml`" in text
    assert f"`` {ADDONS}/values/default/a`@team.yaml ``" in text
    assert "1 more of these 3 blocks" in text


def test_json_is_versioned_and_whole(compiled: Path) -> None:
    report = json.loads(dokaseca(compiled, "check", "--format", "json").out)
    assert (report["format_version"], report["command"], report["repair"]) == ("1.0", "check", "")
    none = dict.fromkeys(("missing", "stale", "edited", "orphaned", "foreign"), 0)
    assert report["summary"] == {
        "errors": 0,
        "warnings": 0,
        "accepted": 0,
        "files": {"unchanged": len(OURS), **none},
        "ledgers": none,
    }
    assert len(report["release"]) == 64


def test_secrets_in_a_file_are_not_shown(compiled: Path) -> None:
    """Whoever pasted a token into a generated file does not find it in the log of CI."""
    token, password = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2, "SuperSecret123"
    target = compiled / f"{ADDONS}/values/default/kyverno.yaml"
    variables = compiled / "out/acme-control-plane/terraform/environments/dev/spoke.tfvars"
    edits = (
        (target, f"words:\n  one: {token}\n  list: [{{name: {token}}}]\n"),
        (target, target.read_text() + f"adminPassword: {password}\n"),
        (target, target.read_text().replace("one: two", f"password: {password}")),
        (target, f"words: {{one: two}}\nenv:\n  - {{name: DB_PASSWORD, value: {password}}}\n"),
        (variables, variables.read_text() + f'admin_password = "{password}"\n'),
    )
    for file, text in edits:
        before = file.read_text()
        file.write_text(text)
        for arguments in (*(("check", "--format", name) for name in REPORTS), ("diff",), ("diff", "--format", "json"),
                          ("compile",)):  # fmt: skip
            done = dokaseca(compiled, *arguments)
            assert token not in done.out + done.err, (arguments, text)
            assert password not in done.out + done.err, (arguments, text)
            assert done.code in {0, 1}
        file.write_text(before)


@pytest.mark.parametrize("value", ["sarif", "=x", "sarif=", "yaml=x"])
def test_a_wrong_report_is_wrong_usage(compiled: Path, value: str) -> None:
    done = dokaseca(compiled, "check", "--report", value)
    assert done.code == 2
    assert "FORMAT=PATH" in done.err


def test_reports_go_where_they_are_sent(compiled: Path) -> None:
    """Into a folder that is made, to standard output, or down a pipe."""
    assert dokaseca(compiled, "check", "--report", "json=deep/down/x.json").code == 0
    assert json.loads((compiled / "deep/down/x.json").read_text())["command"] == "check"
    assert dokaseca(compiled, "check", "--report", "json=-").out.startswith("{")
    os.mkfifo(compiled / "pipe")
    reader = subprocess.Popen(["cat", compiled / "pipe"], stdout=subprocess.PIPE)
    assert dokaseca(compiled, "check", "--report", "markdown=pipe").code == 0
    assert reader.communicate()[0].decode().startswith(f"### ✅ dokaseca check: {len(OURS)} files up to date")
    assert dokaseca(compiled, "check", "--report", "json=platform.yaml/x").code == 2


def test_links_below_out_lead_nowhere(compiled: Path) -> None:
    """A link to a folder with a ledger is not taken for a repository that is no longer made."""
    (compiled.parent / "other").mkdir(exist_ok=True)
    assert dokaseca(compiled, "compile", "-o", "../other").code == 0
    (compiled / "out/link").symlink_to(compiled.parent / "other/acme-addons")
    assert dokaseca(compiled, "check").code == 0


BAD = ("x = " + "1" * 5000, 'x = "\\UFFFFFFFF"', 'x = "\\ud800"', "x = 1e999", "x = <<EOT\na\nEOT", 'x = "${', "}" * 9)


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_cannot_be_read_is_compared_as_text(compiled: Path, text: str) -> None:
    """Whatever somebody writes into a file of ours: an edit, told in every format, and never a bug of ours."""
    target = compiled / "out/acme-control-plane/terraform/environments/dev/spoke.tfvars"
    target.write_text(f"{target.read_text()}{text}\n")
    for name in REPORTS:
        assert "spoke.tfvars" in dokaseca(compiled, "check", "--format", name).out
    assert "edited" in dokaseca(compiled, "diff").out
    assert dokaseca(compiled, "compile").code == 1


LEDGERS = ('"version": NaN', '"version": 1e999', '"version": "\\ud800"', '"version": ' + "[" * 800 + "]" * 800)


@pytest.mark.parametrize("text", LEDGERS, ids=range(len(LEDGERS)))
def test_a_ledger_that_is_no_json_of_ours_is_told(compiled: Path, text: str) -> None:
    ledger = compiled / "out/acme-addons/.dokaseca/ledger.json"
    ledger.write_text(ledger.read_text().replace('"version": 1', text))
    for name in REPORTS:
        assert "ledger.json" in dokaseca(compiled, "check", "--format", name).out
    assert dokaseca(compiled, "diff").code == 1
    assert dokaseca(compiled, "compile").code == 1


@settings(
    max_examples=examples(200), derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_reading_never_raises(data: st.DataObject) -> None:
    """Files of ours with words cut, doubled and replaced: data with places, or nothing."""
    name, content = data.draw(st.sampled_from(OURS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 30)))
        word = data.draw(
            st.sampled_from(['"', "{", "}", "[", "<<", "${", "\\", "\\u", "\n", "=", ": ", "- ", "---\n", "\0"])
        )
        content = content[:start] + word.encode() + content[end:]
    found = read_contents(name, content)
    for route in ((), (0,), (0, "x"), (5,)):
        assert found is None or found.line(route) >= 0
    if found is not None:
        json.dumps(plain(found.documents), allow_nan=False).encode()


def test_two_reports_in_one_file_are_refused(compiled: Path) -> None:
    done = dokaseca(compiled, "check", "--report", "json=report", "--report", "markdown=./report")
    assert (done.code, (compiled / "report").exists()) == (2, False)
    assert "--report: report is given twice" in done.err
    assert dokaseca(compiled, "check", "--report", "json=-", "--report", "markdown=-").code == 0


def test_a_report_does_not_overwrite_what_it_is_about(compiled: Path) -> None:
    for path in ("platform.yaml", "./platform.yaml", f"{ADDONS}/values/none.yaml"):
        before = files(compiled)
        done = dokaseca(compiled, "check", "--report", f"json={path}")
        assert done.code == 2
        assert "is a file of the platform" in done.err
        assert files(compiled) == before


def test_markdown_shows_changes_as_code(compiled: Path) -> None:
    """Nothing of a file becomes a link, a mention or a heading; a fence in a value does not end the block."""
    target = compiled / f"{ADDONS}/values/default/kyverno.yaml"
    target.write_text("words:\n  one: '```@team [x](y)'\n  more: 1\n")
    text = dokaseca(compiled, "check", "--format", "markdown").out
    assert "\n  ````\n  words.one ```@team [x](y) → two\n" in text
    assert text.rstrip().endswith("````")


def test_each_finding_names_the_consent_that_it_needs(compiled: Path) -> None:
    """What is merely stale is not to be forced because something else was edited."""
    (compiled / "platform.yaml").write_text(CHANGED)
    (compiled / f"{ADDONS}/values/none.yaml").write_text("mine: true\n")
    suite = ET.fromstring(dokaseca(compiled, "check", "--format", "junit").out)
    said = {each.get("type"): each.text or "" for each in suite.iter("failure")}
    assert said["stale-file"].endswith("run `dokaseca compile`")
    assert said["edited-file"].endswith("run `dokaseca compile --force`")
