"""The contract of the command line: exit codes, streams, colour, options, and what bad surroundings do to it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from dokaseca_compile import __version__
from dokaseca_compile.cli import boundary
from dokaseca_compile.cli.app import COMMANDS, app
from dokaseca_compile.targets import TARGETS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dokaseca_compile"
BASE = (Path(__file__).parent / "hostile" / "base.yaml").read_text()
MODULE = (sys.executable, "-m", "dokaseca_compile")
# As on any machine, and none of what would change colours or encodings.
ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if key not in {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL"}
} | {"PYTHONPATH": str(ROOT)}
root_only = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv, to become an ordinary user"
)


def dokaseca(
    folder: Path, *arguments: str | bytes, env: Mapping[str, str] | None = None, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, without a terminal."""
    return subprocess.run(
        [*MODULE, *arguments],
        cwd=folder,
        env=ENVIRONMENT | (env or {}),
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
        check=False,
    )


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which ``$D`` is the command."""
    env = ENVIRONMENT | {"D": " ".join(MODULE)}
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file with its inode, time and bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """A folder with a sound platform."""
    (tmp_path / "platform.yaml").write_text(BASE)
    return tmp_path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder with a platform that has one fault."""
    (tmp_path / "platform.yaml").write_text(BASE.replace("region: eu", "region: ue", 1))
    return tmp_path


def test_compile_writes_and_then_finds_nothing_to_do(platform: Path) -> None:
    """The result is on standard output, nothing on standard error; the second run touches no file."""
    first = dokaseca(platform, "compile")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("Wrote ")
    before = snapshot(platform)
    second = dokaseca(platform, "compile")
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.startswith("Up to date: ")
    assert snapshot(platform) == before


def test_an_error_changes_no_byte(platform: Path) -> None:
    """With an error the output stays as it was, whatever else is new in the source."""
    assert dokaseca(platform, "compile").returncode == 0
    before = snapshot(platform / "out")
    (platform / "platform.yaml").write_text(BASE.replace("1.17.0", "1.18.0").replace("hub: hub", "hub: huub", 1))
    done = dokaseca(platform, "compile")
    assert (done.returncode, done.stdout) == (1, "")
    assert "platform.yaml:59:10: error[unknown-hub]" in done.stderr
    assert snapshot(platform / "out") == before


def test_nothing_is_made_for_a_broken_platform(broken: Path) -> None:
    assert dokaseca(broken, "compile").returncode == 1
    assert [path.name for path in broken.iterdir()] == ["platform.yaml"]


def test_dry_run_writes_nothing(platform: Path) -> None:
    """It lists what would be written."""
    done = dokaseca(platform, "compile", "--dry-run")
    assert done.returncode == 0
    assert "+ out/acme-clusters/clusters/spoke/registration/cluster-secret.yaml" in done.stdout
    assert "Would write" in done.stdout
    assert not (platform / "out").exists()


def test_fail_on_change(platform: Path) -> None:
    """For hooks: 1 when anything was written, 0 when all was right."""
    assert dokaseca(platform, "compile", "--fail-on-change").returncode == 1
    assert dokaseca(platform, "compile", "--fail-on-change").returncode == 0


