"""The shell that touches the disk: each file old or new and nothing between, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dokaseca_compile import workspace
from dokaseca_compile.output.compare_root import plan_root
from dokaseca_compile.output.root_plan import Changes
from dokaseca_compile.output.snapshot import Destinations, Release, make_release
from dokaseca_compile.resolve.layout import LEDGER
from dokaseca_compile.source.text import MAX_BYTES
from dokaseca_compile.workspace import (
    OutputRoot,
    SourceChangedError,
    WorkspaceError,
    apply,
    locked,
    make,
    read_file,
    read_sources,
    replace_source,
    write_file,
)

FILES = {f"repo-{number % 3}/{'abc'[number % 3]}/file-{number}.yaml": f"{number}\n".encode() for number in range(12)}


def released(files: dict[str, bytes]) -> Release:
    """A release of one repository."""
    named = {f"repo/{path}": content for path, content in files.items()}
    return make_release("acme", named, Destinations({"repo"}, {}))


def write(root: Path, files: dict[str, bytes], between: Callable[[], object] = lambda: None) -> Changes | None:
    """Make a root hold exactly some files, as a compile does; ``between`` happens after the plan was made."""
    release = released(files)
    with OutputRoot(root) as output:
        make([output])
        with locked([output], lambda: None):
            changes = plan_root("repo", release, output).changes()
            between()
            if changes is not None:
                apply([(output, changes)])
            return changes


def contents(root: Path) -> dict[str, bytes]:
    """Every file but the ledgers."""
    found = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    return {path: content for path, content in found.items() if not path.endswith(LEDGER)}


def test_writes_and_reads_back(tmp_path: Path) -> None:
    """Folders are made; what was written is read; what is not there is ``None``."""
    root = tmp_path / "deep" / "out"
    write(root, FILES)
    assert contents(root) == FILES
    with OutputRoot(root) as output:
        assert {path: (output.read(path) or (b"",))[0] for path in sorted(FILES)} == FILES
        assert output.read("repo-0/nothing") is None
        assert output.read("nowhere/at/all") is None
    with OutputRoot(tmp_path / "none") as output:
        assert output.read("a") is None
    assert not (tmp_path / "none").exists()


def test_a_missing_folder_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is looked for below it, one call tells that it is not there."""
    asked: list[str] = []
    real = os.open
    with OutputRoot(tmp_path) as output:
        assert output.exists()
        monkeypatch.setattr(os, "open", lambda path, *args, **named: asked.append(path) or real(path, *args, **named))
        assert [output.read(f"b/{number}/f") for number in range(100)] == [None] * 100
    assert asked == ["b"]


def test_a_root_that_is_made_by_another_is_seen(tmp_path: Path) -> None:
    """While a run waits for its turn, another may make what was missing."""
    with OutputRoot(tmp_path / "out") as output:
        assert not output.exists()
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "f").write_bytes(b"x")
        found = output.read("f")
    assert found is not None
    assert found.content == b"x"


def test_what_is_missing_hides_nothing(tmp_path: Path) -> None:
    """A missing folder is found once it is made; a name that begins alike is another one."""
    (tmp_path / "b-side").mkdir()
    (tmp_path / "b-side" / "f").write_bytes(b"x")
    with OutputRoot(tmp_path) as output:
        for missing, there in (("b/c/f", "b-side/f"), ("b-side/f/g", "b-side/f"), ("b-side/a/f", "b-side/f")):
            with suppress(WorkspaceError):
                assert output.read(missing) is None
                assert output.read(f"{missing}/deeper") is None
            found = output.read(there)
            assert found is not None
            assert found.content == b"x"
        assert output.read("b/c/f") is None
        output.stage("b/c/f", b"y")
        output.publish("b/c/f", None)
        made = output.read("b/c/f")
        assert made is not None
        assert made.content == b"y"


def test_reads_large_files_and_files_that_grow(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    with OutputRoot(tmp_path) as output:
        found = output.read("large")
        assert found is not None
        assert len(found.content) == 3_000_000


def test_modes_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path, {"a/b": b""})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o640


def _failing(number: int, code: int) -> Callable[..., int]:
    """``os.write`` that writes one byte, and fails at the n-th call."""
    calls = iter(range(1, 10_000))

    def fail(file: int, content: bytes) -> int:
        if next(calls) == number:
            raise OSError(code, os.strerror(code))
        return real(file, content[:1])

    real = os.write
    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS])
