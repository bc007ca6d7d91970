"""Sizes without measure: whatever lies where files are read, the command ends within 1 GiB, with a word about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import BASE, platform

from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.core import limits
from dokaseca_compile.output.difference import Difference, Found, State
from dokaseca_compile.output.ledger import LedgerFault, read_ledger
from dokaseca_compile.render.unified import patch
from dokaseca_compile.resolve.layout import LEDGER

HUGE = 3 << 30
VALUES = "dokaseca-addons/gitops/values/default/kyverno.yaml"
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from dokaseca_compile.__main__ import main
main()
"""


def run(folder: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> tuple[int, str]:
    """Exit code and all that the command says, with 1 GiB of memory."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    return done.returncode, said


def sparse(path: Path, size: int = HUGE, head: bytes = b"") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head)
    os.truncate(path, size)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return platform(tmp_path / "workspace")


@pytest.fixture
def compiled(folder: Path) -> Path:
    assert run(folder, "compile")[0] == 0
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=folder, check=True, capture_output=True
    )


def a_file_of_ours(folder: Path) -> Path:
    return sorted((folder / "out").rglob("values/default/*.yaml"))[0]


@pytest.mark.parametrize("name", ["platform.yaml", "platform.d/a.yaml"])
def test_a_source(folder: Path, name: str) -> None:
    sparse(folder / name)
    code, said = run(folder, "validate")
    assert code == 1
    assert "file-too-large" in said
    assert f"{name}:1:1" in said
    assert "5 MiB" in said


def test_standard_input(folder: Path) -> None:
    sparse(folder / "huge")
    with (folder / "huge").open("rb") as stream:
        code, said = run(folder, "validate", "-", stdin=stream.fileno())
    assert (code, "file-too-large" in said) == (1, True)


def test_many_fragments(folder: Path) -> None:
    """None is too large by itself; together they are, and it is said where."""
    for number in range(20):
        path = folder / f"platform.d/{number:02}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"n{number}x{each}: {{a: 1, b: [c, d]}}\n" for each in range(120_000)))
    code, said = run(folder, "validate")
    assert code == 1
    assert "file-too-large" in said
    assert "platform.d/03.yaml:1:1" in said
    assert "10 MiB" in said


def test_the_sum_is_that_of_the_core() -> None:
    """Whoever calls the compiler, with whatever files."""
    text = b"#" * (4 << 20)
    files = [SourceFile("platform.yaml", BASE.encode()), *(SourceFile(f"{each}.yaml", text) for each in "abcd")]
    found = validate(files)
    assert [(each.slug, each.primary.place.file) for each in found.diagnostics if each.primary.place] == [
        ("file-too-large", "c.yaml")
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["compile"],
        ["diff"],
        ["diff", "--format", "unified"],
        ["diff", "--format", "json"],
        ["check", "--format", "json"],
    ],
    ids=" ".join,
)
def test_a_file_of_ours(compiled: Path, arguments: list[str]) -> None:
    """It is edited, whatever it holds: nobody reads it, and a plain compile leaves it alone."""
    path = a_file_of_ours(compiled)
    sparse(path)
    code, said = run(compiled, *arguments)
    assert code == 1
    assert path.name in said
    assert "3 GiB" in said
    assert path.stat().st_size == HUGE
    assert len(said) < 20_000


def test_force(compiled: Path) -> None:
    path = a_file_of_ours(compiled)
    before = path.read_bytes()
    sparse(path)
    code, said = run(compiled, "compile", "--force")
    assert code == 0, said
    assert path.read_bytes() == before
    assert run(compiled, "check")[0] == 0


def test_a_stranger_in_the_way(folder: Path) -> None:
    assert run(folder, "compile")[0] == 0
    path = a_file_of_ours(folder)
    for each in (folder / "out").rglob("ledger.json"):
        each.unlink()
    sparse(path)
    code, said = run(folder, "check")
    assert (code, "foreign" in said, "3 GiB" in said) == (1, True, True)


@pytest.mark.parametrize("arguments", [["check"], ["compile"]], ids=" ".join)
def test_a_ledger(compiled: Path, arguments: list[str]) -> None:
    path = next((compiled / "out").rglob("ledger.json"))
    sparse(path, head=b"{")
    code, said = run(compiled, *arguments)
    assert code == 1
    assert "3 GiB" in said
    assert path.stat().st_size == HUGE


def test_a_ledger_of_brackets() -> None:
    """Each takes thirty times as much memory as text."""
    assert isinstance(read_ledger(b'{"a": [' + b"[]," * 1_000_000 + b"[]]}"), LedgerFault)


def test_a_chart(folder: Path) -> None:
    sparse(folder / ".charts/kyverno-3.3.7.tgz")
    code, said = run(folder, "validate")
    assert code == 0
    assert "unreadable-chart" in said
    assert ".charts/kyverno-3.3.7.tgz has 3 GiB, the limit is 100 MiB" in said


@pytest.mark.parametrize("name", ["Chart.yaml", "values.yaml", "values.schema.json", "templates/a.yaml"])
def test_a_file_of_a_chart(folder: Path, name: str) -> None:
    chart = folder / ".charts/kyverno"
    sparse(chart / name, head=b"{}")
    if name != "Chart.yaml":
        (chart / "Chart.yaml").write_text("name: kyverno\nversion: 3.3.7\n")
    code, said = run(folder, "validate")
    assert code == 0
    assert f".charts/kyverno/{name} has 3 GiB, the limit is 5 MiB" in said


def test_many_files_of_a_chart(folder: Path) -> None:
    """What is read of one is bounded as a whole; what nobody reads may be as large as it likes."""
    chart = folder / ".charts/kyverno"
    sparse(chart / "docs/film.mp4")
    (chart / "Chart.yaml").write_text("name: kyverno\nversion: 3.3.7\n")
    assert "unreadable-chart" not in run(folder, "validate")[1]
    for number in range(50):
        sparse(chart / f"templates/{number}.yaml", size=4 << 20)
    assert "has more than 30 MiB of templates and values" in run(folder, "validate")[1]


def test_a_file_that_would_be_too_large(folder: Path) -> None:
    """Indentation makes a list twenty times as long: the error names the setting, and nothing is written."""
    text = "{a: " * 20 + "[" + "1," * 150_000 + "1]" + "}" * 20
    (folder / "platform.yaml").write_text(
        BASE.replace("{words: {one: two}}", "{words: {one: " + text + ", two: three}}")
    )
    for command in ("compile", "check", "diff"):
        code, said = run(folder, command)
        assert code == 1, said[:2000]
        assert "oversized-file" in said
        assert "`addons.kyverno.values.words.one.a.a" in said
        assert "5 MiB at most" in said
        assert len(said) < 5_000
    assert not (folder / "out").exists()


def test_staged_files(compiled: Path) -> None:
    """Git keeps large files too: what is staged is read no further than what lies there."""
    git(compiled, "init", "-q")
    git(compiled, "add", ".")
    git(compiled, "commit", "-qm", "a")
    path = a_file_of_ours(compiled)
    sparse(path, size=700 << 20)
    sparse(compiled / "out" / "dokaseca-addons" / "stranger", size=700 << 20)
    git(compiled, "add", ".")
    code, said = run(compiled, "check", "--against", "index")
    assert code == 1, said
    assert "has 700 MiB" in said


def test_staged_sources_and_revisions(compiled: Path) -> None:
    git(compiled, "init", "-q")
    sparse(compiled / "platform.d/a.yaml", size=700 << 20)
    git(compiled, "add", ".")
    git(compiled, "commit", "-qm", "a")
    code, said = run(compiled, "check", "--against", "index")
    assert (code, "file-too-large" in said) == (1, True), said
    (compiled / "platform.d/a.yaml").unlink()
    code, said = run(compiled, "plan", "--base", "HEAD")
    assert "file-too-large" in said, said


def test_a_committed_ledger(compiled: Path) -> None:
    """Where a file is in the way, Git is asked for the ledger: of a huge one, for its size only."""
    path = next((compiled / "out").rglob("ledger.json"))
    before = path.read_bytes()
    sparse(path, size=700 << 20)
    git(compiled, "init", "-q")
    git(compiled, "add", ".")
    git(compiled, "commit", "-qm", "a")
    path.write_bytes(before)
    a_file_of_ours(compiled).write_text("edited: by hand\n")
    code, said = run(compiled, "check")
    assert (code, "edited" in said) == (1, True), said


# ── what a difference shows ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_edited_file_of_very_many_lines(compiled: Path) -> None:
    path = a_file_of_ours(compiled)
    path.write_text("".join(f"k{number}: {{a: {number}}}\n" for number in range(150_000)))
    code, said = run(compiled, "diff")
    assert code == 1
    assert len(said) < 500_000
    assert "more changes" in said
    code, said = run(compiled, "diff", "--format", "json")
    (found,) = [each for each in json.loads(said)["differences"] if each["path"].endswith(path.name)]
    assert len(found["changes"]) == limits.DIFF_CHANGES
    assert found["more_changes"] > 100_000


def test_a_value_of_very_many_lines(compiled: Path) -> None:
    path = a_file_of_ours(compiled)
    path.write_text("all: [" + ", ".join(f"item-{number}" for number in range(100_000)) + "]\n")
    code, said = run(compiled, "diff")
    assert code == 1
    assert len(said.splitlines()) < limits.DIFF_VALUE * 3


OLD = [f"line {number}\n" for number in range(6_000)]
CHANGED = {
    "in the middle": [*OLD[:2999], "new\n", *OLD[3001:]],
    "at the beginning": ["new\n", *OLD],
    "at the end": [*OLD[:-1], "new"],
    "all of it": [f"other {number}\n" for number in range(5_000)],
    "two places": ["new\n", *OLD[1:-5], "new\n"],
    "the same line again and again": ["x\n"] * 7_000,
    "without its end": [*OLD[:-1], OLD[-1].rstrip("\n")],
}


@pytest.mark.parametrize("name", CHANGED)
def test_large_files_as_a_patch(tmp_path: Path, name: str) -> None:
    """They are not compared line by line, which takes quadratic time; Git makes the new file of it all the same."""
    old, new = "".join(OLD).encode(), "".join(CHANGED[name]).encode()
    (tmp_path / "file").write_bytes(old)
    text = patch([("file", Difference("", "file", "file", State.STALE, Found(old), new))])
    (tmp_path / "patch").write_bytes(text)
    git(tmp_path, "apply", "patch")
    assert (tmp_path / "file").read_bytes() == new


def test_a_huge_file_beside_others_in_a_patch(tmp_path: Path) -> None:
    """It is named, and Git takes the rest."""
    (tmp_path / "small").write_bytes(b"a\n")
    huge = Difference("", "huge", "huge", State.EDITED, Found(b"", size=HUGE), b"b\n")
    small = Difference("", "small", "small", State.STALE, Found(b"a\n", size=2), b"b\n")
    text = patch([("huge", huge), ("small", small)])
    assert b"huge: 3 GiB, too large" in text
    (tmp_path / "patch").write_bytes(text)
    git(tmp_path, "apply", "patch")
    assert (tmp_path / "small").read_bytes() == b"b\n"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (5 << 20, "5 MiB"), (HUGE, "3 GiB"), (3 << 50, "3072 TiB")],
)
def test_sizes_in_words(count: int, shown: str) -> None:
    assert limits.size(count) == shown


def test_the_path_of_a_ledger_has_its_own_limit() -> None:
    assert limits.LEDGER > limits.OUTPUT
    assert LEDGER.endswith("ledger.json")
