"""Guarantees 2, 3 and 8 for edits of the source: whatever happens to them, a file is old or new, and stays itself."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from command import BASE, dokaseca
from reliability.children import Ended, run, sweep
from reliability.scenario import Tree, temporaries, tree, without
from reliability.system_calls import Call, calls, tampered

from dokaseca_compile.cli import editing

FAULTS = ("ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES")
PROMOTE = ("promote", "-w", "kyverno", "--from", "dev", "--to", "production")
MODE = 0o640


def _in_place(place: Path, content: bytes) -> None:
    place.write_bytes(content)


def _by_renaming(place: Path, content: bytes) -> None:
    place.with_name("editor~").write_bytes(content)
    place.with_name("editor~").replace(place)


SAVES = {"in place": _in_place, "by renaming": _by_renaming}
"""How editors save."""


def _cut(start: str, end: str) -> tuple[str, str]:
    """The base platform without a part, and that part."""
    rest = without(BASE, start, end)
    at = BASE.index(start)
    return rest, BASE[at : at + len(BASE) - len(rest)]


_KYVERNO = _cut("  kyverno:\n    category", "  istio:\n")
_ENVIRONMENTS = _cut("environments:\n", "regions:\n")
EDITS = {
    "promote": ((BASE, "# no fragment\n"), PROMOTE, "platform.yaml"),
    "promote in a fragment": (_ENVIRONMENTS, PROMOTE, "platform.d/x.yaml"),
    "set": ((BASE, "# no fragment\n"), ("set", "-w", "environments.dev.sync.retries", "3"), "platform.yaml"),
    "set in a fragment": (
        (_KYVERNO[0], f"addons:\n{_KYVERNO[1]}"), ("set", "-w", "addons.kyverno.version", "3.3.6"), "platform.d/x.yaml",
    ),
}  # fmt: skip


def _as_people_have_it(text: str) -> bytes:
    """With a byte order mark, comments and the line ends of Windows."""
    lines = [f"{line}  # é" if line.endswith(":") else line for line in text.splitlines()]
    return "\r\n".join(["\ufeff# Ours", *lines, ""]).encode()


def _start(folder: Path, texts: tuple[str, str]) -> Path:
    """A platform in two files, which only their group may read."""
    (folder / "platform.d").mkdir(parents=True)
    for name, text in zip(("platform.yaml", "platform.d/x.yaml"), texts, strict=True):
        (folder / name).write_bytes(_as_people_have_it(text))
        (folder / name).chmod(MODE)
    return folder


class Edit:
    """An edit about to be made, and the source as it is then."""

    def __init__(self, folder: Path, name: str) -> None:
        texts, self.command, self.file = EDITS[name]
        self.start = _start(folder / "start", texts)
        self.old = tree(self.start)
        end = self.copy(folder / "end")
        assert dokaseca(end, *self.command).code == 0
        self.new = tree(end)

    def copy(self, place: Path) -> Path:
        """The folder once more, for one trial."""
        return shutil.copytree(self.start, place)

    def boundaries(self, place: Path) -> list[Call]:
        """Every call of the edit that changes something."""
        ended, found = calls(self.copy(place), *self.command)
        assert ended.code == 0, ended
        assert len(found) >= 6
        return found

    def assert_old_or_new(self, now: Tree) -> None:
        """Byte for byte, with its mode, and nothing beside it."""
        assert {path: now.get(path) for path in self.old} in (self.old, self.new)
        assert {*now} - {*self.old} == {*temporaries(now)}

    def assert_completes(self, folder: Path) -> None:
        """The same command once more makes the edit, or finds it made; nothing is left beside it."""
        done = dokaseca(folder, *self.command)
        assert done.code == 0, done
        assert ("Wrote" in done.out) is not done.out.startswith("Nothing to change"), done
        assert tree(folder) == self.new


@pytest.fixture(params=EDITS)
def edit(work: Path, request: pytest.FixtureRequest) -> Edit:
    return Edit(work, request.param)


def test_only_what_is_edited_differs(edit: Edit) -> None:
    """One file, one line; its byte order mark, line ends, comments and mode stay."""
    assert [path for path in edit.old if edit.old[path] != edit.new[path]] == [edit.file]
    (old_mode, old), (new_mode, new) = edit.old[edit.file], edit.new[edit.file]
    assert stat.S_IMODE(new_mode) == stat.S_IMODE(old_mode) == MODE
    before, after = old.split(b"\r\n"), new.split(b"\r\n")
    assert len([line for line in after if line not in before]) == 1
    assert len([line for line in before if line not in after]) <= 1
    assert new.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in new.replace(b"\r\n", b"")


def test_killed_at_every_changing_call(edit: Edit, work: Path) -> None:
    """Old or new, with its mode; the edit is made by the same command then, unless it is made already."""

    def trial(call: Call) -> None:
        folder = edit.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *edit.command, call=call, how="signal=KILL")
        assert ended.code == -signal.SIGKILL, ended
        edit.assert_old_or_new(tree(folder))
        edit.assert_completes(folder)

    sweep(trial, edit.boundaries(work / "watched"))


def test_what_a_kill_leaves_is_as_private_as_the_source(work: Path) -> None:
    """Nobody may read the temporary file who may not read the source."""
    edit = Edit(work, "promote")

    def trial(call: Call) -> None:
        folder = edit.copy(work / f"{call.name}-{call.number}")
        tampered(folder, *edit.command, call=call, how="signal=KILL")
        now = tree(folder)
        assert all(stat.S_IMODE(now[path][0]) & ~MODE == 0 for path in temporaries(now)), temporaries(now)

    sweep(trial, edit.boundaries(work / "watched"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_every_changing_call(edit: Edit, work: Path, fault: str) -> None:
    """Exit code 2 and one line that names the file; old or new; no temporary is left, and it can be run again."""

    def trial(call: Call) -> None:
        folder = edit.copy(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *edit.command, call=call, how=f"error={fault}")
        _assert_told(ended, edit.file)
        now = tree(folder)
        edit.assert_old_or_new(now)
        assert not temporaries(now)
        edit.assert_completes(folder)

    sweep(trial, edit.boundaries(work / "watched"))


def _assert_told(ended: Ended, file: str) -> None:
    assert ended.code == 2, ended
    assert ended.err.startswith(f"error: {file}: "), ended
    assert ended.err.count("\n") == 1, ended
    assert "Wrote" not in ended.out


@pytest.mark.parametrize("name", ["promote", "set in a fragment"])
def test_an_editor_saves_while_it_is_edited(work: Path, name: str) -> None:
    """Before any call that comes before the renaming: the edit is refused, what was saved stays, to the byte."""
    edit = Edit(work, name)
    names = ("stat", "open", "fchmod", "fsync")
    sweep(lambda case: _saved_meanwhile(edit, work, *case), [(each, how, 1) for each in names for how in SAVES])
    sweep(lambda case: _saved_meanwhile(edit, work, *case), [("open", how, n) for how in SAVES for n in (2, 3, 4)])


def _saved_meanwhile(edit: Edit, work: Path, name: str, how: str, number: int) -> None:
    folder = edit.copy(work / f"{name}-{how}-{number}")
    place = folder / edit.file
    saved = place.read_bytes() + b"# saved by an editor\r\n"
    save = partial(SAVES[how], place, saved)
    ended = run(folder, *edit.command, prepare=lambda: _before_a_call(name, number, save))
    assert ended.code == 2, ended
    assert ended.err == f"error: {edit.file}: has changed since it was read and was left alone; run again\n"
    assert place.read_bytes() == saved
    assert not temporaries(tree(folder))


def _before_a_call(name: str, number: int, act: Callable[[], object]) -> None:
    """Do something before the n-th call of a function of ``os``, counted from when the source is replaced."""
    real_call, real_write = getattr(os, name), editing.write_source
    counter = iter(range(1, 1000))

    def call(*arguments: object, **keywords: object) -> object:
        if next(counter) == number:
            setattr(os, name, real_call)
            act()
        return real_call(*arguments, **keywords)

    def write(*arguments: object) -> None:
        setattr(os, name, call)
        real_write(*arguments)

    editing.write_source = write
