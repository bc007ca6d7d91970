"""The platform's source at a revision of Git: found in every state of a repository, and never something else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_check import git

from dokaseca_compile import workspace
from dokaseca_compile.source.text import MAX_BYTES
from dokaseca_compile.workspace import WorkspaceError, read_sources_at

ODD = ("deep/down", "with blank/and ü", ":odd", "-x", "a*?[b]", 'tab\tquote"back\\', "line\nend\n")


def repository(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main", *options)
    return folder


def write(folder: Path, **texts: str) -> Path:
    """Write the platform (``main``) and its fragments, and give the platform file."""
    for name, text in texts.items():
        path = folder / ("platform.yaml" if name == "main" else f"platform.d/{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "platform.yaml"


def commit(folder: Path, message: str = "x") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message, "--allow-empty")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def file(tmp_path: Path, original: Path) -> Path:
    """A platform of three commits, the last with fragments, and with other content in the work tree and the index."""
    shutil.copytree(original, tmp_path / "here")
    return tmp_path / "here/platform.yaml"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``file`` is copied from."""
    folder = repository(tmp_path_factory.mktemp("original"))
    (folder / "README.md").write_text("a platform\n")
    commit(folder, "zero")
    write(folder, main="one")
    commit(folder, "one")
    git(folder, "tag", "-am", "x", "v1")
    write(folder, main="two", b="b", a="a")
    (folder / "platform.d/notes.txt").write_text("x")
    (folder / "platform.d/.#a.yaml").write_text("x")
    (folder / "platform.d/deeper.yaml").mkdir()
    (folder / "platform.d/deeper.yaml/c.yaml").write_text("x")
    commit(folder, "two")
    write(folder, main="staged", c="staged")
    git(folder, "add", "-A")
    write(folder, main="here", d="here")
    return folder


def test_the_file_and_its_fragments(file: Path) -> None:
    """The platform file first, its fragments by name, whatever the work tree and the index hold."""
    assert read_sources_at(file, "HEAD") == [
        ("HEAD:platform.yaml", b"two"),
        ("HEAD:platform.d/a.yaml", b"a"),
        ("HEAD:platform.d/b.yaml", b"b"),
    ]


@pytest.mark.parametrize("revision", ["HEAD~1", "main^", "v1", "main~1^{commit}", "HEAD^{/one}", "@~", "heads/main~1"])
def test_what_names_a_commit(file: Path, revision: str) -> None:
    assert read_sources_at(file, revision) == [(f"{revision}:platform.yaml", b"one")]


def test_a_commit_by_its_id(file: Path) -> None:
    whole = git(file.parent, "rev-parse", "v1^{commit}").strip()
    for revision in (whole, whole[:10], whole.upper()):
        assert read_sources_at(file, revision) == [(f"{revision}:platform.yaml", b"one")]


def test_a_platform_that_is_new(file: Path) -> None:
    """Nothing is there yet; neither are its fragments, nor a file that was a folder."""
    assert read_sources_at(file, "HEAD~2") == []
    assert read_sources_at(file.with_name("other.yaml"), "HEAD") == []
    assert read_sources_at(file.parent / "new/folder/platform.yaml", "HEAD") == []
    assert read_sources_at(file.with_name("platform.d"), "HEAD") == []


def test_a_file_that_is_gone(file: Path) -> None:
    """What the change deletes, its folder included, is still there at the revision."""
    inner = write(file.parent / "inner/most", main="inner", x="x")
    commit(file.parent)
    git(file.parent, "rm", "-qrf", "inner")
    assert not (file.parent / "inner").exists()
    assert read_sources_at(inner, "HEAD") == [
        ("HEAD:inner/most/platform.yaml", b"inner"),
        ("HEAD:inner/most/platform.d/x.yaml", b"x"),
    ]


@pytest.mark.parametrize("where", ODD)
def test_odd_paths(tmp_path: Path, where: str) -> None:
    """Any name of a folder, above the repository and in it; what does not print is escaped."""
    top = repository(tmp_path / where)
    file = write(top / where, main="odd", **{"é x": "fragment"})
    commit(top)
    shown = where.replace("\t", "\\t").replace("\n", "\\n")
    assert read_sources_at(file, "main") == [
        (f"main:{shown}/platform.yaml", b"odd"),
        (f"main:{shown}/platform.d/é x.yaml", b"fragment"),
    ]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    top = repository(tmp_path)
    folder = Path(os.fsdecode(os.fsencode(top) + b"/\xff"))
    file = write(folder, main="odd")
    commit(top)
    assert read_sources_at(file, "main") == [("main:\\udcff/platform.yaml", b"odd")]


