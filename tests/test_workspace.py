"""The shell that touches the disk: each file old or new and nothing between, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from dokaseca_compile import workspace
from dokaseca_compile.plan import make_plan
from dokaseca_compile.source.text import MAX_BYTES
from dokaseca_compile.workspace import OutputRoot, WorkspaceError, read_file, read_sources, write_file

FILES = {f"repo-{number % 3}/{'abc'[number % 3]}/file-{number}.yaml": f"{number}\n".encode() for number in range(12)}


def write(root: Path, files: dict[str, bytes]) -> None:
    with OutputRoot(root) as output:
        output.write(files)


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_writes_and_reads_back(tmp_path: Path) -> None:
    """Folders are made; what was written is read; what is not there is ``None``."""
    root = tmp_path / "deep" / "out"
    write(root, FILES)
    assert contents(root) == FILES
    with OutputRoot(root) as output:
        assert {path: output.read(path) for path in sorted(FILES)} == FILES
        assert output.read("repo-0/nothing") is None
        assert output.read("nowhere/at/all") is None
    with OutputRoot(tmp_path / "none") as output:
        assert output.read("a") is None
    assert not (tmp_path / "none").exists()


def test_reads_large_files_and_files_that_grow(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    with OutputRoot(tmp_path) as output:
        assert len(output.read("large") or b"") == 3_000_000


def test_modes_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path, {"a/b": b""})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o640


def _failing(number: int, code: int) -> Callable[..., int]:
    """``os.write`` that writes one byte, and fails at the n-th call."""
    calls = iter(range(1, 1000))

    def fail(file: int, content: bytes) -> int:
        if next(calls) == number:
            raise OSError(code, os.strerror(code))
        return real(file, content[:1])

    real = os.write
    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_failing_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """Short writes are continued; on an error the old bytes stay, the path is named, no temporary is left."""
    write(tmp_path, {"a/b.yaml": b"old"})
    monkeypatch.setattr(os, "write", _failing(number, code))
    with pytest.raises(WorkspaceError, match=r"a/b\.yaml: "):
        write(tmp_path, {"a/b.yaml": b"newer"})
    monkeypatch.undo()
    assert contents(tmp_path) == {"a/b.yaml": b"old"}


@pytest.mark.parametrize("name", ["rename", "open", "close"])
@pytest.mark.parametrize("failure", [OSError(errno.EACCES, "Permission denied"), KeyboardInterrupt()], ids=repr)
def test_a_failing_call_leaves_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, failure: BaseException
) -> None:
    """The rename, the opening of the temporary, its closing; a signal counts as a failure."""
    write(tmp_path, {"a/b.yaml": b"old"})
    real = getattr(os, name)
    state = {"writing": False}

    def fail(*arguments: object, **keywords: object) -> object:
        if name == "open" and str(arguments[0]).startswith(".dokaseca"):
            raise failure
        if name == "rename" or (name == "close" and state["writing"]):
            state["writing"] = False
            if name == "close":
                real(*arguments)
            raise failure
        return real(*arguments, **keywords)

    real_write = os.write

    def mark(*arguments: int | bytes) -> int:
        state["writing"] = True
        return real_write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "write", mark)
    monkeypatch.setattr(os, name, fail)
    with pytest.raises((WorkspaceError, KeyboardInterrupt)):
        write(tmp_path, {"a/b.yaml": b"new"})
    monkeypatch.undo()
    assert contents(tmp_path) == {"a/b.yaml": b"old"}


def test_handles_are_closed(tmp_path: Path) -> None:
    """Whatever happens: no file descriptor is left open."""
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    write(tmp_path, FILES)
    (tmp_path / "repo-0" / "a" / "link").symlink_to("x")
    for path in ("repo-0/a/link", "repo-0/a"):
        with pytest.raises(WorkspaceError), OutputRoot(tmp_path) as output:
            output.read(path)
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def _link(target: str | Path) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


@pytest.mark.parametrize("outside", [True, False], ids=["outside", "inside"])
@pytest.mark.parametrize("state", ["file", "folder", "dangling", "loop", "fifo", "parent", "parent-is-file"])
def test_what_is_in_the_way_is_refused(tmp_path: Path, state: str, outside: bool) -> None:
    """A link (to a file, a folder, nothing, itself), a pipe, a file as folder: refused on reading, left alone."""
    root, there = tmp_path / "out", tmp_path / "there"
    (root / "a").mkdir(parents=True)
    there = there if outside else root / "there"
    there.mkdir()
    (there / "b.yaml").write_bytes(b"mine")
    target = root / "a" / "b.yaml"
    if state == "file":
        target.symlink_to(there / "b.yaml")
    elif state == "folder":
        target.symlink_to(there)
    elif state == "dangling":
        target.symlink_to(there / "nowhere")
    elif state == "loop":
        target.symlink_to(target)
    elif state == "fifo":
        os.mkfifo(target)
    elif state == "parent":
        (root / "a").rmdir()
        (root / "a").symlink_to(there)
    else:
        (root / "a").rmdir()
        (root / "a").write_bytes(b"mine")
    before = contents(tmp_path)
    with pytest.raises(WorkspaceError, match=r"in the way|not a regular file"), OutputRoot(root) as output:
        output.read("a/b.yaml")
    assert contents(tmp_path) == before


def test_a_write_replaces_a_link_and_never_follows_it(tmp_path: Path) -> None:
    """Should a link appear after the check, the file it names is kept; so is a hard link's other name."""
    (tmp_path / "mine").write_bytes(b"mine")
    root = tmp_path / "out"
    root.mkdir()
    (root / "soft").symlink_to(tmp_path / "mine")
    os.link(tmp_path / "mine", root / "hard")
    write(root, {"soft": b"new", "hard": b"new"})
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert contents(root) == {"hard": b"new", "soft": b"new"}
    assert not (root / "soft").is_symlink()


