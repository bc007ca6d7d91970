"""Single files beside the output, such as the schema: replaced whole, with nothing left beside them."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from command import dokaseca
from reliability.children import sweep
from reliability.scenario import temporaries, tree
from reliability.system_calls import Call, calls, tampered

WRITE = ("schema", "--write", "--path", "schemas/schema.json")


@pytest.fixture
def wanted(work: Path) -> bytes:
    """The schema, as an undisturbed run writes it."""
    (work / "undisturbed").mkdir()
    assert dokaseca(work / "undisturbed", *WRITE).code == 0
    return (work / "undisturbed" / WRITE[-1]).read_bytes()


def _start(folder: Path) -> Path:
    """A folder with an old schema."""
    (folder / "schemas").mkdir(parents=True)
    (folder / WRITE[-1]).write_bytes(b"old")
    return folder


@pytest.mark.parametrize("fault", ["ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES"])
def test_a_fault_at_every_changing_call(work: Path, wanted: bytes, fault: str) -> None:
    """Old or new, exit code 2, the path, and nothing beside it."""

    def trial(call: Call) -> None:
        folder = _start(work / f"{call.name}-{call.number}")
        ended = tampered(folder, *WRITE, call=call, how=f"error={fault}")
        assert ended.code == 2, ended
        assert ended.err.startswith(f"error: {WRITE[-1]}: "), ended
        assert (folder / WRITE[-1]).read_bytes() in (b"old", wanted)
        assert [*tree(folder)] == ["schemas", WRITE[-1]]

    sweep(trial, _boundaries(work))


def test_killed_at_every_changing_call(work: Path, wanted: bytes) -> None:
    """Old or new, and new with nothing beside it after the next run."""

    def trial(call: Call) -> None:
        folder = _start(work / f"{call.name}-{call.number}")
        assert tampered(folder, *WRITE, call=call, how="signal=KILL").code == -signal.SIGKILL
        assert (folder / WRITE[-1]).read_bytes() in (b"old", wanted)
        assert dokaseca(folder, *WRITE).code == 0
        assert (folder / WRITE[-1]).read_bytes() == wanted
        assert not temporaries(tree(folder))

    sweep(trial, _boundaries(work))


def _boundaries(work: Path) -> list[Call]:
    ended, found = calls(_start(work / "watched"), *WRITE)
    assert ended.code == 0, ended
    assert len(found) >= 6
    return [each for each in found if each.name != "mkdir"]  # of a folder that is there
