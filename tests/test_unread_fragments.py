"""What stands below ``platform.d`` and is not read: a finding for each file; links, pipes and folders are refused."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
from command import BASE, dokaseca, platform

from dokaseca_compile.compiler import SourceFile, validate
from dokaseca_compile.workspace import WorkspaceError, read_sources, unread_fragments, unread_staged_fragments
from dokaseca_compile.workspace.fragments import fragment_names, why_unread

# Path below `platform.d` → why it is passed over; empty for what is read, and for what is no YAML at all.
NAMES = {
    "a.yaml": "", "a.yml": "", "é x.yaml": "", "a.b.yaml": "", "a~.yaml": "", "-.yaml": "",
    "README.md": "", "a.json": "", "a.yaml.md": "", "a": "", "yaml": "", "teams/README.md": "", "a.yamlx": "",
    ".#a.yaml": "", "#a.yaml#": "", ".a.yaml.swp": "", ".a.yaml.swo": "",
    "teams/a.yaml": "subfolder", "teams/a.YML": "subfolder", "a/b/c.yml": "subfolder", "a.yaml/b.yaml": "subfolder",
    "a.YAML": "suffix", "a.Yml": "suffix", "A.YAML": "suffix",
    ".a.yaml": "hidden", ".yaml": "hidden", ".old/a.yaml": "hidden", "teams/.a.yaml": "hidden", ".a.yaml.bak": "hidden",
    "a.yaml~": "backup", "a.yaml.bak": "backup", "a.yml.orig": "backup", "a.yaml.OLD": "backup", "a.yaml-old": "backup",
    "teams/a.yaml.bak": "backup", "a.yaml.disabled": "backup",
}  # fmt: skip
SEVERITY = {"subfolder": "error", "suffix": "error", "link": "error", "hidden": "warning", "backup": "warning"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = platform(tmp_path / "here")
    (made / "platform.d").mkdir()
    return made


def fill(folder: Path) -> Path:
    """Every name of the table that can be beside the others, each a file with a fault that nothing may show."""
    for name in NAMES:
        path = folder / "platform.d" / name
        if "a.yaml/" not in name and name != "a":
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text("# nothing\n" if name in fragment_names([name]) else "secret text: [\n")
    return folder / "platform.yaml"


def expected(folder: Path) -> set[tuple[str, str]]:
    return {
        (str(folder / "platform.d" / name), why)
        for name, why in NAMES.items()
        if why and not name.startswith("a.yaml/")
    }


@pytest.mark.parametrize(("path", "why"), NAMES.items())
def test_why_a_file_is_passed_over(path: str, why: str) -> None:
    assert why_unread(path) == why
    if "/" not in path and path.lower().endswith((".yaml", ".yml")) and not path.startswith(".#"):
        assert (fragment_names([path]) == [path]) is not bool(why)


@pytest.mark.parametrize("why", SEVERITY)
def test_each_is_a_finding(why: str) -> None:
    compilation = validate([SourceFile("platform.yaml", BASE.encode()), SourceFile("platform.d/x", b"", why)])
    found = [each for each in compilation.diagnostics if each.slug == "unread-file"]
    assert [str(each.severity) for each in found] == [SEVERITY[why]]
    assert found[0].message.startswith("platform.d/x is not read: ")
    assert found[0].help


def test_a_file_that_is_passed_over_hides_no_other_fault() -> None:
    content = BASE.replace("region: eu", "region: ue", 1).encode()
    compilation = validate([SourceFile("platform.yaml", content), SourceFile("platform.d/a/x.yaml", b"", "subfolder")])
    assert {"unread-file", "unknown-region"} <= {each.slug for each in compilation.diagnostics}


def test_in_the_work_tree_and_in_the_index(folder: Path) -> None:
    """The two ways to read the source pass over the same files."""
    file = fill(folder)
    assert set(unread_fragments(file)) == expected(folder)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-f", "."], cwd=folder, check=True)
    assert set(unread_staged_fragments(file)) == expected(folder)


@pytest.mark.parametrize("command", ["validate", "compile", "check", "apps"])
def test_every_command_reports_them_and_shows_no_content(folder: Path, command: str) -> None:
    fill(folder)
    done = dokaseca(folder, command)
    assert done.code == 1, done.err
    assert "platform.d/teams/a.yaml:1:1: error[unread-file]" in done.out + done.err
    assert "secret text" not in done.out + done.err
    assert not (folder / "out").exists()


def test_an_edit_does_not_mind_them(folder: Path) -> None:
    """A fault that was there before does not forbid an edit, and the right file is written."""
    (folder / "platform.d/z.yaml").write_text("teams: {zeta: {}}\n")
    (folder / "platform.d/.z.yaml").write_text("x")
    done = dokaseca(folder, "set", "teams.zeta.description", "last", "-w")
    assert done.code == 0, done.err
    assert (folder / "platform.d/z.yaml").read_text() == "teams: {zeta: {description: last}}\n"


def test_links_that_lead_outside(folder: Path) -> None:
    """Nothing is read through them, as the folder or as a file, and no line of their target is shown."""
    outside = folder.parent / "outside.yaml"
    outside.write_text("secret text: [\n")
    link = folder / "platform.d/link.yaml"
    link.symlink_to(outside)
    with pytest.raises(WorkspaceError, match=r"link\.yaml: is a link that leads out of .*; it is not followed"):
        read_sources(folder / "platform.yaml")
    assert "secret" not in "".join(map(str, dokaseca(folder, "validate")))
    link.unlink()
    (folder / "platform.d").rmdir()
    (folder / "platform.d").symlink_to(outside.parent)
    with pytest.raises(WorkspaceError, match=r"platform\.d: is a link that leads out of"):
        read_sources(folder / "platform.yaml")


def test_a_platform_file_that_leads_out_of_its_repository(folder: Path) -> None:
    """In a Git repository somebody else may have put the link there; elsewhere it was named by who runs the command."""
    outside = folder.parent / "outside.yaml"
    outside.write_text(BASE)
    (folder / "platform.yaml").unlink()
    (folder / "platform.yaml").symlink_to(outside)
    assert dokaseca(folder, "validate").code == 0
    (folder / ".git").mkdir()
    with pytest.raises(WorkspaceError, match=r"platform\.yaml: is a link that leads out of"):
        read_sources(folder / "platform.yaml")


def test_links_that_stay_inside(folder: Path) -> None:
    """Within the repository a fragment may be shared; without Git, within the folder."""
    shared = folder / "shared.yaml"
    shared.write_text("teams: {shared: {}}\n")
    (folder / "platform.d/link.yaml").symlink_to("../shared.yaml")
    assert len(read_sources(folder / "platform.yaml")) == 2
    beside = folder.parent / "beside.yaml"
    beside.write_text("teams: {beside: {}}\n")
    (folder / "platform.d/other.yaml").symlink_to("../../beside.yaml")
    with pytest.raises(WorkspaceError, match="leads out of"):
        read_sources(folder / "platform.yaml")
    (folder.parent / ".git").mkdir()
    assert len(read_sources(folder / "platform.yaml")) == 3


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more/a.yaml").write_text("x")
    (folder / "platform.d/teams").symlink_to("../more")
    assert unread_fragments(folder / "platform.yaml") == [(str(folder / "platform.d/teams"), "link")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "is not a regular file"),
        ("socket", "is not a regular file"),
        ("device", "leads out of"),
        ("folder", "is a directory"),
        ("dangling", "no such file"),
        ("loop", "too many levels of symbolic links"),
    ],
)
def test_what_is_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str) -> None:
    """One line with the path and the reason; it never waits."""
    monkeypatch.chdir(folder / "platform.d")
    path = Path("x.yaml")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("x.yaml")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"device": "/dev/zero", "dangling": "nowhere", "loop": "x.yaml"}[kind])
    done = dokaseca(folder, "validate")
    assert done.code == 2
    assert done.err.startswith("error: platform.d/x.yaml: ")
    assert reason in done.err.lower()
    # Where nothing is read, nothing can block.
    (folder / "platform.d/inner").mkdir()
    path.rename("inner/x.yaml")
    if kind != "folder":
        assert dokaseca(folder, "validate").code == 1