def test_file_out_and_directory(tmp_path: Path) -> None:
    """``-f``, ``-o`` and ``-C`` override the defaults; relative paths are below ``-C``."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.yaml").write_text(BASE)
    done = dokaseca(tmp_path, "compile", "-C", "a", "-f", "mine.yaml", "-o", "b/c")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a" / "b" / "c" / "acme-addons").is_dir()
    assert b"mine.yaml" in (tmp_path / "a/b/c/acme-addons/gitops/values/none.yaml").read_bytes()


@pytest.mark.parametrize("command", ["compile", "validate"])
def test_json(broken: Path, command: str) -> None:
    """One document on standard output, with a version; places as in the text."""
    done = dokaseca(broken, command, "--format", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["format_version"] == "1.0"
    assert report["command"] == command
    assert report["summary"]["errors"] == 1
    found = next(each for each in report["diagnostics"] if each["severity"] == "error")
    assert (found["slug"], found["file"], found["line"], found["column"]) == ("unknown-region", "platform.yaml", 51, 13)


def test_json_of_a_compile_names_the_files(platform: Path) -> None:
    report = json.loads(dokaseca(platform, "compile", "--format", "json").stdout)
    assert "acme-addons/gitops/values/none.yaml" in report["files"]["created"]
    again = json.loads(dokaseca(platform, "compile", "--format", "json").stdout)
    assert again["files"]["created"] == again["files"]["changed"] == []
    assert again["files"]["unchanged"] == len(report["files"]["created"])


def test_validate_reads_standard_input(platform: Path) -> None:
    assert dokaseca(platform, "validate", "-", text=BASE).returncode == 0
    done = dokaseca(platform, "validate", "-", text="a: [")
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:1:5: error[yaml-syntax]")


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    """Ten faults of ten kinds in one file: ten diagnostics, by place."""
    text = BASE
    for old, new in (
        ("domain: acme.example", "domain: Acme"),
        ("path: appsets", "path: ../x"),
        ("purpose: full", "purpose: all"),
        ("deletion: delete", "deletoin: delete"),
        ("retries: 2", "retries: two"),
        ("cloud: aws", "cloud: AWS"),
        ('kubernetesVersion: "1.33.1"\n    server', "kubernetesVersion: 1.33\n    server"),
        ("version: 1.17.0", "version: 1.17"),
        ("repository: https://kyverno.github.io/kyverno", "repository: ftp://x.example"),
        ("roles: {dev: admin", "roles: {dev: root"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "platform.yaml").write_text(text)
    report = json.loads(dokaseca(tmp_path, "validate", "--format", "json").stdout)
    errors = [each for each in report["diagnostics"] if each["severity"] == "error"]
    assert len(errors) == 10
    places = [(each["line"], each["column"]) for each in errors]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("env", "arguments", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"FORCE_COLOR": "0"}, (), False),
    ],
)
def test_colour(broken: Path, env: dict[str, str], arguments: tuple[str, ...], colored: bool) -> None:
    """The option wins over the environment, the environment over the terminal; the words are the same."""
    done = dokaseca(broken, "validate", *arguments, env=env)
    assert ("\x1b[" in done.stdout) is colored
    assert "error" in done.stdout
    assert "unknown-region" in done.stdout


def test_version_and_help() -> None:
    assert dokaseca(ROOT, "--version").stdout == f"dokaseca {__version__}\n"
    done = dokaseca(ROOT, "--help")
    assert done.returncode == 0
    assert "Examples:" in done.stdout
    assert "Exit codes: 0" in done.stdout
    for name, line in COMMANDS.items():
        assert f"{name} " in done.stdout
        assert line.split()[0] in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_examples(command: str) -> None:
    done = dokaseca(ROOT, command, "--help")
    assert done.returncode == 0
    assert f"dokaseca {command}" in done.stdout.split("Examples:")[1]


def test_version_imports_nothing_heavy() -> None:
    """Starting costs milliseconds: no parser, no validation, no test tools."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dokaseca_compile", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert imported.isdisjoint({"pydantic", "pydantic_core", "yaml", "jsonschema", "deepdiff", "ruamel"})


def test_schema(tmp_path: Path) -> None:
    """Printed, checked, written; the check says what to run."""
    printed = dokaseca(tmp_path, "schema")
    assert json.loads(printed.stdout)["$schema"] == "http://json-schema.org/draft-07/schema#"
    stale = dokaseca(tmp_path, "schema", "--check")
    assert stale.returncode == 1
    assert "dokaseca schema --write" in stale.stdout
    assert dokaseca(tmp_path, "schema", "--write").returncode == 0
    assert (tmp_path / "schemas" / "platform.schema.json").read_text() == printed.stdout
    assert dokaseca(tmp_path, "schema", "--check").returncode == 0


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion(name: str) -> None:
    """A script for the shell, which the shell itself can read where it is installed."""
    done = dokaseca(ROOT, "completion", name)
    assert done.returncode == 0
    assert "_DOKASECA_COMPLETE" in done.stdout
    if shutil.which(name):
        subprocess.run([name, "-n"], input=done.stdout, text=True, check=True)