@pytest.mark.parametrize("number", [1, 200, 700])
def test_a_failing_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """Short writes are continued; on an error the old bytes stay, the path is named, no temporary is left."""
    write(tmp_path, {"a/b.yaml": b"old"})
    monkeypatch.setattr(os, "write", _failing(number, code))
    with pytest.raises(WorkspaceError, match=r"a/b\.yaml: |ledger\.json: "):
        write(tmp_path, {"a/b.yaml": b"newer" * 100})
    monkeypatch.undo()
    assert contents(tmp_path) == {"a/b.yaml": b"old"}


@pytest.mark.parametrize("name", ["rename", "open", "close", "fsync"])
@pytest.mark.parametrize("failure", [OSError(errno.EACCES, "Permission denied"), KeyboardInterrupt()], ids=repr)
def test_a_failing_call_leaves_no_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, failure: BaseException
) -> None:
    """Every rename, opening, closing and flush of a run fails in turn: old bytes stay, no temporary is left."""
    for number in range(60):
        root = tmp_path / str(number)
        write(root, {"a/b.yaml": b"old"})
        real, calls = getattr(os, name), iter(range(60))

        def fail(*arguments: object, real=real, calls=calls, number=number, **keywords: object) -> object:
            if next(calls) == number:
                if name == "close":
                    real(*arguments)
                raise failure
            return real(*arguments, **keywords)

        monkeypatch.setattr(os, name, fail)
        try:
            write(root, {"a/b.yaml": b"new"})
        except (WorkspaceError, KeyboardInterrupt, OSError):
            failed = True
        else:
            failed = False
        monkeypatch.undo()
        assert not list(root.rglob(".dokaseca-*"))
        assert contents(root)["a/b.yaml"] in {b"old", b"new"}
        assert write(root, {"a/b.yaml": b"new"}) is None or failed
        if not failed:
            return
    pytest.fail("a run of one file has fewer calls")


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


def test_a_hard_link_is_parted_from_its_other_name(tmp_path: Path) -> None:
    """A file of ours that has another name elsewhere is replaced; the other name keeps its bytes."""
    root = tmp_path / "out"
    write(root, {"a": b"old"})
    os.link(root / "a", tmp_path / "mine")
    write(root, {"a": b"new"})
    assert (tmp_path / "mine").read_bytes() == b"old"
    assert contents(root) == {"a": b"new"}


@pytest.mark.parametrize("what", ["edit", "link", "appear", "vanish"])
def test_what_changes_after_the_plan_is_left_alone(tmp_path: Path, what: str) -> None:
    """An editor saves, a link or a file appears between reading and replacing: refused, and nothing is lost."""
    root, mine = tmp_path / "out", tmp_path / "mine"
    mine.write_bytes(b"mine")
    write(root, {"a/b": b"old"})
    target = root / "a" / "b"

    def between() -> None:
        if what in {"edit", "vanish", "link"}:
            target.unlink()
        if what == "edit":
            target.write_bytes(b"by hand")
        elif what == "link":
            target.symlink_to(mine)
        elif what == "appear":
            (root / "a" / "c").write_bytes(b"by hand")

    with pytest.raises(WorkspaceError, match="has changed since it was read"):
        write(root, {"a/b": b"new", "a/c": b"new"}, between)
    assert mine.read_bytes() == b"mine"
    assert not list(root.rglob(".dokaseca-*"))
    if what == "edit":
        assert target.read_bytes() == b"by hand"
    if what == "appear":
        assert (root / "a" / "c").read_bytes() == b"by hand"


def test_a_folder_that_becomes_a_link(tmp_path: Path) -> None:
    """Folders are entered by handle and without following links, at the moment of writing too."""
    (tmp_path / "outside").mkdir()
    root = tmp_path / "out"

    def between() -> None:
        (root / "a").symlink_to(tmp_path / "outside")

    with pytest.raises(WorkspaceError, match="in the way"):
        write(root, {"a/b": b"new"}, between)
    assert contents(tmp_path / "outside") == {}


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_the_root_is_no_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(target)
    with pytest.raises(WorkspaceError, match="out: is a link or not a folder"):
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
        assert (output.read(path) or (b"",))[0] == b"deep"
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
    for name in ("write", "rename", "mkdir", "unlink", "fsync", "rmdir"):
        monkeypatch.setattr(os, name, lambda *_, **__: pytest.fail("a write"))
    assert write(tmp_path, FILES) is None