def test_a_relative_path(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = file.parent / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert read_sources_at(Path("../platform.yaml"), "v1") == [("v1:platform.yaml", b"one")]
    monkeypatch.chdir(file.parent)
    assert read_sources_at(Path("platform.yaml"), "v1") == [("v1:platform.yaml", b"one")]


def test_through_a_link_to_the_folder(file: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file.parent)
    assert read_sources_at(tmp_path / "link/platform.yaml", "v1") == [("v1:platform.yaml", b"one")]


def test_names_that_are_files_too(file: Path) -> None:
    """A branch called like a file, a folder or a commit is a branch; a file is no revision."""
    folder = file.parent
    for name in ("platform.yaml", "platform.d/a.yaml", "README.md"):
        git(folder, "branch", name, "v1")
        assert read_sources_at(file, name) == [(f"{name}:platform.yaml", b"one")]
    git(folder, "branch", "-D", "-q", "README.md")
    with pytest.raises(WorkspaceError, match="is not a commit"):
        read_sources_at(file, "README.md")


@pytest.mark.parametrize("state", ["detached", "worktree", "bare clone's worktree", "packed", "submodule"])
def test_states_of_a_repository(file: Path, tmp_path: Path, state: str) -> None:
    folder = file.parent
    if state == "detached":
        git(folder, "checkout", "-qf", "--detach", "v1")
    elif state == "worktree":
        git(folder, "worktree", "add", "-q", str(tmp_path / "second"), "v1")
        folder = tmp_path / "second"
    elif state == "bare clone's worktree":
        git(tmp_path, "clone", "-q", "--bare", str(folder), "bare")
        git(tmp_path / "bare", "worktree", "add", "-q", str(tmp_path / "second"), "v1")
        folder = tmp_path / "second"
    elif state == "packed":
        git(folder, "gc", "-q")
        git(folder, "pack-refs", "--all")
    else:
        outer = repository(tmp_path / "outer")
        git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(folder), "inner")
        folder = outer / "inner"
    assert read_sources_at(folder / "platform.yaml", "main")[0] == ("main:platform.yaml", b"two")
    assert read_sources_at(folder / "platform.yaml", "v1") == [("v1:platform.yaml", b"one")]


def test_a_remote_branch(file: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(file.parent), "clone")
    clone = tmp_path / "clone/platform.yaml"
    assert read_sources_at(clone, "origin/main~1") == [("origin/main~1:platform.yaml", b"one")]


