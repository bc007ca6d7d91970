"""No secret leaves: every command in every format, on sources and on outputs that hold secrets.

The secrets are spread over the forms in which a file can write them, with other faults on the same lines.
"""

from __future__ import annotations

import base64
import subprocess
from contextlib import chdir
from pathlib import Path
from typing import Any

import click
import fast_yaml
import pytest
import yaml
from command import BASE, dokaseca

from dokaseca_compile import compiler
from dokaseca_compile.cli import boundary
from dokaseca_compile.cli.app import COMMANDS, app
from dokaseca_compile.cli.options import REPORTS

TOKEN = "gh" + "p_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
AWS = "wJalrXUtnFEMI/K7MDENG" + "/bPxRfiCYEXAMPLEKEY"
WORD = "hunter2"
SIGNS = "p%ss<w0rd>&\"'x|y"
SENTENCE = "umbrella kayak lantern"
BEARER = "zebra-42-Quagga"
NUMBER = "84736251"
ENCODED = base64.b64encode(b"kind: Config\nusers:\n- user:\n    token: walrus77\n").decode()
KEY = "\n".join(["-----BEGIN " + "PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "bKcwggSjAgEA", "-----END"])
SECRETS = (
    *(TOKEN, AWS, WORD, SIGNS, SENTENCE, "lantern", "kayak", BEARER, NUMBER, ENCODED, "walrus77"),
    *("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "bKcwggSjAgEA"),
)
"""What must not be shown, in whole or by its lines."""

VALUES = f"""
      env:
        - name: DB_PASSWORD
          value: {WORD}
      note: see {TOKEN}
      kubeconfig: '{{"bearerToken": "{BEARER}"}}'
      escaped: "{{\\"token\\": \\"{BEARER}\\"}}"
      hexadecimal: {{adminPassword: "\\x68unter2", other: a}}
      signs: {{apiKey: {yaml.safe_dump(SIGNS).splitlines()[0]}}}
      postgresPassword: {NUMBER}
      passphrase: "umbrella
        kayak lantern"
      encoded: {ENCODED}
      aws: {AWS}
      key: |
        {KEY.replace(chr(10), chr(10) + "        ")}
"""
LEAKY = BASE.replace("values: {replicas: 1}}", "values: {replicas: 1, adminPassword: " + WORD + "}, versio: 1}", 1)
"""A fault of the schema on the line of the secret."""

FORMATS = {
    "compile": ("text", "json"),
    "check": REPORTS,
    "diff": ("text", "unified", "json"),
    "validate": REPORTS,
    "apps": ("text", "json"),
    "plan": ("text", "json", "markdown"),
}
ARGUMENTS: dict[str, list[list[str]]] = {
    "compile": [["--dry-run"], []],
    "check": [[]],
    "diff": [[]],
    "validate": [[]],
    "apps": [[]],
    "plan": [["--base", "HEAD"]],
    "set": [
        ["environments.dev.addons.kyverno.values.rootPassword", WORD],
        ["environments.dev.addons.kyverno.values.token", TOKEN],
        ["metadata.description", f"password: {WORD}"],
        ["nowhere.password", WORD],
        ["-w", "environments.dev.sync.retries", "3"],
    ],
    "enable": [["traefik", "--on", "production"], [TOKEN, "--on", "dev"]],
    "disable": [["kyverno", "--on", "dev"]],
    "promote": [["kyverno", "--from", "dev", "--to", "production"], ["--all", "--from", "dev", "--to", "production"]],
    "explain": [[TOKEN]],
    "schema": [["--check"]],
    "completion": [["bash"]],
}
"""How each command is called; a new command must be added."""


def calls() -> list[list[str]]:
    """Every command with every format."""
    found = []
    for name, every in ARGUMENTS.items():
        for arguments in every:
            found += [[name, *arguments, "--format", each] for each in FORMATS.get(name, ())] or [[name, *arguments]]
    reports = [flag for each in REPORTS for flag in ("--report", f"{each}=reports/{each}")]
    return [*found, ["check", *reports], ["validate", *reports], ["diff", "--stat"]]


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module", name="committed")
def _committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound platform with its output, committed."""
    folder = tmp_path_factory.mktemp("clean")
    (folder / "platform.yaml").write_text(BASE)
    assert dokaseca(folder, "compile").code == 0
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    return folder


@pytest.fixture(name="clean")
def _clean(committed: Path) -> Path:
    """The same for each test, with nothing changed."""
    git(committed, "reset", "-q", "--hard")
    git(committed, "clean", "-qfd")
    return committed


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


class Calls:
    """The command line as a process runs it, with its boundary."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, folder: Path, *arguments: str) -> tuple[int, str]:
        """Run a command: nothing on either stream or in a report holds a secret. Give what was printed."""
        with chdir(folder):
            code = boundary.guarded(lambda: app.main(arguments, prog_name="dokaseca", standalone_mode=False))
        printed = self._capsys.readouterr()
        assert not leaks(printed.out), arguments
        assert not leaks(printed.err), arguments
        for report in folder.glob("reports/*"):
            assert not leaks(report.read_text()), (arguments, report.name)
        return code, printed.out + printed.err


@pytest.fixture(name="calls_of")
def _calls_of(capsys: pytest.CaptureFixture[str]) -> Calls:
    return Calls(capsys)


def test_every_command_and_format_is_among_them() -> None:
    """The tables above name what there is: every command, and every format that one has."""
    assert set(ARGUMENTS) == set(COMMANDS)
    context = click.Context(app)
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command is not None
        formats: list[Any] = [each.type.choices for each in command.params if each.name == "format_"]  # type: ignore[attr-defined]
        assert [tuple(each) for each in formats] == ([FORMATS[name]] if name in FORMATS else []), name


@pytest.mark.parametrize("arguments", calls(), ids=" ".join)
def test_a_source_with_secrets(clean: Path, calls_of: Calls, arguments: list[str]) -> None:
    """Values in all forms that YAML has, found by the rule."""
    text = BASE.replace("values: {replicas: 1}}", "values: {replicas: 1}}", 1)
    source = fast_yaml.load(text)
    source["environments"]["dev"]["addons"]["kyverno"]["values"] = {"PLACE": 0}
    written = yaml.safe_dump(source, sort_keys=False, width=10_000)
    written = written.replace("          PLACE: 0\n", VALUES.replace("\n      ", "\n          ").lstrip("\n") + "\n")
    assert "DB_PASSWORD" in written
    (clean / "platform.yaml").write_text(written)
    calls_of.run(clean, *arguments)


@pytest.mark.parametrize("arguments", calls(), ids=" ".join)
def test_a_source_whose_secrets_no_rule_can_see(clean: Path, calls_of: Calls, arguments: list[str]) -> None:
    """A fault of the schema beside the secret; text that is no YAML."""
    for text in (LEAKY, BASE + f"\n  broken: [password: {WORD}\n token: {TOKEN}\n"):
        assert leaks(text)
        (clean / "platform.yaml").write_text(text)
        calls_of.run(clean, *arguments)


@pytest.mark.parametrize("arguments", calls(), ids=" ".join)
def test_an_output_with_secrets(clean: Path, calls_of: Calls, arguments: list[str]) -> None:
    """Somebody wrote them into compiled files; they are shown as differences."""
    (clean / "platform.yaml").write_text(BASE)
    values = next(iter(sorted(clean.glob("out/*/gitops/values/**/kyverno.yaml"))))
    lines = "\n".join(line[6:] for line in VALUES.splitlines())
    values.write_text(values.read_text() + lines + "\n")
    variables = next(iter(sorted(clean.glob("out/**/*.tfvars"))))
    variables.write_text(variables.read_text() + f'\nadmin_password = "{WORD}"\ntoken = "{TOKEN}"\n')
    calls_of.run(clean, *arguments)


def test_a_base_with_secrets(clean: Path, calls_of: Calls) -> None:
    """What a plan compares with is a source as well."""
    (clean / "platform.yaml").write_text(LEAKY)
    git(clean, "commit", "-qam", "leak")
    (clean / "platform.yaml").write_text(BASE)
    for each in FORMATS["plan"]:
        assert "unknown-key" in calls_of.run(clean, "plan", "--base", "HEAD", "--format", each)[1]
    git(clean, "reset", "-q", "--hard", "HEAD~1")


@pytest.mark.parametrize("format_", FORMATS["diff"])
def test_a_damaged_output(clean: Path, calls_of: Calls, format_: str) -> None:
    """A file that is edited until it is no YAML any more, or gives a key twice, is shown as text."""
    values = next(iter(sorted(clean.glob("out/*/gitops/values/**/kyverno.yaml"))))
    lines = "\n".join(line[6:] for line in VALUES.splitlines())
    for end in (lines, "broken: [\n"):
        values.write_text(f"{values.read_text()}{lines}\n{end}")
        code, printed = calls_of.run(clean, "diff", "--format", format_)
        assert code == boundary.FINDINGS
        assert values.name in printed


def test_a_patch_says_that_it_is_masked(clean: Path) -> None:
    """A masked line does not apply, and Git would not say why."""
    (clean / "platform.yaml").write_text(BASE)
    values = next(iter(sorted(clean.glob("out/*/gitops/values/**/kyverno.yaml"))))
    values.write_text(values.read_text() + f"adminPassword: {WORD}\n")
    done = dokaseca(clean, "diff", "--format", "unified")
    assert "-adminPassword: ********" in done.out
    assert "the patch does not apply to their lines" in done.err


def test_a_caret_points_at_the_mask(clean: Path) -> None:
    """The mark begins where the secret does, and is as long as the mask; the place is that of the file."""
    (clean / "platform.yaml").write_text(BASE.replace("{replicas: 1}", "{token: " + TOKEN + "}", 1))
    lines = dokaseca(clean, "validate").out.splitlines()
    at = next(number for number, line in enumerate(lines) if "********" in line)
    mark = lines[at + 1]
    assert (mark.index("^"), mark.count("^")) == (lines[at].index("********"), len("********"))
    column = int(lines[at - 1].split(":")[2])
    source = (clean / "platform.yaml").read_text().splitlines()
    assert any(line[column - 1 :].startswith(TOKEN) for line in source)


def test_a_mark_does_not_tell_the_length(clean: Path) -> None:
    """Formats for programs give the length of the mask, too."""
    (clean / "platform.yaml").write_text(BASE.replace("{replicas: 1}", "{token: " + TOKEN + "}", 1))
    sarif = fast_yaml.load(dokaseca(clean, "validate", "--format", "sarif").out)
    region = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["endColumn"] - region["startColumn"] == len("********")


@pytest.mark.parametrize("secret", [TOKEN, WORD, SIGNS])
def test_a_bug_of_ours(clean: Path, calls_of: Calls, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """The text of an issue holds a traceback, and with it what the source holds."""
    text = fast_yaml.load(BASE)
    text["environments"]["dev"]["addons"]["kyverno"]["values"]["adminPassword"] = secret
    (clean / "platform.yaml").write_text(yaml.safe_dump(text, sort_keys=False))

    def resolve(platform: Any) -> None:
        raise KeyError(str(platform.environments["dev"].addons["kyverno"].values))

    monkeypatch.setattr(compiler, "resolve", resolve)
    code, printed = calls_of.run(clean, "validate")
    assert code == boundary.BUG
    assert "KeyError" in printed


def test_misuse(clean: Path, calls_of: Calls) -> None:
    """An argument may be a secret in the wrong place."""
    code, printed = calls_of.run(clean, "explain", TOKEN)
    assert code == boundary.TROUBLE
    assert "unknown finding `********`" in printed