def test_a_folder_that_becomes_a_link(tmp_path: Path) -> None:
    """Folders are entered by handle and without following links, at the moment of writing too."""
    (tmp_path / "outside").mkdir()
    root = tmp_path / "out"
    root.mkdir()
    (root / "a").symlink_to(tmp_path / "outside")
    with pytest.raises(WorkspaceError, match="in the way"):
        write(root, {"a/b": b"new"})
    assert contents(tmp_path / "outside") == {}


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_the_root_is_no_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(target)
    with pytest.raises(WorkspaceError, match="out: is a link or no folder"):
        write(tmp_path / "out", {"a": b"x"})
    assert contents(tmp_path) == {}


def test_the_longest_names(tmp_path: Path) -> None:
    """A name of 255 bytes has room for its temporary; one more is refused with its path."""
    write(tmp_path, {"a" * 255: b"x"})
    write(tmp_path, {"a" * 255: b"y"})
    assert contents(tmp_path) == {"a" * 255: b"y"}
    with pytest.raises(WorkspaceError, match="name too long"):
        write(tmp_path, {"a" * 256: b"x"})


def test_deep_folders(tmp_path: Path) -> None:
    """A path longer than the system takes in one call is reached by folder handles."""
    path = "/".join(["d" * 200] * 40) + "/file"
    write(tmp_path, {path: b"deep"})
    with OutputRoot(tmp_path) as output:
        assert output.read(path) == b"deep"
    # Taken away the same way, since the test's own cleaning goes by whole paths.
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(40):
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=handle)
        os.rename("d" * 200, "x", src_dir_fd=handle, dst_dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)


def test_a_tree_that_is_right_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only reading calls: it works where nothing may be written."""
    write(tmp_path, FILES)
    for name in ("write", "rename", "mkdir", "unlink"):
        monkeypatch.setattr(os, name, lambda *_, **__: pytest.fail("a write"))
    with OutputRoot(tmp_path) as output:
        plan = make_plan(FILES, output.read)
        output.write({path: FILES[path] for path in plan.writes})
    assert plan.writes == ()
    assert len(plan.keep) == len(FILES)


def test_two_writers_at_once(tmp_path: Path) -> None:
    """Ten rounds: every file is whole, and no temporary is left."""
    trees = [{path: bytes([65 + which]) * 50_000 for path in FILES} for which in range(2)]
    for _ in range(10):
        threads = [threading.Thread(target=write, args=(tmp_path, tree)) for tree in trees]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = contents(tmp_path)
        assert set(found) == set(FILES)
        assert all(found[path] in (trees[0][path], trees[1][path]) for path in FILES)


def test_write_file(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b.json", b"{}")
    assert (tmp_path / "a" / "b.json").read_bytes() == b"{}"


def test_sources_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    """``platform.d`` beside the file: its YAML files by name, and nothing else."""
    (tmp_path / "platform.yaml").write_bytes(b"a")
    folder = tmp_path / "platform.d"
    folder.mkdir()
    for name in ("b.yaml", "a.yml", "c.txt", "10.yaml", "9.yaml", "d.yaml~"):
        (folder / name).write_bytes(name.encode())
    names = [Path(name).name for name, _ in read_sources(tmp_path / "platform.yaml")]
    assert names == ["platform.yaml", "10.yaml", "9.yaml", "a.yml", "b.yaml"]


def test_a_fragment_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "platform.yaml").write_bytes(b"a")
    (tmp_path / "platform.d" / "x.yaml").mkdir(parents=True)
    with pytest.raises(WorkspaceError, match="is a directory"):
        read_sources(tmp_path / "platform.yaml")


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    """A sparse file of 100 GiB costs no more than the limit and one byte."""
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(100 << 30)
    assert len(read_file(tmp_path / "large")) == MAX_BYTES + 1


def test_paths_with_a_nul_are_errors_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        read_file(tmp_path / "a\0b")


def test_messages_are_one_line() -> None:
    assert str(WorkspaceError("a\nb\x1b", "why")) == "a\\nb\\x1b: why"
    assert workspace.FRAGMENTS == "platform.d"