def test_what_is_no_longer_made_goes_with_its_folders(tmp_path: Path) -> None:
    """Folders that are left empty go; those with a file of somebody else stay, and so does the root."""
    write(tmp_path, {"a/b/c": b"1", "a/d": b"2", "e/f": b"3"})
    (tmp_path / "e" / "mine").write_bytes(b"mine")
    write(tmp_path, {"a/d": b"2"})
    assert contents(tmp_path) == {"a/d": b"2", "e/mine": b"mine"}
    assert not (tmp_path / "a" / "b").exists()
    write(tmp_path, {"x": b"1"})
    assert not (tmp_path / "a").exists()


def test_many_files_are_flushed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand files cost some flushes, not thousands."""
    calls: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append(handle), real(handle))[1])
    files = {f"a{number % 100}/f{number}": b"x" for number in range(1000)}
    write(tmp_path, files)
    assert contents(tmp_path) == files
    assert len(calls) < 20


def test_writers_take_turns(tmp_path: Path) -> None:
    """Ten rounds of two: every file is of one and the same run, no temporary is left, and so is no lock."""
    trees = [{path: bytes([65 + which]) * 50_000 for path in FILES} for which in range(2)]
    for _ in range(10):
        threads = [threading.Thread(target=write, args=(tmp_path, tree)) for tree in trees]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert contents(tmp_path) in trees


def test_waiting_is_told(tmp_path: Path) -> None:
    """Whoever has to wait for another run is told so, once."""
    told: list[str] = []
    with OutputRoot(tmp_path) as one, OutputRoot(tmp_path) as other:
        with locked([one], lambda: pytest.fail("nobody else is here")):
            thread = threading.Thread(target=lambda: _hold(other, told))
            thread.start()
            while not told:
                time.sleep(0.001)
        thread.join()
    assert told == ["waited", "held"]


def _hold(root: OutputRoot, told: list[str]) -> None:
    with locked([root], lambda: told.append("waited")):
        told.append("held")


def test_all_roots_are_tested_before_the_first_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second root may not be written to: the first one stays as it was."""
    release = released({"a": b"1"})
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    monkeypatch.setattr(os, "access", _denied(tmp_path / "two"))
    with OutputRoot(tmp_path / "one") as one, OutputRoot(tmp_path / "two") as two:
        plans = [(root, plan_root("repo", release, root).changes()) for root in (one, two)]
        with pytest.raises(WorkspaceError, match=r"two.*: permission denied"):
            apply([(root, changes) for root, changes in plans if changes is not None])
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "one", tmp_path / "two"]


def _denied(folder: Path) -> Callable[..., bool]:
    real, inode = os.access, folder.stat().st_ino
    return lambda path, mode, *, dir_fd=None, **more: (
        (dir_fd is None or os.fstat(dir_fd).st_ino != inode) and real(path, mode, dir_fd=dir_fd, **more)
    )


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


def test_a_source_is_replaced_whole(tmp_path: Path) -> None:
    """The edited text takes the place of the old one, with its mode; the folder holds nothing else."""
    source = tmp_path / "platform.yaml"
    source.write_bytes(b"old")
    source.chmod(0o640)
    replace_source(source, b"old", b"new")
    assert source.read_bytes() == b"new"
    assert stat.S_IMODE(source.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [source]


def test_a_source_that_was_saved_in_the_meantime_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that saves before the edit, or at the last moment, does not lose its text."""
    source = tmp_path / "platform.yaml"
    source.write_bytes(b"by an editor")
    with pytest.raises(SourceChangedError, match=r"platform\.yaml: has changed"):
        replace_source(source, b"old", b"new")
    source.write_bytes(b"old")
    real = os.fsync

    def save(handle: int) -> None:
        real(handle)
        source.write_bytes(b"by an editor")

    monkeypatch.setattr(os, "fsync", save)
    with pytest.raises(SourceChangedError):
        replace_source(source, b"old", b"new")
    assert source.read_bytes() == b"by an editor"
    assert list(tmp_path.iterdir()) == [source]


def test_a_source_that_is_a_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"old")
    (tmp_path / "platform.yaml").symlink_to("there")
    with pytest.raises(WorkspaceError, match="is a link"):
        replace_source(tmp_path / "platform.yaml", b"old", b"new")
    assert (tmp_path / "there").read_bytes() == b"old"