def test_explain() -> None:
    assert "unknown-addon" in dokaseca(ROOT, "explain").stdout
    assert "Problem" in dokaseca(ROOT, "explain", "unknown-addon").stdout
    wrong = dokaseca(ROOT, "explain", "unknown-adon")
    assert wrong.returncode == 2
    assert "did you mean `unknown-addon`?" in wrong.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("bogus",),
        ("compile", "--bogus"),
        ("compile", "extra"),
        ("compile", "-C", "nowhere"),
        ("validate", "--format", "x"),
    ],
)
def test_wrong_usage(platform: Path, arguments: tuple[str, ...]) -> None:
    """Exit code 2, words on standard error only, nothing written."""
    done = dokaseca(platform, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert not (platform / "out").exists()


def _inputs(folder: Path) -> dict[str, str]:
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    return {
        "missing.yaml": "no such file",
        "folder": "is a directory",
        "": "is a directory",
        "fifo": "is not a regular file",
        "/dev/zero": "is not a regular file",
        "/dev/null": "is not a regular file",
        "loop": "symbolic links",
        "dangling": "no such file",
        "x" * 300: "file name too long",
        "platform.yaml/x": "not a directory",
        "missing\n.yaml": "missing\\n.yaml",
    }


@pytest.mark.parametrize("command", ["compile", "validate"])
def test_unreadable_input(platform: Path, command: str) -> None:
    """Exit code 2, the path and the reason in one line on standard error; it never waits."""
    for name, reason in _inputs(platform).items():
        done = dokaseca(platform, command, "-f", name)
        assert (done.returncode, done.stdout) == (2, ""), name
        assert reason in done.stderr.lower(), name
        assert done.stderr.count("\n") == 1, name
    assert not (platform / "out").exists()


def _ordinary(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *MODULE, *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


def _reachable() -> bool:
    """Whether an ordinary user can run this Python and read this tree."""
    return shutil.which("setpriv") is not None and _ordinary(Path("/"), "--version").returncode == 0


@root_only
def test_what_permissions_forbid(platform: Path) -> None:
    """An unreadable source, an unwritable folder: exit code 2 and the path; nothing half-made."""
    if not _reachable():
        pytest.skip("an ordinary user cannot run this Python")
    platform.chmod(0o755)
    below_a_closed_one = _ordinary(platform, "compile")
    assert (below_a_closed_one.returncode, below_a_closed_one.stderr) == (2, "error: out: permission denied\n")
    for each in platform.parents:
        if each.name.startswith(("pytest-", "popen-")):  # those that pytest has made for us
            each.chmod(0o755)
    blocked = _ordinary(platform, "compile")
    assert (blocked.returncode, blocked.stderr) == (2, "error: out: permission denied\n")
    assert dokaseca(platform, "compile").returncode == 0
    read_only = _ordinary(platform, "compile")
    assert read_only.returncode == 0, read_only.stderr
    (platform / "platform.yaml").chmod(0o000)
    unreadable = _ordinary(platform, "compile")
    assert (unreadable.returncode, unreadable.stdout) == (2, "")
    assert unreadable.stderr == "error: platform.yaml: permission denied\n"


@pytest.mark.parametrize("out", ["file", "file/below", "/dev/null", "link", "dangling", "fifo", "x" * 300])
def test_an_output_folder_that_is_none(platform: Path, out: str) -> None:
    """Refused with exit code 2; nothing is written, not even where a link leads."""
    (platform / "file").write_text("mine")
    (platform / "elsewhere").mkdir()
    (platform / "link").symlink_to("elsewhere")
    (platform / "dangling").symlink_to("nowhere")
    os.mkfifo(platform / "fifo")
    done = dokaseca(platform, "compile", "-o", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert (platform / "file").read_text() == "mine"
    assert list((platform / "elsewhere").iterdir()) == []
    assert not (platform / "nowhere").exists()


@pytest.mark.parametrize("place", ["acme-addons", "acme-clusters/clusters", "acme-control-plane/bootstrap/addons.yaml"])
def test_links_inside_the_output(platform: Path, place: str) -> None:
    """A link to outside, as folder or as file, is refused before the first write."""
    outside = platform / "outside"
    outside.mkdir()
    (outside / "secret").write_text("mine")
    link = platform / "out" / place
    link.parent.mkdir(parents=True)
    link.symlink_to(outside / "secret" if place.endswith(".yaml") else outside)
    before = snapshot(platform)
    done = dokaseca(platform, "compile")
    assert (done.returncode, done.stdout) == (2, "")
    assert place.split("/", maxsplit=1)[0] in done.stderr
    assert snapshot(platform) == before


def test_a_bug_is_reported_with_an_issue_text(
    platform: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, the traceback inside of an issue text, and nothing written."""
    monkeypatch.chdir(platform)
    monkeypatch.setattr(TARGETS[0], "emit", lambda *_: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["dokaseca", "compile"])
    assert boundary.guarded(lambda: app.main(prog_name="dokaseca", standalone_mode=False)) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "this is a bug in dokaseca" in said.err
    assert __version__ in said.err
    assert "ZeroDivisionError" in said.err
    assert not (platform / "out").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(platform: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C leaves with 130, a termination with 143; no traceback, no temporary file."""
    running = subprocess.Popen(
        [*MODULE, "validate", "-"],
        cwd=platform,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (code, "")
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", ["--version", "--help", "schema", "validate", "explain", "compile", "completion bash"]
)
def test_full_standard_output(platform: Path, command: str) -> None:
    """Nothing can be said: exit code 2 and why, in one line."""
    done = shell(platform, f"$D {command} >/dev/full")
    assert (done.returncode, done.stderr.lower()) == (2, "error: no space left on device\n")


def test_closed_streams(platform: Path) -> None:
    """Without standard output nothing is begun; without standard error all is done; without input it is said."""
    done = shell(platform, "$D compile >&-")
    assert (done.returncode, done.stderr) == (2, "error: standard output is closed\n")
    assert not (platform / "out").exists()
    assert shell(platform, "$D compile 2>&-").returncode == 0
    assert shell(platform, "$D compile <&- >&- 2>&-").returncode == 2
    assert shell(platform, "$D validate nowhere.yaml 2>/dev/full").returncode == 2
    assert shell(platform, "$D bogus 2>/dev/full").returncode == 2
    done = shell(platform, "$D validate - <&-")
    assert (done.returncode, done.stderr) == (2, "error: <stdin>: is closed\n")


def test_a_reader_that_goes_away(platform: Path) -> None:
    """``| head`` ends it quietly, however much was left to say."""
    faults = "".join(f"k{number}: 1\n" for number in range(3000))
    (platform / "platform.yaml").write_text(BASE + faults)
    done = shell(platform, "$D validate --format json | head -1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "nowhere.UTF-8"},
        {"COLUMNS": "abc"},
        {"COLUMNS": "1"},
        {"TERM": ""},
        {"HOME": "/nowhere", "TMPDIR": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
        {"PYTHONWARNINGS": "error"},
        {"PYTHONOPTIMIZE": "2"},
        {"TZ": "Nowhere/Land"},
        {"LANG": "tr_TR.UTF-8", "LC_CTYPE": "tr_TR.UTF-8"},
    ],
    ids=str,
)
def test_surroundings(platform: Path, env: dict[str, str]) -> None:
    """Whatever the environment says, a fault with odd characters is shown and the exit code is right."""
    text = BASE.replace("region: eu", "region: ue # → “é” 日本", 1)
    (platform / "platform.yaml").write_text(text, encoding="utf-8")
    done = dokaseca(platform, "validate", env=env)
    assert done.returncode == 1, done.stderr
    assert "platform.yaml:51:13: error[unknown-region]" in done.stdout
    assert "Traceback" not in done.stderr


def test_odd_file_names(platform: Path) -> None:
    """Bytes that are no UTF-8 and line ends in a name are shown escaped, and reach no header."""
    for name in (b"\xff.yaml", b"a\nb: c.yaml", b"-f.yaml", b" x .yaml", "日本.yaml".encode()):
        (Path(os.fsdecode(os.fsencode(platform) + b"/" + name))).write_text(BASE)
        done = dokaseca(platform, "compile", b"-f" + name, "-o", "built", "--format", "json")
        assert done.returncode == 0, (name, done.stderr)
        json.loads(done.stdout)
        header = (platform / "built/acme-addons/gitops/values/none.yaml").read_text().splitlines()
        assert header[-1] == "{}"
        assert all(line.startswith("# ") for line in header[:-1])


def test_a_folder_that_is_gone(platform: Path) -> None:
    done = shell(platform, "mkdir gone && cd gone && rmdir ../gone && $D validate")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_modules_of_the_current_folder_are_not_imported(platform: Path) -> None:
    """A ``yaml.py`` beside the platform is a stranger's: the installed command does not run it."""
    script = Path(sys.executable).parent / "dokaseca"
    if not script.exists():
        pytest.skip("the console script is not installed")
    for name in ("yaml", "click", "pydantic", "json", "dokaseca_compile"):
        (platform / f"{name}.py").write_text("raise SystemExit(99)")
    env = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    done = subprocess.run([script, "validate"], cwd=platform, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_runs_what_it_reads(path: Path) -> None:
    """No ``eval``, ``exec``, shell, ``pickle`` or loader of Python objects anywhere in the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {
                "eval",
                "exec",
                "__import__",
                "os.system",
                "os.popen",
                "yaml.load",
                "yaml.unsafe_load",
            }
            assert not any(each.arg == "shell" for each in node.keywords), called
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {each.name for each in node.names} | {getattr(node, "module", "")}
            assert names.isdisjoint({"pickle", "marshal", "shelve", "dill", "UnsafeLoader", "FullLoader", "Loader"})