def test_a_repository_with_sha256(tmp_path: Path) -> None:
    try:
        folder = repository(tmp_path, "--object-format=sha256")
    except subprocess.CalledProcessError:
        pytest.skip("this Git has no SHA-256")
    file = write(folder, main="long", a="a")
    whole = commit(folder)
    assert len(whole) == 64
    for revision in ("main", whole):
        assert [content for _, content in read_sources_at(file, revision)] == [b"long", b"a"]


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])
def test_the_surroundings_of_another_repository(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A hook of one repository is told about it in the environment; that must not lead astray in another one."""
    other = repository(tmp_path / "other")
    write(other, main="other")
    commit(other)
    ways = {"GIT_WORK_TREE": other, "GIT_OBJECT_DIRECTORY": other / ".git/objects"}
    monkeypatch.setenv(variable, str(ways.get(variable, other / ".git")))
    assert read_sources_at(file, "main")[0] == ("main:platform.yaml", b"two")


def test_how_the_user_writes_paths(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours are literal, whatever is set for the user's own."""
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    monkeypatch.setenv("GIT_GLOB_PATHSPECS", "1")
    assert len(read_sources_at(file, "main")) == 3
    assert read_sources_at(file.with_name("PLATFORM.yaml"), "main") == []


@pytest.mark.parametrize(
    "revision",
    ["", "-", "--all", "--help", "-h", "--output=x", "--end-of-options", "a\0b"],
)
def test_what_can_be_no_revision(file: Path, revision: str) -> None:
    """An option stays text; nothing is asked of Git."""
    with pytest.raises(WorkspaceError, match="is not valid; give a branch"):
        read_sources_at(file, revision)


@pytest.mark.parametrize(
    "revision",
    [
        "nowhere", "origin/main", "HEAD~9", "0" * 40, "main..v1", "v1...main", "^main", "main:", "main:platform.yaml",
        "main^@", "main^!", ":platform.yaml", "a b", "main\n", "*", "refs/heads", "ü", "$(id)", "x" * 5000, "@{9}",
    ],
)  # fmt: skip
def test_what_names_no_commit(file: Path, revision: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        read_sources_at(file, revision)
    assert f"is not a commit in {file.parent}; check its spelling, or `git fetch` it first" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_blob_or_a_tree_is_no_commit(file: Path) -> None:
    for what in ("HEAD:platform.yaml", "HEAD^{tree}"):
        with pytest.raises(WorkspaceError, match="is not a commit"):
            read_sources_at(file, git(file.parent, "rev-parse", what).strip())


def test_a_repository_without_commits(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="revision `HEAD`: is not a commit"):
        read_sources_at(write(repository(tmp_path), main="x"), "HEAD")


def test_outside_of_git(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="not a git repository"):
        read_sources_at(write(tmp_path, main="x"), "HEAD")


def test_without_git(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(WorkspaceError, match="git: is not installed"):
        read_sources_at(file, "HEAD")


def test_a_shallow_clone(file: Path, tmp_path: Path) -> None:
    """What is there is read; for what is not, the remedy is told."""
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{file.parent}", "clone")
    clone = tmp_path / "clone/platform.yaml"
    assert read_sources_at(clone, "origin/main")[0] == ("origin/main:platform.yaml", b"two")
    for revision in ("HEAD~1", "v1", "nowhere"):
        with pytest.raises(
            WorkspaceError, match=r"is not in this shallow clone; run `git fetch --unshallow`, or set `fetch-depth"
        ):
            read_sources_at(clone, revision)


def test_a_partial_clone(file: Path, tmp_path: Path) -> None:
    """Git would fetch the content that it lacks; nothing here goes over a network, so it is told instead."""
    git(file.parent, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{file.parent}", "clone")
    clone = tmp_path / "clone/platform.yaml"
    with pytest.raises(
        WorkspaceError, match=r"git has no content for [0-9a-f]{40}; in a partial clone, fetch it first"
    ):
        read_sources_at(clone, "v1")
    git(clone.parent, "cat-file", "blob", "v1:platform.yaml")
    assert read_sources_at(clone, "v1") == [("v1:platform.yaml", b"one")]


def _link_file(folder: Path) -> str:
    (folder / "platform.yaml").unlink()
    (folder / "platform.yaml").symlink_to("README.md")
    return "platform.yaml"


def _link_fragment(folder: Path) -> str:
    (folder / "platform.d/z.yaml").symlink_to("a.yaml")
    return "platform.d/z.yaml"


def _link_fragments(folder: Path) -> str:
    (folder / "platform.d").rename(folder / "elsewhere")
    (folder / "platform.d").symlink_to("elsewhere")
    return "platform.d"


def _submodule_as_fragments(folder: Path) -> str:
    git(folder, "rm", "-rqf", "platform.d")
    shutil.rmtree(folder / "platform.d", ignore_errors=True)
    git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(folder), "platform.d")
    return "platform.d"


@pytest.mark.parametrize("make", [_link_file, _link_fragment, _link_fragments, _submodule_as_fragments])
def test_links_and_submodules_are_not_followed(file: Path, make: Callable[[Path], str]) -> None:
    path = make(file.parent)
    commit(file.parent)
    with pytest.raises(WorkspaceError, match=f"^HEAD:{path}: is a link or a submodule; it is not followed$"):
        read_sources_at(file, "HEAD")


@pytest.mark.parametrize("kind", ["link", "submodule"])
def test_a_folder_that_was_a_link_is_not_a_new_platform(file: Path, kind: str) -> None:
    """Else every Application would look like a new one, and none like a deleted one."""
    folder = file.parent
    if kind == "link":
        (folder / "live").symlink_to(".")
    else:
        git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(folder), "live")
    commit(folder)
    git(folder, "rm", "-rqf", "live")
    later = write(folder / "live/eu", main="folder now")
    with pytest.raises(WorkspaceError, match="HEAD:live: is a link or a submodule"):
        read_sources_at(later, "HEAD")


def test_fragments_that_are_a_file(tmp_path: Path) -> None:
    """As in the work tree: what is no folder holds no fragments."""
    folder = repository(tmp_path)
    file = write(folder, main="x")
    (folder / "platform.d").write_text("x")
    commit(folder)
    assert read_sources_at(file, "main") == [("main:platform.yaml", b"x")]


def test_bytes_as_they_are_kept(tmp_path: Path) -> None:
    """No line end is converted, and nothing over the limit is given."""
    folder = repository(tmp_path)
    git(folder, "config", "core.autocrlf", "true")
    file = write(folder, main="a: 1\n")
    (folder / "platform.d").mkdir()
    (folder / "platform.d/large.yaml").write_bytes(b"#" * (MAX_BYTES + 100))
    (folder / "platform.d/odd.yaml").write_bytes(b"\xff\0\r\n\r")
    commit(folder)
    contents = [content for _, content in read_sources_at(file, "main")]
    assert contents == [b"a: 1\n", b"#" * (MAX_BYTES + 1), b"\xff\0\r\n\r"]


def test_a_branch_that_moves_while_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of two commits never come together: the name is looked up once."""
    read = workspace.revisions.git

    def moving(folder: Path, *arguments: str) -> bytes:
        said: bytes = read(folder, *arguments)
        git(file.parent, "update-ref", "refs/heads/main", "v1^{commit}")
        return said

    monkeypatch.setattr(workspace.revisions, "git", moving)
    assert [content for _, content in read_sources_at(file, "main")] == [b"two", b"a", b"b"]
